//! What has happened in a workspace since some moment: whether a plan of then is still to be done.

use super::{
    Ledger,
    fact::Named,
    journal::{Event, How, Line, Record},
    storage::Fault,
};
use crate::{
    engine::StoreError,
    model::{Subject, WorkspaceId},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Records that are read at a time.
const CHUNK: usize = 4096;

/// What runs have done since a [`mark`](crate::model::Memory::mark).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Since {
    /// Whom or what runs of other plans have asked about.
    pub touched: BTreeSet<Subject>,
    /// How many steps of the plan that this is about have been done, by whom or what they are about;
    /// the rest of an interrupted run is still to be done.
    pub done: BTreeMap<Subject, usize>,
    /// How many were asked for without an answer, and may have been done.
    pub unheard: BTreeMap<Subject, usize>,
    /// When the last run of that plan came to its end with all that it had left to do.
    pub finished: Option<Timestamp>,
}

/// The run that wrote the last records that were read.
#[derive(Debug)]
struct UnderWay<'a> {
    /// The saved plan that this is about.
    plan: &'a str,
    /// The saved plan that the run carries out.
    saved: Option<String>,
    /// What runs of that plan have asked, by idempotency key: about whom or what, and which step.
    asked: BTreeMap<String, (Subject, String)>,
}

impl Ledger {
    /// `plan`: the digest of the saved plan that wants to know.
    pub async fn since(
        &self,
        workspace: &WorkspaceId,
        mark: u64,
        plan: &str,
    ) -> Result<Since, StoreError> {
        let (mut since, mut after) = (Since::default(), mark);
        let mut run = UnderWay { plan, saved: None, asked: BTreeMap::new() };
        loop {
            let records = self.after(workspace, after).await.map_err(|fault| self.error(&fault))?;
            let Some(last) = records.last() else { break };
            after = last.number;
            for record in &records {
                since.take_in(record, &mut run);
            }
        }
        count(&mut since.unheard, run.asked.into_values());
        Ok(since)
    }

    async fn after(&self, workspace: &WorkspaceId, number: u64) -> Result<Vec<Record>, Fault> {
        let place = self.place(workspace);
        let lines = self.storage.lines(&place, number, CHUNK).await?;
        let read = |line: Line| serde_json::from_str(&line.text).map_err(|_| Fault::Odd(line.text));
        lines.into_iter().map(read).collect()
    }
}

impl Since {
    fn take_in(&mut self, record: &Record, run: &mut UnderWay<'_>) {
        let is_the_same = run.saved.as_deref() == Some(run.plan);
        match &record.event {
            Event::Begun { saved, .. } => {
                run.saved.clone_from(saved);
            }
            Event::Intended { subject, key, step, .. } if is_the_same => {
                let asked = subject.parse().ok().map(|subject| (subject, step.clone()));
                // Under another key, the one before was found to have had no effect.
                run.asked.retain(|_, it| Some(&*it) != asked.as_ref());
                run.asked.extend(asked.map(|asked| (key.clone(), asked)));
            }
            Event::Intended { subject, .. } => self.touched.extend(subject.parse::<Subject>().ok()),
            Event::Ended { key, how: How::Done, .. } if run.asked.contains_key(key) => {
                count(&mut self.done, run.asked.remove(key));
                // What was asked before of the same program or person is over.
                for (_, key) in answered(record) {
                    run.asked.remove(&key);
                }
            }
            // It was asked before the plan was made.
            Event::Ended { how: How::Done, .. } => {
                self.touched.extend(answered(record).map(|(subject, _)| subject));
            }
            Event::Read => self.find(record, run),
            Event::Finished { undone: 0, .. } if is_the_same => self.finished = Some(record.at),
            Event::Ended { key, how: How::Stale | How::Refused | How::NotAsked, .. } => {
                run.asked.remove(key);
            }
            Event::Finished { .. }
            | Event::Ended { how: How::Unknown, .. }
            | Event::Unlocked { .. }
            | Event::Migrated { .. } => {}
        }
    }

    /// What was asked without an answer was found to be done: who was asked in is there, who was to
    /// go has gone.
    fn find(&mut self, record: &Record, run: &mut UnderWay<'_>) {
        for (subject, key) in answered(record) {
            let told = subject.to_string();
            let is_there = record.remember.contains_key(&told);
            if is_there || record.forget.contains(&told) {
                let ours = run.asked.remove(&key);
                let is_others = ours.is_none() && is_there;
                count(&mut self.done, ours);
                self.touched.extend(is_others.then_some(subject));
            }
        }
    }
}

fn count(
    counted: &mut BTreeMap<Subject, usize>,
    asked: impl IntoIterator<Item = (Subject, String)>,
) {
    for (subject, _) in asked {
        *counted.entry(subject).or_default() += 1;
    }
}

/// Of whom or what it is known since how it ended what was asked, and under which key.
fn answered(record: &Record) -> impl Iterator<Item = (Subject, String)> {
    record.forget.iter().filter_map(|key| match Named::parsed(key) {
        Ok(Named::Intent(subject, key)) => Some((subject, key)),
        Ok(Named::Program(_) | Named::Member(_) | Named::Seen(_)) | Err(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Since, UnderWay};
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
            whole: None,
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
            granted: None,
        }
    }

    fn ended(name: &str, how: How) -> Event {
        Event::Ended { key: name.into(), how, why: None }
    }

    fn since(events: impl IntoIterator<Item = (&'static str, Event)>) -> Since {
        let mut since = Since::default();
        let mut run = UnderWay { plan: PLAN, saved: None, asked: BTreeMap::new() };
        for record in records(events) {
            since.take_in(&record, &mut run);
        }
        since
    }

    fn touched(events: impl IntoIterator<Item = (&'static str, Event)>) -> Vec<String> {
        since(events).touched.iter().map(ToString::to_string).collect()
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
        let since = since(events);
        assert!(since.touched.is_empty());
        let done: Vec<_> = since.done.iter().map(|(it, n)| (it.to_string(), *n)).collect();
        assert_eq!(done, [("member lin@example.com".to_owned(), 1)]);
        assert_eq!(since.finished, None);
    }

    #[test]
    fn what_was_asked_before_and_answered_since_is_touched() {
        let answered = |event, is_there: bool| {
            let mut record = records([("older", event)]).remove(0);
            record.forget.insert("intent member lin@example.com 3f9c".to_owned());
            let member = ("member lin@example.com".to_owned(), serde_json::json!({ "sends": 1 }));
            record.remember.extend(is_there.then_some(member));
            let mut since = Since::default();
            since.take_in(
                &record,
                &mut UnderWay { plan: PLAN, saved: None, asked: BTreeMap::new() },
            );
            since.touched.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let lin = ["member lin@example.com"];
        assert_eq!(answered(ended("3f9c", How::Done), true), lin);
        assert_eq!(answered(ended("3f9c", How::Done), false), lin);
        assert!(answered(ended("3f9c", How::Refused), false).is_empty());
        assert_eq!(answered(Event::Read, true), lin);
        assert!(answered(Event::Read, false).is_empty());
    }

    #[test]
    fn a_saved_plan_is_applied_when_a_run_of_it_did_it_all() {
        let all = || Event::Finished { done: 1, undone: 0 };
        let events = [
            ("first", begun(Some(PLAN))),
            ("first", all()),
            ("other", begun(None)),
            ("other", all()),
        ];
        assert_eq!(since(events).finished, Some(jiff::Timestamp::UNIX_EPOCH));
        assert_eq!(since([("other", begun(None)), ("other", all())]).finished, None);
    }
}
