//! Which membership on the platform is which person's: the address tells.
//!
//! A platform may keep ended invitations beside what came after them, so that one address has
//! several records. What is live counts before what has lapsed, and that before what was
//! withdrawn; two of equal weight are ambiguous.

use crate::{
    model::{
        Acquaintance, ActualMember, ActualProgram, Desired, Email, Invitation, Member, Membership,
        Memory, Ownership, ProgramId, ProgramKey, Role, Seen, SeenMember, Subject,
    },
    plan::{Note, Stray},
};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
pub(super) struct Members {
    pub(super) known: BTreeMap<Email, ActualMember>,
    pub(super) doubtful: Vec<SeenMember>,
    pub(super) notes: Vec<Note>,
}

pub(super) fn recognise(
    seen: &Seen,
    desired: &Desired,
    memory: &Memory,
    programs: &BTreeMap<ProgramKey, ActualProgram>,
) -> Members {
    let keys: BTreeMap<_, _> = programs.iter().map(|(key, it)| (&it.seen.id, key)).collect();
    let mut records: BTreeMap<&Email, Vec<&SeenMember>> = BTreeMap::new();
    for member in &seen.members {
        let records = records.entry(&member.email).or_default();
        if !records.contains(&member) {
            records.push(member);
        }
    }
    let previous: BTreeSet<&Email> =
        desired.members.values().filter_map(|member| member.previously.as_ref()).collect();
    let mut members = Members::default();
    for (email, records) in records {
        let remembered = memory.members.get(email);
        let managed = remembered.is_some();
        let ours = managed || desired.members.contains_key(email) || previous.contains(email);
        let record = match current(&records) {
            Ok(record) => record,
            Err(candidates) => {
                members.notes.extend(doubtful(email, &candidates, ours));
                members.doubtful.extend(candidates.into_iter().cloned());
                continue;
            }
        };
        if let (Membership::Unrecognised(said), true) = (&record.membership, ours) {
            members.notes.push(Note::Unrecognised { email: email.clone(), said: said.clone() });
        }
        let ownership = if managed { Ownership::Managed } else { Ownership::Unmanaged };
        let sends = sends(remembered, desired.members.get(email));
        members.known.insert(
            email.clone(),
            ActualMember { sends, ..in_our_names(record, ownership, &keys) },
        );
    }
    members
}

/// Sends for another wish do not count.
fn sends(remembered: Option<&Acquaintance>, wanted: Option<&Member>) -> u32 {
    let counted = remembered.zip(wanted).filter(|(it, wanted)| it.counts_for(&wanted.wish()));
    counted.map_or(0, |(it, _)| it.sends)
}

/// How much a record says about where the person stands now.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Withdrawn,
    Lapsed,
    Live,
}

fn weight(member: &SeenMember) -> Weight {
    match &member.membership {
        Membership::Invited(_, Invitation::Withdrawn) => Weight::Withdrawn,
        Membership::Invited(_, Invitation::Expired { .. } | Invitation::Refused)
        | Membership::Left(_) => Weight::Lapsed,
        Membership::Invited(_, Invitation::Pending { .. })
        | Membership::Active(_)
        | Membership::Blocked(_)
        | Membership::Unrecognised(_) => Weight::Live,
    }
}

/// The one record that counts, or those between which nothing decides.
fn current<'a>(records: &[&'a SeenMember]) -> Result<&'a SeenMember, Vec<&'a SeenMember>> {
    let heaviest = records.iter().map(|record| weight(record)).max();
    let mut counting: Vec<_> =
        records.iter().copied().filter(|record| Some(weight(record)) == heaviest).collect();
    counting.sort_by_key(|record| (&record.id, &record.revision));
    match counting.as_slice() {
        [only] => Ok(only),
        // However often somebody's invitation was withdrawn, nothing is left of any of them.
        [first, ..] if heaviest == Some(Weight::Withdrawn) => Ok(first),
        _ => Err(counting),
    }
}

fn doubtful(email: &Email, records: &[&SeenMember], ours: bool) -> Vec<Note> {
    if ours {
        let candidates = records.iter().map(|record| record.id.to_string()).collect();
        return vec![Note::Ambiguous { subject: Subject::Member(email.clone()), candidates }];
    }
    let stray = |record: &&SeenMember| {
        let SeenMember { id, revision: _, name, email, .. } = (*record).clone();
        Note::Unmanaged(Stray::Member { id, email, name })
    };
    records.iter().map(stray).collect()
}

fn in_our_names(
    seen: &SeenMember,
    ownership: Ownership,
    keys: &BTreeMap<&ProgramId, &ProgramKey>,
) -> ActualMember {
    let SeenMember { id, revision, name, email: _, membership, history, undelivered } = seen;
    let mut elsewhere = BTreeSet::new();
    let mut role = |role: &Role<ProgramId>| match role {
        Role::Owner => Role::Owner,
        Role::Master => Role::Master,
        Role::Developer(programs) => {
            elsewhere = programs.iter().filter(|id| !keys.contains_key(id)).cloned().collect();
            Role::Developer(
                programs.iter().filter_map(|id| keys.get(id).copied().cloned()).collect(),
            )
        }
    };
    let membership = match membership {
        Membership::Invited(invited_as, invitation) => {
            Membership::Invited(role(invited_as), *invitation)
        }
        Membership::Active(active_as) => Membership::Active(role(active_as)),
        Membership::Blocked(blocked_as) => Membership::Blocked(role(blocked_as)),
        Membership::Left(left_as) => Membership::Left(role(left_as)),
        Membership::Unrecognised(said) => Membership::Unrecognised(said.clone()),
    };
    ActualMember {
        ownership,
        id: id.clone(),
        revision: revision.clone(),
        name: name.clone(),
        membership,
        history: history.clone(),
        elsewhere,
        undelivered: undelivered.clone(),
        sends: 0,
    }
}
