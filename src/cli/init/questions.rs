//! What `init` needs to know: from flags, else by asking, else a default.

use crate::{
    cli::{
        args::{self, Ci},
        error::CliError,
        exit::ExitStatus,
    },
    model::{Email, ProgramKey, WorkspaceId, text},
};
use std::{
    io::{self, IsTerminal as _, Write as _},
    str::FromStr,
};

const DEFAULT_PROGRAM: &str = "第一个小程序";

pub(super) struct Answers {
    pub(super) workspace: WorkspaceId,
    pub(super) owner_name: String,
    pub(super) owner_email: Email,
    pub(super) program: String,
    pub(super) key: ProgramKey,
    pub(super) ci: Vec<Ci>,
}

/// A name that the platform's rule for program names accepts.
struct ProgramName(String);

impl FromStr for ProgramName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let width = text::weighted(name);
        if text::NAME.contains(width) && !name.chars().any(char::is_control) {
            return Ok(Self(name.to_owned()));
        }
        Err(format!("is {width} wide, and must be 3 to 30 (a Chinese character counts as 2)"))
    }
}

pub(super) fn answers(args: &args::Init) -> Result<Answers, CliError> {
    let may_ask = !args.yes && io::stdin().is_terminal() && io::stderr().is_terminal();
    let ask = |question, given: &Option<String>, default: &str| Question {
        question,
        given: given.clone(),
        default: default.to_owned(),
        may_ask,
    };
    let folder = super::default_workspace(&args.folder);
    let program: ProgramName =
        ask("First mini program, as customers see it", &args.program, DEFAULT_PROGRAM).answer()?;
    Ok(Answers {
        workspace: ask("Workspace on the platform", &args.workspace, folder.as_str()).answer()?,
        owner_name: ask("Name of its owner", &args.owner_name, "Owner").answer()?,
        owner_email: ask("Address of its owner", &args.owner_email, "owner@example.com")
            .answer()?,
        key: key(&program.0),
        program: program.0,
        ci: if args.ci.is_empty() { vec![Ci::Github] } else { args.ci.clone() },
    })
}

/// The name's own letters where it has some, so that the key says what it is the key of.
fn key(name: &str) -> ProgramKey {
    let letters: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let words: Vec<&str> = letters.split('-').filter(|word| !word.is_empty()).collect();
    words.join("-").parse().unwrap_or_else(|_| "first".parse().expect("`first` is a key"))
}

struct Question {
    question: &'static str,
    given: Option<String>,
    default: String,
    may_ask: bool,
}

impl Question {
    /// What was given on the command line must be right; at a terminal one may try again.
    fn answer<T: FromStr>(self) -> Result<T, CliError>
    where
        T::Err: std::fmt::Display,
    {
        if let Some(given) = &self.given {
            return given.parse().map_err(|why| {
                let message = format!("{}: `{given}` {why}", self.question.to_lowercase());
                CliError::new(ExitStatus::Usage, message)
            });
        }
        loop {
            let answer = if self.may_ask { self.ask()? } else { self.default.clone() };
            match answer.parse() {
                Ok(answer) => return Ok(answer),
                Err(why) if self.may_ask => {
                    writeln!(anstream::stderr(), "`{answer}` {why}; try again")?;
                }
                Err(why) => {
                    let message = format!("{}: `{answer}` {why}", self.question.to_lowercase());
                    return Err(CliError::new(ExitStatus::Usage, message));
                }
            }
        }
    }

    fn ask(&self) -> Result<String, CliError> {
        let mut terminal = anstream::stderr();
        write!(terminal, "{} [{}]: ", self.question, self.default)?;
        terminal.flush()?;
        let mut line = String::new();
        if io::stdin().read_line(&mut line)? == 0 {
            return Err(CliError::new(ExitStatus::Interrupted, "nothing was written"));
        }
        let answer = line.trim();
        Ok(if answer.is_empty() { self.default.clone() } else { answer.to_owned() })
    }
}
