//! The command line, and the only place that reads the environment.

use super::{
    access::args::Access,
    duration::{duration, interval},
    exit,
};
use clap::{Args, Parser, Subcommand, ValueEnum, builder::styling};
use std::{ffi::OsString, path::PathBuf, time::Duration};
#[cfg(feature = "sandbox")]
use std::{net::SocketAddr, num::NonZeroU32};

const STYLES: styling::Styles = styling::Styles::styled()
    .header(styling::AnsiColor::Green.on_default().bold())
    .usage(styling::AnsiColor::Green.on_default().bold())
    .literal(styling::AnsiColor::Cyan.on_default().bold())
    .placeholder(styling::AnsiColor::Cyan.on_default());

/// Requests in flight at any time, in each workspace.
pub(super) const DEFAULT_CONCURRENCY: u16 = 16;

/// Where the console of an embedded sandbox is, unless told otherwise.
#[cfg(feature = "sandbox")]
pub(super) const CONSOLE: &str = "127.0.0.1:8723";

/// Mini programs and the people who work on them, as YAML in git: check, plan, apply.
#[derive(Debug, Parser)]
#[command(
    name = "minisync",
    version,
    styles = STYLES,
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = exit::table(),
    after_long_help = long_after_help()
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, Args)]
pub(super) struct Global {
    /// Environment of minisync.yaml to work with
    #[arg(long, global = true, value_name = "NAME", env = "MINISYNC_ENV")]
    pub env: Option<String>,
    /// Say only what was asked for, and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: clap::ColorChoice,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a commented starting point: minisync.yaml, a first manifest, CI workflows
    Init(Init),
    /// Say everything that is wrong with the manifests; no network
    Check(Check),
    /// Show what must change on the platform, and why; never writes to it
    Plan(Plan),
    /// Make the platform match the manifests
    Apply(Apply),
    /// Tell at a glance: who is waited for and what hangs on them, in sync or drifted
    Status(Status),
    /// List every invitation that is or was: whose, as what, how old, how often sent, how long it lasts
    Invitations(Invitations),
    /// Ask who reaches what, what differs, and who allowed it
    Access(Access),
    /// Check and plan again whenever a file is saved
    #[cfg(feature = "watch")]
    Watch(Watch),
    /// Print or write the JSON Schemas of manifests and of minisync.yaml
    Schema(Schema),
    /// Explain a finding's code, such as MS0301
    Explain(Explain),
    /// The platform that minisync brings along
    #[cfg(feature = "sandbox")]
    Sandbox(Sandbox),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print the manual page, or write one for each command
    Man(Man),
}

#[derive(Debug, Clone, Args)]
pub(super) struct Paths {
    /// Manifests, or folders with manifests [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people at a terminal
    Human,
    /// For programs; versioned, see `minisync schema report`
    Json,
    /// For pull requests and job summaries
    Markdown,
    /// GitHub workflow commands: annotations at the manifests' lines
    Github,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub paths: Paths,
    /// How to say it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Format,
    /// Count warnings as errors
    #[arg(long)]
    pub deny_warnings: bool,
    /// Show every finding, however many there are
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Args)]
pub(super) struct Plan {
    #[command(flatten)]
    pub paths: Paths,
    /// How to say it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Format,
    /// Save the plan for `minisync apply FILE`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Exit with 2 when there are steps, with 3 when there is only waiting
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Invite this person once more, whatever the policy says and whatever they answered before
    #[arg(long, value_name = "EMAIL")]
    pub reinvite: Vec<String>,
    /// Show every step, however many there are
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A PATH that ends in `.json` is a saved plan (see `minisync plan --out`): then only what it holds \
is carried out, and only where nothing has changed since.

With `--wait`, what becomes possible later is carried out without asking again: the answer to the \
first question covers whatever the same manifests ask for. They are not read again meanwhile. When \
the time is up and people have not answered, the exit status is 3. Ctrl-C ends the waiting with 130; \
nothing is lost, and the next `apply` goes on from there.")]
pub(super) struct Apply {
    #[command(flatten)]
    pub paths: Paths,
    /// Do not ask; needed where there is no terminal
    #[arg(long, short)]
    pub yes: bool,
    /// How to say it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Format,
    /// Requests in flight at any time, in each workspace
    #[arg(long, value_name = "N", default_value_t = DEFAULT_CONCURRENCY,
          value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: u16,
    /// Invite this person once more, whatever the policy says and whatever they answered before
    #[arg(long, value_name = "EMAIL")]
    pub reinvite: Vec<String>,
    /// Keep going until nothing waits any more, at most for so long, such as `30m` or `1h 30m`
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub wait: Option<Duration>,
    /// Look so often while waiting [default: 2s on this machine, 30s elsewhere]
    #[arg(long, value_name = "DURATION", requires = "wait", value_parser = interval)]
    pub every: Option<Duration>,
    /// Show every step, however many there are
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Args)]
pub(super) struct Status {
    #[command(flatten)]
    pub paths: Paths,
    /// How to say it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Format,
    /// Exit with 2 when there are steps, with 3 when there is only waiting
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Show everybody who is waited for, however many there are
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Args)]
pub(super) struct Invitations {
    #[command(flatten)]
    pub paths: Paths,
    /// Of this workspace only
    #[arg(long, value_name = "NAME")]
    pub workspace: Option<String>,
    /// How to say it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Format,
    /// Exit with 2 when there are steps, with 3 when there is only waiting
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// List all of them, however many there are
    #[arg(long)]
    pub all: bool,
}

#[cfg(feature = "watch")]
#[derive(Debug, Args)]
pub(super) struct Watch {
    #[command(flatten)]
    pub paths: Paths,
    /// Also apply, without asking, whenever the manifests have no errors
    #[arg(long)]
    pub apply: bool,
}

#[derive(Debug, Args)]
pub(super) struct Schema {
    /// Which schema to print
    #[arg(value_name = "KIND", default_value = "manifest")]
    pub kind: SchemaKind,
    /// Write all schemas into this folder instead
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaKind {
    /// Any manifest, by its `kind`
    Manifest,
    MiniProgram,
    Roster,
    /// minisync.yaml
    Project,
    /// What `--format json` prints
    Report,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// A code such as MS0301; all codes when left out
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// Where to begin
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub folder: PathBuf,
    /// The workspace's name on the platform
    #[arg(long, value_name = "NAME")]
    pub workspace: Option<String>,
    /// The owner's name
    #[arg(long, value_name = "NAME")]
    pub owner_name: Option<String>,
    /// The owner's address
    #[arg(long, value_name = "EMAIL")]
    pub owner_email: Option<String>,
    /// The first mini program's name, as customers see it
    #[arg(long, value_name = "NAME")]
    pub program: Option<String>,
    /// Which CI workflow to write
    #[arg(long, value_name = "CI", value_delimiter = ',')]
    pub ci: Vec<Ci>,
    /// Ask nothing; take the defaults for what is not given
    #[arg(long, short)]
    pub yes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Ci {
    Github,
    Gitlab,
    None,
}

#[cfg(feature = "sandbox")]
#[derive(Debug, Args)]
pub(super) struct Sandbox {
    #[command(subcommand)]
    pub command: SandboxCommand,
}

#[cfg(feature = "sandbox")]
#[derive(Debug, Subcommand)]
pub(super) enum SandboxCommand {
    /// Serve a sandbox over HTTP until interrupted
    Serve(Serve),
    /// Open the console of the embedded sandbox to a browser, until interrupted
    Console(Console),
    /// Print a token that signs somebody in to the console
    Token(PersonalToken),
    /// Forget everything that the embedded sandbox and the ledger hold
    Reset(Reset),
    /// Accept invitations on the embedded sandbox, as the people they went to
    Accept(Answer),
    /// Refuse invitations on the embedded sandbox, as the people they went to
    Refuse(Answer),
    /// Show the embedded sandbox's clock, or move it
    Clock(Clock),
}

#[cfg(feature = "sandbox")]
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8765")]
    pub listen: SocketAddr,
    /// File that holds everything
    #[arg(long, value_name = "FILE", default_value = "sandbox.db")]
    pub data: PathBuf,
    /// The operator's token; a random one is printed when left out
    #[arg(
        long,
        value_name = "TOKEN",
        env = "MINISYNC_SANDBOX_OPERATOR_TOKEN",
        hide_env_values = true
    )]
    pub operator_token: Option<String>,
    /// Answer every request this much later, in milliseconds
    #[arg(long, value_name = "MS", default_value = "0")]
    pub latency: u64,
    /// Answer 429 beyond this many requests a second
    #[arg(long, value_name = "N")]
    pub limit: Option<NonZeroU32>,
    /// Take no more invitations than this in an hour, in each workspace
    #[arg(long, value_name = "N")]
    pub invitations_per_hour: Option<NonZeroU32>,
    /// Let the operator move the sandbox's clock (`/v1/clock`)
    #[arg(long)]
    pub controllable_clock: bool,
    /// Where people find the sandbox, for the links in mails [default: where it listens]
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    #[command(flatten)]
    pub mail: Mail,
}

#[cfg(feature = "sandbox")]
#[derive(Debug, Args)]
#[command(next_help_heading = "Mail")]
pub(super) struct Mail {
    /// Folder for invitations, a file each [default: `outbox`, beside the data]
    #[arg(long, value_name = "FOLDER", conflicts_with = "smtp")]
    pub outbox: Option<PathBuf>,
    /// Mail server for invitations: `smtps://HOST`, or `smtp://HOST?tls=required`
    #[arg(long, value_name = "URL", requires = "mail_from")]
    pub smtp: Option<String>,
    /// User of the mail server; the password is $MINISYNC_SMTP_PASSWORD
    #[arg(long, value_name = "USER", requires = "smtp")]
    pub smtp_user: Option<String>,
    /// Certificate that the mail server's was signed with, if the system does not trust it
    #[arg(long, value_name = "FILE", requires = "smtp")]
    pub smtp_ca: Option<PathBuf>,
    /// Address that invitations come from
    #[arg(long, value_name = "ADDRESS", requires = "smtp")]
    pub mail_from: Option<String>,
}

#[cfg(feature = "sandbox")]
#[derive(Debug, Args)]
pub(super) struct Clock {
    /// How far to move it: `+3d`, `1h 30m`; back with `--advance=-2h`
    #[arg(value_name = "TIME", conflicts_with = "advance")]
    pub by: Option<String>,
    /// How far to move it
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub advance: Option<String>,
    /// The project whose embedded sandbox is meant
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub project: PathBuf,
}

#[cfg(feature = "sandbox")]
#[derive(Debug, Args)]
pub(super) struct Console {
    /// The project whose embedded sandbox is meant
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub project: PathBuf,
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = CONSOLE)]
    pub listen: SocketAddr,
}

#[cfg(feature = "sandbox")]
#[derive(Debug, Args)]
pub(super) struct PersonalToken {
    /// Address of who signs in
    #[arg(value_name = "EMAIL")]
    pub email: String,
    /// The project whose embedded sandbox is meant
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub project: PathBuf,
}

#[cfg(feature = "sandbox")]
#[derive(Debug, Args)]
pub(super) struct Reset {
    #[command(flatten)]
    pub paths: Paths,
    /// Do not ask; needed where there is no terminal
    #[arg(long, short)]
    pub yes: bool,
}

#[cfg(feature = "sandbox")]
#[derive(Debug, Args)]
pub(super) struct Answer {
    /// Addresses of the people who answer
    #[arg(value_name = "EMAIL", required_unless_present = "everybody")]
    pub emails: Vec<String>,
    /// Everybody who was invited
    #[arg(long = "all", conflicts_with = "emails")]
    pub everybody: bool,
    /// The project whose embedded sandbox is meant
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub project: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// Write one page for each command into this folder
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

fn long_after_help() -> String {
    format!(
        "{}\n\n\
        Environment:\n  \
          MINISYNC_ENV         environment of minisync.yaml to work with (--env)\n  \
          NO_COLOR             no colours\n  \
          GITHUB_STEP_SUMMARY  file that check, plan and apply add a summary to\n\n\
        Begin with `minisync init`, then `minisync check`, `minisync plan`, `minisync apply`.",
        exit::table()
    )
}

/// What the process's surroundings say.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    /// `$GITHUB_STEP_SUMMARY`
    pub step_summary: Option<PathBuf>,
    /// `$HOME`, for `~` in paths of credentials.
    pub home: Option<PathBuf>,
    /// `$MINISYNC_SMTP_PASSWORD`
    #[cfg(feature = "sandbox")]
    pub smtp_password: Option<OsString>,
}

impl Surroundings {
    pub(super) fn read() -> Self {
        Self {
            step_summary: variable("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            home: variable("HOME").map(PathBuf::from),
            #[cfg(feature = "sandbox")]
            smtp_password: variable("MINISYNC_SMTP_PASSWORD"),
        }
    }
}

/// An environment variable that is set to something.
pub(super) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
