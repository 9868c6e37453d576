//! What must change about mini programs.

use super::{Case, fields, leave::Leave};
use crate::{
    model::{
        ActualProgram, Email, Field, Invitation, Membership, MiniProgram, Ownership, ProgramId,
        ProgramKey, Role, SeenProgram, Subject,
    },
    plan::{Action, Fingerprint, Missing, Note, Plan, ProgramChange, Reason, Stray, Term},
};

pub(super) fn plan(case: &Case<'_>) -> Plan {
    let (desired, actual) = (&case.desired.programs, &case.actual.programs);
    let asked =
        desired.iter().filter(|(key, _)| !case.is_ambiguous(&subject(key))).map(|(key, wanted)| {
            let part = match actual.get(key) {
                Some(found) => kept(case, wanted, found),
                None => missing(case, wanted),
            };
            part.and(leave(case, wanted).ended())
        });
    let unasked = actual
        .iter()
        .filter(|(key, _)| !desired.contains_key(key))
        .map(|(key, found)| unasked(case, key, found));
    let strangers = case.actual.unmanaged_programs.values().map(stray);
    asked.chain(unasked).chain(strangers).collect()
}

fn subject(key: &ProgramKey) -> Subject {
    Subject::Program(key.clone())
}

fn leave<'a>(case: &Case<'_>, wanted: &'a MiniProgram) -> Leave<'a> {
    Leave::new(case, subject(&wanted.key), &wanted.ignore)
}

fn stray(program: &SeenProgram) -> Plan {
    let (id, name) = (program.id.clone(), program.name.clone());
    Plan::note(Note::Unmanaged(Stray::Program { id, name }))
}

fn missing(case: &Case<'_>, wanted: &MiniProgram) -> Plan {
    match obstacle(case, wanted) {
        Some(note) => Plan::note(note),
        None => Plan::step(
            Action::CreateProgram { program: Box::new(wanted.clone()) },
            Reason::Missing,
            Fingerprint::Absent,
        )
        .and(lookalikes(case, wanted)),
    }
}

/// Programs that nobody manages and that are alike in all that customers see but the name.
fn lookalikes(case: &Case<'_>, wanted: &MiniProgram) -> Plan {
    let Some(listing) = &wanted.listing else { return Plan::default() };
    let strangers = case.actual.unmanaged_programs.values();
    let alike = strangers.filter(|it| {
        it.listing.as_ref().is_some_and(|it| fields::listing_changes(listing, Some(it)).is_empty())
    });
    alike
        .map(|SeenProgram { id, name, .. }| {
            let (key, id, name) = (wanted.key.clone(), id.clone(), name.clone());
            Plan::note(Note::Lookalike { key, id, name })
        })
        .collect()
}

/// Why a program cannot be created now.
fn obstacle(case: &Case<'_>, wanted: &MiniProgram) -> Option<Note> {
    let key = &wanted.key;
    let capabilities = &case.rules.capabilities;
    if !capabilities.creates_programs {
        return Some(unsupported(key, Missing::CreatingPrograms));
    }
    if let Some(note) = name_obstacle(case, wanted) {
        return Some(note);
    }
    let master = wanted.created_by.as_ref()?;
    if !may_create(case, master) {
        let term = invitation_of(case, master);
        return Some(Note::WaitingForMaster { key: key.clone(), master: master.clone(), term });
    }
    (!capabilities.acts_as.includes(master))
        .then(|| unsupported(key, Missing::ActingAs(master.clone())))
}

/// Whether the manifests want this person as a master, and the platform has them as one. Nothing
/// is created as somebody whom the same manifests lock out.
fn may_create(case: &Case<'_>, master: &Email) -> bool {
    let is_wanted = case
        .desired
        .members
        .get(master)
        .is_some_and(|it| it.role == Role::Master && !it.blocked && !it.has_ended(case.today));
    let is_active = case
        .actual
        .members
        .get(master)
        .is_some_and(|member| member.membership == Membership::Active(Role::Master));
    is_wanted && is_active
}

fn invitation_of(case: &Case<'_>, master: &Email) -> Option<Term> {
    match case.actual.members.get(master)?.membership {
        Membership::Invited(_, Invitation::Pending { sent, expires }) => {
            Some(Term { sent, expires })
        }
        Membership::Invited(_, _)
        | Membership::Active(_)
        | Membership::Blocked(_)
        | Membership::Left(_)
        | Membership::Unrecognised(_) => None,
    }
}

fn unsupported(key: &ProgramKey, missing: Missing) -> Note {
    Note::Unsupported { subject: subject(key), missing }
}

/// Names are unique in a workspace, and the steps of a phase come in any order: a name that
/// another program still has can be taken by a later plan only.
fn name_obstacle(case: &Case<'_>, wanted: &MiniProgram) -> Option<Note> {
    if !case.is_whole() {
        return Some(Note::Withheld { subject: subject(&wanted.key) });
    }
    let by = case.actual.names.get(&wanted.name)?;
    let (key, name) = (wanted.key.clone(), wanted.name.clone());
    Some(Note::NameTaken { key, name, by: by.clone(), was: unasked_key(case, wanted, by) })
}

/// What may be the program that a manifest asks for under another key, and does not say so: it is
/// called so, and stays.
pub(super) fn perhaps(case: &Case<'_>, key: &ProgramKey) -> Option<ProgramKey> {
    let wanted = case.desired.programs.get(key)?;
    let old = unasked_key(case, wanted, case.actual.names.get(&wanted.name)?)?;
    let stays = unasked(case, &old, case.actual.programs.get(&old)?).steps.is_empty();
    stays.then_some(old)
}

/// The key of the program that may be the wanted one.
fn unasked_key(case: &Case<'_>, wanted: &MiniProgram, id: &ProgramId) -> Option<ProgramKey> {
    let programs = &case.actual.programs;
    let is_it = |(key, found): &(&ProgramKey, &ActualProgram)| {
        found.seen.id == *id && !case.desired.programs.contains_key(*key)
    };
    let known = programs.iter().find(is_it).filter(|_| !programs.contains_key(&wanted.key));
    known.map(|(key, _)| key.clone())
}

fn kept(case: &Case<'_>, wanted: &MiniProgram, found: &ActualProgram) -> Plan {
    let ActualProgram { ownership, known_as, seen } = found;
    let (key, id) = (wanted.key.clone(), seen.id.clone());
    let against = Fingerprint::At(seen.revision.clone());
    let adopted = |reason| {
        let action = Action::AdoptProgram { key: key.clone(), id: id.clone() };
        Plan::step(action, reason, against.clone())
    };
    let adopted = match (ownership, known_as) {
        (Ownership::Unmanaged, _) => adopted(Reason::Found),
        (Ownership::Managed, Some(_)) => adopted(Reason::Renamed),
        (Ownership::Managed, None) => Plan::default(),
    };
    let (changes, notes) = changes(case, wanted, seen);
    let updated = if changes.is_empty() {
        Plan::default()
    } else {
        Plan::step(Action::UpdateProgram { key, id, changes }, Reason::Differs, against)
    };
    adopted.and(updated).and(Plan { steps: Vec::new(), notes })
}

fn changes(
    case: &Case<'_>,
    wanted: &MiniProgram,
    seen: &SeenProgram,
) -> (Vec<ProgramChange>, Vec<Note>) {
    let leave = leave(case, wanted);
    // A listing is made whole.
    let is_left =
        |field: &Field| leave.covers(field) && (seen.listing.is_some() || !field.is_of_listing());
    let (left, mut changes): (Vec<_>, Vec<_>) =
        fields::changes(wanted, seen).into_iter().partition(|change| is_left(&change.field()));
    let mut notes: Vec<Note> = left.iter().map(|change| leave.note(change.field())).collect();
    notes.extend(fields::frozen(wanted, seen).into_iter().map(|missing| {
        let is_language = matches!(missing, Missing::ChangingDefaultLanguage { .. });
        if is_language && is_left(&Field::DefaultLanguage) {
            return leave.note(Field::DefaultLanguage);
        }
        unsupported(&wanted.key, missing)
    }));
    if changes.iter().any(|change| change.field() == Field::Name)
        && let Some(note) = name_obstacle(case, wanted)
    {
        changes.retain(|change| !matches!(change, ProgramChange::Name { .. }));
        notes.push(note);
    }
    (changes, notes)
}

fn unasked(case: &Case<'_>, key: &ProgramKey, found: &ActualProgram) -> Plan {
    let ActualProgram { ownership, known_as: _, seen } = found;
    let (key, id) = (key.clone(), seen.id.clone());
    if *ownership == Ownership::Unmanaged {
        stray(seen)
    } else if !case.rules.policy.prune {
        Plan::note(Note::NotPruned { key, id, name: seen.name.clone() })
    } else if case.rules.policy.rails.keep_programs.contains(&key) {
        Plan::note(Note::Kept { subject: subject(&key) })
    } else if !case.rules.capabilities.deletes_programs {
        Plan::note(unsupported(&key, Missing::DeletingPrograms))
    } else if !case.is_whole() {
        Plan::note(Note::Withheld { subject: subject(&key) })
    } else {
        let against = Fingerprint::At(seen.revision.clone());
        Plan::step(Action::DeleteProgram { key, id }, Reason::Unasked, against)
    }
}
