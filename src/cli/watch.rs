//! `minisync watch`: on save, check and plan again; apply only when asked to.

use super::{
    Site, apply,
    args::{self, Format},
    error::CliError,
    exit::ExitStatus,
    plan, workplace,
};
use notify::{Event, EventKind, RecursiveMode, Watcher as _};
use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    time::Duration,
};

/// Editors save in several strokes, and git changes many files at once: what belongs together is
/// over when nothing more has come for this long.
const QUIET: Duration = Duration::from_millis(200);

/// Until interrupted.
pub(super) fn run(
    args: &args::Watch,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(sender).map_err(|why| cannot_watch(&why))?;
    let mut watched = BTreeSet::new();
    loop {
        let project = workplace::open(&args.paths)?;
        let files = project.watched();
        for folder in files.folders.difference(&watched) {
            watcher.watch(folder, RecursiveMode::Recursive).map_err(|why| cannot_watch(&why))?;
        }
        watched.extend(files.folders.iter().cloned());
        // What is wrong is told, and watched on: it may be right after the next save.
        if let Err(error) = pass(args, site, out) {
            super::complain(&error);
        }
        writeln!(out, "\nWatching {} (Ctrl-C ends)", project.root().display())?;
        out.flush()?;
        let Some(changed) = next_change(&changes, |path| files.concerns(path)) else {
            return Ok(ExitStatus::Done);
        };
        let names: Vec<_> = changed.iter().map(|path| shown(path, project.root())).collect();
        writeln!(out, "\nChanged: {}\n", names.join(", "))?;
    }
}

/// Below the root without it.
fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

fn pass(args: &args::Watch, site: Site<'_>, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
    let paths = args.paths.clone();
    if args.apply {
        let args = args::Apply {
            paths,
            yes: true,
            format: Format::Human,
            concurrency: args::DEFAULT_CONCURRENCY,
            all: false,
        };
        return apply::run(&args, site, out);
    }
    let args = args::Plan {
        paths,
        format: Format::Human,
        out: None,
        detailed_exitcode: false,
        all: false,
    };
    plan::run(&args, site, out)
}

fn cannot_watch(why: &notify::Error) -> CliError {
    CliError::failed(format!("cannot watch the project's files: {why}"))
}

/// Waits for a change that matters, then for quiet. `None`: nothing can come any more.
fn next_change(
    changes: &Receiver<notify::Result<Event>>,
    matters: impl Fn(&Path) -> bool,
) -> Option<BTreeSet<PathBuf>> {
    let mut changed = BTreeSet::new();
    loop {
        let event = if changed.is_empty() {
            changes.recv().ok()?
        } else {
            match changes.recv_timeout(QUIET) {
                Ok(event) => event,
                Err(RecvTimeoutError::Timeout) => return Some(changed),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        };
        let Ok(event) = event else { continue };
        if !matches!(event.kind, EventKind::Access(_)) {
            changed.extend(event.paths.into_iter().filter(|path| matters(path)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::next_change;
    use notify::{
        Event, EventKind,
        event::{AccessKind, ModifyKind},
    };
    use std::{path::Path, sync::mpsc};

    fn event(kind: EventKind, path: &str) -> notify::Result<Event> {
        Ok(Event::new(kind).add_path(path.into()))
    }

    #[test]
    fn what_belongs_together_is_one_change() {
        let (sender, changes) = mpsc::channel();
        let modified = EventKind::Modify(ModifyKind::Any);
        sender.send(event(EventKind::Access(AccessKind::Any), "/p/read.yaml")).unwrap();
        sender.send(event(modified, "/p/.minisync/ledger.db")).unwrap();
        sender.send(event(modified, "/p/a.yaml")).unwrap();
        sender.send(event(modified, "/p/b.yaml")).unwrap();
        sender.send(event(modified, "/p/a.yaml")).unwrap();
        let matters = |path: &Path| path.extension().is_some_and(|it| it == "yaml");
        let changed = next_change(&changes, matters).unwrap();
        assert_eq!(
            changed.into_iter().collect::<Vec<_>>(),
            [Path::new("/p/a.yaml"), Path::new("/p/b.yaml")]
        );
        drop(sender);
        assert_eq!(next_change(&changes, matters), None);
    }
}
