//! How steps ended, and the way forward.

use super::{
    count, grouped,
    kind::{Kind, done},
    phrase::Phrase,
    step,
};
use crate::{
    engine::{Outcome, ProviderError, Refusal},
    model::Subject,
    plan::{Action, Step},
    report::view::{ApplyView, Ended, GoneStep, GoneWhy, WorkspaceView},
};
use std::collections::BTreeMap;

/// How many steps ended in which way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::report) struct Score {
    pub(in crate::report) done: BTreeMap<Kind, usize>,
    pub(in crate::report) failed: usize,
    pub(in crate::report) stale: usize,
    pub(in crate::report) blocked: usize,
    pub(in crate::report) not_started: usize,
}

impl Score {
    pub(in crate::report) fn of(view: &ApplyView<'_>) -> Self {
        let mut score = Self::default();
        for ended in view.outcomes() {
            score.add(&ended.step.action, ended.outcome);
        }
        score
    }

    fn add(&mut self, action: &Action, outcome: &Outcome) {
        match outcome {
            Outcome::Done => *self.done.entry(Kind::of(action)).or_default() += 1,
            Outcome::Failed(_) => self.failed += 1,
            Outcome::Stale => self.stale += 1,
            Outcome::Blocked { .. } => self.blocked += 1,
            Outcome::NotStarted => self.not_started += 1,
        }
    }

    pub(in crate::report) fn n_done(&self) -> usize {
        self.done.values().sum()
    }

    pub(in crate::report) fn n_all(&self) -> usize {
        self.n_done() + self.failed + self.stale + self.blocked + self.not_started
    }

    pub(in crate::report) fn is_complete(&self) -> bool {
        self.n_done() == self.n_all()
    }

    /// People who have an invitation of this run to answer.
    fn n_invited(&self) -> usize {
        let kinds = [Kind::Invite, Kind::Reinvite, Kind::Resend];
        kinds.iter().filter_map(|kind| self.done.get(kind)).sum()
    }

    /// `Applied: 6 programs created, 25 people invited.` and the way forward.
    pub(in crate::report) fn sentences(&self) -> Vec<String> {
        let done = if self.done.is_empty() { "nothing".to_owned() } else { done(&self.done) };
        let mut sentences = vec![format!("Applied: {done}.")];
        sentences.extend(self.shortfall());
        if self.n_invited() > 0 {
            let people = count(self.n_invited(), "person has", "people have");
            sentences
                .push(format!("{people} an invitation to accept; `minisync status` says who."));
        }
        if !self.is_complete() {
            sentences.push(
                "Another apply goes on where this one stopped; `minisync plan` shows what is left."
                    .into(),
            );
        }
        sentences
    }

    fn shortfall(&self) -> Option<String> {
        let counts = [
            (self.failed, "failed"),
            (self.stale, "skipped because of changes since the plan"),
            (self.blocked, "not tried without what they need"),
            (self.not_started, "not begun"),
        ];
        let mut parts: Vec<String> = counts
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, how)| format!("{} {how}", grouped(*n)))
            .collect();
        let first = parts.first_mut()?;
        *first = format!("Of {}, {first}", count(self.n_all(), "step", "steps"));
        Some(parts.join(", ") + ".")
    }
}

/// `could not invite Lin Wei <lin@example.com> as developer of coffee: …`
pub(in crate::report) fn undone(
    step: &Step,
    outcome: &Outcome,
    workspace: &WorkspaceView<'_>,
) -> Option<Phrase> {
    let (could, why) = match outcome {
        Outcome::Done => return None,
        Outcome::Failed(error) => ("could not ", Phrase::data(error).then(about(error))),
        Outcome::Stale => ("did not ", Phrase::words("it has changed since the plan was made")),
        Outcome::Blocked { by } => ("did not ", because(by, step, workspace)),
        Outcome::NotStarted => ("did not ", Phrase::words("this run did not come to it")),
    };
    let deed = step::sentence(&step.action, workspace);
    Some(Phrase::words(could).then(deed).and(": ").then(why))
}

/// As [`undone`], with the workspace where there are several.
pub(in crate::report) fn undone_there(ended: &Ended<'_>, view: &ApplyView<'_>) -> Option<Phrase> {
    let Ended { workspace, step, outcome } = ended;
    let phrase = undone(step, outcome, workspace)?;
    Some(match view.plan.workspaces.len() {
        1 => phrase,
        _ => Phrase::words("in workspace ").and_data(workspace.id).and(", ").then(phrase),
    })
}

/// `stale: create coffee (in acme); it is not as it was when the plan was saved`
pub(in crate::report) fn gone(gone: &GoneStep) -> Phrase {
    let word = match gone.why {
        GoneWhy::Changed | GoneWhy::ActedOn => "stale: ",
        GoneWhy::Parted | GoneWhy::Unread | GoneWhy::Unheard => "left out: ",
        GoneWhy::Done => "done before: ",
    };
    Phrase::words(word)
        .and_data(&gone.what)
        .and(" (in ")
        .and_quoted(&gone.workspace)
        .and("); ")
        .and(match gone.why {
            GoneWhy::Changed => "not as it was when the plan was saved",
            GoneWhy::ActedOn => "another run has acted on it since the plan was saved",
            GoneWhy::Parted => "it goes with a step that is left out",
            GoneWhy::Unread => "the workspace could not be read whole",
            GoneWhy::Done => "an earlier run of this plan did it",
            GoneWhy::Unheard => {
                "an earlier run of this plan asked for it, and whether it was done is not known"
            }
        })
}

/// The field that the platform names.
fn about(error: &ProviderError) -> Phrase {
    let ProviderError::Refused(Refusal { field: Some(field), .. }) = error else {
        return Phrase::default();
    };
    let field = field.trim_start_matches('/').replace('/', ".");
    if field.is_empty() { Phrase::default() } else { Phrase::words(", about ").and_quoted(field) }
}

fn because(by: &Subject, step: &Step, workspace: &WorkspaceView<'_>) -> Phrase {
    if *by == step.action.subject() {
        return Phrase::words("the step before it was not done");
    }
    if let (Action::DeleteProgram { .. }, Subject::Member(_)) = (&step.action, by) {
        let phrase = Phrase::words("what was to be done first about ");
        return phrase.and_data(workspace.subject(by)).and(" was not done");
    }
    Phrase::words("it needs ").and_data(workspace.subject(by)).and(", and that was not done")
}

/// The way out of a failure.
pub(in crate::report) fn help(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Failed(error) => failure_help(error),
        Outcome::Stale => Some(SEE_PLAN),
        Outcome::Done | Outcome::Blocked { .. } | Outcome::NotStarted => None,
    }
}

const SEE_PLAN: &str = "run `minisync plan` to see what it is like by now";

fn failure_help(error: &ProviderError) -> Option<&'static str> {
    match error {
        ProviderError::Stale => Some(SEE_PLAN),
        ProviderError::Refused(refusal) => Some(refusal_help(&refusal.rule)),
        ProviderError::Denied(_) | ProviderError::Barred(_) => {
            Some("look at the credential of this environment in `minisync.yaml`")
        }
        ProviderError::Limited { .. } | ProviderError::Unreachable(_) => {
            Some("apply again later: nothing is done twice")
        }
        ProviderError::Garbled(_) => {
            Some("look at the address of this environment in `minisync.yaml`")
        }
        ProviderError::Local(_) => None,
    }
}

/// By the platform's name for the rule.
fn refusal_help(rule: &str) -> &'static str {
    match rule {
        "invitation-pending" | "already-member" | "changed-since" | "membership-state" => {
            "somebody changed it meanwhile; run `minisync plan` to see what is left to do"
        }
        "name-taken" => "choose another name: names are unique in a workspace",
        "release-limit" => "release fewer programs there, or ask the platform for more",
        "role-forbids" | "owner-only" | "not-joined" | "member-blocked" => {
            "use the credential of somebody who may do this"
        }
        _ => "mend the manifest here, then plan and apply again",
    }
}
