//! Where words go: results to standard output, talk to standard error, summaries to CI.

use super::{Site, args, error::CliError, grants, survey::Survey, workplace::Workplace};
use crate::{
    diagnostic::Diagnostic,
    engine::Prospect,
    manifest,
    model::Subject,
    plan::{Phase, Rails},
    project::Project,
    report::{self, CheckView, Format, Look, PlanView, WorkspaceView, human::Extent},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, IsTerminal as _, Write},
    path::PathBuf,
};

/// Where there is no terminal that says how wide it is, and where it is wider: lines that are longer
/// are hard to follow.
const WIDTH: usize = 100;
/// Nothing can be read below this.
const NARROWEST: usize = 30;

impl From<args::Format> for Format {
    fn from(format: args::Format) -> Self {
        match format {
            args::Format::Human => Self::Human,
            args::Format::Json => Self::Json,
            args::Format::Markdown => Self::Markdown,
            args::Format::Github => Self::Github,
        }
    }
}

pub(super) fn print(
    out: &mut dyn Write,
    format: args::Format,
    all: bool,
    text: impl FnOnce(Format, &Look) -> String,
) -> Result<(), CliError> {
    write_all(out, &text(format.into(), &look(all)))
}

/// Of standard output.
pub(super) fn look(all: bool) -> Look {
    let extent = if all { Extent::Whole } else { Extent::Brief };
    Look { width: width(io::stdout().is_terminal()), extent }
}

pub(super) fn write_all(out: &mut dyn Write, text: &str) -> Result<(), CliError> {
    out.write_all(text.as_bytes())?;
    if !text.is_empty() && !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

fn width(is_terminal: bool) -> usize {
    let size = is_terminal.then(terminal_size::terminal_size).flatten();
    readable(size.map(|(terminal_size::Width(columns), _)| columns))
}

fn readable(columns: Option<u16>) -> usize {
    columns.map_or(WIDTH, |columns| usize::from(columns).clamp(NARROWEST, WIDTH))
}

/// Adds to the summary that GitHub shows of a job, when there is one.
pub(super) fn summary(
    site: Site<'_>,
    text: impl FnOnce(Format, &Look) -> String,
) -> Result<(), CliError> {
    let Some(path) = &site.surroundings.step_summary else { return Ok(()) };
    let look = Look { width: WIDTH, extent: Extent::Brief };
    let text = text(Format::Markdown, &look);
    let add = || -> io::Result<()> {
        let mut file = File::options().create(true).append(true).open(path)?;
        writeln!(file, "{text}")
    };
    add().map_err(|why| {
        CliError::failed(format!("cannot add to the job's summary {}: {why}", path.display()))
    })
}

/// Talk that is neither a result nor an error. That nobody listens keeps nothing from being done.
pub(super) fn aside(site: Site<'_>, text: &str) {
    if !site.global.quiet {
        warn(text);
    }
}

/// Talk that `--quiet` does not silence.
pub(super) fn warn(text: &str) {
    writeln!(anstream::stderr(), "{}", report::harmless(text)).unwrap_or_default();
}

pub(super) fn warnings(workplace: &Workplace) -> Result<(), CliError> {
    if workplace.warnings.is_empty() {
        return Ok(());
    }
    let view = CheckView {
        sources: &workplace.project.sources,
        findings: &workplace.warnings,
        desired: &workplace.valid.workspaces,
    };
    findings(&view)
}

/// For people beside the result, which there is none of; for programs it is the result.
pub(super) fn errors(
    project: &Project,
    found: &[Diagnostic],
    format: args::Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let nothing = BTreeMap::new();
    let view = CheckView { sources: &project.sources, findings: found, desired: &nothing };
    match format {
        args::Format::Human => findings(&view),
        args::Format::Json | args::Format::Markdown | args::Format::Github => {
            print(out, format, false, |format, look| report::check(&view, format, look))
        }
    }
}

fn findings(view: &CheckView<'_>) -> Result<(), CliError> {
    let look = Look { width: width(io::stderr().is_terminal()), extent: Extent::Brief };
    write_all(&mut anstream::stderr(), &report::check(view, Format::Human, &look))
}

/// Whoever names a part might think that nothing is done about the rest.
pub(super) fn taken_whole(site: Site<'_>, project: &Project, named: &[PathBuf]) {
    let Some(first) = named.first().filter(|_| !project.is_named_whole()) else { return };
    let first = first.display().to_string();
    let first = report::on_one_line(&first);
    let belongs = match named.len() - 1 {
        0 => format!("`{first}` belongs"),
        more => format!("`{first}` and {more} more belong"),
    };
    let whole = if project.has_project_file() { "project" } else { "folder" };
    let n_files = match project.n_manifests() {
        1 => "1 file".to_owned(),
        n => format!("{n} files"),
    };
    aside(site, &format!("{belongs} to a {whole}, which is taken whole: {n_files}."));
}

/// Who was named to be invited once more, and has joined or an invitation to answer.
fn not_asked_again(site: Site<'_>, workplace: &Workplace, survey: &Survey) {
    let steps = || survey.prospects.iter().flat_map(|prospect| &prospect.plan.steps);
    for email in &workplace.again {
        let is_asked = steps().any(|step| {
            let subject = step.action.subject();
            step.action.phase() == Phase::Grant && subject == Subject::Member(email.clone())
        });
        if !is_asked {
            aside(site, &report::human::not_asked_again(email));
        }
    }
}

/// What is told once beside a plan: wishes that mean nothing.
pub(super) fn beside(site: Site<'_>, workplace: &Workplace, survey: &Survey) {
    not_asked_again(site, workplace, survey);
    kept_for_nothing(site, workplace, survey);
}

/// What policy keeps and nobody has heard of protects nobody: that may be a slip.
fn kept_for_nothing(site: Site<'_>, workplace: &Workplace, survey: &Survey) {
    let Rails { keep_members, keep_programs, .. } = &workplace.project.settings.policy.rails;
    if keep_members.is_empty() && keep_programs.is_empty() || !survey.is_whole() {
        return;
    }
    let asked = || workplace.valid.workspaces.values();
    let found = || survey.prospects.iter().map(|prospect| &prospect.actual);
    let people = asked().flat_map(|it| it.members.keys());
    let people = people.chain(found().flat_map(|it| it.members.keys()));
    let people = people.chain(found().flat_map(|it| it.doubtful.iter().map(|it| &it.email)));
    let programs = asked().flat_map(|it| it.programs.keys());
    let programs = programs.chain(found().flat_map(|it| it.programs.keys()));
    let kept = [
        ("keepMembers", texts(keep_members), texts(people)),
        ("keepPrograms", texts(keep_programs), texts(programs)),
    ];
    for (setting, kept, known) in &kept {
        for named in kept.difference(known) {
            let close = manifest::closest(named, known.iter().map(String::as_str));
            aside(site, &report::human::keeps_nothing(setting, named, close));
        }
    }
}

fn texts<T: ToString>(names: impl IntoIterator<Item = T>) -> BTreeSet<String> {
    names.into_iter().map(|name| name.to_string()).collect()
}

pub(super) fn workspace_view<'a>(
    workplace: &'a Workplace,
    prospect: &'a Prospect,
) -> WorkspaceView<'a> {
    WorkspaceView {
        id: &prospect.workspace,
        plan: &prospect.plan,
        desired: &workplace.valid.workspaces[&prospect.workspace],
        actual: &prospect.actual,
        drift: &prospect.drift,
        rules: &prospect.rules,
        now: prospect.now,
        mark: prospect.mark,
    }
}

pub(super) fn plan_view<'a>(workplace: &'a Workplace, survey: &'a Survey) -> PlanView<'a> {
    PlanView {
        workspaces: survey
            .prospects
            .iter()
            .map(|prospect| workspace_view(workplace, prospect))
            .collect(),
        unread: survey
            .failures
            .iter()
            .map(|(workspace, why)| (workspace, why.to_string()))
            .collect(),
        findings: &workplace.warnings,
        origins: &workplace.valid.origins,
        sources: &workplace.project.sources,
        self_grants: Vec::new(),
        digest: survey.digest.as_ref(),
    }
}

/// With who gives something to themselves, which git is asked for.
pub(super) fn whole_view<'a>(
    site: Site<'_>,
    workplace: &'a Workplace,
    survey: &'a Survey,
) -> PlanView<'a> {
    let self_grants = match grants::self_grants(workplace, survey) {
        Ok(self_grants) => self_grants,
        Err(why) => {
            aside(site, &format!("Nobody knows who gives something to themselves: {why}"));
            Vec::new()
        }
    };
    PlanView { self_grants, ..plan_view(workplace, survey) }
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn a_line_is_as_wide_as_the_terminal_and_no_wider_than_elsewhere() {
        let widths = [None, Some(10), Some(40), Some(80), Some(250)].map(readable);
        assert_eq!(widths, [100, 30, 40, 80, 100]);
    }
}
