//! `minisync apply`.

use super::{
    Site,
    args::{self, Paths},
    carrying_out::Interrupt,
    confirm::confirmed,
    connect::{Connection, Destination, Doors, Posted, Visit, connect},
    consent,
    error::CliError,
    exit::ExitStatus,
    ledger,
    patience::Patience,
    plan,
    saved::{self, Agreement, Past, SavedFile},
    show,
    survey::Survey,
    wait,
    workplace::Workplace,
};
use crate::{
    engine::Applied,
    ledger::{Locked, Run},
    model::WorkspaceId,
    project,
    report::{self, ApplyView, GoneStep},
};
use std::{cell::Cell, collections::BTreeMap, io::Write};

pub(super) fn run(
    args: &args::Apply,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let (agreement, paths) = Agreement::given(args)?;
    let paths = Paths { paths };
    let Some(mut workplace) = Workplace::open(&paths, args.format, out)? else {
        return Ok(ExitStatus::Failed);
    };
    show::taken_whole(site, &workplace.project, &paths.paths);
    workplace.note_commit();
    Agreement::check_policy(agreement.as_ref(), &workplace)?;
    workplace.ask_again(&args.reinvite)?;
    let saved = agreement.as_ref().and_then(Agreement::plan);
    workplace.again.extend(saved.into_iter().flat_map(SavedFile::again));
    super::runtime()?
        .block_on(async {
            let mut patience = Patience::new(args.lock_timeout, site);
            let _lock = workplace.lock(&mut patience).await?;
            let doors = if args.wait.is_some() { Doors::Open } else { Doors::Shut };
            let mut connection = connect(&mut workplace, site, Visit::Work(doors)).await?;
            let world = (&workplace, &mut connection);
            let work = at_work(args, &mut patience, world, agreement.as_ref(), out).await;
            let posted = connection.close().await;
            let (status, n_invited) = work?;
            tell_posted(&posted, n_invited, site);
            status
        })
        .map_err(unheard)
}

/// Who stops reading has not asked for less to be done: that must not pass for success.
fn unheard(why: CliError) -> CliError {
    if !why.is_broken_pipe() {
        return why;
    }
    CliError::failed("nobody reads what is told any more, so it stopped before the end")
        .help("apply again: nothing is done twice; `--quiet` tells less")
}

/// Under the lock: how it ended, and how many invitations went out.
async fn at_work(
    args: &args::Apply,
    patience: &mut Patience<'_>,
    (workplace, connection): (&Workplace, &mut Connection),
    agreement: Option<&Agreement>,
    out: &mut dyn Write,
) -> Result<(Result<ExitStatus, CliError>, u64), CliError> {
    let site = patience.site;
    let saved = agreement.and_then(Agreement::plan).map(|file| file.plan.digest.clone());
    let run = Run { saved, ..ledger::run(&workplace.project, workplace.commit.clone(), site)? };
    if let Some(commit) = &run.commit {
        connection.on_behalf_of(commit);
    }
    show::aside(site, &connection.introduction(workplace));
    let locked = ledger::locked(connection, run, patience).await?;
    let (n_invited, n_done) = (Cell::default(), Cell::default());
    let order = Order { args, site, workplace, agreement, ledger: &locked, n_invited, n_done };
    let status = order.carry_out(connection, out).await;
    let n_invited = order.n_invited.get();
    let released = locked.release().await;
    // Where the work failed, that is what to tell; the lock ends by itself.
    if let Ok(ExitStatus::Done) = status {
        released?;
    }
    Ok((status, n_invited))
}

/// On the sandbox, nobody gets an invitation who does not look there; and a mail server may refuse.
fn tell_posted(posted: &Posted, n_invited: u64, site: Site<'_>) {
    let told = match posted {
        Posted::Elsewhere => return,
        Posted::ByConsole(_) if n_invited == 0 => return,
        Posted::ByConsole(Destination::Folder(outbox)) => {
            format!("{} in {}", report::mails(n_invited), project::seen_from_here(outbox))
        }
        Posted::ByConsole(Destination::Server(_)) => {
            format!("{} for the open console to send", report::mails(n_invited))
        }
        Posted::Here { to: Destination::Folder(_), n_sent: 0, n_waiting: 0, .. } => return,
        Posted::Here { to, n_sent, n_waiting, why } => {
            let sent = match to {
                Destination::Folder(outbox) => format!("in {}", project::seen_from_here(outbox)),
                Destination::Server(name) => format!("sent by {name}"),
            };
            let waiting = report::waiting_mails(*n_waiting, why.as_deref());
            format!("{} {sent}{waiting}", report::mails(*n_sent))
        }
    };
    show::aside(site, &told);
}

/// What is to be applied, and how.
pub(super) struct Order<'a> {
    pub(super) args: &'a args::Apply,
    pub(super) site: Site<'a>,
    pub(super) workplace: &'a Workplace,
    pub(super) agreement: Option<&'a Agreement>,
    pub(super) ledger: &'a Locked,
    /// How many invitations went out so far.
    pub(super) n_invited: Cell<u64>,
    /// How many steps were done so far.
    pub(super) n_done: Cell<usize>,
}

impl Order<'_> {
    async fn carry_out(
        &self,
        connection: &Connection,
        out: &mut dyn Write,
    ) -> Result<ExitStatus, CliError> {
        let again = &self.workplace.again;
        let mut survey = plan::look_through(self.workplace, connection, again).await?;
        let gone = self.hold_to_agreement(&mut survey, connection).await?;
        for step in &gone {
            show::aside(self.site, &report::human::gone(step));
        }
        show::beside(self.site, self.workplace, &survey);
        let n_steps = survey.n_steps();
        if n_steps == 0 && !gone.is_empty() {
            return self.all_gone(&survey, &gone, out);
        }
        self.pass_rails(&survey, &gone, out)?;
        // Waiting goes on to do what nobody can look at beforehand.
        let goes_on = self.args.wait.is_some() && !wait::is_over(&survey);
        if (n_steps > 0 || goes_on) && !self.consent(&survey, out)? {
            show::aside(self.site, "Nothing was done.");
            return Ok(ExitStatus::Refused);
        }
        // From here on: at the question, Ctrl-C just ends us.
        let interrupt = Interrupt::listen();
        let work = self.work(&survey, connection, &interrupt.stop).await?;
        let may_wait = !work.is_hopeless() && survey.failures.is_empty();
        if self.args.wait.is_some() && may_wait {
            return wait::wait(self, connection, &interrupt.stop, (survey, work), out).await;
        }
        let told = if n_steps == 0 && self.is_for_people() {
            self.show_plan(&survey, out)
        } else {
            self.report(&survey, &work.applied, &gone, out)
        };
        let status = self.status(work, &survey, &gone)?;
        match told {
            // What was done was done, whether anybody reads of it or not.
            Err(why) if !why.is_broken_pipe() => Err(why),
            Ok(()) | Err(_) => Ok(status),
        }
    }

    /// Whether every danger is allowed by name. Where one is not, the plan is told first.
    fn pass_rails(
        &self,
        survey: &Survey,
        gone: &[GoneStep],
        out: &mut dyn Write,
    ) -> Result<(), CliError> {
        let view = show::plan_view(self.workplace, survey);
        let Err(held) = consent::check(&self.args.allow, &view, !self.is_for_people()) else {
            return Ok(());
        };
        if self.is_for_people() {
            self.show_plan(survey, out)?;
        } else {
            self.report(survey, &BTreeMap::new(), gone, out)?;
        }
        Err(held)
    }

    /// Leaves in the plans what was agreed to, and tells what of that is left out.
    async fn hold_to_agreement(
        &self,
        survey: &mut Survey,
        connection: &Connection,
    ) -> Result<Vec<GoneStep>, CliError> {
        match self.agreement {
            None => Ok(Vec::new()),
            Some(Agreement::Digest(digest)) => {
                saved::admit_digest(digest, survey).map(|()| Vec::new())
            }
            Some(Agreement::Plan(file)) => {
                let past = Past::read(connection, &file.plan).await?;
                saved::admit(file, &connection.platform, survey, &past)?;
                if let Some(told) = saved::other_tool(&file.plan) {
                    show::aside(self.site, &told);
                }
                Ok(saved::keep(&file.plan, self.workplace, survey, &past))
            }
        }
    }

    fn all_gone(
        &self,
        survey: &Survey,
        gone: &[GoneStep],
        out: &mut dyn Write,
    ) -> Result<ExitStatus, CliError> {
        if !self.is_for_people() {
            self.report(survey, &BTreeMap::new(), gone, out)?;
        }
        Err(match survey.gap() {
            None if gone.iter().all(GoneStep::is_done) => {
                show::aside(self.site, "Earlier runs of this plan did all of it.");
                return Ok(ExitStatus::Done);
            }
            None => {
                let message = "the saved plan is stale: nothing that is left of it can be done; \
                               nothing was done";
                CliError::new(ExitStatus::Stale, message)
                    .help("make a new one with `minisync plan --out FILE`")
            }
            Some((id, why)) => CliError::failed(format!(
                "workspace `{id}` could not be read whole ({why}), and nothing else in the saved \
                 plan is left to do; nothing was done"
            ))
            .help("try again when the platform answers"),
        })
    }

    pub(super) fn is_for_people(&self) -> bool {
        self.args.format == args::Format::Human
    }

    pub(super) fn show_plan(&self, survey: &Survey, out: &mut dyn Write) -> Result<(), CliError> {
        let view = show::whole_view(self.site, self.workplace, survey);
        show::print(out, self.args.format, self.args.all, |format, look| {
            report::plan(&view, format, look)
        })
    }

    /// Shows the plan, and asks where somebody can answer.
    fn consent(&self, survey: &Survey, out: &mut dyn Write) -> Result<bool, CliError> {
        if self.is_for_people() {
            self.show_plan(survey, out)?;
        }
        if self.args.yes {
            return Ok(true);
        }
        confirmed(&format!("\n{}", self.question(survey)), "apply")
    }

    fn question(&self, survey: &Survey) -> &'static str {
        match (survey.n_steps() > 0, self.args.wait.is_some()) {
            (true, false) => "Do this?",
            (true, true) => "Do this, and what becomes possible while waiting?",
            (false, _) => "Do what becomes possible while waiting?",
        }
    }

    pub(super) fn report(
        &self,
        survey: &Survey,
        applied: &BTreeMap<WorkspaceId, Applied>,
        gone: &[GoneStep],
        out: &mut dyn Write,
    ) -> Result<(), CliError> {
        let plan = show::plan_view(self.workplace, survey);
        let looked_at = survey.prospects.iter().map(|prospect| &prospect.workspace);
        let heads = looked_at.filter_map(|it| Some((it.clone(), self.ledger.head(it)?))).collect();
        let view = ApplyView { plan: &plan, applied, gone, heads: &heads };
        let all = self.args.all;
        show::print(out, self.args.format, all, |format, look| report::apply(&view, format, look))?;
        show::summary(self.site, |format, look| report::apply(&view, format, look))
    }
}
