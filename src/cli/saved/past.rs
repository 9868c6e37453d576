//! What the ledger knows of the time since a plan was saved.

use crate::{
    cli::{connect::Connection, error::CliError},
    ledger::{Event, How, Record},
    model::{Subject, WorkspaceId},
    report::saved::SavedPlan,
};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Past {
    /// This very plan was carried out to its end.
    pub(super) is_applied: bool,
    /// What has been acted on since, by workspace: even where it looks as it did.
    touched: BTreeMap<WorkspaceId, BTreeSet<Subject>>,
}

/// What was done in one workspace.
#[derive(Debug, Default, PartialEq, Eq)]
struct Since {
    is_finished: bool,
    touched: BTreeSet<Subject>,
}

impl Past {
    pub(in crate::cli) async fn read(
        connection: &Connection,
        saved: &SavedPlan,
    ) -> Result<Self, CliError> {
        let mut past = Self { is_applied: saved.n_steps() > 0, touched: BTreeMap::new() };
        for workspace in &saved.workspaces {
            let Ok(id) = workspace.id.parse::<WorkspaceId>() else { continue };
            let records = connection.ledger.since(&id, workspace.mark).await?;
            let since = Since::new(&records, &saved.digest);
            past.is_applied &= since.is_finished || workspace.steps.is_empty();
            past.touched.insert(id, since.touched);
        }
        Ok(past)
    }

    pub(super) fn touched(&self, workspace: &WorkspaceId) -> &BTreeSet<Subject> {
        static NOTHING: BTreeSet<Subject> = BTreeSet::new();
        self.touched.get(workspace).unwrap_or(&NOTHING)
    }
}

impl Since {
    /// A run of this same plan that was interrupted is gone on with: only what it has certainly
    /// done is not done again.
    fn new(records: &[Record], plan: &str) -> Self {
        let mut since = Self::default();
        let mut ours: BTreeSet<&str> = BTreeSet::new();
        let mut asked: BTreeMap<&str, &str> = BTreeMap::new();
        for Record { run, event, .. } in records {
            let is_ours = ours.contains(run.as_str());
            match event {
                Event::Begun { saved, .. } => {
                    ours.extend((saved.as_deref() == Some(plan)).then_some(run.as_str()));
                }
                Event::Intended { subject, key, .. } if is_ours => {
                    asked.insert(key, subject);
                }
                Event::Intended { subject, .. } => since.touched.extend(subject.parse()),
                Event::Ended { key, how: How::Done, .. } => {
                    let subject = asked.get(key.as_str());
                    since.touched.extend(subject.and_then(|subject| subject.parse().ok()));
                }
                Event::Finished { undone: 0, .. } => since.is_finished |= is_ours,
                Event::Finished { .. }
                | Event::Ended { .. }
                | Event::Read
                | Event::Unlocked { .. }
                | Event::Migrated { .. } => {}
            }
        }
        since
    }
}

#[cfg(test)]
mod tests {
    use super::Since;
    use crate::ledger::{Event, How, Record};
    use std::collections::{BTreeMap, BTreeSet};

    const PLAN: &str = "sha256:3f9c";

    fn records(events: impl IntoIterator<Item = (&'static str, Event)>) -> Vec<Record> {
        let records = events.into_iter().zip(8..).map(|((run, event), number)| Record {
            number,
            at: jiff::Timestamp::UNIX_EPOCH,
            run: run.to_owned(),
            event,
            remember: BTreeMap::new(),
            forget: BTreeSet::new(),
        });
        records.collect()
    }

    fn begun(saved: Option<&str>) -> Event {
        Event::Begun {
            who: "ann".into(),
            commit: None,
            version: "0.1.0".into(),
            plan: "3f9c".into(),
            saved: saved.map(str::to_owned),
            steps: 1,
            fence: 1,
        }
    }

    fn intended(name: &str) -> Event {
        Event::Intended {
            subject: format!("member {name}@example.com"),
            what: "invite".into(),
            step: "3f9c".into(),
            key: name.into(),
            again: false,
        }
    }

    fn ended(name: &str, how: How) -> Event {
        Event::Ended { key: name.into(), how, why: None }
    }

    fn touched(events: impl IntoIterator<Item = (&'static str, Event)>) -> Vec<String> {
        let since = Since::new(&records(events), PLAN);
        since.touched.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn whoever_another_run_has_acted_on_is_touched_however_it_ended() {
        let events = [("other", begun(None)), ("other", intended("lin"))];
        assert_eq!(touched(events), ["member lin@example.com"]);
        // It began before the plan was saved, and goes on.
        assert_eq!(touched([("older", intended("lin"))]), ["member lin@example.com"]);
        let events = [("other", begun(Some("sha256:77"))), ("other", intended("lin"))];
        assert_eq!(touched(events), ["member lin@example.com"]);
    }

    #[test]
    fn a_run_of_the_same_plan_is_gone_on_with() {
        let (lin, ann) = (intended("lin"), intended("ann"));
        let events = [
            ("ours", begun(Some(PLAN))),
            ("ours", lin),
            ("ours", ann),
            ("ours", ended("lin", How::Done)),
            ("ours", ended("ann", How::Unknown)),
            ("ours", Event::Finished { done: 1, undone: 1 }),
        ];
        let since = Since::new(&records(events), PLAN);
        assert_eq!(since.touched.len(), 1);
        assert!(!since.is_finished);
    }

    #[test]
    fn only_a_run_of_the_same_plan_that_did_it_all_makes_it_applied() {
        let finished = |run, saved| {
            let all = Event::Finished { done: 1, undone: 0 };
            Since::new(&records([(run, begun(saved)), (run, all)]), PLAN).is_finished
        };
        assert!(finished("ours", Some(PLAN)));
        assert!(!finished("other", Some("sha256:77")));
        assert!(!finished("other", None));
    }
}
