//! Whether journals are as they were written.

use super::{Format, json};
use crate::{
    ledger::{Head, VerifyError},
    model::WorkspaceId,
    report::{
        human::{self, Look},
        json::{Report, written},
        markdown::narrative as markdown,
        narrative::{Entry, Narrative},
        wording::{self, phrase::Phrase},
    },
};

#[derive(Debug)]
pub struct VerifyView<'a> {
    pub journals: &'a [Inspected],
    /// Earlier heads that were kept elsewhere, and whether a journal still has them.
    pub expected: &'a [(String, bool)],
}

#[derive(Debug)]
pub struct Inspected {
    pub workspace: WorkspaceId,
    pub found: Result<Head, VerifyError>,
}

impl VerifyView<'_> {
    pub fn is_sound(&self) -> bool {
        self.journals.iter().all(|journal| journal.found.is_ok())
            && self.expected.iter().all(|(_, is_held)| *is_held)
    }
}

/// What `history verify` says.
pub fn verify(view: &VerifyView<'_>, format: Format, look: &Look) -> String {
    match format {
        Format::Human => human::narrative(&narrative(view), look),
        Format::Markdown => markdown::narrative(&narrative(view)),
        Format::Json => written(&Report::HistoryVerify(json::HistoryVerify::new(view))),
    }
}

fn narrative(view: &VerifyView<'_>) -> Narrative {
    let entries = view.journals.iter().map(|journal| {
        let head = Phrase::words("Workspace ").and_data(&journal.workspace).and(": ");
        match &journal.found {
            Ok(Head { number: 0, .. }) => Entry { head: head.and("no records"), lines: Vec::new() },
            Ok(found) => {
                let n = usize::try_from(found.number).unwrap_or(usize::MAX);
                let records = wording::count(n, "record", "records");
                let head = head.and(format!("{records}, each as it was written"));
                Entry { head, lines: vec![Phrase::words("head ").and_data(found.seal())] }
            }
            Err(why) => {
                let head = head.and("not as it was written");
                Entry { head, lines: vec![Phrase::words("error: ").and_data(why)] }
            }
        }
    });
    let expected = view.expected.iter().map(|(seal, is_held)| {
        let phrase = Phrase::data(seal);
        match is_held {
            true => phrase.and(" is part of it."),
            false => phrase.and(" is part of no journal here: records were taken out or changed."),
        }
    });
    let all = match (view.journals.is_empty(), view.is_sound()) {
        (true, _) => "There is no journal yet.",
        (false, true) => {
            "Nothing was changed within. Keep the heads elsewhere, and give them to `--expect` \
             later: that also finds a journal that was written anew."
        }
        (false, false) => {
            "Somebody or something has changed the ledger. Do not apply with it: restore it from a \
             backup, or import an export of it into a new one."
        }
    };
    let sentences = expected.chain([Phrase::words(all)]).collect();
    Narrative {
        title: Phrase::words("minisync history verify"),
        entries: entries.collect(),
        sentences,
    }
}
