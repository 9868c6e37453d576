//! Every grant on a line of its own, for those who must vouch for it.

use super::{
    csv as rfc4180,
    history::{Authors, Authorship, Commit},
    json,
    reach::{Grant, Person, Program, State, name_of, people},
    sheet::{Sheet, Table},
    words,
};
use crate::{
    diagnostic::{SourceId, Span},
    model::{Ownership, WorkspaceId},
    report::{
        place::Places,
        view::PlanView,
        visible::visible,
        wording::{count, phrase::Phrase},
    },
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What is known for a review.
#[derive(Debug, Clone)]
pub struct ReviewView<'a> {
    pub plan: PlanView<'a>,
    /// When each workspace was read, by the platform's clock.
    pub read_at: BTreeMap<WorkspaceId, Timestamp>,
    pub authors: Authors,
}

const HEAD: [&str; 18] = [
    "workspace",
    "name",
    "email",
    "role",
    "program",
    "program name",
    "status",
    "invitation ends",
    "since",
    "invited by",
    "until",
    "manifest",
    "commit",
    "commit author",
    "commit date",
    "commit subject",
    "managed",
    "confirmed",
];

/// What a review does not tell of, for those formats that have no room for it.
pub fn gaps(view: &PlanView<'_>) -> Vec<String> {
    let gaps = words::gaps(view, &people(view));
    gaps.iter().map(|gap| visible(&gap.plain()).into_owned()).collect()
}

/// The manifests that name somebody: whose authors a review asks for.
pub fn manifests(view: &PlanView<'_>) -> BTreeSet<SourceId> {
    let people = people(view);
    let places = people.iter().flat_map(Person::grants).filter_map(|grant| grant.place(view));
    places.map(|span| span.source).collect()
}

/// A grant with what its line in the manifests tells.
pub(super) struct Line<'p, 'v> {
    pub(super) grant: Grant<'p>,
    pub(super) place: Option<Span>,
    pub(super) authorship: Option<&'v Authorship>,
    pub(super) read_at: Timestamp,
}

fn lines<'p, 'v>(
    view: &'v ReviewView<'_>,
    people: &'p [Person<'p>],
    places: &Places<'_>,
) -> Vec<Line<'p, 'v>> {
    let grants = people.iter().flat_map(Person::grants);
    let line = |grant: Grant<'p>| {
        let place = grant.place(&view.plan);
        let authorship =
            place.and_then(|span| view.authors.get(&span.source)?.get(places.start(span).line - 1));
        let read_at = view.read_at.get(grant.person.workspace.id).copied();
        Line { grant, place, authorship, read_at: read_at.unwrap_or_else(|| view.plan.now()) }
    };
    grants.map(line).collect()
}

pub(super) fn csv(view: &ReviewView<'_>) -> String {
    let (people, places) = (people(&view.plan), Places::new(view.plan.sources));
    let lines = lines(view, &people, &places);
    rfc4180::csv(HEAD, lines.iter().map(|line| fields(line, &places)))
}

fn fields(line: &Line<'_, '_>, places: &Places<'_>) -> [String; 18] {
    let Line { grant, place, authorship, read_at } = line;
    let person = grant.person;
    let history = person.record.as_ref().filter(|_| grant.on_platform).map(|it| it.history);
    let [hash, author, date, subject] = commit(*authorship);
    let program = grant.right.program();
    let moment = |at: Option<Timestamp>| at.map(words::moment).unwrap_or_default();
    [
        person.workspace.id.to_string(),
        person.name.to_owned(),
        person.email.to_string(),
        grant.right.role().to_owned(),
        program.map_or("*".to_owned(), key_or_id),
        program.and_then(|it| name_of(it, person.workspace)).unwrap_or_default().to_owned(),
        status(grant).plain(),
        moment(expires(grant)),
        moment(history.and_then(|history| history.since)),
        history.and_then(|it| it.invited_by.as_ref()).map(ToString::to_string).unwrap_or_default(),
        grant.until.map(|day| day.to_string()).unwrap_or_default(),
        words::place(*place, places).plain(),
        hash,
        author,
        date,
        subject,
        managed(grant).to_owned(),
        words::moment(*read_at),
    ]
}

fn key_or_id(program: &Program) -> String {
    match program {
        Program::Key(key) => key.to_string(),
        Program::Id(id) => id.to_string(),
    }
}

fn commit(authorship: Option<&Authorship>) -> [String; 4] {
    match authorship {
        Some(Authorship::Commit(Commit { hash, author, email: _, at, subject, is_edge })) => {
            let hash = if *is_edge { format!("{hash} or before") } else { hash.clone() };
            [hash, author.clone(), words::moment(*at), subject.clone()]
        }
        Some(Authorship::Uncommitted | Authorship::Untracked | Authorship::Unknown) | None => {
            let [nothing, more, most] = [const { String::new() }; 3];
            [words::author(authorship).plain(), nothing, more, most]
        }
    }
}

/// `active`, `invited`, `blocked`, `not on the platform`.
fn status(grant: &Grant<'_>) -> Phrase {
    if let Some(said) = grant.person.unrecognised() {
        return Phrase::words("unclear: ").and_quoted(said);
    }
    let state = grant.person.record.as_ref().filter(|_| grant.on_platform).map(|it| it.state);
    Phrase::words(match state {
        Some(State::Active) => "active",
        Some(State::Invited { .. }) => "invited",
        Some(State::Blocked) => "blocked",
        Some(
            State::Expired { .. }
            | State::Refused
            | State::Withdrawn
            | State::Left
            | State::Unrecognised(_),
        )
        | None => "not on the platform",
    })
}

fn expires(grant: &Grant<'_>) -> Option<Timestamp> {
    match grant.person.record.as_ref().filter(|_| grant.on_platform)?.state {
        State::Invited { expires, .. } => Some(expires),
        State::Active
        | State::Blocked
        | State::Expired { .. }
        | State::Refused
        | State::Withdrawn
        | State::Left
        | State::Unrecognised(_) => None,
    }
}

/// Ours, or found. The owner was there before everybody.
fn managed(grant: &Grant<'_>) -> &'static str {
    if grant.is_owner() {
        return "owner";
    }
    match grant.person.record.as_ref().filter(|_| grant.on_platform).map(|it| it.ownership) {
        Some(Ownership::Managed) => "managed",
        Some(Ownership::Unmanaged) => "found",
        None => "only in the manifests",
    }
}

pub(super) fn sheet(view: &ReviewView<'_>) -> Sheet {
    let (people, places) = (people(&view.plan), Places::new(view.plan.sources));
    let lines = lines(view, &people, &places);
    let mut tables: BTreeMap<&WorkspaceId, Table> = BTreeMap::new();
    for line in &lines {
        let table = tables.entry(line.grant.person.workspace.id).or_insert_with(|| {
            let caption = Phrase::words("Workspace ").and_data(line.grant.person.workspace.id);
            let read = format!(", as read at {}", words::moment(line.read_at));
            Table {
                caption: caption.and(read),
                head: vec![
                    "Who",
                    "As",
                    "What",
                    "Status",
                    "Since",
                    "Until",
                    "Granted by",
                    "Managed",
                ],
                rows: Vec::new(),
            }
        });
        table.rows.push(row(line, &places));
    }
    let emails: BTreeSet<_> = lines.iter().map(|line| line.grant.person.email).collect();
    let grants = count(lines.len(), "grant", "grants");
    let summary =
        Phrase::words(format!("{grants} to {}.", count(emails.len(), "person", "people")));
    let mut sentences = vec![summary];
    sentences.extend(words::gaps(&view.plan, &people));
    let tables = tables.into_values().collect();
    Sheet { title: Phrase::words("minisync access review"), tables, sentences }
}

fn row(line: &Line<'_, '_>, places: &Places<'_>) -> Vec<Phrase> {
    let Line { grant, place, authorship, read_at: _ } = line;
    let person = grant.person;
    let history = person.record.as_ref().filter(|_| grant.on_platform).map(|it| it.history);
    let since = history.and_then(|it| it.since).map(words::day).unwrap_or_default();
    let since = match history.and_then(|it| it.invited_by.as_ref()) {
        Some(by) => Phrase::words(since).and(", invited by ").and_data(by),
        None => Phrase::words(since),
    };
    let status = match expires(grant) {
        Some(at) => status(grant).and(format!(" until {}", words::moment(at))),
        None => status(grant),
    };
    let place = words::place(*place, places);
    let author = words::author(*authorship);
    let granted = if place.is_empty() { author } else { place.and(" ").then(author) };
    vec![
        Phrase::data(person.told()),
        Phrase::words(grant.right.role()),
        words::reached(&grant.right, person.workspace),
        status,
        since,
        words::until(grant),
        granted,
        Phrase::words(managed(grant)),
    ]
}

pub(super) fn report(view: &ReviewView<'_>) -> json::Review {
    let (people, places) = (people(&view.plan), Places::new(view.plan.sources));
    let lines = lines(view, &people, &places);
    let line = |line: &Line<'_, '_>| json::ReviewLine {
        grant: json::Grant::new(&line.grant, &view.plan, &places),
        granted_by: line.authorship.map(json::Authorship::from),
        confirmed: words::moment(line.read_at),
    };
    json::Review {
        version: crate::report::json::VERSION,
        grants: lines.iter().map(line).collect(),
        gaps: json::gaps(&view.plan, &people),
    }
}
