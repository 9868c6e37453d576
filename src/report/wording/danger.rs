//! What a rail holds, what would allow it, and who can act after a plan.

use super::{count, grouped, phrase::Phrase};
use crate::{
    model::{Email, RosterName},
    plan::{Counted, Danger, Footholds, Power},
    report::view::WorkspaceView,
};
use std::collections::BTreeSet;

/// People and programs named before the rest is counted.
const NAMED: usize = 4;
/// Digits of its digest that a consent has to name at least.
const DIGITS: usize = 6;

/// What would happen, and what the rail lets happen.
pub(in crate::report) fn text(danger: &Danger, workspace: &WorkspaceView<'_>) -> Phrase {
    match danger {
        Danger::RemoveMembers { of, emptied, people } => {
            let verb = if people.len() == 1 { "loses" } else { "lose" };
            let n = count(people.len(), "person", "people");
            Phrase::words(format!("{n} {verb} access: "))
                .then(named(people, workspace))
                .then(limit((people.len(), *of), emptied, workspace))
        }
        Danger::DeletePrograms { of, programs } => {
            let verb = if programs.len() == 1 { "is" } else { "are" };
            let n = count(programs.len(), "program", "programs");
            Phrase::words(format!("{n} {verb} deleted: "))
                .then(Phrase::short_list(programs.iter().map(Phrase::data), NAMED))
                .then(limit((programs.len(), *of), &BTreeSet::new(), workspace))
        }
        Danger::FewerMasters { least, left, people } => named(people, workspace)
            .and(if people.len() == 1 { " stops" } else { " stop" })
            .and(" being an active master, which may leave ")
            .and(match left {
                0 => "none; ".to_owned(),
                n => format!("{}; ", grouped(*n)),
            })
            .and_quoted("policy.rails.leastMasters")
            .and(format!(" keeps {least}")),
        Danger::Shrunken { what, was, is, held } => {
            let (one, many) = match what {
                Counted::Members => ("person", "people"),
                Counted::Programs => ("program", "programs"),
            };
            let count = |n: u32| count(usize::try_from(n).unwrap_or(usize::MAX), one, many);
            let held = held.iter().map(|subject| Phrase::data(workspace.subject(subject)));
            Phrase::words(format!("the workspace has {}, and had {was} ", count(*is)))
                .and("before, so nothing is taken on this evidence: ")
                .then(Phrase::short_list(held, NAMED))
        }
        Danger::LockOut { power, people } => {
            let what = match power {
                Power::Inviting => "invite anybody",
                Power::Creating => "create programs",
            };
            Phrase::words(format!("nobody but the owner could {what} any more: "))
                .then(named(people, workspace))
                .and(if people.len() == 1 { " is the last" } else { " are the last" })
        }
    }
}

/// Why so many are held, or so few.
fn limit(
    (n, of): (usize, usize),
    emptied: &BTreeSet<RosterName>,
    workspace: &WorkspaceView<'_>,
) -> Phrase {
    let most = workspace.rules.policy.rails.removals.most_of(of);
    if n > most {
        let (most, of) = (grouped(most), grouped(of));
        let lets = format!(" lets {most} of {of} go at once");
        return Phrase::words("; ").and_quoted("policy.rails.removals").and(lets);
    }
    if emptied.is_empty() {
        return Phrase::words("; the manifests ask for nothing else, which may be a slip");
    }
    let (noun, verb) = if emptied.len() == 1 { ("roster", "asks") } else { ("rosters", "ask") };
    Phrase::words(format!("; the {noun} "))
        .then(Phrase::short_list(emptied.iter().map(Phrase::data), NAMED))
        .and(format!(" {verb} for nobody any more, which may be a slip"))
}

fn named(people: &BTreeSet<Email>, workspace: &WorkspaceView<'_>) -> Phrase {
    let people = people.iter().map(|email| Phrase::data(workspace.person(email)));
    Phrase::short_list(people, NAMED)
}

/// What `--allow` has to say to let exactly this through: `remove-members=acme:3@3f9c2a`.
pub(in crate::report) fn consent(danger: &Danger, workspace: &WorkspaceView<'_>) -> String {
    let digest = danger.digest(workspace.plan);
    let digits: String = digest.as_str().chars().take(DIGITS).collect();
    format!("{}={}:{}@{digits}", danger.rail(), workspace.id, danger.n())
}

pub(in crate::report) fn help(danger: &Danger, workspace: &WorkspaceView<'_>) -> Phrase {
    let flag = format!("--allow {}", consent(danger, workspace));
    Phrase::words("pass ").and_quoted(flag).and(" to `minisync apply` if that is meant")
}

/// `inviting` and `creating programs`, where the plan changes who can.
pub(in crate::report) fn footing(
    footholds: &Footholds,
    workspace: &WorkspaceView<'_>,
) -> Vec<(&'static str, Phrase)> {
    let Footholds { before, after } = footholds;
    let powers = [
        ("inviting people", &before.inviters, &after.inviters),
        ("creating programs", &before.creators, &after.creators),
    ];
    let changed = powers.into_iter().filter(|(_, before, after)| before != after);
    changed.map(|(power, before, after)| (power, change(before, after, workspace))).collect()
}

fn change(
    before: &BTreeSet<Email>,
    after: &BTreeSet<Email>,
    workspace: &WorkspaceView<'_>,
) -> Phrase {
    let all = if after.is_empty() { Phrase::words("nobody") } else { named(after, workspace) };
    let parts = [("; not any more ", before - after), ("; newly ", after - before)];
    parts
        .into_iter()
        .filter(|(_, people)| !people.is_empty())
        .fold(all, |text, (words, people)| text.and(words).then(named(&people, workspace)))
}
