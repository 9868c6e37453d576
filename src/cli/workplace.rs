//! A project that is ready to be planned: read, judged, and without errors.

use super::{
    Site,
    args::{Format, Paths},
    error::CliError,
    exit::ExitStatus,
    file, git,
    ledger::{self, Sharing},
    patience::Patience,
    show,
};
use crate::{
    diagnostic::Diagnostic,
    engine::{StoreError, clock},
    ledger::{Busy, Ledger, Lock},
    manifest::{Valid, closest},
    model::{Desired, Digest, Email},
    project::{self, EnvironmentError, Project, ProjectError},
    report::{
        self,
        saved::{self, Scope},
    },
};
use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Where minisync keeps what it needs between runs, beside the project.
pub(super) const FOLDER: &str = ".minisync";

#[derive(Debug)]
pub(super) struct Workplace {
    pub project: Project,
    pub valid: Valid,
    pub warnings: Vec<Diagnostic>,
    /// Of the manifests as they are in the project, wherever findings are told from.
    manifests: Digest,
    /// Whom the operator wants invited once more.
    pub again: BTreeSet<Email>,
    /// Of the manifests as they were read, where that was noted.
    pub commit: Option<String>,
}

impl Workplace {
    /// The findings have been told already when there is none: `None`.
    pub(super) fn open(
        paths: &Paths,
        format: Format,
        out: &mut dyn Write,
    ) -> Result<Option<Self>, CliError> {
        let workplace = Self::judged(open(&paths.paths)?, format, out)?;
        workplace.as_ref().map_or(Ok(()), show::warnings)?;
        Ok(workplace)
    }

    /// As [`Workplace::open`], also where there is no manifest yet; warnings are not told.
    pub(super) fn begin(paths: &Paths, out: &mut dyn Write) -> Result<Option<Self>, CliError> {
        let project = project::begin(&paths.paths).map_err(|why| unopened(&why))?;
        Self::judged(project, Format::Human, out)
    }

    fn judged(
        mut project: Project,
        format: Format,
        out: &mut dyn Write,
    ) -> Result<Option<Self>, CliError> {
        let manifests = saved::manifests(&project.said());
        let loaded = project.load();
        if format == Format::Github {
            project.tell_from_repository();
        }
        let warnings = loaded.diagnostics().to_vec();
        match loaded.into_valid() {
            Ok(valid) => {
                let (again, commit) = (BTreeSet::new(), None);
                Ok(Some(Self { project, valid, warnings, manifests, again, commit }))
            }
            Err(findings) => {
                show::errors(&project, &findings, format, out)?;
                Ok(None)
            }
        }
    }

    /// Before anything is waited for: meanwhile, another commit may be checked out.
    pub(super) fn note_commit(&mut self) {
        let programs = self.valid.workspaces.values().flat_map(|it| it.programs.values());
        let listings = programs.filter_map(|program| program.listing.as_ref());
        let logos = listings.map(|listing| listing.logo.path.as_str()).collect();
        self.commit = git::head(self.project.root(), &logos);
    }

    /// These people are to be invited once more; a slip in an address would ask nobody.
    pub(super) fn ask_again(&mut self, addresses: &[String]) -> Result<(), CliError> {
        for address in addresses {
            let email: Email = address
                .parse()
                .map_err(|why| CliError::new(ExitStatus::Usage, format!("`{address}` {why}")))?;
            let rosters = || self.valid.workspaces.values().map(|desired| &desired.members);
            if !rosters().any(|members| members.contains_key(&email)) {
                let known = rosters().flat_map(|members| members.keys().map(Email::as_str));
                let message = format!("nobody on the rosters has the address `{email}`");
                let meant = closest(email.as_str(), known);
                let help = meant.map_or_else(
                    || "only people whom the manifests ask for are invited".to_owned(),
                    |meant| format!("did you mean `{meant}`?"),
                );
                return Err(CliError::new(ExitStatus::Usage, message).help(help));
            }
            self.again.insert(email);
        }
        Ok(())
    }

    /// Takes in the workspaces in which we manage something and which no manifest names any more.
    /// In a ledger that others share they may be another project's, and are left alone.
    pub(super) async fn remember(
        &mut self,
        ledger: Ledger,
        sharing: Sharing,
    ) -> Result<Ledger, CliError> {
        let mut unnamed = ledger.workspaces().await?;
        unnamed.retain(|workspace| !self.valid.workspaces.contains_key(workspace));
        let told = match sharing {
            Sharing::Shared => report::human::left_alone(&unnamed),
            Sharing::Alone => report::human::taken_in(&unnamed),
        };
        if let Some(told) = told {
            show::warn(&told);
        }
        if sharing == Sharing::Alone {
            let nothing = unnamed.into_iter().map(|workspace| (workspace, Desired::default()));
            self.valid.workspaces.extend(nothing);
        }
        Ok(ledger)
    }

    /// What its plans on a platform are for.
    pub(super) fn scope<'a>(&'a self, platform: &'a str) -> Scope<'a> {
        Scope { platform, manifests: &self.manifests }
    }

    /// Held by one apply at a time; for whoever holds it, waits as long as `patience` has it.
    pub(super) async fn lock(&self, patience: &mut Patience<'_>) -> Result<Lock, CliError> {
        let folder = self.project.root().join(FOLDER);
        made(&folder)?;
        loop {
            match Lock::take(&lock_file(&folder), &ourselves(patience.site)) {
                Err(Busy::Held { by, .. }) if patience.lasts() => {
                    let by =
                        by.map(|by| format!(": {}", report::on_one_line(&by))).unwrap_or_default();
                    let why = format!("another minisync is at work in this project{by}");
                    patience.pass(&why, &why).await;
                }
                taken => return taken.map_err(CliError::from),
            }
        }
    }
}

/// `folder` is the project's `.minisync`.
pub(super) fn lock(folder: &Path, site: Site<'_>) -> Result<Lock, CliError> {
    made(folder)?;
    Ok(Lock::take(&lock_file(folder), &ourselves(site))?)
}

/// `lin@machine, process 4711, since 2026-11-26 14:05:30 UTC`
fn ourselves(site: Site<'_>) -> String {
    let since = clock::now().strftime("%F %T");
    format!("{}, process {}, since {since} UTC", ledger::who(site), std::process::id())
}

fn lock_file(folder: &Path) -> PathBuf {
    folder.join("apply.lock")
}

#[cfg(feature = "sandbox")]
pub(super) fn locked(path: &Path, site: Site<'_>) -> Result<Lock, CliError> {
    Ok(Lock::take(path, &ourselves(site))?)
}

pub(super) fn open(paths: &[PathBuf]) -> Result<Project, CliError> {
    project::open(paths).map_err(|why| unopened(&why))
}

fn unopened(why: &ProjectError) -> CliError {
    CliError::failed(why.to_string()).help(why.help())
}

/// Makes a folder of ours when it is missing. Git does not see what is in `.minisync`.
pub(super) fn made(folder: &Path) -> Result<(), CliError> {
    fs::create_dir_all(folder).map_err(|why| {
        CliError::failed(format!("cannot keep anything in {}: {why}", folder.display()))
            .help("minisync remembers there what it manages; make the project's folder writable")
    })?;
    let ignore = folder.join(".gitignore");
    if folder.file_name().is_some_and(|name| name == FOLDER) && !ignore.exists() {
        file::write(&ignore, b"*\n")?;
    }
    Ok(())
}

impl From<EnvironmentError> for CliError {
    fn from(why: EnvironmentError) -> Self {
        Self::failed(why.to_string()).help(why.help())
    }
}

impl From<Busy> for CliError {
    fn from(why: Busy) -> Self {
        let help = match &why {
            Busy::Held { .. } => {
                "wait until it is done, for example with `--lock-timeout 5m`; this lock ends with \
                 that process, so there is nothing to unlock"
            }
            Busy::Io { .. } => "make the folder writable for you, then try again",
        };
        Self::failed(why.to_string()).help(help)
    }
}

impl From<StoreError> for CliError {
    fn from(why: StoreError) -> Self {
        Self::failed(why.to_string())
    }
}
