//! Breaking styled words into lines that fit, by the width that a terminal gives them.

use super::{Look, styled};
use crate::report::{visible::visible, wording::phrase::Phrase};
use anstyle::Style;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Text in one style; safe to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) style: Style,
    pub(super) text: String,
}

/// What is never broken, and whether a space stands before it.
#[derive(Debug, Default)]
struct Atom {
    runs: Vec<Run>,
    spaced: bool,
}

impl Run {
    pub(super) fn new(style: Style, text: &str) -> Self {
        Self { style, text: visible(text).into_owned() }
    }
}

/// The pieces of a phrase, all in one style.
pub(super) fn runs(phrase: &Phrase, style: Style) -> Vec<Run> {
    phrase.pieces().iter().map(|piece| Run::new(style, &piece.plain())).collect()
}

pub(super) fn width(runs: &[Run]) -> usize {
    runs.iter().map(|run| run.text.width()).sum()
}

/// Lines no wider than the terminal where that can be; the first begins at column `at`, the
/// others are indented. With a line end.
pub(super) fn wrapped(runs: &[Run], at: usize, indent: usize, look: &Look) -> String {
    let mut text = String::new();
    let (mut column, mut fresh) = (at, true);
    for atom in atoms(runs) {
        let space = usize::from(atom.spaced && !fresh);
        if !fresh && column + space + width(&atom.runs) > look.width && !atom.is_a_command() {
            text.push('\n');
            text.push_str(&" ".repeat(indent));
            column = indent;
        } else {
            text.push_str(&" ".repeat(space));
            column += space;
        }
        for run in &atom.runs {
            text.push_str(&styled(run.style, &run.text));
        }
        column += width(&atom.runs);
        fresh = false;
    }
    text.push('\n');
    text
}

impl Atom {
    /// GitHub would obey such a text at the beginning of a line.
    fn is_a_command(&self) -> bool {
        self.runs.first().is_some_and(|run| run.text.starts_with("::"))
    }

    fn push(&mut self, style: Style, c: char) {
        match self.runs.last_mut() {
            Some(run) if run.style == style => run.text.push(c),
            Some(_) | None => self.runs.push(Run { style, text: c.to_string() }),
        }
    }
}

fn atoms(runs: &[Run]) -> Vec<Atom> {
    let mut atoms = vec![Atom::default()];
    let mut before = ' ';
    for run in runs {
        for c in run.text.chars() {
            let last = atoms.last_mut().expect("begins with one");
            if c == ' ' || (may_break(before, c) && !last.runs.is_empty()) {
                atoms.push(Atom { runs: Vec::new(), spaced: c == ' ' });
            }
            if c != ' ' {
                atoms.last_mut().expect("begins with one").push(run.style, c);
            }
            before = c;
        }
    }
    atoms.retain(|atom| !atom.runs.is_empty());
    atoms
}

/// Chinese has no spaces, and may be broken between any two characters but before a stop.
fn may_break(before: char, after: char) -> bool {
    let is_wide = |c: char| c.width() == Some(2);
    let stops = "，。、；：？！）》」』】…";
    let opens = "（《「『【";
    (is_wide(before) || is_wide(after))
        && !stops.contains(after)
        && !opens.contains(before)
        && after.width() != Some(0)
        && before != '\u{200d}'
        && before != ' '
        && !matches!(after, ')' | ',' | '.' | ';' | ':' | '>' | ']' | '}' | '-' | '+')
        && !matches!(before, '(' | '<' | '[' | '{' | '-' | '+')
}

#[cfg(test)]
mod tests {
    use super::{Look, Run, wrapped};
    use crate::report::human::Extent;
    use anstyle::Style;
    use unicode_width::UnicodeWidthStr as _;

    fn lines(text: &str, width: usize) -> Vec<String> {
        let look = Look { width, extent: Extent::Brief };
        let text = wrapped(&[Run::new(Style::new(), text)], 0, 2, &look);
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn lines_end_between_words_and_between_chinese_characters() {
        assert_eq!(lines("one two three", 9), ["one two", "  three"]);
        assert_eq!(lines("每天一杯好咖啡，幸福", 10), ["每天一杯好", "  咖啡，幸", "  福"]);
        assert_eq!(lines("每天一杯好咖啡，幸福", 8), ["每天一杯", "  好咖", "  啡，幸", "  福"]);
        assert_eq!(lines("nowhere-to-break x", 5), ["nowhere-to-break", "  x"]);
        assert_eq!(lines("", 5), [""]);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_when_it_can_be_broken() {
        let text = "把 coffee 分给 Lin Wei 👩‍💻 和 ａｂｃ, then 茶";
        for width in 12..40 {
            for line in lines(text, width) {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn no_line_begins_with_a_workflow_command() {
        let lines = lines("a name of ::error::x", 12);
        assert!(lines.iter().all(|line| !line.trim_start().starts_with("::")), "{lines:?}");
    }
}
