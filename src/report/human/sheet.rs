//! Tables and sentences on a terminal.

use super::{
    Look,
    layout::{Run, runs, wrapped},
    styled,
};
use crate::report::{
    access::sheet::{Sheet, Table},
    visible::visible,
    wording::phrase::Phrase,
};
use anstyle::Style;
use comfy_table::{ContentArrangement, presets};

pub(in crate::report) fn sheet(sheet: &Sheet, look: &Look) -> String {
    let mut text = String::new();
    for table in sheet.tables.iter().filter(|table| !table.rows.is_empty()) {
        text.push_str(&self::table(table, look));
        text.push('\n');
    }
    for sentence in &sheet.sentences {
        text.push_str(&wrapped(&runs(sentence, Style::new()), 0, 2, look));
    }
    text
}

fn table(table: &Table, look: &Look) -> String {
    let mut drawn = comfy_table::Table::new();
    drawn
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(look.width).unwrap_or(u16::MAX))
        .set_header(table.head.iter().copied())
        .add_rows(table.rows.iter().map(|row| row.iter().map(cell)));
    let caption = Run::new(Style::new(), &table.caption.plain()).text;
    let lines = drawn.lines().map(|line| format!("{}\n", line.trim_end()));
    if caption.is_empty() {
        return lines.collect();
    }
    format!("{}\n{}", styled(Style::new().bold(), &caption), lines.collect::<String>())
}

/// A line that a cell is broken at must not begin as a workflow command does.
fn cell(phrase: &Phrase) -> String {
    visible(&phrase.plain()).replace("::", ": :")
}
