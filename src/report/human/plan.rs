//! A plan, so that a stranger understands what will happen to what, and why.

use super::{
    Extent, FAINT, GOOD, Look, WARNING, diff,
    layout::{self, Run, wrapped},
    styled,
};
use crate::{
    model::Subject,
    plan::{Note, Standing, Step},
    report::{
        view::{PlanView, WorkspaceView},
        wording::{
            self,
            field::{Field, fields},
            kind::{Kind, Mark},
            note::{self, Concern},
            phrase::Phrase,
            step,
            summary::{self, Naming},
        },
    },
};
use anstyle::{AnsiColor, Style};

const THING: Style = Style::new().bold();
const HEADING: Style = Style::new().bold().underline();
/// Terminals that are narrower get a thing and what happens to it on lines of their own.
const NARROW: usize = 72;
/// Widest column of things.
const COLUMN: usize = 40;
/// More lines of one kind than this are counted in [`Extent::Brief`] …
const ALIKE: usize = 30;
/// … but for so many of them.
const SHOWN: usize = 20;
/// Lines of all workspaces together in [`Extent::Brief`]; workspaces beyond have one line each.
const BUDGET: usize = 240;

/// One line of a plan, with the fields below it.
struct Entry {
    mark: Mark,
    thing: String,
    text: Phrase,
    reason: Option<&'static str>,
    fields: Vec<Field>,
    /// What lines that are counted together are called.
    alike: Alike,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Alike {
    Steps(Kind),
    Notes(Concern),
}

/// What `plan` says.
pub fn plan(view: &PlanView<'_>, look: &Look) -> String {
    if Naming::suffices(view) {
        return unread(view, look) + &summary(view, Naming::Named, look);
    }
    let mut text = String::new();
    let mut n_lines = 0;
    for workspace in &view.workspaces {
        let groups = groups(workspace, view);
        if groups.is_empty() {
            continue;
        }
        let section = if look.extent == Extent::Brief && n_lines > BUDGET {
            brief(workspace, look)
        } else {
            section(workspace, groups, look)
        };
        n_lines += section.lines().count();
        text.push_str(&section);
    }
    text + &unread(view, look) + &summary(view, Naming::Counted, look)
}

/// How things stand.
pub(super) fn summary(view: &PlanView<'_>, naming: Naming, look: &Look) -> String {
    let style = match view.standing() {
        _ if !view.unread.is_empty() => WARNING,
        Standing::InSync => GOOD,
        Standing::Waiting | Standing::Drifted => WARNING,
    };
    let sentences = summary::sentences(view, naming);
    let lines = sentences.iter().enumerate().map(|(at, sentence)| {
        let style = if at == 0 { style } else { Style::new() };
        wrapped(&layout::runs(sentence, style), 0, 2, look)
    });
    lines.collect()
}

/// The workspaces that could not be read, and why.
pub(super) fn unread(view: &PlanView<'_>, look: &Look) -> String {
    let mut text = String::new();
    for (id, why) in &view.unread {
        let phrase = Phrase::words("workspace ").and_data(id).and(": ").and_data(why);
        text.push_str(&styled(super::ERROR, "error: "));
        text.push_str(&wrapped(&layout::runs(&phrase, Style::new()), 7, 7, look));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// Headings and what stands below them; none is empty.
fn groups(workspace: &WorkspaceView<'_>, view: &PlanView<'_>) -> Vec<(&'static str, Vec<Entry>)> {
    let mut programs = Vec::new();
    let mut people = Vec::new();
    for step in &workspace.plan.steps {
        match step.action.subject() {
            Subject::Program(_) => programs.push(of_step(step, workspace)),
            Subject::Member(_) => people.push(of_step(step, workspace)),
        }
    }
    let mut groups = vec![("Programs", programs), ("People", people)];
    for concern in Concern::ALL {
        groups.push((concern.heading(), notes(concern, workspace, view)));
    }
    groups.retain(|(_, entries)| !entries.is_empty());
    for (_, entries) in &mut groups {
        entries.sort_by_key(|entry| match entry.alike {
            Alike::Steps(kind) => Some(kind),
            Alike::Notes(_) => None,
        });
    }
    groups
}

fn of_step(step: &Step, workspace: &WorkspaceView<'_>) -> Entry {
    let kind = Kind::of(&step.action);
    Entry {
        mark: kind.mark(),
        thing: workspace.subject(&step.action.subject()),
        text: step::deed(&step.action, workspace),
        reason: Some(step::reason(step.reason)),
        fields: fields(&step.action),
        alike: Alike::Steps(kind),
    }
}

fn notes(concern: Concern, workspace: &WorkspaceView<'_>, view: &PlanView<'_>) -> Vec<Entry> {
    let notes = note::worth_telling(workspace.plan, concern);
    let entries = notes.into_iter().map(|note: &Note| Entry {
        mark: concern.mark(),
        thing: note::thing(note, workspace),
        text: note::text(note, workspace, view.now),
        reason: None,
        fields: Vec::new(),
        alike: Alike::Notes(concern),
    });
    entries.collect()
}

fn section(
    workspace: &WorkspaceView<'_>,
    groups: Vec<(&'static str, Vec<Entry>)>,
    look: &Look,
) -> String {
    let mut text = heading(workspace);
    for (heading, entries) in groups {
        text.push_str("\n  ");
        text.push_str(&styled(FAINT, heading));
        text.push('\n');
        let column = column(&entries, look);
        for same in entries.chunk_by(|one, other| one.alike == other.alike) {
            let n_shown = match look.extent {
                Extent::Brief if same.len() > ALIKE => SHOWN,
                Extent::Brief | Extent::Whole => same.len(),
            };
            text.extend(same[..n_shown].iter().map(|entry| line(entry, column, look)));
            text.push_str(&more(&same[n_shown..]));
        }
    }
    text.push('\n');
    text
}

fn heading(workspace: &WorkspaceView<'_>) -> String {
    format!("{}\n", styled(HEADING, &format!("Workspace {}", workspace.id)))
}

/// A workspace in one line.
fn brief(workspace: &WorkspaceView<'_>, look: &Look) -> String {
    let kinds = wording::kind::kinds(std::iter::once(workspace.plan));
    let n_notes = workspace.plan.notes.len();
    let what = match (kinds.is_empty(), n_notes) {
        (true, n) => wording::count(n, "note", "notes"),
        (false, 0) => wording::kind::to_do(&kinds),
        (false, n) => {
            format!("{}; {}", wording::kind::to_do(&kinds), wording::count(n, "note", "notes"))
        }
    };
    let phrase = Phrase::words(format!("Workspace {}: {what}", workspace.id));
    wrapped(&layout::runs(&phrase, Style::new()), 0, 2, look)
}

fn more(rest: &[Entry]) -> String {
    let Some(first) = rest.first() else { return String::new() };
    let what = match first.alike {
        Alike::Steps(kind) => kind.to_do(rest.len()),
        Alike::Notes(_) => wording::count(rest.len(), "line", "lines"),
    };
    format!("    {}\n", styled(FAINT, &format!("and {what}; `--all` shows them")))
}

/// Where texts begin, when things and texts stand side by side.
fn column(entries: &[Entry], look: &Look) -> Option<usize> {
    if look.width < NARROW {
        return None;
    }
    let widths = entries.iter().map(|entry| layout::width(&[Run::new(THING, &entry.thing)]));
    Some(6 + widths.filter(|width| *width <= COLUMN).max().unwrap_or_default() + 2)
}

fn line(entry: &Entry, column: Option<usize>, look: &Look) -> String {
    let mark = styled(mark_style(entry.mark), entry.mark.sign());
    let thing = Run::new(THING, &entry.thing);
    let end = 6 + layout::width(std::slice::from_ref(&thing));
    let mut runs = layout::runs(&entry.text, Style::new());
    runs.extend(entry.reason.map(|reason| Run::new(FAINT, &format!(" ({reason})"))));
    let thing = styled(thing.style, &thing.text);
    let (gap, at) = match column {
        Some(column) if end + 2 <= column => (" ".repeat(column - end), column),
        Some(_) | None => (format!("\n{}", " ".repeat(8)), 8),
    };
    let mut text = format!("    {mark} {thing}{gap}{}", wrapped(&runs, at, at, look));
    text.extend(entry.fields.iter().map(|field| diff::field(field, 8, look)));
    text
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
