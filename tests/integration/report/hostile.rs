//! Names that try to be something else, in every format.

use super::{
    formats::{apply, plan},
    plans::plain,
    schema::must_be_valid,
    world::{
        World, create, developer, email, invite, key, member_id, now, program_id, step, waiting,
    },
};
use jiff::SignedDuration;
use minisync::{
    engine::{Outcome, ProviderError, Refusal},
    model::{ActualMember, History, Invitation, Membership, Ownership, Revision, Role, Subject},
    plan::{Action, InvitationPolicy, Lapse, Note, ProgramChange, Reason, Step, Stray},
    report::{self, Format, InvitationsView, Look},
};

const NAMES: [&str; 9] = [
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "\u{202e}gnp.exe\u{2066}",
    "<img src=x onerror=alert(1)> & <!-- </details>",
    "a\r\n::error file=x::owned\r\n##[error]",
    "@acme/owners #1 https://evil.example [x](https://evil.example) www.evil.example",
    "| a | b |\n|-|-|",
    "``` ` `` \\` **b** _i_ ~~s~~ $x$",
    "\u{9b}31m\u{85}\u{2028}\u{200b}\u{e0041}",
    "👩‍💻 ａｂｃ é\u{301}\t咖啡",
];

fn world() -> (World, Vec<Outcome>) {
    let mut steps = Vec::new();
    let mut outcomes = Vec::new();
    for (n, name) in NAMES.iter().enumerate() {
        let (who, key_) = (format!("p{n}@example.com"), format!("p{n}"));
        steps.extend([create(name, &key_), invite(&who, name, developer(&[&key_])), update(name)]);
        let refusal =
            Refusal { rule: (*name).into(), field: Some((*name).into()), detail: (*name).into() };
        outcomes.extend([
            Outcome::Failed(ProviderError::Refused(refusal)),
            Outcome::Failed(ProviderError::Garbled((*name).into())),
            Outcome::Done,
        ]);
    }
    let mut world = World::new(steps, NAMES.iter().flat_map(|name| notes(name)).collect());
    for (n, name) in NAMES.iter().enumerate() {
        let who = email(&format!("p{n}@example.com"));
        world.actual.members.insert(who, bounced(name));
    }
    let members = world.desired.members.values_mut().zip(NAMES);
    for (member, name) in members {
        member.name = name.into();
    }
    (world, outcomes)
}

/// The platform says why the mail came back.
fn bounced(why: &str) -> ActualMember {
    ActualMember {
        ownership: Ownership::Managed,
        id: member_id(),
        revision: Revision::new("1"),
        name: why.into(),
        membership: Membership::Invited(
            Role::Developer([key("tea")].into()),
            Invitation::Pending { sent: now(), expires: now() + SignedDuration::from_hours(72) },
        ),
        elsewhere: [].into(),
        undelivered: Some(why.into()),
        sends: 1,
        history: History::default(),
    }
}

fn update(name: &str) -> Step {
    let changes = vec![
        ProgramChange::Name { from: name.into(), to: format!("{name}!") },
        ProgramChange::Description { from: Some("x ".repeat(90) + name), to: "x ".repeat(91) },
        ProgramChange::Industry { from: None, to: name.into() },
    ];
    step(Action::UpdateProgram { key: key("tea"), id: program_id(), changes }, Reason::Differs)
}

fn notes(name: &str) -> Vec<Note> {
    let name = || name.to_owned();
    let (mei, bo) = (email("mei@example.com"), email("$x`y`|'z@example.com"));
    let at = now() + SignedDuration::from_hours(2);
    vec![
        waiting("mei@example.com", &name(), (20, 52)),
        Note::Unrecognised { email: email("yan@example.com"), said: name() },
        Note::Ambiguous { subject: Subject::Program(key("tea")), candidates: [name()].into() },
        Note::Unmanaged(Stray::Member { id: member_id(), email: bo.clone(), name: name() }),
        Note::Resting { email: bo.clone(), name: name(), at, sends: 1 },
        Note::Queued { email: bo.clone(), name: name(), at },
        Note::GaveUp { email: bo.clone(), name: name(), sends: 3 },
        Note::Left { email: bo.clone(), name: name() },
        Note::Undelivered { email: mei, name: name(), why: name() },
        Note::InvitationLapsed { email: bo.clone(), name: name(), how: Lapse::Refused },
        Note::Moving { from: bo.clone(), to: bo.clone() },
        Note::Ending { email: bo, program: None, until: "2026-11-30".parse().unwrap() },
    ]
}

/// Every output of every command.
fn outputs(format: Format) -> [String; 4] {
    let (world, outcomes) = world();
    let view = world.view();
    let status = plain(&report::status(&view, format, &Look::default()));
    let listed = InvitationsView { plan: &view, policy: InvitationPolicy::default() };
    let invitations = plain(&report::invitations(&listed, format, &Look::default()));
    [plan(&view, format), apply(&world, outcomes, format), status, invitations]
}

/// What is left of Markdown without its code.
fn without_code(markdown: &str) -> String {
    let mut rest = markdown;
    let mut text = String::new();
    while let Some(start) = rest.find('`') {
        text.push_str(&rest[..start]);
        let fence: String = rest[start..].chars().take_while(|c| *c == '`').collect();
        let inside = &rest[start + fence.len()..];
        let end = end_of_code(inside, fence.len()).expect("every code ends");
        rest = &inside[end + fence.len()..];
    }
    text + rest
}

/// Where a run of exactly `n` backticks begins.
fn end_of_code(text: &str, n: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        let run = text[start..].chars().take_while(|c| *c == '`').count();
        if run == n {
            return Some(start);
        }
        at = start + run;
    }
    None
}

#[test]
fn nothing_steers_a_terminal() {
    for format in [Format::Human, Format::Markdown, Format::Github, Format::Json] {
        for output in outputs(format) {
            let hidden = |c: char| {
                matches!(c, '\u{7f}'..='\u{9f}' | '\u{200b}' | '\u{2028}'..='\u{202e}'
                    | '\u{2066}'..='\u{2069}' | '\u{e0041}')
                    || (c < ' ' && c != '\n')
            };
            assert!(!output.contains(hidden), "{format:?}: {output:?}");
        }
    }
}

#[test]
fn no_line_is_a_workflow_command_but_ours() {
    for format in [Format::Human, Format::Markdown, Format::Json] {
        for output in outputs(format) {
            let command = output.lines().find(|line| line.trim_start().starts_with("::"));
            assert_eq!(command, None, "{format:?}");
        }
    }
    for output in outputs(Format::Github) {
        let ours = ["::error ", "::warning ", "::notice "];
        assert!(output.lines().all(|line| ours.iter().any(|kind| line.starts_with(kind))));
    }
}

#[test]
fn a_name_is_never_markup_in_a_pull_request() {
    for output in outputs(Format::Markdown) {
        let text = without_code(&output);
        // Names in HTML stand between these, with their angle brackets written out.
        let (mut html, mut rest) = (String::new(), text.as_str());
        while let Some((before, after)) = rest.split_once("<code>") {
            html.push_str(before);
            rest = after.split_once("</code>").unwrap().1;
        }
        html.push_str(rest);
        for markup in ["<img", "@", "#1", "evil", "**b**", "](", "&"] {
            assert!(!html.contains(markup), "{markup}: {html}");
        }
        assert_eq!(html.matches("<details>").count(), html.matches("</details>").count());
    }
}

#[test]
fn a_table_keeps_its_columns() {
    let [plan, _, status, invitations] = outputs(Format::Markdown);
    let lines = plan
        .lines()
        .chain(invitations.lines())
        .chain(status.lines().take_while(|line| !line.contains("Standing")));
    let rows = lines.filter(|line| line.starts_with("| `"));
    for row in rows {
        let bars = row.replace("\\|", "").matches('|').count();
        assert_eq!(bars, 5, "{row}");
    }
}

#[test]
fn programs_get_the_names_as_they_are() {
    for output in outputs(Format::Json) {
        must_be_valid(&output);
    }
    let [plan, ..] = outputs(Format::Json);
    let read: serde_json::Value = serde_json::from_str(&plan).unwrap();
    let steps = read["workspaces"][0]["steps"].as_array().unwrap();
    let created: Vec<&str> =
        steps.iter().filter_map(|step| step["after"]["name"].as_str()).collect();
    assert_eq!(created, NAMES);
}
