//! `minisync access diff`.

use super::{Look, args, paths};
use crate::{
    cli::{
        Site,
        args::Format,
        error::CliError,
        exit::ExitStatus,
        git::{self, Tree},
        show,
        workplace::{self, Workplace},
    },
    diagnostic::{Diagnostic, Source, Sources},
    engine::clock,
    manifest::Valid,
    project::{self, Project, ProjectError},
    report::access::{self, Comparison, Side},
};
use std::{io::Write, path::Path};

pub(super) fn run(
    args: &args::Diff,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let (comparison, status) = match &args.revisions {
        None => {
            let Some(look) = Look::at(&args.place, args.format.into(), site, out)? else {
                return Ok(ExitStatus::Failed);
            };
            (Comparison::with_platform(&look.view()), look.status())
        }
        Some(revisions) => match between(args, revisions, site, out)? {
            Some(comparison) => (comparison, ExitStatus::Done),
            None => return Ok(ExitStatus::Failed),
        },
    };
    let text = access::diff(&comparison, args.format.into(), &show::look(true));
    show::write_all(out, &text)?;
    if status != ExitStatus::Done || !args.detailed_exitcode {
        return Ok(status);
    }
    Ok(if comparison.is_different() {
        ExitStatus::Drifted
    } else if comparison.is_waiting() {
        ExitStatus::Waiting
    } else {
        ExitStatus::Done
    })
}

/// `None`: one side has errors, and they have been told.
fn between(
    args: &args::Diff,
    revisions: &str,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<Option<Comparison>, CliError> {
    let (from, to) = split(revisions)?;
    let root = workplace::open(&paths(&args.place).paths)?.root().to_owned();
    let format = args.format.into();
    let Some(before) = at(&root, from, format, site, out)? else { return Ok(None) };
    let after = match to {
        Some(revision) => match at(&root, revision, format, site, out)? {
            Some(side) => (side, Some(revision.to_owned())),
            None => return Ok(None),
        },
        None => match Workplace::open(&paths(&args.place), format, out)? {
            Some(workplace) => (side(&workplace.valid), None),
            None => return Ok(None),
        },
    };
    let before = (before, from.to_owned());
    Ok(Some(Comparison::of_revisions(before, after, clock::now())))
}

/// `REV`, `REV..REV`; as with git, a side that is left out is `HEAD`.
fn split(revisions: &str) -> Result<(&str, Option<&str>), CliError> {
    let Some((from, to)) = revisions.split_once("..") else {
        return Ok((revisions, None));
    };
    if to.starts_with('.') {
        let message = format!("`{revisions}` has three dots, and two revisions need two");
        return Err(CliError::new(ExitStatus::Usage, message).help(
            "for what has changed since two branches parted, give `$(git merge-base A B)..B`",
        ));
    }
    Ok((named(from), Some(named(to))))
}

fn named(revision: &str) -> &str {
    if revision.is_empty() { "HEAD" } else { revision }
}

fn side(valid: &Valid) -> Side {
    Side::of_manifests(&valid.workspaces, None)
}

/// `None`: the manifests have errors at that revision, and they have been told.
fn at(
    root: &Path,
    revision: &str,
    format: Format,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<Option<Side>, CliError> {
    let tree = git::tree(root, revision)?;
    let Some(mut project) = opened(&tree, site)? else { return Ok(Some(Side::default())) };
    let mut loaded = project.load().into_valid();
    // What is said to be missing may only lie elsewhere in the repository.
    if loaded.is_err()
        && tree.widen()?
        && let Some(wider) = opened(&tree, site)?
    {
        project = wider;
        loaded = project.load().into_valid();
    }
    match loaded {
        Ok(valid) => Ok(Some(side(&valid))),
        Err(findings) => {
            tell(project, &findings, revision, format, out)?;
            Ok(None)
        }
    }
}

/// `None`: there was no project, and nobody was granted anything.
fn opened(tree: &Tree, site: Site<'_>) -> Result<Option<Project>, CliError> {
    let opened = tree.project().map(|folder| project::open(&[folder]));
    match opened {
        Some(Ok(project)) => Ok(Some(project)),
        None | Some(Err(ProjectError::NoManifests { .. })) => {
            show::aside(site, &format!("There is no manifest at `{}`.", tree.revision));
            Ok(None)
        }
        Some(Err(why)) => {
            Err(CliError::failed(format!("at `{}`: {why}", tree.revision)).help(why.help()))
        }
    }
}

/// With the revision before each path, as git writes it.
fn tell(
    mut project: Project,
    findings: &[Diagnostic],
    revision: &str,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let sources = project.sources.iter().map(|(_, source)| Source {
        path: format!("{revision}:{}", source.path),
        text: source.text.clone(),
    });
    project.sources = Sources::new(sources.collect());
    show::errors(&project, findings, format, out)
}
