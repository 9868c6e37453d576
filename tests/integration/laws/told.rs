//! A plan in a few words, for tests to read.

use minisync::{
    model::{ProgramRef, Role, Subject, Translation},
    plan::{Action, Fingerprint, Missing, Note, Plan, ProgramChange, Step, Stray},
};

/// One line a step and note; nothing of a plan is left out but ids and times.
pub(super) fn told(plan: &Plan) -> String {
    let steps = plan.steps.iter().map(step);
    let lines: Vec<_> = steps.chain(plan.notes.iter().map(note)).collect();
    if lines.is_empty() { "nothing".into() } else { lines.join("\n") }
}

fn step(step: &Step) -> String {
    let Step { action: what, reason, against } = step;
    let against = match against {
        Fingerprint::Absent => "absent",
        Fingerprint::At(_) => "as seen",
    };
    format!("{:?}: {} ({reason:?}, {against})", what.phase(), action(what))
}

fn action(action: &Action) -> String {
    match action {
        Action::AdoptProgram { key, .. } => format!("adopt {key}"),
        Action::AdoptMember { email, .. } => format!("adopt {email}"),
        Action::CreateProgram { program } => match &program.created_by {
            Some(master) => format!("create {} as {master}", program.key),
            None => format!("create {}", program.key),
        },
        Action::UpdateProgram { key, changes, .. } => {
            let changes: Vec<_> = changes.iter().map(change).collect();
            format!("update {key}: {}", changes.join(", "))
        }
        Action::DeleteProgram { key, .. } => format!("delete {key}"),
        Action::Invite { email, name, role: to } => {
            format!("invite {name} {email} as {}", role(to))
        }
        Action::Reinvite { email, name, role: to, .. } => {
            format!("reinvite {name} {email} as {}", role(to))
        }
        Action::Resend { email, .. } => format!("resend {email}"),
        Action::Withdraw { email, .. } => format!("withdraw {email}"),
        Action::ChangeRole { email, from, to, .. } => {
            format!("change {email} from {} to {}", role(from), role(to))
        }
        Action::Block { email, .. } => format!("block {email}"),
        Action::Unblock { email, .. } => format!("unblock {email}"),
        Action::Remove { email, .. } => format!("remove {email}"),
    }
}

fn role(role: &Role<ProgramRef>) -> String {
    let programs: Vec<_> = role
        .assignments()
        .map(|program| match program {
            ProgramRef::Existing { key: Some(key), .. } => key.to_string(),
            ProgramRef::Existing { key: None, .. } => "a stranger".into(),
            ProgramRef::New(key) => format!("new {key}"),
        })
        .collect();
    if programs.is_empty() {
        role.name().into()
    } else {
        format!("{} of {}", role.name(), programs.join(" and "))
    }
}

fn change(change: &ProgramChange) -> String {
    let was = |from: &Option<String>| from.clone().unwrap_or_else(|| "nothing".into());
    let name = |it: &Option<Translation>| it.as_ref().and_then(|it| it.name.clone());
    match change {
        ProgramChange::Name { from, to } => format!("name {from} -> {to}"),
        ProgramChange::ReleaseTo { from, to } => format!("targets {} -> {}", from.len(), to.len()),
        ProgramChange::Tagline { from, to } => format!("tagline {} -> {to}", was(from)),
        ProgramChange::Description { from, to } => format!("description {} -> {to}", was(from)),
        ProgramChange::Logo { from, to } => {
            format!("logo {} -> {}", was(&from.as_ref().map(ToString::to_string)), to.digest)
        }
        ProgramChange::Industry { from, to } => format!("industry {} -> {to}", was(from)),
        ProgramChange::Phone { from, to } => format!("phone {} -> {to}", was(from)),
        ProgramChange::Email { from, to } => format!("email {} -> {to}", was(from)),
        ProgramChange::Language { tag, from, to } => {
            format!("{tag} {} -> {}", was(&name(from)), was(&name(to)))
        }
    }
}

fn note(note: &Note) -> String {
    match note {
        Note::WaitingForMember { email, name, .. } => format!("waits for {name} {email}"),
        Note::WaitingForMaster { key, master, .. } => format!("{key} waits for {master}"),
        Note::WaitingForProgram { email, programs } => {
            let programs: Vec<_> = programs.iter().map(ToString::to_string).collect();
            format!("{email} waits for {}", programs.join(" and "))
        }
        Note::Resting { email, name, .. } => format!("rests: {name} {email}"),
        Note::Queued { email, name, .. } => format!("queued: {name} {email}"),
        Note::Moving { from, to } => format!("moving: {from} to {to}"),
        Note::Ending { email, program: None, until } => format!("ends: {email} {until}"),
        Note::Ending { email, program: Some(key), until } => {
            format!("ends: {email} in {key} {until}")
        }
        Note::GaveUp { email, name, .. } => format!("given up: {name} {email}"),
        Note::Left { email, name } => format!("left: {name} {email}"),
        Note::Undelivered { email, name, .. } => format!("undelivered: {name} {email}"),
        Note::InvitationLapsed { email, name, how } => format!("lapsed: {name} {email} ({how:?})"),
        Note::Unsupported { subject, missing: Missing::ActingAs(master) } => {
            format!("cannot: {} acting as {master}", about(subject))
        }
        Note::Unsupported { subject, missing: Missing::ChangingDefaultLanguage { from, to } } => {
            format!("cannot: {} default language {from} -> {to}", about(subject))
        }
        Note::Unsupported { subject, missing } => format!("cannot: {} {missing:?}", about(subject)),
        Note::Unmanaged(Stray::Program { name, .. }) => format!("not ours: {name}"),
        Note::Unmanaged(Stray::Member { email, name, .. }) => format!("not ours: {name} {email}"),
        Note::Unmanaged(Stray::Assignment { email, .. }) => {
            format!("not ours: a program that {email} is assigned to")
        }
        Note::NotPruned { key, name, .. } => format!("not pruned: {key} {name}"),
        Note::LastProgram { key, of, .. } => {
            let of: Vec<_> = of.iter().map(ToString::to_string).collect();
            format!("kept: {key} is all that {} has", of.join(" and "))
        }
        Note::Ambiguous { subject, candidates } => {
            format!("ambiguous: {} ({} candidates)", about(subject), candidates.len())
        }
        Note::NameTaken { key, name, .. } => format!("name taken: {key} {name}"),
        Note::Lookalike { key, name, .. } => format!("lookalike: {key} and {name}"),
        Note::Ignored { subject, field, .. } => format!("ignored: {} {field}", about(subject)),
        Note::IgnoreEnded { subject, field, until } => {
            format!("ignored until {until}: {} {field}", about(subject))
        }
        Note::Protected { email } => format!("protected: {email}"),
        Note::Withheld { subject } => format!("withheld: {}", about(subject)),
        Note::Kept { subject } => format!("kept by policy: {}", about(subject)),
        Note::Incomplete => "incomplete".to_owned(),
        Note::ClocksDisagree { theirs, ours } => format!("clocks disagree: {theirs} {ours}"),
        Note::Unrecognised { email, said } => format!("unrecognised: {email} {said}"),
    }
}

fn about(subject: &Subject) -> String {
    match subject {
        Subject::Program(key) => key.to_string(),
        Subject::Member(email) => email.to_string(),
    }
}
