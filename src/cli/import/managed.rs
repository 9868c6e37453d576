//! Taking what manifests name under management: steps that only the ledger hears of.

use crate::{
    cli::{connect::Connection, error::CliError},
    engine::{self, Applied, ApplyError, Patience, Prospect, Stop},
    ledger::Locked,
    plan::{Action, Plan},
};

/// Carries out the steps that adopt, of those that are wanted, and no other; how many they were.
pub(super) async fn manage(
    prospect: &Prospect,
    is_wanted: impl Fn(&Action) -> bool,
    connection: &Connection,
    locked: &Locked,
) -> Result<usize, CliError> {
    let is_adoption = |action: &Action| {
        matches!(action, Action::AdoptProgram { .. } | Action::AdoptMember { .. })
    };
    let steps = prospect.plan.steps.iter();
    let steps = steps.filter(|step| is_adoption(&step.action) && is_wanted(&step.action));
    let plan = Plan { steps: steps.cloned().collect(), notes: Vec::new() };
    if plan.steps.is_empty() {
        return Ok(0);
    }
    prospect.settle(locked).await?;
    let site = engine::Site {
        workspace: &prospect.workspace,
        provider: connection.provider(&prospect.workspace),
        store: locked,
        concurrency: 1,
        patience: Patience::default(),
        stop: &Stop::default(),
    };
    let applied = engine::apply(&plan, &site, &|_| {}).await;
    let n_done = |applied: &Applied| applied.n_done();
    applied.map(|applied| n_done(&applied)).map_err(|ApplyError { why, .. }| why.into())
}
