//! Why somebody has what they have, or a mini program is as it is: the lines that ask for it, the
//! commits that wrote them, and the runs that did it.

use super::{
    history::{Authors, Authorship},
    json,
    reach::{Program, Right, rights_on},
    words,
};
use crate::{
    diagnostic::{Sources, Span},
    ledger::{Asked, Chapter, How, Story, Turn},
    manifest::Valid,
    model::{ProgramKey, Subject, WorkspaceId},
    report::{
        history::{
            json::Request,
            words::{deed, how, short},
        },
        narrative::{Entry, Narrative},
        place::Places,
        wording::phrase::Phrase,
    },
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug)]
pub struct WhyView<'a> {
    pub subject: &'a Subject,
    /// Of a person: why they reach this one.
    pub program: Option<&'a ProgramKey>,
    /// The key that it had before, by the manifests.
    pub formerly: Option<&'a ProgramKey>,
    pub wanted: &'a [Wanted],
    pub stories: &'a BTreeMap<WorkspaceId, Story>,
    pub sources: &'a Sources,
    pub authors: &'a Authors,
}

/// A line of a manifest that asks for it.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub workspace: WorkspaceId,
    pub span: Option<Span>,
    what: Phrase,
}

/// What the manifests ask for today.
pub fn wanted(
    valid: &Valid,
    subject: &Subject,
    program: Option<&ProgramKey>,
    today: Date,
) -> Vec<Wanted> {
    let mut all = Vec::new();
    for (id, desired) in &valid.workspaces {
        let places = valid.origins.of(id, subject);
        match subject {
            Subject::Program(key) if desired.programs.contains_key(key) => {
                let wanted = |span: &Span| Wanted {
                    workspace: id.clone(),
                    span: Some(*span),
                    what: Phrase::words("the mini program"),
                };
                all.extend(places.iter().map(wanted));
            }
            Subject::Program(_) => {}
            Subject::Member(email) => {
                let Some(member) = desired.members.get(email) else { continue };
                for right in rights_on(member, Some(today)).into_keys() {
                    let key = key(&right);
                    if program.is_some_and(|asked| key.is_some_and(|key| key != asked)) {
                        continue;
                    }
                    let span = valid.origins.grant(id, email, key);
                    let span = span.or_else(|| places.first().copied());
                    all.push(Wanted { workspace: id.clone(), span, what: told(&right) });
                }
            }
        }
    }
    all
}

fn key(right: &Right) -> Option<&ProgramKey> {
    match right.program() {
        Some(Program::Key(key)) => Some(key),
        Some(Program::Id(_)) | None => None,
    }
}

fn told(right: &Right) -> Phrase {
    match key(right) {
        Some(key) => Phrase::words(format!("{} of ", right.role())).and_data(key),
        None => Phrase::words(right.role()),
    }
}

impl WhyView<'_> {
    fn authorship(&self, span: Option<Span>, places: &Places<'_>) -> Option<&Authorship> {
        let span = span?;
        self.authors.get(&span.source)?.get(places.start(span).line - 1)
    }

    fn name(&self) -> Phrase {
        match self.subject {
            Subject::Program(key) => Phrase::data(key),
            Subject::Member(email) => Phrase::data(email),
        }
    }

    fn workspaces(&self) -> BTreeSet<&WorkspaceId> {
        self.wanted.iter().map(|wanted| &wanted.workspace).chain(self.stories.keys()).collect()
    }

    /// The chapter since which they reach the program that was asked about.
    fn gave(&self, story: &Story) -> Option<usize> {
        let names: Vec<&str> = [Some(self.program?), self.formerly]
            .into_iter()
            .flatten()
            .map(|it| it.as_str())
            .collect();
        let mut since = None;
        for (at, chapter) in story.chapters.iter().enumerate() {
            match &chapter.turn {
                Turn::Gone | Turn::GoneAsAsked => since = None,
                Turn::Found | Turn::Renamed { .. } | Turn::TakenOver { .. } => {}
                Turn::Asked(asked) if !is_done(asked) => {}
                Turn::Asked(asked) => match &asked.granted {
                    Some(granted) if granted.role != "developer" => since = since.or(Some(at)),
                    Some(_) if names.iter().any(|name| chapter.programs.contains(*name)) => {
                        since = since.or(Some(at));
                    }
                    Some(_) => since = None,
                    None if ["remove", "withdraw"].contains(&asked.what.as_str()) => since = None,
                    None => {}
                },
            }
        }
        since
    }
}

fn is_done(asked: &Asked) -> bool {
    matches!(asked.ended, Some((_, How::Done, _)))
}

pub(super) fn narrative(view: &WhyView<'_>) -> Narrative {
    let places = Places::new(view.sources);
    let entries = view.workspaces().into_iter().map(|workspace| {
        let head = Phrase::words("Workspace ").and_data(workspace);
        let wanted = view.wanted.iter().filter(|wanted| wanted.workspace == *workspace);
        let mut lines: Vec<Phrase> = wanted.map(|it| line(it, view, &places)).collect();
        if lines.is_empty() {
            lines.push(Phrase::words("no manifest asks for it"));
        }
        if let Some(story) = view.stories.get(workspace) {
            let gave = view.gave(story);
            let chapters = story.chapters.iter().enumerate();
            lines.extend(chapters.flat_map(|(at, it)| chapter(it, gave == Some(at), view)));
        }
        Entry { head, lines }
    });
    Narrative {
        title: Phrase::words("minisync explain"),
        entries: entries.collect(),
        sentences: view.workspaces().into_iter().map(|it| standing(it, view)).collect(),
    }
}

/// `developer of coffee: team.yaml:8, 3f9c2a1b0d 2026-11-24 Mei: adds Lin`
fn line(wanted: &Wanted, view: &WhyView<'_>, places: &Places<'_>) -> Phrase {
    let phrase = Phrase::words("asked for: ").then(wanted.what.clone()).and(", ");
    let phrase = phrase.then(words::place(wanted.span, places));
    match view.authorship(wanted.span, places) {
        Some(authorship) => phrase.and(", ").then(words::author(Some(authorship))),
        None => phrase,
    }
}

/// `2026-11-24T13:20:00Z done: invite …`, and below it who did it.
fn chapter(chapter: &Chapter, gave: bool, view: &WhyView<'_>) -> [Phrase; 2] {
    let phrase = Phrase::words(words::moment(chapter.at)).and(" ").then(turn(&chapter.turn));
    let told = match view.program {
        Some(program) if gave => phrase.and(" (since then they have ").and_data(program).and(")"),
        Some(_) | None => phrase,
    };
    let run = Phrase::words("by run ").and_data(short(&chapter.run));
    let Some(begun) = &chapter.begun else { return [told, run] };
    let mut run = run.and(" of ").and_data(&begun.who);
    if let Some(commit) = &begun.commit {
        run = run.and(", commit ").and_data(commit);
    }
    run = run.and(", plan ").and_data(short(&begun.plan));
    if let Some(saved) = &begun.saved {
        run = run.and(", saved plan ").and_data(short(saved));
    }
    [told, run]
}

fn turn(turn: &Turn) -> Phrase {
    match turn {
        Turn::Asked(asked) if asked.what.starts_with("adopt") && is_done(asked) => {
            Phrase::words("not ours at first: found on the platform, and adopted")
        }
        Turn::Asked(asked) => {
            let phrase = Phrase::words(format!("{}: ", how(asked))).then(deed(asked));
            match &asked.ended {
                Some((_, _, Some(why))) => phrase.and(": ").and_data(why),
                Some((_, _, None)) | None => phrase,
            }
        }
        Turn::Found => Phrase::words("found there, after a request whose answer was lost"),
        Turn::Gone => Phrase::words("gone from the platform, and not by minisync"),
        Turn::GoneAsAsked => {
            Phrase::words("gone from the platform, after a request for that whose answer was lost")
        }
        Turn::Renamed { from } => Phrase::words("renamed: until then its key was ").and_data(from),
        Turn::TakenOver { layout } => Phrase::words(format!(
            "taken over from an older ledger (layout {layout}), which did not tell how it came"
        )),
    }
}

/// What the ledger makes of it in one workspace.
fn standing(workspace: &WorkspaceId, view: &WhyView<'_>) -> Phrase {
    let story = view.stories.get(workspace);
    let name = view.name();
    let there = |phrase: Phrase| phrase.and(" in workspace ").and_data(workspace);
    match story {
        Some(story) if story.is_ours => there(name.and(" is managed by minisync")).and("."),
        Some(story) if !story.chapters.is_empty() => {
            there(name.and(" is not managed by minisync any more")).and(".")
        }
        Some(_) | None => {
            let phrase = there(Phrase::words("The ledger knows nothing of ").then(name));
            phrase.and(": what is there was not done by minisync.")
        }
    }
}

pub(super) fn report(view: &WhyView<'_>) -> json::Explain {
    let places = Places::new(view.sources);
    let wanted = view.wanted.iter().map(|it| json::Wanted {
        workspace: it.workspace.to_string(),
        what: it.what.plain(),
        place: it.span.map(|span| crate::report::json::Place::new(span, &places)),
        granted_by: view.authorship(it.span, &places).map(json::Authorship::from),
    });
    let managed = view.workspaces().into_iter().map(|workspace| json::Managed {
        workspace: workspace.to_string(),
        managed: view.stories.get(workspace).is_some_and(|story| story.is_ours),
        text: standing(workspace, view).plain(),
    });
    let events = view.stories.iter().flat_map(|(workspace, story)| {
        let gave = view.gave(story);
        let chapters = story.chapters.iter().enumerate();
        chapters.map(move |(at, it)| event(workspace, it, gave == Some(at)))
    });
    json::Explain {
        version: crate::report::json::VERSION,
        subject: view.subject.to_string(),
        program: view.program.map(ToString::to_string),
        wanted: wanted.collect(),
        events: events.collect(),
        managed: managed.collect(),
    }
}

fn event(workspace: &WorkspaceId, chapter: &Chapter, gave: bool) -> json::Event {
    let begun = chapter.begun.as_ref();
    json::Event {
        workspace: workspace.to_string(),
        at: words::moment(chapter.at),
        run: chapter.run.clone(),
        who: begun.map(|begun| begun.who.clone()),
        commit: begun.and_then(|begun| begun.commit.clone()),
        plan: begun.map(|begun| begun.plan.clone()),
        saved_plan: begun.and_then(|begun| begun.saved.clone()),
        event: match &chapter.turn {
            Turn::Asked(asked) => json::EventKind::Request(Request::new(asked)),
            Turn::Found => json::EventKind::Found,
            Turn::Gone => json::EventKind::Gone,
            Turn::GoneAsAsked => json::EventKind::GoneAsAsked,
            Turn::Renamed { from } => json::EventKind::Renamed { from: from.clone() },
            Turn::TakenOver { layout } => json::EventKind::TakenOver { layout: *layout },
        },
        gave,
        text: turn(&chapter.turn).plain(),
    }
}
