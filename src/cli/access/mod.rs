//! `minisync access`: questions about people, answered from manifests, platform and git together.

pub(super) mod args;
mod diff;
pub(super) mod review;

use super::{
    Site,
    args::{Format, Paths},
    error::CliError,
    exit::ExitStatus,
    plan, show,
    survey::Survey,
    workplace::Workplace,
};
use crate::{
    manifest::closest,
    model::Email,
    report::{PlanView, access},
};
use args::{AccessCommand, AccessFormat, Where};
use std::{collections::BTreeSet, io::Write};

/// Names that a way out can list.
const FEW: usize = 8;

pub(super) fn run(
    args: &args::Access,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    match &args.command {
        AccessCommand::Who(args) => who(args, site, out),
        AccessCommand::What(args) => what(args, site, out),
        AccessCommand::Diff(args) => diff::run(args, site, out),
        AccessCommand::Review(args) => review::run(args, site, out),
    }
}

/// A project and the platform at one moment.
struct Look {
    workplace: Workplace,
    survey: Survey,
}

impl Look {
    /// The findings have been told already when there is none: `None`.
    fn at(
        place: &Where,
        format: Format,
        site: Site<'_>,
        out: &mut dyn Write,
    ) -> Result<Option<Self>, CliError> {
        let Some(mut workplace) = Workplace::open(&paths(place), format, out)? else {
            return Ok(None);
        };
        let (survey, _) = super::runtime()?.block_on(plan::look(&mut workplace, site))?;
        Ok(Some(Self { workplace, survey }))
    }

    fn view(&self) -> PlanView<'_> {
        show::plan_view(&self.workplace, &self.survey)
    }

    /// An answer with a gap is told, and is none.
    fn status(&self) -> ExitStatus {
        if self.survey.failures.is_empty() { ExitStatus::Done } else { ExitStatus::Failed }
    }
}

pub(super) fn paths(place: &Where) -> Paths {
    Paths { paths: vec![place.project.clone()] }
}

fn who(args: &args::Who, site: Site<'_>, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
    let Some(look) = Look::at(&args.place, args.format.into(), site, out)? else {
        return Ok(ExitStatus::Failed);
    };
    let view = look.view();
    let targets = access::targets(&view, &args.program);
    if targets.is_empty() {
        let names = access::program_names(&view);
        let message = format!("there is no mini program `{}`", args.program);
        return Err(unknown(message, &args.program, names, &look.survey));
    }
    let text = access::who(&view, &args.program, &targets, args.format.into(), &show::look(true));
    show::write_all(out, &text)?;
    Ok(look.status())
}

fn what(args: &args::What, site: Site<'_>, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
    let email: Email = args.email.parse().map_err(|why| {
        CliError::new(ExitStatus::Usage, format!("`{}` {why}", args.email))
            .help("people are known by their addresses, such as `lin@example.com`")
    })?;
    let Some(look) = Look::at(&args.place, args.format.into(), site, out)? else {
        return Ok(ExitStatus::Failed);
    };
    let view = look.view();
    let known = access::addresses(&view);
    if !known.contains(&email) {
        let message = format!("neither the manifests nor the platform know {email}");
        let known = known.iter().map(ToString::to_string).collect();
        return Err(unknown(message, email.as_str(), known, &look.survey));
    }
    show::write_all(out, &access::what(&view, &email, args.format.into(), &show::look(true)))?;
    Ok(look.status())
}

fn unknown(message: String, word: &str, known: BTreeSet<String>, survey: &Survey) -> CliError {
    let error = CliError::failed(message);
    if let Some(meant) = closest(word, known.iter().map(String::as_str)) {
        return error.help(format!("did you mean `{meant}`?"));
    }
    match survey.failures.iter().next() {
        Some((workspace, why)) => {
            error.help(format!("workspace `{workspace}` could not be read, and may: {why}"))
        }
        None if known.len() <= FEW => {
            let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            error.help(format!("known are {}", known.join(", ")))
        }
        None => error.help("`minisync access review` lists everybody and everything"),
    }
}

impl From<AccessFormat> for Format {
    /// How findings are told, when there is nothing else to tell.
    fn from(format: AccessFormat) -> Self {
        match format {
            AccessFormat::Human => Self::Human,
            AccessFormat::Json => Self::Json,
            AccessFormat::Markdown => Self::Markdown,
        }
    }
}

impl From<AccessFormat> for access::Format {
    fn from(format: AccessFormat) -> Self {
        match format {
            AccessFormat::Human => Self::Human,
            AccessFormat::Json => Self::Json,
            AccessFormat::Markdown => Self::Markdown,
        }
    }
}
