//! `minisync apply --wait`: looks again and again, and carries out what has become possible, until
//! nothing waits any more, the time is up, or somebody interrupts.
//!
//! The connection stays up between two looks: a platform that we serve ourselves is there for the
//! people who are waited for until [`Vigil::keep`] has ended.

use super::{
    apply::Order,
    carrying_out::Work,
    connect::{Connection, Reception},
    consent,
    error::CliError,
    exit::ExitStatus,
    plan,
    progress::Bell,
    show,
    survey::Survey,
};
use crate::{
    engine::{Applied, Outcome, Prospect, Stop},
    model::WorkspaceId,
    plan::{Note, Standing, Step},
    project, report,
};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    time::Duration,
};
use tokio::time::Instant;

/// How often a platform on this machine is looked at.
const NEAR: Duration = Duration::from_secs(2);
/// How often any other is.
const FAR: Duration = Duration::from_secs(30);
/// Clocks and platforms count seconds: nothing is there before the next one.
const TICK: Duration = Duration::from_secs(1);

/// `begun`: what was looked at and done before.
pub(super) async fn wait(
    order: &Order<'_>,
    connection: &Connection,
    stop: &Stop,
    begun: (Survey, Work),
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let until = Instant::now() + order.args.wait.unwrap_or_default();
    let every = order.args.every.unwrap_or(if connection.is_near() { NEAR } else { FAR });
    let (survey, work) = begun;
    let diary = Diary::default();
    let mut vigil = Vigil { order, connection, stop, until, every, diary, was_busy: false, survey };
    vigil.note(&work, out)?;
    let bell = Bell::new(order.site.global);
    // Whatever ends it, what was done is told.
    let ended = vigil.keep(bell, out).await;
    let how = ended.unwrap_or_else(|why| How::Undone(Err(vigil.midway(why))));
    vigil.end(how, out)
}

struct Vigil<'a> {
    order: &'a Order<'a>,
    connection: &'a Connection,
    stop: &'a Stop,
    until: Instant,
    every: Duration,
    diary: Diary,
    /// The last look found something to do.
    was_busy: bool,
    /// What was seen last.
    survey: Survey,
}

/// How the waiting ended.
enum How {
    /// No waiting would change anything.
    Over,
    TimeIsUp,
    Interrupted,
    /// Something could not be done.
    Undone(Result<ExitStatus, CliError>),
}

/// Everything that was done, pass by pass.
#[derive(Debug, Default)]
struct Diary(BTreeMap<WorkspaceId, (Vec<Step>, Vec<Outcome>)>);

impl Vigil<'_> {
    /// Whoever is waited for has to find the way.
    fn receive(&self, reception: Reception<'_>) {
        let Reception { url, outbox } = reception;
        let mails = outbox.map(project::seen_from_here);
        let mails = mails.map(|folder| format!("; their mails are in {folder}"));
        let message = format!("People can answer at {url}{}.", mails.unwrap_or_default());
        show::aside(self.order.site, &message);
    }

    async fn keep(&mut self, mut bell: Bell, out: &mut dyn Write) -> Result<How, CliError> {
        let nobody = BTreeSet::new();
        let mut reception = self.connection.reception();
        loop {
            self.survey =
                plan::look_through(self.order.workplace, self.connection, &nobody).await?;
            let left = self.until.saturating_duration_since(Instant::now());
            let is_busy = self.survey.n_steps() > 0 && !self.stop.is_asked() && !left.is_zero();
            if is_busy {
                bell.silence();
                if let Some(undone) = self.work(out).await? {
                    return Ok(undone);
                }
            } else if let Some(how) = self.ended(left) {
                return Ok(how);
            }
            if let Some(reception) = reception.take() {
                self.receive(reception);
            }
            // What was just done may have made more possible.
            let pause = match is_busy && !self.was_busy {
                true => Duration::ZERO,
                false => pause(&self.survey, self.every).min(left),
            };
            if !is_busy {
                let view = show::plan_view(self.order.workplace, &self.survey);
                bell.tell(&view, left);
            }
            self.was_busy = is_busy;
            self.stop.sleep(pause).await;
        }
    }

    fn ended(&self, left: Duration) -> Option<How> {
        if self.stop.is_asked() {
            Some(How::Interrupted)
        } else if self.survey.n_steps() == 0 && is_over(&self.survey) {
            Some(How::Over)
        } else if left.is_zero() {
            Some(How::TimeIsUp)
        } else {
            None
        }
    }

    /// Carries out what has become possible; the end when something cannot be done, however often it
    /// is tried.
    async fn work(&mut self, out: &mut dyn Write) -> Result<Option<How>, CliError> {
        if self.order.is_for_people() {
            self.set_off(out)?;
            self.order.show_plan(&self.survey, out)?;
        }
        let allowed = &self.order.args.allow;
        let view = show::plan_view(self.order.workplace, &self.survey);
        if let Err(held) = consent::check_again(allowed, &view, !self.order.is_for_people()) {
            return Ok(Some(How::Undone(Err(self.midway(held)))));
        }
        let work = self.order.work(&self.survey, self.connection, self.stop).await?;
        self.note(&work, out)?;
        let is_hopeless = work.is_hopeless();
        Ok(is_hopeless.then(|| How::Undone(self.order.status(work, &self.survey, &[]))))
    }

    /// What was done before stays done.
    fn midway(&self, why: CliError) -> CliError {
        let is_first = self.order.n_done.get() == 0 || why.is_broken_pipe();
        if is_first { why } else { why.ending_as(ExitStatus::Partly) }
    }

    /// For people at once; others get one report at the end.
    fn note(&mut self, work: &Work, out: &mut dyn Write) -> Result<(), CliError> {
        self.diary.note(&self.survey, work);
        if self.order.is_for_people() && self.survey.n_steps() > 0 {
            self.order.report(&self.survey, &work.applied, &[], out)?;
        }
        Ok(())
    }

    fn status(&self) -> ExitStatus {
        if !self.survey.is_whole() {
            let is_idle = self.order.n_done.get() == 0;
            return if is_idle { ExitStatus::Failed } else { ExitStatus::Partly };
        }
        match standing(&self.survey) {
            Standing::InSync => ExitStatus::Done,
            Standing::Waiting => ExitStatus::Waiting,
            Standing::Drifted => ExitStatus::Partly,
        }
    }

    /// How things stand by now, or everything that was done.
    fn end(mut self, how: How, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
        let order = self.order;
        let is_told = matches!(how, How::Undone(_));
        let (status, word) = match how {
            How::Over => (Ok(self.status()), None),
            How::TimeIsUp => (Ok(self.status()), Some("The time is up.")),
            How::Interrupted => (Ok(ExitStatus::Interrupted), Some("Not waiting any more.")),
            How::Undone(status) => (status, None),
        };
        if !order.is_for_people() {
            let applied = self.diary.told_in(&mut self.survey.prospects);
            order.report(&self.survey, &applied, &[], out)?;
        } else if !is_told {
            let view = show::plan_view(order.workplace, &self.survey);
            self.set_off(out)?;
            show::print(out, order.args.format, order.args.all, |format, look| {
                report::status(&view, format, look)
            })?;
        }
        if let Some(word) = word {
            show::aside(order.site, &format!("{word} `minisync apply` goes on from here."));
        }
        status
    }

    /// From what was told before.
    fn set_off(&self, out: &mut dyn Write) -> Result<(), CliError> {
        if !self.diary.is_empty() {
            writeln!(out)?;
        }
        Ok(())
    }
}

fn standing(survey: &Survey) -> Standing {
    let standings = survey.prospects.iter().map(|prospect| prospect.plan.standing());
    standings.max().unwrap_or(Standing::InSync)
}

/// Whether no waiting would change anything: nobody has an invitation to answer, and nothing goes
/// by itself.
pub(super) fn is_over(survey: &Survey) -> bool {
    let mut notes = survey.prospects.iter().flat_map(|prospect| &prospect.plan.notes);
    survey.is_whole()
        && !notes.any(|note| {
            matches!(
                note,
                Note::WaitingForMember { .. } | Note::Resting { .. } | Note::Queued { .. }
            )
        })
}

/// Until the next look, or until something goes by itself.
fn pause(survey: &Survey, every: Duration) -> Duration {
    let next = survey.prospects.iter().filter_map(|it| next(&it.plan.notes, it.now));
    next.min().map_or(every, |next| every.min(next.max(TICK)))
}

/// `now`: the platform's time, by which it goes.
fn next(notes: &[Note], now: Timestamp) -> Option<Duration> {
    let at = notes.iter().filter_map(|note| {
        if let Note::Resting { at, .. } | Note::Queued { at, .. } = note { Some(*at) } else { None }
    });
    Some(Duration::try_from(at.min()?.duration_since(now)).unwrap_or_default())
}

impl Diary {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn note(&mut self, survey: &Survey, work: &Work) {
        for Prospect { workspace, plan, .. } in &survey.prospects {
            let Some(Applied { outcomes }) = work.applied.get(workspace) else { continue };
            let (steps, all) = self.0.entry(workspace.clone()).or_default();
            steps.extend(plan.steps.iter().cloned());
            all.extend(outcomes.iter().cloned());
        }
    }

    /// As if it had all been one plan, with what is left to say of each workspace by now.
    fn told_in(mut self, prospects: &mut [Prospect]) -> BTreeMap<WorkspaceId, Applied> {
        let mut applied = BTreeMap::new();
        for Prospect { workspace, plan, .. } in prospects {
            let (steps, outcomes) = self.0.remove(workspace).unwrap_or_default();
            plan.steps = steps;
            applied.insert(workspace.clone(), Applied { outcomes });
        }
        applied
    }
}

#[cfg(test)]
mod tests {
    use super::next;
    use crate::plan::Note;
    use jiff::{SignedDuration, Timestamp};
    use std::time::Duration;

    #[test]
    fn what_goes_by_itself_is_woken_up_for() {
        let now: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        let at = |seconds| now + SignedDuration::from_secs(seconds);
        let (email, name) = ("lin@example.com".parse().unwrap(), String::new());
        let queued = |seconds| Note::Queued {
            email: Clone::clone(&email),
            name: name.clone(),
            at: at(seconds),
        };
        let resting =
            Note::Resting { email: Clone::clone(&email), name: name.clone(), at: at(90), sends: 1 };
        assert_eq!(next(&[], now), None);
        assert_eq!(next(&[queued(3_600), resting], now), Some(Duration::from_secs(90)));
        assert_eq!(next(&[queued(-5)], now), Some(Duration::ZERO));
    }
}
