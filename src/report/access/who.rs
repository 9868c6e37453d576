//! Who reaches a mini program.

use super::{
    json,
    reach::{Grant, Person, Program, Right, label, name_of, people},
    sheet::{Sheet, Table},
    words,
};
use crate::{
    model::{ProgramKey, WorkspaceId},
    report::{
        place::Places,
        view::{PlanView, WorkspaceView},
        wording::{self, phrase::Phrase},
    },
};
use std::collections::BTreeSet;

/// A mini program that somebody asked about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    pub workspace: WorkspaceId,
    pub program: Program,
}

/// A mini program with all that somebody may call it by.
struct Known<'a> {
    target: Target,
    id: Option<&'a str>,
    name: Option<&'a str>,
}

impl Known<'_> {
    fn key(&self) -> Option<&str> {
        match &self.target.program {
            Program::Key(key) => Some(key.as_str()),
            Program::Id(_) => None,
        }
    }
}

/// The mini programs of that key; without one, those of that id; without one, those of that name.
pub fn targets(view: &PlanView<'_>, asked: &str) -> BTreeSet<Target> {
    let known = programs(view);
    let by = |called: fn(&Known<'_>) -> Option<String>| -> BTreeSet<Target> {
        let meant = known.iter().filter(|it| called(it).as_deref() == Some(asked));
        meant.map(|it| it.target.clone()).collect()
    };
    [
        by(|it| it.key().map(str::to_owned)),
        by(|it| it.id.map(str::to_owned)),
        by(|it| it.name.map(str::to_owned)),
    ]
    .into_iter()
    .find(|found| !found.is_empty())
    .unwrap_or_default()
}

/// What could have been asked about, for those who mistype.
pub fn program_names(view: &PlanView<'_>) -> BTreeSet<String> {
    let known = programs(view);
    let names = known.iter().flat_map(|it| [it.key(), it.name]);
    names.flatten().map(str::to_owned).collect()
}

/// Every mini program that either side knows.
fn programs<'a>(view: &'a PlanView<'_>) -> Vec<Known<'a>> {
    view.workspaces.iter().flat_map(programs_of).collect()
}

fn programs_of<'a>(workspace: &'a WorkspaceView<'_>) -> Vec<Known<'a>> {
    let keys: BTreeSet<&ProgramKey> =
        workspace.desired.programs.keys().chain(workspace.actual.programs.keys()).collect();
    let keys = keys.into_iter().map(|key| {
        let id = workspace.actual.programs.get(key).map(|found| found.seen.id.as_str());
        (Program::Key(key.clone()), id)
    });
    let strangers = workspace.actual.unmanaged_programs.keys();
    let strangers = strangers.map(|id| (Program::Id(id.clone()), Some(id.as_str())));
    let known = keys.chain(strangers).map(|(program, id)| {
        let name = name_of(&program, workspace);
        Known { target: Target { workspace: workspace.id.clone(), program }, id, name }
    });
    known.collect()
}

pub(super) fn sheet(view: &PlanView<'_>, targets: &BTreeSet<Target>) -> Sheet {
    let (people, places) = (people(view), Places::new(view.sources));
    let mut sheet = Sheet { title: Phrase::words("minisync access who"), ..Sheet::default() };
    for (workspace, target) in asked(view, targets) {
        let grants = reaching(&people, target);
        let row = |grant: &Grant<'_>| {
            vec![
                Phrase::words(grant.right.role()),
                Phrase::data(grant.person.told()),
                words::on_platform(grant, view.now()),
                words::until(grant),
                words::place(grant.place(view), &places),
            ]
        };
        let program = words::program(&target.program, workspace);
        sheet.tables.push(Table {
            caption: program.clone().and(" in workspace ").and_data(workspace.id),
            head: vec!["As", "Who", "On the platform", "Until", "Manifest"],
            rows: grants.iter().map(row).collect(),
        });
        sheet.sentences.push(sentence(&grants, workspace, target));
    }
    sheet.sentences.extend(words::gaps(view, &people));
    sheet
}

pub(super) fn report(view: &PlanView<'_>, asked: &str, targets: &BTreeSet<Target>) -> json::Who {
    let (people, places) = (people(view), Places::new(view.sources));
    let program = |(workspace, target): (&WorkspaceView<'_>, &Target)| json::Reached {
        workspace: workspace.id.to_string(),
        program: json::GrantedProgram::new(&target.program, workspace),
        grants: reaching(&people, target)
            .iter()
            .map(|grant| json::Grant::new(grant, view, &places))
            .collect(),
    };
    json::Who {
        version: crate::report::json::VERSION,
        asked: asked.to_owned(),
        programs: self::asked(view, targets).map(program).collect(),
        gaps: json::gaps(view, &people),
    }
}

fn asked<'a>(
    view: &'a PlanView<'a>,
    targets: &'a BTreeSet<Target>,
) -> impl Iterator<Item = (&'a WorkspaceView<'a>, &'a Target)> {
    targets.iter().filter_map(|target| {
        let workspace = view.workspaces.iter().find(|it| *it.id == target.workspace)?;
        Some((workspace, target))
    })
}

/// Who may most comes first.
fn reaching<'p>(people: &'p [Person<'p>], target: &Target) -> Vec<Grant<'p>> {
    let reaches = |right: &Right| right.program().is_none_or(|it| *it == target.program);
    let there = people.iter().filter(|person| *person.workspace.id == target.workspace);
    let mut grants: Vec<Grant<'p>> =
        there.flat_map(Person::grants).filter(|grant| reaches(&grant.right)).collect();
    grants.sort_by(|a, b| (&a.right, a.person.email).cmp(&(&b.right, b.person.email)));
    grants
}

fn sentence(grants: &[Grant<'_>], workspace: &WorkspaceView<'_>, target: &Target) -> Phrase {
    let count = |is: fn(&Grant<'_>) -> bool| {
        let people: BTreeSet<_> =
            grants.iter().filter(|grant| is(grant)).map(|grant| grant.person.email).collect();
        people.len()
    };
    let reach = wording::count(count(super::is_usable), "person reaches", "people reach");
    let phrase = Phrase::words(format!("{reach} "));
    let mut phrase = phrase.and_data(label(&target.program, workspace)).and(" now.");
    let n_later = count(|grant| !super::is_usable(grant));
    if n_later > 0 {
        let more = wording::count(n_later, "person is", "people are");
        phrase = phrase.and(format!(" {more} named here without reaching it now."));
    }
    let is_there = match &target.program {
        Program::Key(key) => workspace.actual.programs.contains_key(key),
        Program::Id(_) => true,
    };
    if is_there { phrase } else { phrase.and(" It does not exist on the platform yet.") }
}
