//! Progress of an apply: a bar at a terminal, a line for what people should know elsewhere.

use super::args::Global;
use crate::{
    engine::{Event, Outcome},
    model::WorkspaceId,
    plan::Note,
    report::{self, PlanView, WorkspaceView},
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    collections::BTreeSet,
    io::{self, IsTerminal as _, Write as _},
    time::Duration,
};

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

/// What there is to say, without its times.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    notes: BTreeSet<(WorkspaceId, Note)>,
    unread: Vec<WorkspaceId>,
}

/// Says who is waited for: at a terminal all the time, elsewhere whenever it is somebody else.
#[derive(Debug)]
pub(super) struct Bell {
    spinner: Option<ProgressBar>,
    is_quiet: bool,
    said: Option<Said>,
}

impl Bell {
    pub(super) fn new(global: &Global) -> Self {
        let spinner = (io::stderr().is_terminal() && !global.quiet)
            .then(|| ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()));
        Self { spinner, is_quiet: global.quiet, said: None }
    }

    pub(super) fn tell(&mut self, view: &PlanView<'_>, left: Duration) {
        let line = report::human::vigil(view, left);
        if let Some(spinner) = &self.spinner {
            if spinner.is_finished() {
                spinner.reset();
            }
            spinner.set_message(line);
            spinner.tick();
            return;
        }
        let notes = view.workspaces.iter().flat_map(|workspace| {
            workspace.plan.notes.iter().map(|note| (workspace.id.clone(), note.clone()))
        });
        let unread = view.unread.iter().map(|(id, _)| (*id).clone());
        let said = Some(Said { notes: notes.collect(), unread: unread.collect() });
        if !self.is_quiet && self.said != said {
            writeln!(anstream::stderr(), "{line}").unwrap_or_default();
        }
        self.said = said;
    }

    /// Something else is going to be said.
    pub(super) fn silence(&mut self) {
        self.said = None;
        if let Some(spinner) = &self.spinner {
            spinner.finish_and_clear();
        }
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        if let Some(spinner) = &self.spinner {
            spinner.finish_and_clear();
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
