//! Workspaces that the ledger remembers and no manifest names.

use crate::{model::WorkspaceId, report::wording};

/// More are counted.
const FEW: usize = 5;

/// They may be another project's. `None`: there are none.
pub fn left_alone(workspaces: &[WorkspaceId]) -> Option<String> {
    let (first, named) = (workspaces.first()?, named(workspaces));
    let they_are = if workspaces.len() == 1 { "it is" } else { "they are" };
    Some(format!(
        "The ledger remembers {named}, which no manifest here names: {they_are} left alone, because \
         others may share the ledger. If nobody is to be left there, write a roster with \
         `workspace: {first}` and `members: []`."
    ))
}

/// Nothing is asked for there any more. `None`: there are none.
pub fn taken_in(workspaces: &[WorkspaceId]) -> Option<String> {
    workspaces.first()?;
    let named = named(workspaces);
    Some(format!(
        "No manifest names {named} any more: nothing is asked for there. Whoever was asked in from \
         here is to go; programs go with `prune: true` only."
    ))
}

fn named(workspaces: &[WorkspaceId]) -> String {
    let mut names: Vec<String> = workspaces.iter().map(|it| format!("`{it}`")).collect();
    let kind = if names.len() == 1 { "workspace" } else { "workspaces" };
    if names.len() > FEW {
        let n_more = names.split_off(FEW - 1).len();
        names.push(format!("{n_more} more"));
    }
    format!("{kind} {}", wording::list(&names))
}
