//! What befalls one run: faults, its end at some moment, and what others do meanwhile.

use super::chance::Chance;
use std::sync::Mutex;
use tokio::sync::Notify;

/// How a run is stopped that did not end by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// `kill -9`.
    Killed,
    /// It may wake up again.
    Frozen,
}

/// How often things go wrong; one request in so many, 0: never.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Weather {
    pub(super) one_request_in: usize,
    pub(super) one_reading_in: usize,
    /// From this request on, our credential is none any more.
    pub(super) barred_from: Option<usize>,
    /// From this write on, the disk is full.
    pub(super) full_from: Option<usize>,
}

#[derive(Debug)]
pub(super) struct Fate {
    pub(super) weather: Weather,
    end: Option<(usize, End)>,
    state: Mutex<State>,
    woken: Notify,
}

#[derive(Debug)]
struct State {
    chance: Chance,
    n_moments: usize,
    n_requests: usize,
    n_writes: usize,
    ended: Option<End>,
    /// Another run has got its lock.
    is_late: bool,
    /// What others do, at which moments.
    meanwhile: Vec<usize>,
    log: Vec<String>,
}

impl Fate {
    pub(super) fn new(weather: Weather, end: Option<(usize, End)>, chance: Chance) -> Self {
        let state = State {
            chance,
            n_moments: 0,
            n_requests: 0,
            n_writes: 0,
            ended: None,
            is_late: false,
            meanwhile: Vec::new(),
            log: Vec::new(),
        };
        Self { weather, end, state: Mutex::new(state), woken: Notify::new() }
    }

    /// Nothing goes wrong.
    pub(super) fn kind() -> Self {
        Self::new(Weather::default(), None, Chance::new(0))
    }

    pub(super) fn meanwhile_at(&self, moment: usize) {
        self.state.lock().unwrap().meanwhile.push(moment);
    }

    pub(super) fn draw<T>(&self, draw: impl FnOnce(&mut Chance) -> T) -> T {
        draw(&mut self.state.lock().unwrap().chance)
    }

    pub(super) fn tell(&self, line: String) {
        self.state.lock().unwrap().log.push(line);
    }

    pub(super) fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().log)
    }

    /// The number of this request, from 0.
    pub(super) fn request(&self) -> usize {
        let mut state = self.state.lock().unwrap();
        state.n_requests += 1;
        state.n_requests - 1
    }

    /// The number of this write to the ledger, from 0.
    pub(super) fn write(&self) -> usize {
        let mut state = self.state.lock().unwrap();
        state.n_writes += 1;
        state.n_writes - 1
    }

    /// Before and after everything that leaves a trace. Does not end when the run does here.
    /// Whether others do something at this moment.
    pub(super) async fn moment(&self) -> bool {
        let (moment, is_meanwhile) = {
            let mut state = self.state.lock().unwrap();
            let moment = state.n_moments;
            state.n_moments += 1;
            (moment, state.meanwhile.contains(&moment))
        };
        if let Some((at, end)) = self.end
            && at == moment
        {
            {
                let mut state = self.state.lock().unwrap();
                state.ended = Some(end);
                state.log.push(format!("    {end:?} at moment {moment}"));
            }
            self.woken.notified().await;
        }
        is_meanwhile
    }

    pub(super) fn ended(&self) -> Option<End> {
        self.state.lock().unwrap().ended
    }

    pub(super) fn is_late(&self) -> bool {
        self.state.lock().unwrap().is_late
    }

    pub(super) fn overtake(&self) {
        self.state.lock().unwrap().is_late = true;
    }

    pub(super) fn wake(&self) {
        self.state.lock().unwrap().ended = None;
        self.woken.notify_one();
    }
}
