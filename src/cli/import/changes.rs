//! What an import does to files: new ones, and additions to those that exist.

use super::gather::Gathered;
use crate::{
    cli::{args::Paths, error::CliError, file, workplace::Workplace},
    diagnostic::SourceId,
    manifest::edit::{self, RosterPlace},
    model::{Desired, Email, Member, ProgramKey, Role, WorkspaceId},
    project, report,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

/// A file as it was, if it was, and as it is to be.
#[derive(Debug)]
struct Change {
    before: Option<Vec<u8>>,
    after: Vec<u8>,
}

pub(super) struct Changes<'a> {
    workplace: &'a Workplace,
    /// Where new files go.
    base: PathBuf,
    files: BTreeMap<PathBuf, Change>,
    /// As they are to be, of those that exist.
    rosters: Vec<RosterPlace>,
}

impl<'a> Changes<'a> {
    pub(super) fn new(workplace: &'a Workplace, out: Option<&Path>) -> Self {
        let here = Path::new(".").canonicalize().unwrap_or_default();
        let base = out.map_or_else(|| workplace.project.root().to_owned(), |out| here.join(out));
        let rosters = edit::rosters(&workplace.project.sources);
        Self { workplace, base, files: BTreeMap::new(), rosters }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    pub(super) fn add(
        &mut self,
        workspace: &WorkspaceId,
        found: &mut Gathered<'_>,
    ) -> Result<(), CliError> {
        self.add_assignments(workspace, found)?;
        self.add_programs(workspace, found);
        self.add_members(workspace, &found.members);
        Ok(())
    }

    fn default_workspace(&self) -> &WorkspaceId {
        &self.workplace.project.settings.workspace
    }

    /// Named in a manifest only where it is not the default one.
    fn named<'w>(&self, workspace: &'w WorkspaceId) -> Option<&'w WorkspaceId> {
        (workspace != self.default_workspace()).then_some(workspace)
    }

    fn folder(&self, workspace: &WorkspaceId) -> PathBuf {
        match self.named(workspace) {
            Some(workspace) => self.base.join(workspace.as_str()),
            None => self.base.clone(),
        }
    }

    fn add_programs(&mut self, workspace: &WorkspaceId, found: &mut Gathered<'_>) {
        let folder = self.folder(workspace).join("programs");
        for (key, program) in &mut found.programs {
            if let Some(listing) = &mut program.listing
                && let Some(bytes) = found.logos.remove(key)
            {
                let ending = listing.logo.path.rsplit('.').next().unwrap_or_default().to_owned();
                let path = self.free(&folder.join("logos"), key.as_str(), &ending, Some(&bytes));
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                listing.logo.path = format!("logos/{name}");
                if !path.exists() {
                    self.files.insert(path, Change { before: None, after: bytes });
                }
            }
            let text = edit::program(program, self.named(workspace));
            let path = self.free(&folder, key.as_str(), "yaml", None);
            self.files.insert(path, Change { before: None, after: text.into_bytes() });
        }
    }

    /// A path that nothing has, or something of the same content.
    fn free(&self, folder: &Path, name: &str, ending: &str, same: Option<&[u8]>) -> PathBuf {
        let is_free = |path: &PathBuf| {
            let is_same = || same.is_some_and(|same| fs::read(path).is_ok_and(|it| it == same));
            !self.files.contains_key(path) && (path.symlink_metadata().is_err() || is_same())
        };
        let numbered = (2..).map(|n: u32| folder.join(format!("{name}-{n}.{ending}")));
        let mut paths = [folder.join(format!("{name}.{ending}"))].into_iter().chain(numbered);
        paths.find(is_free).expect("some number is free")
    }

    fn rosters_of(&self, workspace: &WorkspaceId) -> Vec<RosterPlace> {
        let of = |place: &&RosterPlace| {
            place.workspace.as_deref().unwrap_or(self.default_workspace().as_str())
                == workspace.as_str()
        };
        self.rosters.iter().filter(of).cloned().collect()
    }

    /// A source as it is to be.
    fn text(&self, source: SourceId) -> String {
        let path = self.workplace.project.path_of(source);
        match self.files.get(&path) {
            Some(change) => String::from_utf8_lossy(&change.after).into_owned(),
            None => self.workplace.project.sources.get(source).text.to_string(),
        }
    }

    fn edit(&mut self, source: SourceId, text: String) {
        let path = self.workplace.project.path_of(source);
        let before = self.workplace.project.sources.get(source).text.as_bytes().to_vec();
        self.files.insert(path, Change { before: Some(before), after: text.into_bytes() });
    }

    /// Where somebody's list cannot be added to, the programs stay what they were: nobody's.
    fn add_assignments(
        &mut self,
        workspace: &WorkspaceId,
        found: &mut Gathered<'_>,
    ) -> Result<(), CliError> {
        loop {
            let (texts, refused) = self.assigned(workspace, &found.assignments);
            if refused.is_empty() {
                for (source, text) in texts {
                    self.edit(source, text);
                }
                return Ok(());
            }
            found.leave_programs(&refused)?;
        }
    }

    /// The rosters as they would be, and whose lists could not be added to, and why.
    fn assigned(
        &self,
        workspace: &WorkspaceId,
        wanted: &BTreeMap<Email, BTreeSet<ProgramKey>>,
    ) -> (BTreeMap<SourceId, String>, BTreeMap<Email, String>) {
        let (mut texts, mut left) = (BTreeMap::new(), wanted.clone());
        let nowhere = || "there is no list to add it to".to_owned();
        let mut whys: BTreeMap<_, _> = wanted.keys().map(|it| (it.clone(), nowhere())).collect();
        for RosterPlace { source, document, .. } in self.rosters_of(workspace) {
            if left.is_empty() {
                break;
            }
            let text = texts.remove(&source).unwrap_or_else(|| self.text(source));
            let assigned = edit::with_assignments(&text, document, &left);
            for (email, result) in assigned.people {
                match result {
                    Ok(()) => drop((left.remove(&email), whys.remove(&email))),
                    Err(why) => drop(whys.insert(email, why.to_string())),
                }
            }
            texts.insert(source, assigned.text);
        }
        texts.retain(|source, text| *text != self.text(*source));
        (texts, whys)
    }

    /// To the roster that there is; where there are many or none, to one of their own.
    fn add_members(&mut self, workspace: &WorkspaceId, members: &[Member]) {
        if members.is_empty() {
            return;
        }
        let rosters = self.rosters_of(workspace);
        if let [only] = rosters.as_slice()
            && let Ok(text) = edit::with_members(&self.text(only.source), only.document, members)
        {
            return self.edit(only.source, text);
        }
        let base = if rosters.is_empty() { "team" } else { "imported" };
        let is_free = |name: &String| rosters.iter().all(|roster| roster.name != *name);
        let numbered = (2..).map(|n: u32| format!("{base}-{n}"));
        let mut names = [base.to_owned()].into_iter().chain(numbered);
        let name = names.find(is_free).expect("some number is free");
        let text = edit::roster(&name, self.named(workspace), members);
        let path = self.free(&self.folder(workspace).join("rosters"), &name, "yaml", None);
        self.files.insert(path, Change { before: None, after: text.into_bytes() });
    }

    /// All of it, or nothing: what was written is read again, and must ask for what it is to ask
    /// for, and else for what was asked before.
    pub(super) fn write(
        &self,
        found: &BTreeMap<WorkspaceId, Gathered<'_>>,
    ) -> Result<(), CliError> {
        let written = self.files.iter().try_for_each(|(path, change)| change.write(path));
        let judged = written.and_then(|()| self.judge(found));
        judged.map_err(|why| {
            let undone = self.files.iter().map(|(path, change)| change.undo(path));
            let left: Vec<_> = undone.filter_map(Result::err).map(|it| it.to_string()).collect();
            match left.as_slice() {
                [] => why,
                left => CliError::failed(format!(
                    "{why}\nand not all of it could be undone: {}",
                    left.join("; ")
                )),
            }
        })
    }

    fn judge(&self, found: &BTreeMap<WorkspaceId, Gathered<'_>>) -> Result<(), CliError> {
        if self.is_empty() {
            return Ok(());
        }
        let here = Paths { paths: vec![self.workplace.project.root().to_owned()] };
        let mut told = Vec::new();
        let after = Workplace::begin(&here, &mut told)?;
        let asked =
            |workspace: &WorkspaceId| after.as_ref()?.valid.workspaces.get(workspace).cloned();
        for (workspace, found) in found {
            let before = self.workplace.valid.workspaces.get(workspace).cloned();
            let read = asked(workspace).unwrap_or_default();
            if read != expected(before.unwrap_or_default(), found, &read) {
                return Err(CliError::failed(
                    "the manifests would not ask for what they are to ask for, so nothing was kept",
                )
                .help(
                    "are the new files among the `manifests` of minisync.yaml, and not ignored by \
                     git? `--out FOLDER` writes them elsewhere",
                ));
            }
        }
        Ok(())
    }

    /// What was written, a file a line.
    pub(super) fn told(&self) -> String {
        let line = |(path, change): (&PathBuf, &Change)| {
            let verb = if change.before.is_some() { "added to" } else { "wrote" };
            format!("{verb} {}\n", report::on_one_line(&project::seen_from_here(path)))
        };
        self.files.iter().map(line).collect()
    }

    /// What would be written.
    pub(super) fn diff(&self) -> String {
        let part = |(path, change): (&PathBuf, &Change)| {
            change.diff(&report::on_one_line(&project::seen_from_here(path)))
        };
        self.files.iter().map(part).collect()
    }
}

/// What the manifests are to ask for; where a logo lies, and on which roster somebody is, is told by
/// what was read.
fn expected(mut desired: Desired, found: &Gathered<'_>, read: &Desired) -> Desired {
    desired.rosters.clone_from(&read.rosters);
    for (key, program) in &found.programs {
        let mut program = program.clone();
        let logo = read.programs.get(key).and_then(|it| it.listing.as_ref()).map(|it| &it.logo);
        if let (Some(listing), Some(logo)) = (&mut program.listing, logo) {
            listing.logo.path.clone_from(&logo.path);
        }
        desired.programs.insert(key.clone(), program);
    }
    for member in &found.members {
        desired.members.insert(member.email.clone(), member.clone());
    }
    for (email, keys) in &found.assignments {
        if let Some(member) = desired.members.get_mut(email)
            && let Role::Developer(programs) = &mut member.role
        {
            programs.extend(keys.iter().cloned());
        }
    }
    desired
}

impl Change {
    fn write(&self, path: &Path) -> Result<(), CliError> {
        if let Some(before) = &self.before {
            return file::rewrite(path, before, &self.after);
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|why| {
                CliError::failed(format!("cannot make {}: {why}", folder.display()))
            })?;
        }
        file::create(path, &self.after)
    }

    /// Where it was done.
    fn undo(&self, path: &Path) -> Result<(), CliError> {
        if fs::read(path).ok().as_ref() != Some(&self.after) {
            return Ok(());
        }
        match &self.before {
            Some(before) => file::rewrite(path, &self.after, before),
            None => match fs::remove_file(path) {
                Err(why) if why.kind() != io::ErrorKind::NotFound => {
                    Err(CliError::failed(format!("cannot take {} back: {why}", path.display())))
                }
                Ok(()) | Err(_) => Ok(()),
            },
        }
    }

    /// One hunk: what is added stands together, or between few lines.
    fn diff(&self, path: &str) -> String {
        let Ok(after) = std::str::from_utf8(&self.after) else {
            return format!("+++ {path} ({} bytes)\n", self.after.len());
        };
        let before = self.before.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
        let (old, new): (Vec<&str>, Vec<&str>) =
            (before.lines().collect(), after.lines().collect());
        let n_head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        let rest = (&old[n_head..], &new[n_head..]);
        let n_tail =
            rest.0.iter().rev().zip(rest.1.iter().rev()).take_while(|(a, b)| a == b).count();
        let old = &old[n_head..old.len() - n_tail];
        let new = &new[n_head..new.len() - n_tail];
        let from = if self.before.is_some() { path } else { "/dev/null" };
        let line = n_head + 1;
        let old_line = if old.is_empty() { n_head } else { line };
        let mut text = format!(
            "--- {from}\n+++ {path}\n@@ -{old_line},{} +{line},{} @@\n",
            old.len(),
            new.len()
        );
        for line in old {
            text.extend(["-", line, "\n"]);
        }
        for line in new {
            text.extend(["+", line, "\n"]);
        }
        text
    }
}
