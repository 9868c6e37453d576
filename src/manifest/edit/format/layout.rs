//! Where each line begins.

use super::{
    super::Refusal,
    blocks::Form,
    lines::{Line, Structure, lines},
};

/// A list or a mapping that is open: the column where its parts stand, and where they belong.
#[derive(Debug, Clone, Copy)]
struct Level {
    found: usize,
    wanted: usize,
    is_list: bool,
}

#[derive(Debug, Clone, Default)]
struct Levels(Vec<Level>);

/// How the further lines of a block move.
#[derive(Debug, Clone, Copy)]
enum Shift {
    By(isize),
    /// Its first line that is not blank says from where; what is right of it is content.
    To(usize),
    /// As `By`, and blanks at the end of a line count.
    Literally {
        by: isize,
        from: usize,
    },
}

struct Layout {
    levels: Levels,
    shift: Shift,
    is_quoted: bool,
    written: Vec<String>,
}

pub(super) fn laid_out(text: &str) -> Result<Vec<String>, Refusal> {
    let lines = lines(text)?;
    let mut layout = Layout {
        levels: Levels::default(),
        shift: Shift::By(0),
        is_quoted: false,
        written: Vec::new(),
    };
    for (at, line) in lines.iter().enumerate() {
        match line {
            Line::Blank => layout.blank(),
            Line::Marker(text) => layout.marker(text),
            Line::Comment { column, text } => {
                let wanted = layout.levels.of_comment(*column, next(&lines[at..]));
                layout.written.push(spaces(wanted) + text);
            }
            Line::Structure(structure) => layout.structure(structure),
            Line::Within(text) => layout.within(text),
        }
    }
    layout.end();
    Ok(layout.written)
}

/// The column of what comes next in the document.
fn next(lines: &[Line<'_>]) -> Option<(usize, bool)> {
    lines.iter().find_map(|line| match line {
        Line::Structure(structure) => Some(Some(structure.column())),
        Line::Marker(_) => Some(None),
        Line::Blank | Line::Comment { .. } | Line::Within(_) => None,
    })?
}

impl Levels {
    fn place(&mut self, found: usize, is_list: bool) -> usize {
        while let Some(top) = self.0.last() {
            let is_over = top.found > found || top.found == found && top.is_list && !is_list;
            if !is_over {
                break;
            }
            self.0.pop();
        }
        let top = self.0.last();
        if let Some(top) = top.filter(|top| top.found == found && top.is_list == is_list) {
            return top.wanted;
        }
        let wanted = top.map_or(0, |top| top.wanted + 2);
        self.0.push(Level { found, wanted, is_list });
        wanted
    }

    /// With what it stands in line with: what follows, or what is open; else as deep as it may.
    fn of_comment(&self, column: usize, next: Option<(usize, bool)>) -> usize {
        let next = next.map(|(found, is_list)| (found, self.clone().place(found, is_list)));
        if let Some((_, wanted)) = next.filter(|(found, _)| *found == column) {
            return wanted;
        }
        let in_line = self.0.iter().find(|level| level.found == column);
        if let Some(level) = in_line {
            return level.wanted;
        }
        if let Some((_, wanted)) = next.filter(|(found, _)| *found > column) {
            return wanted;
        }
        self.0.iter().rfind(|level| level.found < column).map_or(0, |level| level.wanted)
    }
}

impl Layout {
    fn blank(&mut self) {
        let is_due = self.written.last().is_some_and(|line| !line.is_empty() && !is_begin(line));
        if is_due {
            self.written.push(String::new());
        }
    }

    fn marker(&mut self, text: &str) {
        self.end();
        self.levels = Levels::default();
        self.written.push(text.to_owned());
    }

    fn end(&mut self) {
        while self.written.last().is_some_and(String::is_empty) {
            self.written.pop();
        }
    }

    fn structure(&mut self, structure: &Structure<'_>) {
        let mut line = String::new();
        let pad = |line: &mut String, wanted: usize| {
            line.extend(std::iter::repeat_n(' ', wanted.saturating_sub(line.len())));
        };
        let (mut last, mut parent) = ((0, 0), (0, 0));
        for dash in &structure.dashes {
            let wanted = self.levels.place(*dash, true);
            pad(&mut line, wanted);
            line.push('-');
            last = (*dash, wanted);
            parent = last;
        }
        if let Some((column, text)) = structure.content {
            let wanted = self.levels.place(column, false);
            pad(&mut line, wanted);
            line.push_str(text);
            last = (column, wanted);
        } else if !structure.comment.is_empty() {
            line.push(' ');
            line.push_str(structure.comment);
        }
        if let Some((block, is_alone)) = &structure.block {
            let (found, wanted) = if *is_alone { parent } else { last };
            self.shift = match block.form {
                Form::Literal { is_indented_by_number: false } => Shift::To(wanted + 2),
                Form::Literal { is_indented_by_number: true } => {
                    Shift::Literally { by: distance(found, wanted), from: found }
                }
                Form::Quoted | Form::Loose => Shift::By(distance(last.0, last.1)),
            };
            self.is_quoted = block.form == Form::Quoted;
        }
        let ends_here =
            structure.block.as_ref().is_none_or(|(block, _)| block.form != Form::Quoted);
        self.written.push(if ends_here { line.trim_end().to_owned() } else { line });
    }

    fn within(&mut self, text: &str) {
        let indent = text.len() - text.trim_start_matches(' ').len();
        let is_blank = text.trim_matches(' ').is_empty();
        if let Shift::To(wanted) = self.shift
            && !is_blank
        {
            self.shift = Shift::Literally { by: distance(indent, wanted), from: indent };
        }
        let line = match self.shift {
            Shift::By(by) if !is_blank => {
                let text = &text[indent..];
                let text = if self.is_quoted { text } else { text.trim_end() };
                spaces(moved(indent, by)) + text
            }
            Shift::Literally { by, from } if !is_blank || indent > from => {
                spaces(moved(indent, by)) + &text[indent..]
            }
            Shift::By(_) | Shift::To(_) | Shift::Literally { .. } => String::new(),
        };
        self.written.push(line);
    }
}

/// Whether nothing stands before what follows.
fn is_begin(line: &str) -> bool {
    line == "---" || line.starts_with("--- ")
}

fn distance(from: usize, to: usize) -> isize {
    to.cast_signed() - from.cast_signed()
}

/// A width of `format!` ends at 65,535; a text's indentation does not.
fn spaces(n: usize) -> String {
    " ".repeat(n)
}

fn moved(indent: usize, by: isize) -> usize {
    indent.saturating_add_signed(by)
}
