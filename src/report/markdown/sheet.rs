//! Tables and sentences in Markdown.

use super::{
    escape::{cell, phrase},
    page::Page,
};
use crate::report::{
    access::sheet::{Sheet, Table},
    wording::phrase::Phrase,
};

/// For a comment: no longer than GitHub takes.
pub(in crate::report) fn comment(sheet: &Sheet) -> String {
    let mut page = Page::default();
    page.add(&title(sheet), 0);
    for table in &sheet.tables {
        page.add_rows(&head(table), table.rows.iter().map(|row| self::row(row)), "");
    }
    page.finish()
}

/// For a file: whole, however long.
pub(in crate::report) fn file(sheet: &Sheet) -> String {
    let mut text = title(sheet);
    for table in sheet.tables.iter().filter(|table| !table.rows.is_empty()) {
        text.push_str(&head(table));
        text.extend(table.rows.iter().map(|row| self::row(row)));
    }
    text
}

fn title(sheet: &Sheet) -> String {
    let sentences: Vec<String> = sheet.sentences.iter().map(phrase).collect();
    format!("### {}\n\n{}\n", phrase(&sheet.title), sentences.join("\n"))
}

fn head(table: &Table) -> String {
    let caption = match phrase(&table.caption) {
        caption if caption.is_empty() => "\n".to_owned(),
        caption => format!("\n#### {caption}\n\n"),
    };
    let rule = "-|".repeat(table.head.len());
    format!("{caption}| {} |\n|{rule}\n", table.head.join(" | "))
}

fn row(row: &[Phrase]) -> String {
    let cells: Vec<String> = row.iter().map(|it| cell(&phrase(it))).collect();
    format!("| {} |\n", cells.join(" | "))
}
