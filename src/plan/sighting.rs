//! Programs and memberships field by field: as a reading shows them, and as our own steps leave
//! them.
//!
//! All sides are taken apart whole: a new field stops the build here. Assignments are told by the
//! platform's ids, which stay when a key changes.

use super::{Action, ProgramChange};
use crate::model::{
    Actual, ActualMember, CustomerService, Field, Fields, Invitation, Listing, Membership,
    MiniProgram, Ownership, ProgramId, ProgramKey, ProgramRef, ReleaseTarget, Role, SeenListing,
    SeenProgram, Subject, Translation,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
};

/// What we manage, as the reading shows it.
pub fn sightings(actual: &Actual) -> BTreeMap<Subject, Fields> {
    let programs = actual.programs.iter().filter(|(_, it)| it.ownership == Ownership::Managed);
    let programs = programs.map(|(key, _)| Subject::Program(key.clone()));
    let members = actual.members.iter().filter(|(_, it)| it.ownership == Ownership::Managed);
    let members = members.map(|(email, _)| Subject::Member(email.clone()));
    let seen = programs.chain(members).filter_map(|it| Some((it.clone(), fields_of(actual, &it)?)));
    seen.collect()
}

/// What the reading shows of it, ours or not; `None`: nothing, or nothing is left of it.
pub fn fields_of(actual: &Actual, subject: &Subject) -> Option<Fields> {
    match subject {
        Subject::Program(key) => Some(of_program(&actual.programs.get(key)?.seen)),
        Subject::Member(email) => of_member(actual.members.get(email)?, actual),
    }
}

/// What it is after that has been done; `None`: gone.
///
/// `before`: what it was, be it after another step of the same plan; `None`: there was nothing.
/// Ids of programs that the plan creates should have taken the place of their keys.
pub fn after(action: &Action, before: Option<&Fields>) -> Option<Fields> {
    let mut fields = before.cloned().unwrap_or_default();
    match action {
        Action::AdoptProgram { key: _, id: _ }
        | Action::AdoptMember { email: _, id: _ }
        | Action::Resend { email: _, id: _ } => return before.cloned(),
        Action::CreateProgram { program } => return Some(of_wanted(program)),
        Action::UpdateProgram { key: _, id: _, changes } => {
            for change in changes {
                put(&mut fields, change.field(), changed(change));
            }
        }
        Action::Invite { email: _, name: _, role }
        | Action::Reinvite { email: _, id: _, name: _, role } => fields = of_role(role, false),
        Action::ChangeRole { email: _, id: _, from: _, to, before_unblock: _ } => {
            let is_blocked = fields.get(&Field::Blocked).is_some_and(|it| *it == true.to_string());
            fields = of_role(to, is_blocked);
        }
        Action::Block { email: _, id: _ } => put(&mut fields, Field::Blocked, Some(true)),
        Action::Unblock { email: _, id: _ } => put(&mut fields, Field::Blocked, Some(false)),
        Action::DeleteProgram { key: _, id: _ }
        | Action::Withdraw { email: _, id: _, moved_to: _ }
        | Action::Remove { email: _, id: _, moved_to: _ } => return None,
    }
    Some(fields)
}

fn put(fields: &mut Fields, field: Field, value: Option<impl Display>) {
    match value {
        Some(value) => fields.insert(field, value.to_string()),
        None => fields.remove(&field),
    };
}

fn changed(change: &ProgramChange) -> Option<String> {
    match change {
        ProgramChange::ReleaseTo { from: _, to } => targets(to),
        ProgramChange::Name { from: _, to } => Some(to.clone()),
        ProgramChange::Tagline { from: _, to }
        | ProgramChange::Description { from: _, to }
        | ProgramChange::Industry { from: _, to }
        | ProgramChange::Phone { from: _, to } => Some(to.clone()),
        ProgramChange::Logo { from: _, to } => Some(to.digest.to_string()),
        ProgramChange::Email { from: _, to } => Some(to.to_string()),
        ProgramChange::Language { tag: _, from: _, to } => to.as_ref().map(translation),
    }
}

fn of_wanted(program: &MiniProgram) -> Fields {
    let MiniProgram {
        key: _,
        previously: _,
        name,
        release_to,
        default_language,
        created_by: _,
        listing,
        languages,
        ignore: _,
    } = program;
    let mut fields = Fields::new();
    put(&mut fields, Field::Name, Some(name));
    put(&mut fields, Field::ReleaseTo, targets(release_to));
    put(&mut fields, Field::DefaultLanguage, Some(default_language));
    if let Some(Listing { tagline, description, logo, industry, customer_service }) = listing {
        let CustomerService { phone, email } = customer_service;
        put(&mut fields, Field::Tagline, Some(tagline));
        put(&mut fields, Field::Description, Some(description));
        put(&mut fields, Field::Logo, Some(&logo.digest));
        put(&mut fields, Field::Industry, Some(industry));
        put(&mut fields, Field::Phone, Some(phone));
        put(&mut fields, Field::Email, Some(email));
    }
    for (tag, words) in languages {
        put(&mut fields, Field::Language(tag.clone()), Some(translation(words)));
    }
    fields
}

fn of_program(program: &SeenProgram) -> Fields {
    let SeenProgram {
        id: _,
        revision: _,
        name,
        release_to,
        default_language,
        listing,
        languages,
        last_change: _,
    } = program;
    let mut fields = Fields::new();
    put(&mut fields, Field::Name, Some(name));
    put(&mut fields, Field::ReleaseTo, targets(release_to));
    put(&mut fields, Field::DefaultLanguage, Some(default_language));
    if let Some(SeenListing { tagline, description, logo, industry, phone, email }) = listing {
        put(&mut fields, Field::Tagline, Some(tagline));
        put(&mut fields, Field::Description, Some(description));
        put(&mut fields, Field::Logo, Some(logo));
        put(&mut fields, Field::Industry, Some(industry));
        put(&mut fields, Field::Phone, Some(phone));
        put(&mut fields, Field::Email, Some(email));
    }
    for (tag, words) in languages {
        put(&mut fields, Field::Language(tag.clone()), Some(translation(words)));
    }
    fields
}

/// Whether an invitation has been accepted, or has run out, is no field: people and time do that.
fn of_member(found: &ActualMember, actual: &Actual) -> Option<Fields> {
    let (role, is_blocked) = match &found.membership {
        Membership::Invited(role, Invitation::Pending { .. } | Invitation::Expired { .. })
        | Membership::Active(role) => (role, false),
        Membership::Blocked(role) => (role, true),
        Membership::Invited(_, Invitation::Refused | Invitation::Withdrawn)
        | Membership::Left(_)
        | Membership::Unrecognised(_) => return None,
    };
    let id = |key: &ProgramKey| Some(actual.programs.get(key)?.seen.id.clone());
    let role = match role {
        Role::Owner => Role::Owner,
        Role::Master => Role::Master,
        Role::Developer(keys) => {
            let known = keys.iter().filter_map(id);
            let ids: BTreeSet<ProgramId> = known.chain(found.elsewhere.iter().cloned()).collect();
            let unnamed = ids.into_iter().map(|id| ProgramRef::Existing { key: None, id });
            Role::Developer(unnamed.collect())
        }
    };
    Some(of_role(&role, is_blocked))
}

fn of_role(role: &Role<ProgramRef>, is_blocked: bool) -> Fields {
    let mut fields = Fields::new();
    put(&mut fields, Field::Role, Some(role.name()));
    let ids: BTreeSet<&str> = role
        .assignments()
        .map(|program| match program {
            ProgramRef::Existing { key: _, id } => id.as_str(),
            ProgramRef::New(key) => key.as_str(),
        })
        .collect();
    put(&mut fields, Field::MiniPrograms, listed(ids));
    put(&mut fields, Field::Blocked, Some(is_blocked));
    fields
}

fn targets(targets: &BTreeSet<ReleaseTarget>) -> Option<String> {
    listed(targets.iter().map(|target| target.as_str()))
}

/// What stands between the items of a list.
pub(super) const COMMA: &str = ", ";

pub(super) fn listed<'a>(items: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let items: Vec<&str> = items.into_iter().collect();
    (!items.is_empty()).then(|| items.join(COMMA))
}

/// `name: Lucky Coffee; tagline: Good coffee every day`
fn translation(words: &Translation) -> String {
    let Translation { name, tagline, description } = words;
    let parts = [("name", name), ("tagline", tagline), ("description", description)];
    let parts = parts.into_iter().filter_map(|(field, text)| Some((field, text.as_ref()?)));
    parts.map(|(field, text)| format!("{field}: {text}")).collect::<Vec<_>>().join("; ")
}
