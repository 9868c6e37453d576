//! The command line: the composition root, where arguments, environment, clock and signals meet
//! the floors below.

mod access;
mod apply;
mod args;
mod carrying_out;
mod check;
mod closed_pipe;
mod completions;
mod confirm;
mod connect;
mod consent;
mod duration;
mod error;
mod exit;
mod explain;
mod file;
mod fmt;
mod git;
mod grants;
mod history;
mod import;
mod init;
mod invitations;
mod ledger;
mod man;
#[cfg(feature = "postgres")]
mod passwords;
mod patience;
mod plan;
mod progress;
mod saved;
#[cfg(feature = "sandbox")]
mod sandbox;
mod schema;
mod show;
mod status;
mod surroundings;
mod survey;
mod unlock;
mod wait;
#[cfg(feature = "watch")]
mod watch;
mod workplace;

pub use exit::{ExitStatus, TABLE};

use crate::report;
use args::{Cli, Command};
use clap::Parser as _;
use closed_pipe::Heedless;
use error::CliError;
use std::io::{self, Write as _};
use surroundings::Surroundings;

/// Everything from the process's arguments to its exit status.
pub fn main() -> ExitStatus {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    choose_colours(cli.global.color);
    match run(&cli) {
        Ok(status) => status,
        Err(error) => complain(&error),
    }
}

/// `--help` and `--version` come this way too, and are no mistake.
fn usage(error: &clap::Error) -> ExitStatus {
    let is_mistake = error.use_stderr();
    // Nothing to be done when even this cannot be written.
    error.print().unwrap_or_default();
    if is_mistake { ExitStatus::Usage } else { ExitStatus::Done }
}

fn choose_colours(choice: clap::ColorChoice) {
    match choice {
        clap::ColorChoice::Auto => anstream::ColorChoice::Auto,
        clap::ColorChoice::Always => anstream::ColorChoice::Always,
        clap::ColorChoice::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

fn complain(error: &CliError) -> ExitStatus {
    if !error.is_broken_pipe() {
        let label = anstyle::AnsiColor::Red.on_default().bold();
        let told = error.to_string();
        let told = report::harmless(&told);
        writeln!(anstream::stderr(), "{label}error:{label:#} {told}").unwrap_or_default();
    }
    error.status()
}

/// Where a command runs.
#[derive(Debug, Clone, Copy)]
struct Site<'a> {
    global: &'a args::Global,
    surroundings: &'a Surroundings,
}

fn run(cli: &Cli) -> Result<ExitStatus, CliError> {
    let surroundings = Surroundings::read();
    let site = Site { global: &cli.global, surroundings: &surroundings };
    let mut out = anstream::stdout().lock();
    match &cli.command {
        Command::Init(args) => init::run(args, &mut out),
        Command::Check(args) => check::run(args, site, &mut Heedless(out)),
        Command::Fmt(args) => fmt::run(args, site, &mut Heedless(out)),
        Command::Plan(args) => plan::run(args, site, &mut Heedless(out)),
        Command::Apply(args) => apply::run(args, site, &mut out),
        Command::Invitations(args) => invitations::run(args, site, &mut out),
        Command::Access(args) => access::run(args, site, &mut out),
        Command::Import(args) => import::run(args, site, &mut Heedless(out)),
        Command::Adopt(args) => import::adopt(args, site, &mut Heedless(out)),
        Command::Show(args) => saved::run(args, &mut out),
        Command::History(args) => history::run(args, site, &mut out),
        Command::Unlock(args) => unlock::run(args, site, &mut out),
        Command::Status(args) => status::run(args, site, &mut Heedless(out)),
        #[cfg(feature = "watch")]
        Command::Watch(args) => watch::run(args, site, &mut out),
        Command::Schema(args) => schema::run(args, &mut out),
        Command::Explain(args) => explain::run(args, site, &mut out),
        #[cfg(feature = "sandbox")]
        Command::Sandbox(args) => sandbox::run(args, site, &mut out),
        Command::Completions(args) => completions::run(args, &mut out),
        Command::Man(args) => man::run(args, &mut out),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|why| CliError::failed(format!("cannot start working threads: {why}")))
}

/// What is in flight is left to the next run, which finds its intents in the ledger.
#[expect(clippy::exit, clippy::disallowed_methods, reason = "the user asked twice")]
fn stop_at_once() -> ! {
    std::process::exit(i32::from(ExitStatus::Interrupted as u8))
}

/// By Ctrl-C, or by whoever runs us as a service.
async fn interrupted() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
