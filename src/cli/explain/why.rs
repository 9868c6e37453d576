//! `minisync explain member` and `minisync explain program`.

use crate::{
    cli::{
        Site,
        access::{
            self,
            args::{AccessFormat, Where},
        },
        error::CliError,
        exit::ExitStatus,
        explain::args::{ExplainMember, ExplainProgram},
        history,
        ledger::Purpose,
        runtime, show,
        workplace::Workplace,
    },
    engine::clock,
    manifest::closest,
    model::{Desired, Email, ProgramKey, Subject},
    report::access::{WhyView, wanted, why},
};
use jiff::tz::TimeZone;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};

/// What is asked about, and how it is to be told.
struct Question<'a> {
    subject: Subject,
    program: Option<ProgramKey>,
    place: &'a Where,
    format: AccessFormat,
}

pub(super) fn member(
    args: &ExplainMember,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let email: Email = args.email.parse().map_err(|why| {
        CliError::new(ExitStatus::Usage, format!("`{}` {why}", args.email))
            .help("people are known by their addresses, such as `lin@example.com`")
    })?;
    let program = args.program.as_deref().map(key).transpose()?;
    let (place, format) = (&args.place, args.format);
    let subject = Subject::Member(email);
    answer(&Question { subject, program, place, format }, site, out)
}

pub(super) fn program(
    args: &ExplainProgram,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let (place, format) = (&args.place, args.format);
    let subject = Subject::Program(key(&args.key)?);
    answer(&Question { subject, program: None, place, format }, site, out)
}

fn key(text: &str) -> Result<ProgramKey, CliError> {
    text.parse().map_err(|why| {
        CliError::new(ExitStatus::Usage, format!("`{text}` {why}"))
            .help("a mini program is asked for by its key, `metadata.name` of its manifest")
    })
}

fn answer(
    question: &Question<'_>,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let Question { subject, program, place, format } = question;
    let Some(workplace) = Workplace::open(&access::paths(place), (*format).into(), out)? else {
        return Ok(ExitStatus::Failed);
    };
    let today = clock::now().to_zoned(TimeZone::UTC).date();
    let subjects: Vec<Subject> =
        [Some((*subject).clone()), previously(&workplace, subject)].into_iter().flatten().collect();
    let lines = wanted(&workplace.valid, subject, program.as_ref(), today);
    let (stories, remembered) = runtime()?.block_on(async {
        let ledger = history::ledger_of(&workplace.project, Purpose::Read, site).await?;
        let (mut stories, mut remembered) = (BTreeMap::new(), BTreeSet::new());
        for workspace in ledger.journals().await? {
            let memory = ledger.load(&workspace).await?;
            remembered.extend(memory.members.into_keys().map(Subject::Member));
            remembered.extend(memory.programs.into_keys().map(Subject::Program));
            let story = ledger.story(&workspace, &subjects).await?;
            if !story.chapters.is_empty() {
                stories.insert(workspace, story);
            }
        }
        Ok::<_, CliError>((stories, remembered))
    })?;
    let known = known(&workplace, remembered);
    if lines.is_empty() && stories.is_empty() && !known.contains(subject) {
        return Err(unknown(subject, &known));
    }
    if let Some(key) =
        program.as_ref().filter(|key| !known.contains(&Subject::Program((*key).clone())))
    {
        return Err(unknown(&Subject::Program(key.clone()), &known));
    }
    let manifests = lines.iter().filter_map(|line| Some(line.span?.source)).collect();
    let sources = &workplace.project.sources;
    let root = workplace.project.root();
    let view = WhyView {
        subject,
        program: program.as_ref(),
        formerly: program.as_ref().and_then(|key| former_key(&workplace, key)),
        wanted: &lines,
        stories: &stories,
        sources,
        authors: &access::review::authors_of(manifests, sources, root)?,
    };
    show::write_all(out, &why(&view, (*format).into(), &show::look(true)))?;
    Ok(ExitStatus::Done)
}

/// As the manifests say that it was called before.
fn previously(workplace: &Workplace, subject: &Subject) -> Option<Subject> {
    match subject {
        Subject::Program(key) => former_key(workplace, key).cloned().map(Subject::Program),
        Subject::Member(email) => {
            let mut rosters = workplace.valid.workspaces.values().map(|desired| &desired.members);
            let old = rosters.find_map(|members| members.get(email)?.previously.clone());
            old.map(Subject::Member)
        }
    }
}

/// A key that is used again is another program's.
fn former_key<'a>(workplace: &'a Workplace, key: &ProgramKey) -> Option<&'a ProgramKey> {
    workplace.valid.workspaces.values().find_map(|Desired { programs, members: _, rosters: _ }| {
        let old = programs.get(key)?.previously.as_ref();
        old.filter(|old| !programs.contains_key(old))
    })
}

/// Of the manifests and of the ledger.
fn known(workplace: &Workplace, mut known: BTreeSet<Subject>) -> BTreeSet<Subject> {
    for desired in workplace.valid.workspaces.values() {
        known.extend(desired.members.keys().cloned().map(Subject::Member));
        known.extend(desired.programs.keys().cloned().map(Subject::Program));
    }
    known
}

fn unknown(subject: &Subject, known: &BTreeSet<Subject>) -> CliError {
    let name = |subject: &Subject| match subject {
        Subject::Program(key) => key.to_string(),
        Subject::Member(email) => email.to_string(),
    };
    let is_alike = |other: &&Subject| {
        matches!(other, Subject::Program(_)) == matches!(subject, Subject::Program(_))
    };
    let names: Vec<String> = known.iter().filter(is_alike).map(name).collect();
    let asked = name(subject);
    let error = CliError::failed(format!("neither the manifests nor the ledger know `{asked}`"));
    match closest(&asked, names.iter().map(String::as_str)) {
        Some(meant) => error.help(format!("did you mean `{meant}`?")),
        None => error.help(
            "what minisync does not manage is told by `minisync access who` and `minisync access \
             what`, which ask the platform",
        ),
    }
}
