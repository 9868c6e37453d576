//! Accounts in Markdown: lists.

use super::{escape::phrase, page::Page};
use crate::report::account::Account;

/// For a comment: no longer than GitHub takes.
pub(in crate::report) fn account(account: &Account) -> String {
    let mut page = Page::default();
    let sentences: Vec<String> = account.sentences.iter().map(phrase).collect();
    page.add(&format!("### {}\n\n{}\n\n", phrase(&account.title), sentences.join("\n")), 0);
    for entry in &account.entries {
        let lines = entry.lines.iter().map(|line| format!("  - {}\n", phrase(line)));
        let block = format!("- {}\n{}", phrase(&entry.head), lines.collect::<String>());
        page.add(&block, 1 + entry.lines.len());
    }
    page.finish()
}
