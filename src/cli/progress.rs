//! Progress of an apply: a bar at a terminal, a line for what people should know elsewhere.

use super::args::Global;
use crate::{
    engine::{Event, Outcome},
    report::{self, WorkspaceView},
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal as _, Write as _};

#[derive(Debug)]
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    is_quiet: bool,
}

impl Progress {
    pub(super) fn new(n_steps: usize, global: &Global) -> Self {
        let bar = (io::stderr().is_terminal() && !global.quiet).then(|| bar(n_steps));
        Self { bar, is_quiet: global.quiet }
    }

    pub(super) fn tell(&self, workspace: &WorkspaceView<'_>, event: &Event) {
        let line = report::human::progress(event, workspace);
        match &self.bar {
            Some(bar) => advance(bar, event, line),
            None if self.is_quiet => {}
            None => {
                if let Some(line) = line {
                    // Whoever closed standard error does not want to read it.
                    writeln!(anstream::stderr(), "{line}").unwrap_or_default();
                }
            }
        }
    }

    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(n_steps: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(n_steps as u64), ProgressDrawTarget::stderr())
        .with_style(style)
}

fn advance(bar: &ProgressBar, event: &Event, line: Option<String>) {
    match event {
        Event::StepEnded { outcome, .. } => {
            bar.inc(1);
            match (outcome, line) {
                (Outcome::Done, Some(line)) => bar.set_message(line),
                (_, Some(line)) => bar.println(line),
                (_, None) => {}
            }
        }
        Event::Retrying { .. } => {
            if let Some(line) = line {
                bar.set_message(line);
            }
        }
        Event::PhaseStarted { .. } | Event::StepStarted { .. } => bar.tick(),
    }
}
