//! `minisync apply`.

use super::{
    Site,
    args::{self, Paths},
    connect::{Connection, connect},
    error::CliError,
    exit::ExitStatus,
    plan,
    progress::Progress,
    saved::{self, SavedPlan},
    show,
    survey::Survey,
    workplace::Workplace,
};
use crate::{
    engine::{self, Applied, Outcome, Patience, Stop},
    model::WorkspaceId,
    report::{self, ApplyView, WorkspaceView},
};
use futures::{StreamExt as _, stream};
use std::{
    collections::BTreeMap,
    io::{self, IsTerminal as _, Write},
};

/// Workspaces that are worked on at any time, each with its own requests in flight.
const CONCURRENT_WORKSPACES: usize = 8;

pub(super) fn run(
    args: &args::Apply,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let (file, paths) = saved::split(&args.paths.paths)?;
    let saved = file.as_deref().map(SavedPlan::read).transpose()?;
    let Some(mut workplace) = Workplace::open(&Paths { paths }, args.format, out)? else {
        return Ok(ExitStatus::Failed);
    };
    let _lock = workplace.lock()?;
    super::runtime()?.block_on(async {
        let connection = connect(&mut workplace, site).await?;
        show::aside(site, &connection.introduction(&workplace))?;
        let order = Order { args, site, workplace: &workplace, saved: saved.as_ref() };
        let status = order.carry_out(&connection, out).await;
        connection.close().await;
        status
    })
}

/// What is to be applied, and how.
struct Order<'a> {
    args: &'a args::Apply,
    site: Site<'a>,
    workplace: &'a Workplace,
    saved: Option<&'a SavedPlan>,
}

impl Order<'_> {
    async fn carry_out(
        &self,
        connection: &Connection,
        out: &mut dyn Write,
    ) -> Result<ExitStatus, CliError> {
        if let Some(saved) = self.saved {
            saved.check_platform(&connection.platform)?;
        }
        let mut survey = plan::look_through(self.workplace, connection).await?;
        let gone = self.saved.map(|saved| saved.keep(&mut survey.prospects)).unwrap_or_default();
        self.tell_gone(&gone)?;
        let n_steps: usize =
            survey.prospects.iter().map(|prospect| prospect.plan.steps.len()).sum();
        if n_steps == 0 && !gone.is_empty() {
            let message = "the saved plan is stale: nothing in it is as it was; nothing was done";
            return Err(CliError::new(ExitStatus::Stale, message)
                .help("make a new one with `minisync plan --out FILE`"));
        }
        if n_steps == 0 && self.args.format == args::Format::Human {
            self.show_plan(&survey, out)?;
            return Ok(status(&BTreeMap::new(), &survey, 0));
        }
        if n_steps > 0 && !self.consent(&survey, out)? {
            show::aside(self.site, "Nothing was done.")?;
            return Ok(ExitStatus::Refused);
        }
        let applied = self.apply(&survey, connection, n_steps).await?;
        self.report(&survey, &applied, out)?;
        Ok(status(&applied, &survey, gone.len()))
    }

    fn tell_gone(&self, gone: &[String]) -> Result<(), CliError> {
        for step in gone {
            show::aside(
                self.site,
                &format!("stale: {step}; not as it was when the plan was saved"),
            )?;
        }
        Ok(())
    }

    fn show_plan(&self, survey: &Survey, out: &mut dyn Write) -> Result<(), CliError> {
        let view = show::plan_view(self.workplace, survey);
        show::print(out, self.args.format, self.args.all, |format, look| {
            report::plan(&view, format, look)
        })
    }

    /// Shows the plan, and asks where somebody can answer.
    fn consent(&self, survey: &Survey, out: &mut dyn Write) -> Result<bool, CliError> {
        if self.args.format == args::Format::Human {
            self.show_plan(survey, out)?;
        }
        if self.args.yes {
            return Ok(true);
        }
        if !io::stdin().is_terminal() {
            return Err(CliError::new(
                ExitStatus::Refused,
                "nobody is there to ask, so nothing was done",
            )
            .help("pass `--yes` to apply without being asked"));
        }
        let mut terminal = anstream::stderr();
        write!(terminal, "\nDo this? Only `yes` means yes: ")?;
        terminal.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(answer.trim() == "yes")
    }

    async fn apply(
        &self,
        survey: &Survey,
        connection: &Connection,
        n_steps: usize,
    ) -> Result<BTreeMap<WorkspaceId, Applied>, CliError> {
        let ledger = connection.ledger(self.workplace)?;
        for prospect in &survey.prospects {
            prospect.settle(&ledger)?;
        }
        let stop = Stop::default();
        let listener = tokio::spawn(stop_on_interrupt(stop.clone()));
        let progress = Progress::new(n_steps, self.site.global);
        let results: Vec<_> = stream::iter(&survey.prospects)
            .map(|prospect| {
                let site = engine::Site {
                    workspace: &prospect.workspace,
                    provider: connection.provider(&prospect.workspace),
                    store: &ledger,
                    concurrency: usize::from(self.args.concurrency),
                    patience: Patience::default(),
                    stop: &stop,
                };
                let view = show::workspace_view(self.workplace, prospect);
                apply_one(view, site, &progress)
            })
            .buffered(CONCURRENT_WORKSPACES)
            .collect()
            .await;
        progress.finish();
        listener.abort();
        Ok(results.into_iter().collect::<Result<_, _>>()?)
    }

    fn report(
        &self,
        survey: &Survey,
        applied: &BTreeMap<WorkspaceId, Applied>,
        out: &mut dyn Write,
    ) -> Result<(), CliError> {
        let plan = show::plan_view(self.workplace, survey);
        let view = ApplyView { plan: &plan, applied };
        let all = self.args.all;
        show::print(out, self.args.format, all, |format, look| report::apply(&view, format, look))?;
        show::summary(self.site, |format, look| report::apply(&view, format, look))
    }
}

async fn apply_one<P: engine::Provider, S: engine::Store>(
    view: WorkspaceView<'_>,
    site: engine::Site<'_, P, S>,
    progress: &Progress,
) -> Result<(WorkspaceId, Applied), engine::StoreError> {
    let tell = |event| progress.tell(&view, &event);
    let applied = engine::apply(view.plan, &site, &tell).await?;
    Ok((view.id.clone(), applied))
}

/// The first Ctrl-C asks to stop; the second stops at once.
async fn stop_on_interrupt(stop: Stop) {
    if super::interrupted().await.is_err() {
        return;
    }
    stop.ask();
    let message = "\nStopping: finishing what is in flight. Ctrl-C again stops at once.";
    writeln!(anstream::stderr(), "{message}").unwrap_or_default();
    if super::interrupted().await.is_ok() {
        super::stop_at_once();
    }
}

fn status(applied: &BTreeMap<WorkspaceId, Applied>, survey: &Survey, n_gone: usize) -> ExitStatus {
    let outcomes = || applied.values().flat_map(|applied| &applied.outcomes);
    let is_interrupted = outcomes().any(|outcome| *outcome == Outcome::NotStarted);
    let n_done: usize = applied.values().map(Applied::n_done).sum();
    let is_complete = applied.values().all(Applied::is_complete);
    if is_interrupted {
        ExitStatus::Interrupted
    } else if is_complete && survey.failures.is_empty() && n_gone == 0 {
        ExitStatus::Done
    } else if n_done == 0 && n_gone == 0 {
        ExitStatus::Failed
    } else {
        ExitStatus::Partly
    }
}
