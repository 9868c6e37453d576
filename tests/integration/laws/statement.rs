//! What it means that the platform matches, written from what manifests mean and not from how
//! the planner sees it.

use super::{
    platform::{is_over, is_pending, is_withdrawn},
    world::World,
};
use jiff::civil::Date;
use minisync::model::{
    Desired, Email, Invitation, Member, Membership, MiniProgram, ProgramId, ProgramKey, Role,
    SeenMember, SeenProgram,
};
use std::collections::BTreeSet;

/// What is not as the manifests ask, in words.
pub(super) fn mismatches(desired: &Desired, world: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    for (key, wanted) in &desired.programs {
        match world.memory.programs.get(key).and_then(|id| world.programs.get(id)) {
            Some(seen) => wrong.extend(program_mismatches(wanted, seen)),
            None => wrong.push(format!("{key} is not there, or not ours")),
        }
    }
    for (key, id) in &world.memory.programs {
        let is_there = world.programs.contains_key(id);
        if is_there && !desired.programs.contains_key(key) && !is_needed(id, desired, world) {
            wrong.push(format!("{key} is still there"));
        }
    }
    for (email, wanted) in asked(desired) {
        wrong.extend(member_mismatch(wanted, email, world));
    }
    let named = desired.members.values().flat_map(|it| [Some(&it.email), it.previously.as_ref()]);
    let ours: BTreeSet<_> = named.flatten().chain(world.memory.members.keys()).collect();
    for email in ours {
        if asked(desired).all(|(it, _)| it != email) && world.records(email).any(is_live) {
            wrong.push(format!("{email} is still there"));
        }
    }
    wrong
}

/// On the first of January 1970.
fn is_past(until: Option<&Date>) -> bool {
    until.is_some_and(|until| until.year() < 1970)
}

/// Whom the manifests ask for today: not those whose last day was yesterday, nor developers of
/// nothing but what has ended.
fn asked(desired: &Desired) -> impl Iterator<Item = (&Email, &Member)> {
    desired.members.iter().filter(|(_, member)| !is_past(member.until.as_ref()) && has_work(member))
}

fn has_work(member: &Member) -> bool {
    match &member.role {
        Role::Developer(keys) => keys.iter().any(|key| !is_past(member.assignments_until.get(key))),
        Role::Owner | Role::Master => true,
    }
}

pub(super) fn is_asked(desired: &Desired, email: &Email) -> bool {
    asked(desired).any(|(it, _)| it == email)
}

/// The role that the manifests ask for today.
fn wanted_role(member: &Member) -> Role<ProgramKey> {
    let mut role = member.role.clone();
    if let Role::Developer(keys) = &mut role {
        keys.retain(|key| !is_past(member.assignments_until.get(key)));
    }
    role
}

/// Whether some developer, who may well be a stranger, has nothing but programs that nobody asks
/// for, and this one.
fn is_needed(id: &ProgramId, desired: &Desired, world: &World) -> bool {
    let unasked: BTreeSet<_> = world
        .memory
        .programs
        .iter()
        .filter(|(key, _)| !desired.programs.contains_key(key))
        .map(|(_, id)| id.clone())
        .collect();
    world.members.iter().filter(|it| !is_over(it)).any(|it| match it.membership.role() {
        Some(Role::Developer(ids)) => ids.contains(id) && ids.is_subset(&unasked),
        _ => false,
    })
}

fn program_mismatches(wanted: &MiniProgram, seen: &SeenProgram) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut check = |holds: bool, what: &str| {
        if !holds {
            wrong.push(format!("{}: {what}", wanted.key));
        }
    };
    check(wanted.name == seen.name, "name");
    check(wanted.release_to == seen.release_to, "release targets");
    if let Some(listing) = &wanted.listing {
        let found = seen.listing.as_ref();
        check(found.is_some_and(|it| it.tagline == listing.tagline), "tagline");
        check(found.is_some_and(|it| it.description == listing.description), "description");
        check(found.is_some_and(|it| it.logo == listing.logo.digest), "logo");
        check(found.is_some_and(|it| it.industry == listing.industry), "industry");
        check(found.is_some_and(|it| it.phone == listing.customer_service.phone), "phone");
        let care = listing.customer_service.email.as_str();
        check(found.is_some_and(|it| it.email == care), "email");
    }
    // The default language is settled when a program is created; where it is another one, the
    // two defaults cannot be among the further languages.
    let mut languages = (wanted.languages.clone(), seen.languages.clone());
    if wanted.default_language != seen.default_language {
        for tag in [&wanted.default_language, &seen.default_language] {
            languages.0.remove(tag);
            languages.1.remove(tag);
        }
    }
    check(languages.0 == languages.1, "languages");
    wrong
}

pub(super) fn is_live(record: &SeenMember) -> bool {
    match &record.membership {
        Membership::Active(_) | Membership::Blocked(_) | Membership::Unrecognised(_) => true,
        Membership::Left(_) => false,
        Membership::Invited(_, invitation) => matches!(invitation, Invitation::Pending { .. }),
    }
}

fn member_mismatch(wanted: &Member, email: &Email, world: &World) -> Option<String> {
    let live: Vec<_> = world.records(email).filter(|it| is_live(it)).collect();
    if wanted.blocked {
        let has_access =
            live.iter().any(|it| it.membership.is_active() || is_pending(&it.membership));
        return has_access.then(|| format!("{email} is not blocked"));
    }
    let [record] = live.as_slice() else {
        return Some(format!("{email} has {} live records", live.len()));
    };
    let Membership::Active(role) = &record.membership else {
        return Some(format!("{email} is not active"));
    };
    if !world.memory.members.contains_key(email) {
        return Some(format!("{email} is not ours"));
    }
    (!is_right(&wanted_role(wanted), role, world)).then(|| format!("{email} is {role:?}"))
}

fn is_right(wanted: &Role<ProgramKey>, role: &Role<ProgramId>, world: &World) -> bool {
    match (wanted, role) {
        (Role::Master, Role::Master) => true,
        (Role::Developer(keys), Role::Developer(ids)) => {
            managed(world).intersection(ids).eq(ids_of(keys, world).iter())
        }
        _ => false,
    }
}

/// Invitations that offer what no manifest asks for. They may stand only while a program that
/// they should offer does not exist.
pub(super) fn wrong_offers(desired: &Desired, world: &World) -> Vec<String> {
    let ours = world.members.iter().filter(|it| {
        world.memory.members.contains_key(&it.email) || desired.members.contains_key(&it.email)
    });
    let is_wrong = |record: &&SeenMember| {
        let wanted =
            asked(desired).find(|(email, member)| **email == record.email && !member.blocked);
        let wanted = wanted.map(|(_, member)| wanted_role(member));
        match (wanted, &record.membership) {
            (None, membership) => is_pending(membership),
            (Some(wanted), Membership::Invited(role, Invitation::Pending { .. })) => {
                let exists = |key| {
                    world.memory.programs.get(key).is_some_and(|id| world.programs.contains_key(id))
                };
                wanted.assignments().all(exists) && !is_right(&wanted, role, world)
            }
            (Some(_), _) => false,
        }
    };
    ours.filter(is_wrong).map(|record| format!("{record:?}")).collect()
}

fn managed(world: &World) -> BTreeSet<ProgramId> {
    world.memory.programs.values().cloned().collect()
}

fn ids_of(keys: &BTreeSet<ProgramKey>, world: &World) -> BTreeSet<ProgramId> {
    keys.iter().filter_map(|key| world.memory.programs.get(key)).cloned().collect()
}

/// Whether people and names let the platform match at all.
pub(super) fn can_match(desired: &Desired, world: &World) -> bool {
    let has_refused = world.members.iter().any(|it| is_over(it) && !is_withdrawn(it));
    // Nothing is created as somebody who is locked out.
    let has_blocked_creator = desired
        .programs
        .values()
        .filter_map(|program| desired.members.get(program.created_by.as_ref()?))
        .any(|member| member.blocked || !is_asked(desired, &member.email));
    !has_refused && !has_blocked_creator && !has_stuck_name(desired, world)
}

/// Whether a name that some manifest asks for can never come free: a stranger has it, or programs
/// wait for each other's names in a ring. No plan can help there.
fn has_stuck_name(desired: &Desired, world: &World) -> bool {
    desired.programs.iter().any(|(key, wanted)| {
        let mut holder = (key, wanted);
        for _ in 0..=desired.programs.len() {
            let own = world.memory.programs.get(holder.0);
            let Some(seen) =
                world.programs.values().find(|it| it.name == holder.1.name && Some(&it.id) != own)
            else {
                return false;
            };
            let managed_by = world.memory.programs.iter().find(|(_, id)| **id == seen.id);
            match managed_by.map(|(key, _)| (key, desired.programs.get(key))) {
                Some((key, Some(wanted))) => holder = (key, wanted),
                // Unasked: pruned, if it can be.
                Some((_, None)) => return is_needed(&seen.id, desired, world),
                // Unmanaged: found by its name, unless the asking program has an id already.
                None => return own.is_some_and(|id| world.programs.contains_key(id)),
            }
        }
        true
    })
}
