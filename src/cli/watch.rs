//! `minisync watch`: on save, check and plan again; apply only when asked to.

use super::{
    Site, apply,
    args::{self, Format},
    error::CliError,
    exit::ExitStatus,
    plan, workplace,
};
use crate::report;
use notify::{Event, EventKind, RecursiveMode, Watcher as _};
use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

/// Editors save in several strokes, and git changes many files at once: what belongs together is
/// over when nothing more has come for this long.
const QUIET: Duration = Duration::from_millis(200);

/// What a watch wakes up for.
enum Wake {
    File(notify::Result<Event>),
    Interrupt,
}

/// Until interrupted.
pub(super) fn run(
    args: &args::Watch,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let (sender, wakes) = mpsc::channel();
    let files = sender.clone();
    let mut watcher = notify::recommended_watcher(move |event| {
        // Nobody listens any more when the watch has ended.
        files.send(Wake::File(event)).unwrap_or_default();
    })
    .map_err(|why| cannot_watch(&why))?;
    wake_on_interrupt(sender)?;
    let mut project = workplace::open(&args.paths.paths)?;
    let mut watched = BTreeSet::new();
    loop {
        let files = project.watched();
        for folder in files.folders.difference(&watched) {
            watcher.watch(folder, RecursiveMode::Recursive).map_err(|why| cannot_watch(&why))?;
        }
        watched.extend(files.folders.iter().cloned());
        // What is wrong is told, and watched on: it may be right after the next save.
        match pass(args, site, out) {
            Ok(ExitStatus::Interrupted) => return Ok(ExitStatus::Interrupted),
            Ok(_) => {}
            Err(error) if error.is_broken_pipe() => return Err(error),
            Err(error) => _ = super::complain(&error),
        }
        let root = project.root().display().to_string();
        writeln!(out, "\nWatching {} (Ctrl-C ends)", report::on_one_line(&root))?;
        out.flush()?;
        let Some(changed) = next_change(&wakes, |path| files.concerns(path)) else {
            return Ok(ExitStatus::Interrupted);
        };
        let names: Vec<_> = changed.iter().map(|path| shown(path, project.root())).collect();
        writeln!(out, "\nChanged: {}\n", report::on_one_line(&names.join(", ")))?;
        // A project that is just being changed may have no manifest for a moment.
        project = workplace::open(&args.paths.paths).unwrap_or(project);
    }
}

/// For as long as we run: an apply that listens itself would leave nobody to listen after it.
fn wake_on_interrupt(sender: Sender<Wake>) -> Result<(), CliError> {
    let runtime = super::runtime()?;
    thread::spawn(move || {
        if runtime.block_on(super::interrupted()).is_ok() {
            sender.send(Wake::Interrupt).unwrap_or_default();
        }
    });
    Ok(())
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
            digest: None,
            require_signed: None,
            yes: true,
            format: Format::Human,
            concurrency: args::DEFAULT_CONCURRENCY,
            reinvite: Vec::new(),
            allow: Vec::new(),
            wait: None,
            lock_timeout: None,
            every: None,
            all: false,
        };
        return apply::run(&args, site, out);
    }
    let args = args::Plan {
        paths,
        format: Format::Human,
        out: None,
        expires_in: None,
        sign: None,
        detailed_exitcode: false,
        reinvite: Vec::new(),
        all: false,
    };
    plan::run(&args, site, out)
}

fn cannot_watch(why: &notify::Error) -> CliError {
    CliError::failed(format!("cannot watch the project's files: {why}"))
}

/// Waits for a change that matters, then for quiet. `None`: the watch is over.
fn next_change(
    wakes: &Receiver<Wake>,
    matters: impl Fn(&Path) -> bool,
) -> Option<BTreeSet<PathBuf>> {
    let mut changed = BTreeSet::new();
    loop {
        let wake = if changed.is_empty() {
            wakes.recv().ok()?
        } else {
            match wakes.recv_timeout(QUIET) {
                Ok(wake) => wake,
                Err(RecvTimeoutError::Timeout) => return Some(changed),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        };
        match wake {
            Wake::Interrupt => return None,
            Wake::File(Ok(event)) if !matches!(event.kind, EventKind::Access(_)) => {
                changed.extend(event.paths.into_iter().filter(|path| matters(path)));
            }
            Wake::File(Ok(_) | Err(_)) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Wake, next_change};
    use notify::{
        Event, EventKind,
        event::{AccessKind, ModifyKind},
    };
    use std::{path::Path, sync::mpsc};

    fn event(kind: EventKind, path: &str) -> Wake {
        Wake::File(Ok(Event::new(kind).add_path(path.into())))
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
        sender.send(Wake::Interrupt).unwrap();
        assert_eq!(next_change(&changes, matters), None);
    }
}
