//! What one side gives and the other does not: two revisions, or the manifests and the platform.

mod told;

pub(super) use told::sheet;

use super::{
    json,
    reach::{Person, Program, Right, State, label, people, rights_on},
    words,
};
use crate::{
    model::{Desired, Email, Member, Ownership, ProgramId, WorkspaceId},
    report::{view::PlanView, wording::phrase::Phrase},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::collections::{BTreeMap, BTreeSet};

type Key = (WorkspaceId, Email);

/// Whom one side gives what. The owner is not in it: no manifest can give or take that.
#[derive(Debug, Clone, Default)]
pub struct Side {
    people: BTreeMap<Key, Standing>,
    /// Programs that have no key, by the platform's name.
    strangers: BTreeMap<ProgramId, String>,
}

#[derive(Debug, Clone, Default)]
struct Standing {
    name: String,
    /// Each with its last day.
    rights: BTreeMap<Right, Option<Date>>,
    is_blocked: bool,
    previously: Option<Email>,
    /// When the invitation that waits for them ends.
    expires: Option<Timestamp>,
    /// On the platform, and not by us.
    is_found: bool,
}

/// Two sides: what was or is, and what is asked for.
#[derive(Debug, Clone)]
pub struct Comparison {
    from: Side,
    to: Side,
    pub(super) between: Between,
    gaps: Vec<Phrase>,
    pub(super) json_gaps: json::Gaps,
    now: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Between {
    PlatformAndManifests,
    /// As they were asked for; without a second one, it is the files on disk.
    Revisions(String, Option<String>),
}

/// What is different for one person in one workspace.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) workspace: WorkspaceId,
    pub(super) email: Email,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) gets: Vec<(Right, Option<Date>)>,
    pub(super) loses: Vec<(Right, Option<Date>)>,
    /// Whether they are blocked after it, where that changes.
    pub(super) blocked: Option<bool>,
    pub(super) until: Vec<(Right, Option<Date>, Option<Date>)>,
    pub(super) moves_from: Option<Email>,
    pub(super) moves_to: Option<Email>,
    pub(super) expires: Option<Timestamp>,
    pub(super) is_found: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    New,
    Changed,
    Gone,
    /// The same on both sides, as soon as they accept.
    Waiting,
}

impl Side {
    /// `today`: leaves out what is over on that day.
    pub fn of_manifests<'a>(
        workspaces: impl IntoIterator<Item = (&'a WorkspaceId, &'a Desired)>,
        today: Option<Date>,
    ) -> Self {
        let members = workspaces.into_iter().flat_map(|(workspace, desired)| {
            desired.members.values().map(move |member| (workspace, member))
        });
        let standing = |member: &Member| Standing {
            name: member.name.clone(),
            rights: rights_on(member, today),
            is_blocked: member.blocked,
            previously: member.previously.clone(),
            ..Standing::default()
        };
        let people = members.map(|(workspace, member)| {
            ((workspace.clone(), member.email.clone()), standing(member))
        });
        let people = people.filter(|(_, standing)| !standing.rights.is_empty()).collect();
        Self { people, strangers: BTreeMap::new() }
    }

    fn of_platform(view: &PlanView<'_>) -> Self {
        let mut side = Self::default();
        for person in people(view) {
            let Some(record) = &person.record else { continue };
            let key = (person.workspace.id.clone(), person.email.clone());
            let standing = side.people.entry(key).or_default();
            person.name.clone_into(&mut standing.name);
            standing.rights.extend(record.rights.iter().map(|right| (right.clone(), None)));
            standing.is_blocked |= record.state == State::Blocked;
            standing.is_found |= record.ownership == Ownership::Unmanaged;
            if let State::Invited { expires, .. } = record.state {
                standing.expires = Some(expires);
            }
            for program in record.rights.iter().filter_map(Right::program) {
                if let Program::Id(id) = program {
                    side.strangers.insert(id.clone(), label(program, person.workspace));
                }
            }
        }
        side.people.retain(|_, standing| !standing.rights.is_empty());
        side
    }
}

impl Comparison {
    /// What the manifests ask for beside what the platform gives.
    pub fn with_platform(view: &PlanView<'_>) -> Self {
        let all = people(view);
        let (mut from, today) =
            (Side::of_platform(view), view.now().to_zoned(TimeZone::UTC).date());
        let wanted = view.workspaces.iter().map(|it| (it.id, it.desired));
        let mut to = Side::of_manifests(wanted, Some(today));
        let is_owner = |person: &Person<'_>| {
            person.record.as_ref().is_some_and(|record| record.rights.contains(&Right::Owner))
        };
        // Nothing can be said of those who are unclear; the gaps name them.
        for person in all.iter().filter(|person| person.is_unclear() || is_owner(person)) {
            let key = (person.workspace.id.clone(), person.email.clone());
            from.people.remove(&key);
            to.people.remove(&key);
        }
        Self {
            from,
            to,
            between: Between::PlatformAndManifests,
            gaps: words::gaps(view, &all),
            json_gaps: json::gaps(view, &all),
            now: view.now(),
        }
    }

    /// Each side with the revision that it is of; the second may be of the files on disk.
    pub fn of_revisions(from: (Side, String), to: (Side, Option<String>), now: Timestamp) -> Self {
        Self {
            between: Between::Revisions(from.1, to.1),
            from: from.0,
            to: to.0,
            gaps: Vec::new(),
            json_gaps: json::Gaps::default(),
            now,
        }
    }

    pub fn is_different(&self) -> bool {
        self.changes().iter().any(|change| change.kind != Kind::Waiting)
    }

    pub fn is_waiting(&self) -> bool {
        self.changes().iter().any(|change| change.kind == Kind::Waiting)
    }

    /// By workspace, then by address.
    pub(super) fn changes(&self) -> Vec<Change> {
        let keys: BTreeSet<&Key> = self.from.people.keys().chain(self.to.people.keys()).collect();
        keys.into_iter().filter_map(|key| self.change(key)).collect()
    }

    fn change(&self, key: &Key) -> Option<Change> {
        let (before, after) = (self.from.people.get(key), self.to.people.get(key));
        let nobody = Standing::default();
        let (was, is) = (before.unwrap_or(&nobody), after.unwrap_or(&nobody));
        let expires = was.expires.filter(|_| self.between == Between::PlatformAndManifests);
        // An invitation that waits gives nothing yet, and cannot be blocked.
        let blocked = (was.is_blocked != is.is_blocked && after.is_some() && expires.is_none())
            .then_some(is.is_blocked);
        let (gets, loses) = (beyond(is, was), beyond(was, is));
        let until = if self.between == Between::PlatformAndManifests {
            Vec::new()
        } else {
            let both = was.rights.iter().filter_map(|(right, from)| {
                is.rights.get(right).map(|to| (right.clone(), *from, *to))
            });
            both.filter(|(_, from, to)| from != to).collect()
        };
        let is_same = gets.is_empty() && loses.is_empty() && blocked.is_none() && until.is_empty();
        let kind = match (before, after) {
            (None, _) => Kind::New,
            (_, None) => Kind::Gone,
            (Some(_), Some(_)) if !is_same => Kind::Changed,
            (Some(_), Some(_)) if expires.is_some() => Kind::Waiting,
            (Some(_), Some(_)) => return None,
        };
        Some(Change {
            workspace: key.0.clone(),
            email: key.1.clone(),
            name: after.or(before)?.name.clone(),
            moves_from: is.previously.clone().filter(|_| kind == Kind::New),
            moves_to: self.moved(key).filter(|_| kind == Kind::Gone),
            is_found: was.is_found,
            kind,
            gets,
            loses,
            blocked,
            until,
            expires,
        })
    }

    fn moved(&self, (workspace, email): &Key) -> Option<Email> {
        let mut later = self.to.people.iter();
        let found =
            later.find(|(key, it)| key.0 == *workspace && it.previously.as_ref() == Some(email));
        found.map(|(key, _)| key.1.clone())
    }

    pub(super) fn label(&self, program: &Program) -> String {
        match program {
            Program::Key(key) => key.to_string(),
            Program::Id(id) => {
                self.from.strangers.get(id).cloned().unwrap_or_else(|| id.to_string())
            }
        }
    }
}

fn beyond(one: &Standing, other: &Standing) -> Vec<(Right, Option<Date>)> {
    let rights = one.rights.iter().filter(|(right, _)| !other.rights.contains_key(*right));
    rights.map(|(right, until)| (right.clone(), *until)).collect()
}
