//! One workspace of a plan: a heading, and below it who or what, what happens to it, and why.

use super::{
    Extent, FAINT, Look, diff,
    layout::{self, Run, wrapped},
    styled,
};
use crate::{
    model::Subject,
    plan::{Note, Step},
    report::{
        view::WorkspaceView,
        wording::{
            self,
            field::fields,
            kind::{Kind, Mark},
            note::{self, Concern, Teller},
            phrase::Phrase,
            step,
        },
    },
};
use anstyle::{AnsiColor, Style};
use jiff::Timestamp;

const THING: Style = Style::new().bold();
const HEADING: Style = Style::new().bold().underline();
/// Terminals that are narrower get a thing and what happens to it on lines of their own.
const NARROW: usize = 72;
/// More lines of one kind than this are counted in [`Extent::Brief`] …
const ALIKE: usize = 30;
/// … but for so many of them.
const SHOWN: usize = 20;

#[derive(Debug)]
pub(super) struct Section<'a> {
    workspace: &'a WorkspaceView<'a>,
    teller: Teller<'a>,
    look: &'a Look,
}

#[derive(Debug, Clone, Copy)]
enum Item<'a> {
    Step(&'a Step),
    Note(&'a Note),
}

/// Items that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Alike {
    Steps(Kind),
    Notes(Concern),
}

impl<'a> Section<'a> {
    pub(super) fn new(workspace: &'a WorkspaceView<'a>, now: Timestamp, look: &'a Look) -> Self {
        Self { workspace, teller: Teller::new(workspace, now), look }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.workspace.plan.steps.is_empty() && self.workspace.plan.notes.is_empty()
    }

    pub(super) fn whole(&self) -> String {
        let mut text = styled(HEADING, &format!("Workspace {}", self.workspace.id));
        text.push('\n');
        for (heading, items) in self.groups() {
            text.push_str("\n  ");
            text.push_str(&styled(FAINT, heading));
            text.push('\n');
            text.push_str(&self.group(&items));
        }
        text.push('\n');
        text
    }

    /// The workspace in one line.
    pub(super) fn counted(&self) -> String {
        let plan = self.workspace.plan;
        let kinds = wording::kind::kinds(std::iter::once(plan));
        let mut parts = Vec::new();
        if !kinds.is_empty() {
            parts.push(wording::kind::to_do(&kinds));
        }
        if !plan.notes.is_empty() {
            parts.push(wording::count(plan.notes.len(), "note", "notes"));
        }
        let line = Phrase::words(format!("Workspace {}: {}", self.workspace.id, parts.join("; ")));
        wrapped(&layout::runs(&line, Style::new()), 0, 2, self.look)
    }

    /// Headings and what stands below them; none is empty.
    fn groups(&self) -> Vec<(&'static str, Vec<Item<'a>>)> {
        let plan = self.workspace.plan;
        let (programs, people): (Vec<_>, Vec<_>) =
            plan.steps.iter().map(Item::Step).partition(Item::is_of_a_program);
        let mut groups = vec![("Programs", programs), ("People", people)];
        for concern in Concern::ALL {
            let notes = note::worth_telling(plan, concern).into_iter().map(Item::Note);
            groups.push((concern.heading(), notes.collect()));
        }
        groups.retain(|(_, items)| !items.is_empty());
        for (_, items) in &mut groups {
            items.sort_by_key(Item::alike);
        }
        groups
    }

    fn group(&self, items: &[Item<'a>]) -> String {
        let same: Vec<&[Item<'a>]> =
            items.chunk_by(|one, other| one.alike() == other.alike()).collect();
        let column = self.column(same.iter().flat_map(|same| self.shown(same)));
        let mut text = String::new();
        for same in same {
            let shown = self.shown(same);
            text.extend(shown.iter().map(|item| self.line(*item, column)));
            text.push_str(&more(&same[shown.len()..]));
        }
        text
    }

    fn shown<'b>(&self, same: &'b [Item<'a>]) -> &'b [Item<'a>] {
        match self.look.extent {
            Extent::Brief if same.len() > ALIKE => &same[..SHOWN],
            Extent::Brief | Extent::Whole => same,
        }
    }

    /// Where texts begin, when things and texts stand side by side.
    fn column<'b>(&self, items: impl Iterator<Item = &'b Item<'a>>) -> Option<usize>
    where
        'a: 'b,
    {
        if self.look.width < NARROW {
            return None;
        }
        let widths = items.map(|item| layout::width(&[self.thing(*item)]));
        Some(6 + widths.filter(|width| *width <= self.look.width / 2).max().unwrap_or_default() + 2)
    }

    fn line(&self, item: Item<'_>, column: Option<usize>) -> String {
        let mark = styled(mark_style(item.mark()), item.mark().sign());
        let thing = self.thing(item);
        let end = 6 + layout::width(std::slice::from_ref(&thing));
        let thing = styled(thing.style, &thing.text);
        let (gap, at) = match column {
            Some(column) if end + 2 <= column => (" ".repeat(column - end), column),
            Some(_) | None => (format!("\n{}", " ".repeat(8)), 8),
        };
        let text = wrapped(&self.text(item), at, at, self.look);
        format!("    {mark} {thing}{gap}{text}{}", self.fields(item))
    }

    fn thing(&self, item: Item<'_>) -> Run {
        Run::new(
            THING,
            &match item {
                Item::Step(step) => self.workspace.subject(&step.action.subject()),
                Item::Note(note) => self.teller.thing(note),
            },
        )
    }

    fn text(&self, item: Item<'_>) -> Vec<Run> {
        match item {
            Item::Step(step) => {
                let deed = step::deed(&step.action, self.workspace);
                let mut runs = layout::runs(&deed, Style::new());
                runs.push(Run::new(FAINT, &format!(" ({})", step::reason(step.reason))));
                runs
            }
            Item::Note(note) => layout::runs(&self.teller.text(note), Style::new()),
        }
    }

    fn fields(&self, item: Item<'_>) -> String {
        match item {
            Item::Step(step) => {
                let fields = fields(&step.action);
                fields.iter().map(|field| diff::field(field, 8, self.look)).collect()
            }
            Item::Note(_) => String::new(),
        }
    }
}

impl Item<'_> {
    fn is_of_a_program(&self) -> bool {
        match self {
            Self::Step(step) => matches!(step.action.subject(), Subject::Program(_)),
            Self::Note(_) => false,
        }
    }

    fn alike(&self) -> Alike {
        match self {
            Self::Step(step) => Alike::Steps(Kind::of(&step.action)),
            Self::Note(note) => Alike::Notes(Concern::of(note)),
        }
    }

    fn mark(&self) -> Mark {
        match self {
            Self::Step(step) => Kind::of(&step.action).mark(),
            Self::Note(note) => Concern::of(note).mark(),
        }
    }
}

fn more(rest: &[Item<'_>]) -> String {
    let what = match rest.first() {
        None => return String::new(),
        Some(Item::Step(step)) => Kind::of(&step.action).to_do(rest.len()),
        Some(Item::Note(_)) => wording::count(rest.len(), "more", "more"),
    };
    format!("    {}\n", styled(FAINT, &format!("and {what}; `--all` shows them")))
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
