//! How it is said: runs, steps, and how they ended.

use crate::{
    ledger::{Asked, End, Granted, How, PastRun},
    report::wording::{self, phrase::Phrase},
};
use jiff::Timestamp;

/// Characters of an id or a digest that people are shown.
const SHORT: usize = 10;

pub(in crate::report) fn short(id: &str) -> String {
    let (kind, digits) = id.split_once(':').unwrap_or(("", id));
    let digits: String = digits.chars().take(SHORT).collect();
    if kind.is_empty() { digits } else { format!("{kind}:{digits}") }
}

/// To the second, in UTC.
pub(in crate::report) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `24 steps done, 7 not done, ended in the middle`
pub(super) fn came_to(run: &PastRun, is_alive: bool) -> Phrase {
    let figure = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let (n_done, n_undone) = (figure(run.n_done()), figure(run.n_undone()));
    let mut phrase = if run.plans.is_empty() {
        Phrase::words(match run.migrated {
            Some(layout) => format!("took over the ledger of an older minisync (layout {layout})"),
            None if run.unlocked.is_empty() => "only looked".to_owned(),
            None => "took a lock away".to_owned(),
        })
    } else {
        Phrase::words(format!("{} done", wording::count(n_done, "step", "steps")))
    };
    if n_undone > 0 {
        phrase = phrase.and(format!(", {} not done", wording::grouped(n_undone)));
    }
    match run.end(is_alive) {
        End::Finished => phrase,
        End::Underway => phrase.and(", under way"),
        End::LostLock { to } => phrase.and(", lost its lock to ").and_data(to),
        End::Died => phrase.and(", ended in the middle"),
    }
}

/// `refused: invite lin@example.com as developer of coffee (asked again): the name is taken`
pub(super) fn asked(asked: &Asked) -> Phrase {
    let phrase = Phrase::words(format!("{}: ", how(asked))).then(deed(asked));
    let phrase = if asked.again { phrase.and(" (asked again)") } else { phrase };
    match &asked.ended {
        Some((_, _, Some(why))) => phrase.and(": ").and_data(why),
        Some((_, _, None)) | None => phrase,
    }
}

pub(in crate::report) fn how(asked: &Asked) -> &'static str {
    match asked.ended {
        Some((_, How::Done, _)) => "done",
        Some((_, How::Stale, _)) => "stale",
        Some((_, How::Refused, _)) => "refused",
        Some((_, How::NotAsked, _)) => "not asked",
        Some((_, How::Unknown, _)) | None => "not known",
    }
}

/// `invite lin@example.com as developer of coffee`
pub(in crate::report) fn deed(asked: &Asked) -> Phrase {
    let verb = match asked.what.as_str() {
        "adopt-program" | "adopt-member" => "adopt",
        "create-program" => "create",
        "update-program" => "update",
        "delete-program" => "delete",
        "reinvite" => "invite afresh",
        "resend" => "send the invitation again to",
        "withdraw" => "take back the invitation of",
        "change-role" => "change the role of",
        other => other,
    };
    let name = asked.subject.split_once(' ').map_or(asked.subject.as_str(), |(_, name)| name);
    let phrase = Phrase::words(verb).and(" ").and_data(name);
    let joint = if asked.what == "change-role" { " to " } else { " as " };
    match &asked.granted {
        Some(granted) => phrase.and(joint).then(role(granted)),
        None => phrase,
    }
}

/// `developer of coffee and tea`
pub(in crate::report) fn role(granted: &Granted) -> Phrase {
    let Granted { role, programs } = granted;
    let phrase = Phrase::words(role.clone());
    if programs.is_empty() {
        return phrase;
    }
    phrase.and(" of ").then(Phrase::list(programs.iter().map(Phrase::data)))
}
