//! What a step does, to whom, and why.

use super::phrase::Phrase;
use crate::{
    model::{MiniProgram, ProgramRef, Role},
    plan::{Action, Reason},
    report::view::WorkspaceView,
};

/// Programs named in a role before the rest is counted.
const NAMED_PROGRAMS: usize = 6;

/// What happens to the thing that stands before it: `invite as developer of coffee`.
pub(in crate::report) fn deed(action: &Action, workspace: &WorkspaceView<'_>) -> Phrase {
    match action {
        Action::AdoptProgram { id, .. } => Phrase::words("adopt ").and_data(id),
        Action::AdoptMember { .. } => Phrase::words("adopt"),
        Action::CreateProgram { program } => created(program, workspace),
        Action::UpdateProgram { changes, .. } => {
            let n = changes.len();
            Phrase::words(format!("update {}", super::count(n, "field", "fields")))
        }
        Action::DeleteProgram { key, .. } => {
            let name = workspace.program_name(key).unwrap_or_default();
            Phrase::words("delete ").and_data(name)
        }
        Action::Invite { role, .. } => Phrase::words("invite as ").then(role_of(role, workspace)),
        Action::Reinvite { role, .. } => {
            Phrase::words("end what there is, and invite afresh as ").then(role_of(role, workspace))
        }
        Action::Resend { .. } => Phrase::words("resend the invitation"),
        Action::Withdraw { .. } => Phrase::words("withdraw the invitation"),
        Action::ChangeRole { from, to, .. } => {
            role_of(from, workspace).and(" → ").then(role_of(to, workspace))
        }
        Action::Block { .. } => Phrase::words("block"),
        Action::Unblock { .. } => Phrase::words("unblock"),
        Action::Remove { .. } => Phrase::words("remove from the workspace"),
    }
}

/// The whole of it: `invite Lin Wei <lin@example.com> as developer of coffee`.
pub(in crate::report) fn sentence(action: &Action, workspace: &WorkspaceView<'_>) -> Phrase {
    let thing = Phrase::data(workspace.subject(&action.subject()));
    let with = |before: &str, after: Phrase| Phrase::words(before).then(thing.clone()).then(after);
    let nothing = Phrase::default;
    match action {
        Action::AdoptProgram { .. } | Action::AdoptMember { .. } => with("adopt ", nothing()),
        Action::CreateProgram { .. } => with("create ", nothing()),
        Action::UpdateProgram { .. } => with("update ", nothing()),
        Action::DeleteProgram { .. } => with("delete ", nothing()),
        Action::Invite { role, .. } => {
            with("invite ", Phrase::words(" as ").then(role_of(role, workspace)))
        }
        Action::Reinvite { role, .. } => {
            with("invite ", Phrase::words(" afresh as ").then(role_of(role, workspace)))
        }
        Action::Resend { .. } => with("resend the invitation to ", nothing()),
        Action::Withdraw { .. } => with("withdraw the invitation to ", nothing()),
        Action::ChangeRole { to, .. } => {
            with("make ", Phrase::words(" ").then(role_of(to, workspace)))
        }
        Action::Block { .. } => with("block ", nothing()),
        Action::Unblock { .. } => with("unblock ", nothing()),
        Action::Remove { .. } => with("remove ", Phrase::words(" from the workspace")),
    }
}

/// `developer of coffee and tea`
pub(in crate::report) fn role_of(role: &Role<ProgramRef>, workspace: &WorkspaceView<'_>) -> Phrase {
    let programs = role.assignments().map(|program| Phrase::data(workspace.program(program)));
    let programs = Phrase::short_list(programs, NAMED_PROGRAMS);
    let phrase = Phrase::words(role.name());
    if programs.is_empty() { phrase } else { phrase.and(" of ").then(programs) }
}

/// `differs from the manifest`
pub(in crate::report) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Missing => "new",
        Reason::Differs => "differs from the manifest",
        Reason::Found => "there already, and not managed so far",
        Reason::Renamed => "managed already, under the key it had before",
        Reason::Unasked => "no manifest asks for it any more",
        Reason::Expired => "nobody accepted in time",
        Reason::Refused => "refused before, and asked again",
        Reason::Left => "left by themselves, and asked again",
        Reason::Ended => "the last day in the manifest has passed",
        Reason::Moved => "they have another address now",
        Reason::InvitationDiffers => "a sent invitation cannot be changed",
        Reason::RolesAreFixed => "this platform cannot change roles",
        Reason::BlockedByManifest => "the manifest says `blocked: true`",
        Reason::UnblockedByManifest => "the manifest does not say `blocked: true`",
    }
}

/// `create 幸福咖啡 (zh-CN and en-US, for alipay-cn) as Mei Chen <mei@example.com>`
fn created(program: &MiniProgram, workspace: &WorkspaceView<'_>) -> Phrase {
    let languages = std::iter::once(&program.default_language).chain(program.languages.keys());
    let languages = Phrase::short_list(languages.map(Phrase::data), NAMED_PROGRAMS);
    let targets = Phrase::list(program.release_to.iter().map(Phrase::data));
    let mut phrase = Phrase::words("create ").and_data(&program.name).and(" (").then(languages);
    if !targets.is_empty() {
        phrase = phrase.and(", for ").then(targets);
    }
    phrase = phrase.and(if program.listing.is_none() { ", listing to follow)" } else { ")" });
    match &program.created_by {
        Some(master) => phrase.and(" as ").and_data(workspace.person(master)),
        None => phrase,
    }
}
