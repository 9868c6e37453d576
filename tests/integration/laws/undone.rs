//! Which step is there to undo what was changed outside.

use super::manifests::{email, key, program};
use jiff::Timestamp;
use minisync::{
    model::{Email, Field, LastChange, MemberId, ProgramId, ProgramKey, Revision, Role, Subject},
    plan::{Action, Drift, Edit, Fingerprint, Outside, ProgramChange, Reason, Step, undone},
};

fn drift(subject: Subject, what: Outside) -> Drift {
    let now = Timestamp::UNIX_EPOCH;
    Drift { subject, what, after: now, before: now, last_change: LastChange::default() }
}

fn changed(fields: &[Field]) -> Outside {
    let edits = fields.iter().map(|field| Edit { field: field.clone(), from: None, to: None });
    Outside::Changed(edits.collect())
}

/// The words of the steps that undo it.
fn undone_by(drift: &Drift, actions: Vec<Action>) -> String {
    let step = |action| {
        let against = Fingerprint::At(Revision::new("7"));
        Step { action, reason: Reason::Differs, against }
    };
    let steps = actions
        .into_iter()
        .map(step)
        .filter(|step| undone(std::slice::from_ref(drift), step).is_some());
    steps.map(|step| step.action.word().to_owned()).collect::<Vec<_>>().join(", ")
}

fn about_program(key: &ProgramKey) -> Vec<Action> {
    let (from, to) = ("Beta".to_owned(), "Alpha".to_owned());
    let changes = vec![
        ProgramChange::Phone { from: None, to: "0571".into() },
        ProgramChange::Name { from, to },
    ];
    let (id, program) = (ProgramId::new("p1"), Box::new(program(key.as_str(), "Alpha")));
    vec![
        Action::AdoptProgram { key: key.clone(), id: id.clone() },
        Action::CreateProgram { program },
        Action::UpdateProgram { key: key.clone(), id: id.clone(), changes },
        Action::DeleteProgram { key: key.clone(), id },
    ]
}

fn about_member(email: &Email) -> Vec<Action> {
    let (email, id, name) = (|| email.clone(), || MemberId::new("m1"), || "Lin".to_owned());
    let (from, to) = (Role::Developer([].into()), Role::Master);
    vec![
        Action::AdoptMember { email: email(), id: id() },
        Action::Invite { email: email(), name: name(), role: Role::Master },
        Action::Reinvite { email: email(), id: id(), name: name(), role: Role::Master },
        Action::Resend { email: email(), id: id() },
        Action::Withdraw { email: email(), id: id(), moved_to: None },
        Action::ChangeRole { email: email(), id: id(), from, to, before_unblock: false },
        Action::Block { email: email(), id: id() },
        Action::Unblock { email: email(), id: id() },
        Action::Remove { email: email(), id: id(), moved_to: None },
    ]
}

#[test]
fn a_change_is_undone_by_a_step_on_the_same_field_of_the_same_thing() {
    let program = |what| drift(Subject::Program(key("a")), what);
    let by = |what| undone_by(&program(what), about_program(&key("a")));
    assert_eq!(by(Outside::Removed), "create-program");
    assert_eq!(by(changed(&[Field::Tagline, Field::Name])), "update-program");
    assert_eq!(by(changed(&[Field::Phone])), "update-program");
    assert_eq!(by(changed(&[Field::Tagline])), "");
    for what in [Outside::Removed, changed(&[Field::Name])] {
        assert_eq!(undone_by(&program(what), about_program(&key("b"))), "");
    }

    let member = |what| drift(Subject::Member(email("d@x.cn")), what);
    let by = |what| undone_by(&member(what), about_member(&email("d@x.cn")));
    assert_eq!(by(Outside::Removed), "invite");
    assert_eq!(by(changed(&[Field::Role])), "reinvite, change-role");
    assert_eq!(by(changed(&[Field::MiniPrograms])), "reinvite, change-role");
    assert_eq!(by(changed(&[Field::Blocked])), "block, unblock");
    assert_eq!(undone_by(&member(Outside::Removed), about_member(&email("e@x.cn"))), "");
}
