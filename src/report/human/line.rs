//! A line about one thing: a mark, who or what, and beside it (below it, where there is no room)
//! what there is to say.

use super::{
    FAINT, Look,
    layout::{self, Run, wrapped},
    styled,
};
use crate::{
    plan::Note,
    report::wording::{
        kind::Mark,
        note::{Concern, Teller},
        phrase::Phrase,
        way_out,
    },
};
use anstyle::{AnsiColor, Style};

const THING: Style = Style::new().bold();
/// Where things begin.
const INDENT: usize = 6;
/// Where texts begin that stand below their things.
const BELOW: usize = 8;
/// Terminals that are narrower get a thing and what there is to say of it on lines of their own.
pub(super) const NARROW: usize = 72;

#[derive(Debug)]
pub(super) struct Line {
    mark: Mark,
    thing: Vec<Run>,
    text: Vec<Run>,
    help: Option<Phrase>,
    /// Whole lines that stand below it.
    below: String,
}

impl Line {
    pub(super) fn new(mark: Mark, thing: &str, text: Vec<Run>) -> Self {
        let thing = vec![Run::new(THING, thing)];
        Self { mark, thing, text, help: None, below: String::new() }
    }

    pub(super) fn of_note(note: &Note, teller: &Teller<'_>) -> Self {
        let text = layout::runs(&teller.text(note), Style::new());
        let line = Self::new(Concern::of(note).mark(), &teller.thing(note), text);
        Self { help: way_out::help(note), ..line }
    }

    /// Says where the thing is.
    #[must_use]
    pub(super) fn within(mut self, workspace: &str) -> Self {
        self.thing.push(Run::new(FAINT, &format!(" in {workspace}")));
        self
    }

    #[must_use]
    pub(super) fn with_help(self, help: Option<Phrase>) -> Self {
        Self { help, ..self }
    }

    #[must_use]
    pub(super) fn with_below(self, below: String) -> Self {
        Self { below, ..self }
    }

    pub(super) fn written(&self, column: Option<usize>, look: &Look) -> String {
        let mark = styled(mark_style(self.mark), self.mark.sign());
        let thing = wrapped(&self.thing, INDENT, INDENT, look);
        let end = INDENT + layout::width(&self.thing);
        let (head, at) = match column {
            Some(column) if end + 2 <= column => {
                (format!("{}{}", thing.trim_end(), " ".repeat(column - end)), column)
            }
            Some(_) | None => (format!("{thing}{}", " ".repeat(BELOW)), BELOW),
        };
        let text = wrapped(&self.text, at, at, look);
        let help = self.help.as_ref().map(|help| {
            let mut runs = vec![Run::new(FAINT, "help: ")];
            runs.extend(layout::runs(help, Style::new()));
            format!("{}{}", " ".repeat(at), wrapped(&runs, at, at + 2, look))
        });
        format!("    {mark} {head}{text}{}{}", help.unwrap_or_default(), self.below)
    }
}

/// With texts one below the other.
pub(super) fn written(lines: &[Line], look: &Look) -> String {
    let column = column(lines, look);
    lines.iter().map(|line| line.written(column, look)).collect()
}

/// Where texts begin, when things and texts stand side by side.
pub(super) fn column(lines: &[Line], look: &Look) -> Option<usize> {
    if look.width < NARROW {
        return None;
    }
    let widths = lines.iter().map(|line| layout::width(&line.thing));
    Some(INDENT + widths.filter(|width| *width <= look.width / 2).max().unwrap_or_default() + 2)
}

fn mark_style(mark: Mark) -> Style {
    match mark {
        Mark::Make => AnsiColor::Green.on_default(),
        Mark::Change | Mark::Again | Mark::Adopt => AnsiColor::Yellow.on_default(),
        Mark::Take => AnsiColor::Red.on_default(),
        Mark::Wait => AnsiColor::Cyan.on_default(),
        Mark::Person => AnsiColor::Magenta.on_default().bold(),
        Mark::None => Style::new(),
    }
}
