//! `minisync history`: what runs did, from the ledger alone.

pub(super) mod args;
mod transfer;

use super::{
    Site,
    access::{self, args::Where},
    closed_pipe::Heedless,
    error::CliError,
    exit::ExitStatus,
    ledger::{self, Purpose},
    show, workplace,
};
use crate::{
    ledger::{Ledger, PastRun, VerifyError},
    manifest::closest,
    model::{Digest, WorkspaceId},
    project::Project,
    report::history::{self, HistoryView, Inspected, RunView, VerifyView},
};
use args::{History, HistoryCommand, List, Show, Verify};
use std::{collections::BTreeSet, io::Write};

pub(super) fn run(
    args: &History,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    super::runtime()?.block_on(async {
        match &args.command {
            None => list(&args.list, site, out).await,
            Some(HistoryCommand::Show(args)) => one(args, site, out).await,
            Some(HistoryCommand::Verify(args)) => verify(args, site, out).await,
            Some(HistoryCommand::Export(args)) => transfer::export(args, site, out).await,
            Some(HistoryCommand::Import(args)) => transfer::import(args, site).await,
        }
    })
}

/// The ledger of a project, to be read.
pub(super) async fn open(place: &Where, site: Site<'_>) -> Result<(Project, Ledger), CliError> {
    let project = workplace::open(&access::paths(place).paths)?;
    let ledger = ledger_of(&project, Purpose::Read, site).await?;
    Ok((project, ledger))
}

/// For the platform of its environment; nothing is asked of that.
pub(super) async fn ledger_of(
    project: &Project,
    purpose: Purpose,
    site: Site<'_>,
) -> Result<Ledger, CliError> {
    let environment = project.environment(site.global.env.as_deref())?;
    ledger::open(project, &environment, purpose, site).await
}

async fn list(args: &List, site: Site<'_>, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
    args.plan.as_deref().map_or(Ok(()), begins_digest)?;
    let (_, ledger) = open(&args.place, site).await?;
    let workspaces = workspaces(&ledger, args.workspace.as_deref()).await?;
    let history = ledger.history(&workspaces).await?;
    let is_wanted = |run: &&PastRun| match &args.plan {
        Some(plan) => run.has_plan(plan),
        None => args.all || run.is_of_note(),
    };
    let mut runs: Vec<&PastRun> = history.runs.values().filter(is_wanted).collect();
    runs.sort_by(|a, b| (b.from, &b.id).cmp(&(a.from, &a.id)));
    let n_shown = if args.all { runs.len() } else { runs.len().min(args.limit) };
    let n_older = runs.split_off(n_shown).len();
    let view = HistoryView { runs, n_older, alive: &history.alive };
    let look = show::look(args.all);
    show::write_all(out, &history::history(&view, args.format.into(), &look))?;
    Ok(ExitStatus::Done)
}

/// What can begin no digest would find no run, and look as if there was none.
fn begins_digest(plan: &str) -> Result<(), CliError> {
    let digits = plan.strip_prefix("sha256:").unwrap_or(plan);
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if (1..=64).contains(&digits.len()) && digits.bytes().all(is_hex) {
        return Ok(());
    }
    let message = format!("`{plan}` is not how the digest of a plan begins");
    Err(CliError::new(ExitStatus::Usage, message).help(
        "it is `sha256:` and hexadecimal digits (0-9 and a-f), as `minisync plan` and `minisync \
         history` print it",
    ))
}

async fn one(args: &Show, site: Site<'_>, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
    let (_, ledger) = open(&args.place, site).await?;
    let workspaces = workspaces(&ledger, None).await?;
    let history = ledger.history(&workspaces).await?;
    let run = named(&args.run, &history.runs.values().collect::<Vec<_>>())?;
    let view = RunView { run, is_alive: history.alive.contains(&run.id) };
    show::write_all(out, &history::show(&view, args.format.into(), &show::look(true)))?;
    Ok(ExitStatus::Done)
}

/// The only run whose id begins so.
fn named<'a>(asked: &str, runs: &[&'a PastRun]) -> Result<&'a PastRun, CliError> {
    let found: Vec<&PastRun> = runs.iter().copied().filter(|it| it.id.starts_with(asked)).collect();
    let exact = found.iter().copied().find(|run| run.id == asked);
    match (&found[..], exact) {
        (_, Some(run)) => Ok(run),
        ([run], None) => Ok(*run),
        ([], None) => {
            let length = asked.chars().count();
            let begin = |run: &&PastRun| run.id.chars().take(length).collect::<String>();
            let begins: Vec<String> = runs.iter().map(begin).collect();
            let message = format!("there is no run `{asked}`");
            let meant = closest(asked, begins.iter().map(String::as_str));
            Err(CliError::new(ExitStatus::Usage, message).help(match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`minisync history` lists them".to_owned(),
            }))
        }
        ([..], None) => {
            let message = format!("{} runs begin with `{asked}`", found.len());
            Err(CliError::new(ExitStatus::Usage, message).help("give more of its id"))
        }
    }
}

async fn verify(
    args: &Verify,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let expected = args.expect.iter().map(|seal| hash(seal)).collect::<Result<Vec<_>, _>>()?;
    let (_, ledger) = open(&args.place, site).await?;
    let (mut journals, mut held) = (Vec::new(), BTreeSet::new());
    for workspace in ledger.journals().await? {
        let found = ledger.verify(&workspace, None).await.map(|verified| verified.head);
        if found.is_ok() && !expected.is_empty() {
            let keep = |sealed: crate::ledger::Sealed| {
                held.extend(expected.contains(&sealed.hash).then_some(sealed.hash));
            };
            ledger.records(&workspace, keep).await?;
        }
        journals.push(Inspected { workspace, found });
    }
    let expected: Vec<(String, bool)> =
        expected.iter().map(|hash| (format!("sha256:{hash}"), held.contains(hash))).collect();
    let view = VerifyView { journals: &journals, expected: &expected };
    let told = history::verify(&view, args.format.into(), &show::look(true));
    show::write_all(&mut Heedless(out), &told)?;
    Ok(if view.is_sound() { ExitStatus::Done } else { ExitStatus::Failed })
}

fn hash(seal: &str) -> Result<Digest, CliError> {
    let hash = seal.strip_prefix("sha256:").unwrap_or(seal).to_ascii_lowercase();
    if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(Digest::new(hash));
    }
    Err(CliError::new(ExitStatus::Usage, format!("`{seal}` is not the hash of a head"))
        .help("it is `sha256:` and 64 hexadecimal digits, as `minisync history verify` prints it"))
}

/// Those that have a journal, or the one that was asked for.
pub(super) async fn workspaces(
    ledger: &Ledger,
    asked: Option<&str>,
) -> Result<Vec<WorkspaceId>, CliError> {
    let known = ledger.journals().await?;
    let Some(asked) = asked else { return Ok(known) };
    if let Some(found) = known.iter().find(|workspace| workspace.as_str() == asked) {
        return Ok(vec![found.clone()]);
    }
    let message = format!("the ledger knows no workspace `{asked}`");
    let meant = closest(asked, known.iter().map(WorkspaceId::as_str));
    let known = || known.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
    Err(CliError::new(ExitStatus::Usage, message).help(match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if known().is_empty() => "nothing was applied here so far".to_owned(),
        None => format!("it knows {}", known()),
    }))
}

impl From<VerifyError> for CliError {
    fn from(why: VerifyError) -> Self {
        match why {
            VerifyError::Store(why) => why.into(),
            VerifyError::Broken(_) | VerifyError::Cut { .. } | VerifyError::Memory { .. } => {
                Self::failed(format!("the ledger is not as it was written: {why}"))
                    .help("`minisync history verify` says where")
            }
        }
    }
}

impl From<access::args::AccessFormat> for history::Format {
    fn from(format: access::args::AccessFormat) -> Self {
        match format {
            access::args::AccessFormat::Human => Self::Human,
            access::args::AccessFormat::Json => Self::Json,
            access::args::AccessFormat::Markdown => Self::Markdown,
        }
    }
}
