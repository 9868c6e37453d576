//! One workspace of a plan: a heading, and below it who or what, what happens to it, and why.

use super::{
    Extent, FAINT, Look, diff,
    layout::{self, Run, wrapped},
    line::{self, Line},
    styled,
};
use crate::{
    model::Subject,
    plan::{Drift, Note, Step},
    report::{
        view::WorkspaceView,
        wording::{
            self, drift,
            field::fields,
            kind::{Kind, Mark},
            note::{self, Concern, Teller},
            phrase::Phrase,
            step,
        },
    },
};
use anstyle::Style;

pub(super) const HEADING: Style = Style::new().bold().underline();
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
    Drift(&'a Drift),
    Note(&'a Note),
}

/// Items that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Alike {
    Steps(Kind),
    Drift,
    Notes(Concern),
}

impl<'a> Section<'a> {
    pub(super) fn new(workspace: &'a WorkspaceView<'a>, look: &'a Look) -> Self {
        Self { workspace, teller: Teller::new(workspace), look }
    }

    pub(super) fn is_empty(&self) -> bool {
        let WorkspaceView { plan, drift, .. } = self.workspace;
        plan.steps.is_empty() && plan.notes.is_empty() && drift.is_empty()
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
        let n_changed = self.workspace.drift.len();
        if n_changed > 0 {
            parts.push(wording::count(n_changed, "change", "changes") + " outside git");
        }
        let line = Phrase::words(format!("Workspace {}: {}", self.workspace.id, parts.join("; ")));
        wrapped(&layout::runs(&line, Style::new()), 0, 2, self.look)
    }

    /// Headings and what stands below them; none is empty.
    fn groups(&self) -> Vec<(&'static str, Vec<Item<'a>>)> {
        let plan = self.workspace.plan;
        let (programs, people): (Vec<_>, Vec<_>) =
            plan.steps.iter().map(Item::Step).partition(Item::is_of_a_program);
        let drift = self.workspace.drift.iter().map(Item::Drift).collect();
        let mut groups = vec![("Programs", programs), ("People", people), (drift::HEADING, drift)];
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
        let mut lines = Vec::new();
        // Where lines that are left out are counted, and what is said there.
        let mut left_out = Vec::new();
        for same in same {
            let shown = self.shown(same);
            lines.extend(shown.iter().map(|item| self.line(*item)));
            left_out.push((lines.len(), more(&same[shown.len()..])));
        }
        let column = line::column(&lines, self.look);
        let mut text = String::new();
        let mut from = 0;
        for (to, more) in left_out {
            text.extend(lines[from..to].iter().map(|line| line.written(column, self.look)));
            text.push_str(&more);
            from = to;
        }
        text
    }

    fn shown<'b>(&self, same: &'b [Item<'a>]) -> &'b [Item<'a>] {
        match self.look.extent {
            Extent::Brief if same.len() > ALIKE => &same[..SHOWN],
            Extent::Brief | Extent::Whole => same,
        }
    }

    fn line(&self, item: Item<'_>) -> Line {
        let step = match item {
            Item::Note(note) => return Line::of_note(note, &self.teller),
            Item::Drift(drift) => return self.drift(drift),
            Item::Step(step) => step,
        };
        let deed = step::deed(&step.action, self.workspace);
        let mut text = layout::runs(&deed, Style::new());
        text.push(Run::new(FAINT, &format!(" ({})", drift::reason(step, self.workspace))));
        let fields = fields(&step.action);
        let fields = fields.iter().map(|field| diff::field(field, 8, self.look)).collect();
        let thing = self.workspace.subject(&step.action.subject());
        Line::new(Kind::of(&step.action).mark(), &thing, text).with_below(fields)
    }

    fn drift(&self, drift: &Drift) -> Line {
        let text = layout::runs(&drift::text(drift, self.workspace), Style::new());
        let fields = drift::fields(drift);
        let fields = fields.iter().map(|field| diff::field(field, 8, self.look)).collect();
        Line::new(Mark::None, &self.workspace.subject(&drift.subject), text).with_below(fields)
    }
}

impl Item<'_> {
    fn is_of_a_program(&self) -> bool {
        match self {
            Self::Step(step) => matches!(step.action.subject(), Subject::Program(_)),
            Self::Drift(_) | Self::Note(_) => false,
        }
    }

    fn alike(&self) -> Alike {
        match self {
            Self::Step(step) => Alike::Steps(Kind::of(&step.action)),
            Self::Drift(_) => Alike::Drift,
            Self::Note(note) => Alike::Notes(Concern::of(note)),
        }
    }
}

fn more(rest: &[Item<'_>]) -> String {
    let what = match rest.first() {
        None => return String::new(),
        Some(Item::Step(step)) => Kind::of(&step.action).to_do(rest.len()),
        Some(Item::Drift(_) | Item::Note(_)) => wording::count(rest.len(), "more", "more"),
    };
    format!("    {}\n", styled(FAINT, &format!("and {what}; `--all` shows them")))
}
