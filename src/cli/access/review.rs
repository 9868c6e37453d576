//! `minisync access review`.

use super::{
    Look,
    args::{self, ReviewFormat},
};
use crate::{
    cli::{
        Site,
        args::Format,
        error::CliError,
        exit::ExitStatus,
        git::{self, GitError},
        show,
    },
    diagnostic::{SourceId, Sources},
    report::{
        PlanView,
        access::{self, Authors, Authorship, ReviewView},
    },
};
use rayon::prelude::*;
use std::{collections::BTreeSet, io::Write, path::Path};

pub(super) fn run(
    args: &args::Review,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let format = match args.format {
        ReviewFormat::Csv | ReviewFormat::Html | ReviewFormat::Markdown => Format::Human,
        ReviewFormat::Json => Format::Json,
    };
    let Some(look) = Look::at(&args.place, format, site, out)? else {
        return Ok(ExitStatus::Failed);
    };
    let prospects = look.survey.prospects.iter();
    let plan = look.view();
    let view = ReviewView {
        authors: authors(&plan, look.workplace.project.root())?,
        read_at: prospects.map(|prospect| (prospect.workspace.clone(), prospect.now)).collect(),
        plan,
    };
    show::write_all(out, &access::review(&view, args.format.into()))?;
    if args.format == ReviewFormat::Csv {
        for gap in access::gaps(&view.plan) {
            show::aside(site, &gap);
        }
    }
    Ok(look.status())
}

fn authors(plan: &PlanView<'_>, root: &Path) -> Result<Authors, CliError> {
    authors_of(access::manifests(plan), plan.sources, root)
}

/// Of these manifests; `Unknown` without git.
pub(in crate::cli) fn authors_of(
    manifests: BTreeSet<SourceId>,
    sources: &Sources,
    root: &Path,
) -> Result<Authors, CliError> {
    let manifests: Vec<_> = manifests.into_iter().collect();
    let authors = manifests.into_par_iter().map(|source| {
        let text = sources.get(source);
        let lines = match git::blame(&root.join(&text.path)) {
            Ok(lines) => lines,
            Err(GitError::Missing | GitError::NoRepository(_)) => {
                vec![Authorship::Unknown; text.text.split('\n').count()]
            }
            Err(why @ (GitError::UnknownRevision(_) | GitError::Failed { .. })) => return Err(why),
        };
        Ok((source, lines))
    });
    Ok(authors.collect::<Result<_, GitError>>()?)
}

impl From<ReviewFormat> for access::ReviewFormat {
    fn from(format: ReviewFormat) -> Self {
        match format {
            ReviewFormat::Csv => Self::Csv,
            ReviewFormat::Html => Self::Html,
            ReviewFormat::Markdown => Self::Markdown,
            ReviewFormat::Json => Self::Json,
        }
    }
}
