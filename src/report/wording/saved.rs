//! What a saved plan is, and whose name is under it.

use super::{count, phrase::Phrase};
use crate::report::saved::{SavedPlan, SavedWorkspace, Signature};

/// What is told of a saved plan before its steps: what it is called, and what it is.
pub(in crate::report) fn facts(
    plan: &SavedPlan,
    signature: &Signature,
) -> Vec<(&'static str, Phrase)> {
    let commit = plan.commit.as_ref().map(|commit| {
        let dirty = if commit.dirty { ", and files that differ from it" } else { "" };
        ("commit", Phrase::data(&commit.hash).and(dirty))
    });
    let reinvite = Phrase::list(plan.reinvite.iter().map(Phrase::data));
    let reinvite = (!reinvite.is_empty()).then_some(("reinvite", reinvite));
    let made = Phrase::data(plan.made_at).and(" by minisync ").and_data(&plan.tool_version);
    [("platform", Phrase::data(&plan.platform))]
        .into_iter()
        .chain(commit)
        .chain([
            ("manifests", Phrase::data(&plan.manifests)),
            ("made", made),
            ("expires", Phrase::data(plan.expires_at)),
        ])
        .chain(reinvite)
        .chain([("signature", of_signature(signature))])
        .collect()
}

fn of_signature(signature: &Signature) -> Phrase {
    match signature {
        Signature::Missing => Phrase::words("none"),
        Signature::Good { signer, key } => {
            Phrase::words("by ").and_data(signer).and(", with the key ").and_data(key)
        }
        Signature::Valid { key } => Phrase::words("with the key ")
            .and_data(key)
            .and("; `--signers FILE` says whose that is"),
        Signature::Bad { why } => Phrase::words("not good: ").and_data(why),
        Signature::Unchecked { why } => Phrase::words("there is one, not checked: ").and_data(why),
    }
}

/// What a second look is needed for: what a rail holds, and who gives something to themselves.
pub(in crate::report) fn verdicts(plan: &SavedPlan) -> Vec<(&'static str, Phrase)> {
    let mut verdicts = Vec::new();
    for SavedWorkspace { id, dangers, self_grants, .. } in &plan.workspaces {
        let dangers = dangers.iter().map(|danger| {
            let flag = format!("--allow {}", danger.allow);
            let told = Phrase::data(&danger.text).and(" (in ").and_quoted(id).and("; ");
            ("danger", told.and_quoted(flag).and(" lets exactly this through)"))
        });
        verdicts.extend(dangers);
        verdicts.extend(self_grants.iter().map(|grant| {
            let told = Phrase::data(&grant.email).and(" ").and_data(&grant.text);
            ("note", told.and(" (in ").and_quoted(id).and(")"))
        }));
    }
    verdicts
}

/// `3 steps in 2 workspaces.`
pub(in crate::report) fn steps(plan: &SavedPlan) -> String {
    let n_workspaces = plan.workspaces.iter().filter(|it| !it.steps.is_empty()).count();
    match plan.n_steps() {
        0 => "Nothing to do.".to_owned(),
        n_steps => {
            let steps = count(n_steps, "step", "steps");
            format!("{steps} in {}.", count(n_workspaces, "workspace", "workspaces"))
        }
    }
}
