//! Taking what manifests name under management: steps that only the ledger hears of.

use crate::{
    cli::{connect::Connection, error::CliError},
    engine::{self, ApplyError, Outcome, Patience, Prospect, Stop},
    ledger::Locked,
    model::Subject,
    plan::{Action, Plan},
};

/// How many mini programs and people were adopted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Managed {
    pub(super) programs: usize,
    pub(super) people: usize,
}

/// Carries out the steps that adopt, of those that are wanted, and no other.
pub(super) async fn manage(
    prospect: &Prospect,
    is_wanted: impl Fn(&Action) -> bool,
    connection: &Connection,
    locked: &Locked,
) -> Result<Managed, CliError> {
    let is_adoption = |action: &Action| {
        matches!(action, Action::AdoptProgram { .. } | Action::AdoptMember { .. })
    };
    let steps = prospect.plan.steps.iter();
    let steps = steps.filter(|step| is_adoption(&step.action) && is_wanted(&step.action));
    let plan = Plan { steps: steps.cloned().collect(), ..Plan::default() };
    if plan.steps.is_empty() {
        return Ok(Managed::default());
    }
    // What else is planned waits for somebody to look at it, and is no reason to expect less.
    let mut adopting = prospect.clone();
    adopting.plan.clone_from(&plan);
    adopting.settle(locked).await?;
    let site = engine::Site {
        workspace: &prospect.workspace,
        provider: connection.provider(&prospect.workspace),
        store: locked,
        concurrency: 1,
        patience: Patience::default(),
        stop: &Stop::default(),
        whole: None,
    };
    let applied =
        engine::apply(&plan, &site, &|_| {}).await.map_err(|ApplyError { why, .. }| why)?;
    let mut managed = Managed::default();
    for (step, outcome) in plan.steps.iter().zip(&applied.outcomes) {
        if *outcome == Outcome::Done {
            match step.action.subject() {
                Subject::Program(_) => managed.programs += 1,
                Subject::Member(_) => managed.people += 1,
            }
        }
    }
    Ok(managed)
}
