//! Accounts on a terminal.

use super::{
    Look,
    layout::{runs, wrapped},
};
use crate::report::account::Account;
use anstyle::Style;

pub(in crate::report) fn account(account: &Account, look: &Look) -> String {
    let mut text = String::new();
    for entry in &account.entries {
        text.push_str(&wrapped(&runs(&entry.head, Style::new().bold()), 0, 4, look));
        for line in &entry.lines {
            text.push_str("    ");
            text.push_str(&wrapped(&runs(line, Style::new()), 4, 8, look));
        }
    }
    if !account.entries.is_empty() && !account.sentences.is_empty() {
        text.push('\n');
    }
    for sentence in &account.sentences {
        text.push_str(&wrapped(&runs(sentence, Style::new()), 0, 2, look));
    }
    text
}
