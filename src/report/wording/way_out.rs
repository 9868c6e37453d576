//! The way out of what needs somebody: what to run, or what to change where.

use super::{command::word, phrase::Phrase};
use crate::{
    model::{Email, Subject},
    plan::{Missing, Note},
};

/// What can be done about a note; `None`: nothing has to be, or only time helps.
pub(in crate::report) fn help(note: &Note) -> Option<Phrase> {
    Some(match note {
        Note::GaveUp { email, .. } | Note::InvitationLapsed { email, .. } => {
            asked_again(email, " to ask again, or take them off the roster")
        }
        Note::Left { email, .. } => {
            asked_again(email, " to ask them back, or take them off the roster")
        }
        Note::Undelivered { email, .. } => {
            Phrase::words("a queued mail is tried again; after a rejection, check whether ")
                .and_quoted(email)
                .and(" is right")
        }
        Note::Unsupported { subject, missing } => unsupported(subject, missing),
        Note::Ambiguous { .. } => {
            Phrase::words("leave only one of them, in the platform's console")
        }
        Note::NameTaken { was: Some(was), .. } => {
            Phrase::words("if it is the same program, write ")
                .and_quoted(format!("previously: {was}"))
                .and(" beside its new key in `metadata`; else choose another name")
        }
        Note::NameTaken { was: None, .. } => {
            Phrase::words("choose another name, or give the other program a new one first")
        }
        Note::Lookalike { name, .. } => Phrase::words("if it is the same, write ")
            .and_quoted(format!("name: {name}"))
            .and(" in the manifest: then it is adopted, and nothing is created"),
        Note::IgnoreEnded { .. } => {
            Phrase::words("take that line out of `ignore`, or give it another day")
        }
        Note::LastProgram { .. } => {
            Phrase::words("assign another program to them, or take them off the roster")
        }
        Note::Withheld { .. } | Note::Incomplete => {
            Phrase::words("try again when the platform answers in full")
        }
        Note::ClocksDisagree { .. } => Phrase::words(
            "set the wrong clock right: this machine's, the platform's, or that of a proxy between",
        ),
        Note::Unrecognised { .. } => {
            Phrase::words("look it up in the platform's console; nothing is done to them meanwhile")
        }
        Note::WaitingForMember { .. }
        | Note::WaitingForMaster { .. }
        | Note::WaitingForProgram { .. }
        | Note::Resting { .. }
        | Note::Queued { .. }
        | Note::Moving { .. }
        | Note::Ending { .. }
        | Note::Unmanaged(_)
        | Note::NotPruned { .. }
        | Note::Ignored { .. }
        | Note::Protected { .. }
        | Note::Kept { .. } => return None,
    })
}

fn asked_again(email: &Email, and: &str) -> Phrase {
    let command = format!("minisync apply --reinvite {}", word(email.as_str()));
    Phrase::words("run ").and_quoted(command).and(and)
}

fn unsupported(subject: &Subject, missing: &Missing) -> Phrase {
    Phrase::words(match missing {
        Missing::CreatingPrograms => "create it in the platform's console",
        Missing::DeletingPrograms => "delete it in the platform's console",
        Missing::ChangingDefaultLanguage { from, .. } => {
            return Phrase::words("write ")
                .and_quoted(format!("defaultLanguage: {from}"))
                .and(" in the manifest");
        }
        Missing::RemovingListing => "put the listing back into the manifest",
        Missing::ChangingRoles => "write the role that they have, or change it in the console",
        Missing::Resending | Missing::Withdrawing | Missing::Blocking => {
            "do it in the platform's console"
        }
        Missing::ActingAs(master) => return acting_as(subject, master),
    })
}

fn acting_as(subject: &Subject, master: &Email) -> Phrase {
    let owner = match subject {
        Subject::Program(_) => ", or leave `createdBy` out for the owner to create it",
        Subject::Member(_) => "",
    };
    Phrase::words(
        "in minisync.yaml, add a credential of theirs to `environments.NAME.masters`, where NAME \
         is this environment: ",
    )
    .and_quoted(format!("{master}: {{ env: VARIABLE_WITH_THEIR_TOKEN }}"))
    .and(owner)
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn a_pasted_command_asks_for_that_address_and_nothing_else() {
        assert_eq!(word("lin+x@example.com"), "lin+x@example.com");
        assert_eq!(word("$(id)&`x`|'@example.com"), r"'$(id)&`x`|'\''@example.com'");
    }
}
