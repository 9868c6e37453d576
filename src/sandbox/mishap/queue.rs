//! Which mishap hits which request: a list that is worked off in order.

use super::{Kind, Mishap, Requests, Times, Word};
use jiff::SignedDuration;
use std::time::Duration;

/// The lists that have pages.
const LISTS: [&str; 4] = ["workspaces", "programs", "members", "activity"];

/// A mishap that waits for its requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Armed {
    pub(in crate::sandbox) mishap: Mishap,
    /// Requests that have passed it.
    pub(in crate::sandbox) n_passed: u32,
    pub(in crate::sandbox) n_hit: u32,
}

/// What waits, in the order in which it was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sandbox) struct Queue(pub(in crate::sandbox) Vec<Armed>);

/// A request, as far as mishaps look at it.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Visit {
    pub(in crate::sandbox) is_read: bool,
    /// Below `/v1`.
    pub(in crate::sandbox) segments: Vec<String>,
}

/// All that happens to one request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::sandbox) struct Blow {
    pub(in crate::sandbox) latency: Duration,
    pub(in crate::sandbox) skew: SignedDuration,
    /// Neither a latency nor a skew.
    pub(in crate::sandbox) kind: Option<Kind>,
}

impl Queue {
    /// What hits a request, and whether anything here has changed by it.
    pub(in crate::sandbox) fn strike(&mut self, visit: &Visit) -> (Blow, bool) {
        let (mut blow, mut has_changed) = (Blow::default(), false);
        for armed in &mut self.0 {
            let is_companion = armed.mishap.kind.is_companion();
            if !armed.mishap.is_about(visit) {
                continue;
            }
            if armed.n_passed < armed.mishap.after {
                armed.n_passed += 1;
                has_changed = true;
                continue;
            }
            // One at a time: whoever comes second has its turn with another request.
            if blow.kind.is_some() && !is_companion {
                continue;
            }
            blow.take(armed.mishap.kind);
            // What is always there need not be counted, nor written down each time.
            if armed.mishap.times != Times::Always {
                armed.n_hit += 1;
                has_changed = true;
            }
        }
        self.0.retain(|armed| armed.n_left() != Some(0));
        (blow, has_changed)
    }
}

impl Armed {
    pub(in crate::sandbox) fn new(mishap: Mishap) -> Self {
        Self { mishap, n_passed: 0, n_hit: 0 }
    }

    /// Requests that are still to be hit; `None`: all.
    pub(in crate::sandbox) fn n_left(&self) -> Option<u32> {
        match self.mishap.times {
            Times::Only(times) => Some(times.get().saturating_sub(self.n_hit)),
            Times::Always => None,
        }
    }

    pub(in crate::sandbox) fn n_to_pass(&self) -> u32 {
        self.mishap.after.saturating_sub(self.n_passed)
    }
}

impl Mishap {
    fn is_about(&self, visit: &Visit) -> bool {
        let is_its_kind = match self.requests {
            Requests::Any => true,
            Requests::Reads => visit.is_read,
            Requests::Writes => !visit.is_read,
        };
        is_its_kind && self.is_at(&visit.segments) && self.kind.fits(visit)
    }

    fn is_at(&self, segments: &[String]) -> bool {
        let is_same = |(at, segment): (&String, &String)| at == "*" || at == segment;
        self.at.is_empty()
            || segments.windows(self.at.len()).any(|run| self.at.iter().zip(run).all(is_same))
    }
}

impl Kind {
    /// What warps a page waits for one.
    fn fits(self, visit: &Visit) -> bool {
        let list = visit.segments.last().filter(|_| visit.is_read).map(String::as_str);
        match self {
            Self::TruncatedPage(_) | Self::DuplicatedPage | Self::ReorderedPage => {
                list.is_some_and(|list| LISTS.contains(&list))
            }
            Self::UnknownWord(Word::Status | Word::Role) => list == Some("members"),
            Self::Latency(_)
            | Self::Limited(_)
            | Self::Unavailable(..)
            | Self::LostAnswer
            | Self::Reset
            | Self::SlowBody(_)
            | Self::ClockSkew(_)
            | Self::ExpiredToken => true,
        }
    }
}

impl Blow {
    fn take(&mut self, kind: Kind) {
        match kind {
            Kind::Latency(latency) => self.latency = self.latency.saturating_add(latency),
            Kind::ClockSkew(skew) => self.skew = self.skew.saturating_add(skew),
            Kind::Limited(_)
            | Kind::Unavailable(..)
            | Kind::LostAnswer
            | Kind::Reset
            | Kind::TruncatedPage(_)
            | Kind::DuplicatedPage
            | Kind::ReorderedPage
            | Kind::UnknownWord(_)
            | Kind::SlowBody(_)
            | Kind::ExpiredToken => self.kind = Some(kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Armed, Queue, Visit};

    /// The kinds that hit each of some requests, such as `GET members`.
    fn told(mishaps: &[&str], requests: &[&str]) -> Vec<String> {
        let armed = mishaps.iter().map(|text| Armed::new(text.parse().unwrap()));
        let mut queue = Queue(armed.collect());
        let hit = |request: &&str| {
            let (method, path) = request.split_once(' ').unwrap();
            let segments = path.split('/').map(str::to_owned).collect();
            let (blow, _) = queue.strike(&Visit { is_read: method == "GET", segments });
            blow.kind.map(|kind| kind.to_string()).unwrap_or_default()
        };
        requests.iter().map(hit).collect()
    }

    #[test]
    fn so_many_pass_and_then_so_many_are_hit() {
        let requests = ["POST members"; 5];
        let hit = told(&["reset:after=1:times=2"], &requests);
        assert_eq!(hit, ["", "reset", "reset", "", ""]);
        assert_eq!(told(&["reset:after=4:always"], &requests), ["", "", "", "", "reset"]);
    }

    #[test]
    fn one_request_has_one_mishap_and_the_next_has_the_other() {
        let hit = told(&["reset", "expired-token"], &["GET members"; 3]);
        assert_eq!(hit, ["reset", "expired-token", ""]);
    }

    #[test]
    fn only_what_it_is_about_is_hit() {
        let requests = ["GET workspaces/acme", "POST workspaces/acme/members/m3/accept"];
        assert_eq!(told(&["lost-answer"], &requests), ["", "lost-answer"]);
        assert_eq!(told(&["reset:reads"], &requests), ["reset", ""]);
        assert_eq!(told(&["reset:at=members/*/accept"], &requests), ["", "reset"]);
        assert_eq!(told(&["reset:at=acme/programs"], &requests), ["", ""]);
    }

    #[test]
    fn a_page_mishap_waits_for_a_page() {
        let requests = ["GET workspaces/acme", "POST members", "GET programs", "GET members"];
        assert_eq!(told(&["truncated-page"], &requests), ["", "", "truncated-page", ""]);
        assert_eq!(told(&["unknown-word"], &requests), ["", "", "", "unknown-word"]);
    }

    #[test]
    fn latency_and_skew_go_along_with_others() {
        let mishaps = ["latency=50ms", "reset", "latency=50ms", "clock-skew=-1h"];
        let armed = mishaps.iter().map(|text| Armed::new(text.parse().unwrap()));
        let mut queue = Queue(armed.collect());
        let visit = Visit { is_read: true, segments: Vec::new() };
        let (blow, has_changed) = queue.strike(&visit);
        assert_eq!((blow.latency.as_millis(), blow.skew.as_hours()), (100, -1));
        assert!(blow.kind.is_some() && has_changed && queue.0.is_empty());
    }
}
