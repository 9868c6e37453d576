//! `minisync watch`: on save, check and plan again; apply only when asked to.

use super::{
    Site, apply,
    args::{self, Format},
    error::CliError,
    exit::ExitStatus,
    plan,
    workplace::Workplace,
};
use notify::{Event, EventKind, RecursiveMode, Watcher as _};
use std::{
    collections::BTreeSet,
    io::Write,
    path::Path,
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
    let root = Workplace::root(&args.paths)?;
    let (sender, changes) = mpsc::channel();
    let mut watcher =
        notify::recommended_watcher(sender).map_err(|why| cannot_watch(&root, &why))?;
    watcher.watch(&root, RecursiveMode::Recursive).map_err(|why| cannot_watch(&root, &why))?;
    loop {
        // What is wrong is told, and watched on: it may be right after the next save.
        if let Err(error) = pass(args, site, out) {
            super::complain(&error);
        }
        writeln!(out, "\nWatching {} (Ctrl-C ends)", root.display())?;
        out.flush()?;
        let Some(changed) = next_change(&changes, &root) else { return Ok(ExitStatus::Done) };
        writeln!(out, "\nChanged: {}\n", changed.into_iter().collect::<Vec<_>>().join(", "))?;
    }
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

fn cannot_watch(root: &Path, why: &notify::Error) -> CliError {
    CliError::failed(format!("cannot watch {}: {why}", root.display()))
}

/// Waits for a change that matters, then for quiet. `None`: nothing can come any more.
fn next_change(changes: &Receiver<notify::Result<Event>>, root: &Path) -> Option<BTreeSet<String>> {
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
            changed.extend(event.paths.iter().filter_map(|path| name_of(path, root)));
        }
    }
}

/// Below the root, and not in a hidden folder: what we write ourselves is in one.
fn name_of(path: &Path, root: &Path) -> Option<String> {
    let below = path.strip_prefix(root).ok()?;
    let is_hidden =
        below.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
    (!is_hidden && !below.as_os_str().is_empty()).then(|| below.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::{name_of, next_change};
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
        let changed = next_change(&changes, Path::new("/p")).unwrap();
        assert_eq!(changed.into_iter().collect::<Vec<_>>(), ["a.yaml", "b.yaml"]);
        drop(sender);
        assert_eq!(next_change(&changes, Path::new("/p")), None);
    }

    #[test]
    fn our_own_files_are_no_change() {
        let name = |path: &str| name_of(Path::new(path), Path::new("/p"));
        assert_eq!(name("/p/rosters/team.yaml").as_deref(), Some("rosters/team.yaml"));
        assert_eq!(name("/p/.minisync/ledger.db-wal"), None);
        assert_eq!(name("/p"), None);
    }
}
