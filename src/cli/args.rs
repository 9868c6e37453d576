//! The command line.

#[cfg(feature = "sandbox")]
use super::sandbox::args::Sandbox;
use super::{
    access::args::Access,
    consent::Consent,
    duration::{duration, interval, lifetime},
    exit,
    explain::args::ExplainAbout,
    history::args::{History, Unlock},
    import::args::{Adopt, Import},
};
use crate::report::saved::DigestPrefix;
use clap::{Args, Parser, Subcommand, ValueEnum, builder::styling};
use std::{path::PathBuf, time::Duration};

const STYLES: styling::Styles = styling::Styles::styled()
    .header(styling::AnsiColor::Green.on_default().bold())
    .usage(styling::AnsiColor::Green.on_default().bold())
    .literal(styling::AnsiColor::Cyan.on_default().bold())
    .placeholder(styling::AnsiColor::Cyan.on_default());

/// How long a saved plan can be applied.
pub(super) const DEFAULT_EXPIRY_HOURS: i64 = 24;
/// Requests in flight at any time, in each workspace.
pub(super) const DEFAULT_CONCURRENCY: u16 = 16;

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
    /// Write manifests in their canonical form; every comment is kept
    Fmt(Fmt),
    /// Show what must change on the platform, and why; never writes to it
    Plan(Plan),
    /// Make the platform match the manifests
    Apply(Apply),
    /// Write manifests for what is on the platform and in none, and manage it from then on
    Import(Import),
    /// Do the same for a single person or mini program
    Adopt(Adopt),
    /// Show a saved plan and who signed it; no network, and no project needed
    Show(Show),
    /// Tell at a glance: who is waited for and what hangs on them, in sync or drifted
    Status(Status),
    /// List the invitations that nobody has accepted: whose, as what, how old, how often sent, how long
    /// they last
    Invitations(Invitations),
    /// Ask who reaches what, what differs, and who allowed it
    Access(Access),
    /// Tell what runs did, from the ledger: who, when, from which commit, and how it ended
    History(History),
    /// Take the lock away from a run that holds it and should not any more
    ///
    /// The lock is the ledger's. That of a project's folder, `.minisync/apply.lock`, needs no unlocking:
    /// it ends with its process.
    Unlock(Unlock),
    /// Check and plan again whenever a file is saved
    #[cfg(feature = "watch")]
    Watch(Watch),
    /// Print or write the JSON Schemas of manifests and of minisync.yaml
    Schema(Schema),
    /// Explain a finding's code, such as MS0301, or why somebody has access
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
    /// Manifests, or folders with manifests, of the project that is meant [default: the current
    /// folder]
    ///
    /// A project is the folder of a minisync.yaml with all that is below, and is always taken whole,
    /// whatever part of it is named: a plan for a part would remove everybody whom only the rest
    /// names.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// As [`Paths`], where each file is told of by itself.
#[derive(Debug, Clone, Args)]
pub(super) struct Files {
    /// Manifests, or folders with manifests [default: the current folder]
    ///
    /// What else is in their project is read too, and nothing is told of it.
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
    pub paths: Files,
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
pub(super) struct Fmt {
    #[command(flatten)]
    pub paths: Files,
    /// Write nothing; list the files that are in another form, and exit with 1 if there are any
    #[arg(long)]
    pub check: bool,
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
    /// How long the saved plan can be applied, such as `8h` [default: 24h]
    #[arg(long, value_name = "DURATION", requires = "out", value_parser = lifetime,
          allow_hyphen_values = true)]
    pub expires_in: Option<Duration>,
    /// Sign the saved plan with this SSH key, into FILE.sig; a public key when an agent has the
    /// private one
    #[arg(long, value_name = "KEY", requires = "out")]
    pub sign: Option<PathBuf>,
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
is carried out, and only where nothing has changed since. `minisync show PATH` tells what it holds.

With `--digest`, nothing is carried out unless all of it is what `minisync plan` told that digest of: \
the same steps on the same platform, from the same manifests.

With `--wait`, what becomes possible later is carried out without asking again: the answer to the \
first question covers whatever the same manifests ask for. They are not read again meanwhile. When \
the time is up and people have not answered, the exit status is 3. Ctrl-C ends the waiting with 130; \
nothing is lost, and the next `apply` goes on from there.")]
pub(super) struct Apply {
    #[command(flatten)]
    pub paths: Paths,
    /// Do exactly the plan that has this digest, as `minisync plan` tells it (32 digits or more)
    #[arg(long, value_name = "SHA256")]
    pub digest: Option<DigestPrefix>,
    /// Refuse a saved plan that nobody in this file has signed (as in ssh-keygen's ALLOWED SIGNERS)
    #[arg(long, value_name = "ALLOWED_SIGNERS")]
    pub require_signed: Option<PathBuf>,
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
    /// Let exactly this danger through, in the words of `minisync plan`; may be given several times
    #[arg(long, value_name = "RAIL=WORKSPACE:N@DIGEST")]
    pub allow: Vec<Consent>,
    /// Keep going until nothing waits any more, at most for so long, such as `30m` or `1h 30m`
    #[arg(long, value_name = "DURATION", value_parser = duration, allow_hyphen_values = true)]
    pub wait: Option<Duration>,
    /// Look so often while waiting [default: 2s on this machine, 30s elsewhere]
    #[arg(long, value_name = "DURATION", requires = "wait", value_parser = interval,
          allow_hyphen_values = true)]
    pub every: Option<Duration>,
    /// When another run holds the lock, wait for it, at most for so long, such as `1m` [default: do
    /// not wait]
    #[arg(long, value_name = "DURATION", value_parser = duration, allow_hyphen_values = true)]
    pub lock_timeout: Option<Duration>,
    /// Show every step, however many there are
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A reviewer who agrees signs the file with `ssh-keygen -Y sign -n minisync-plan -f KEY plan.json`.")]
pub(super) struct Show {
    /// What `minisync plan --out` wrote
    #[arg(value_name = "FILE")]
    pub plan: PathBuf,
    /// Say whose signature it is, by this file (as in ssh-keygen's ALLOWED SIGNERS)
    #[arg(long, value_name = "ALLOWED_SIGNERS")]
    pub signers: Option<PathBuf>,
    /// How to say it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Format,
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
    /// What `plan --out` writes
    SavedPlan,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Explain {
    /// A code such as MS0301; all codes when left out
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
    #[command(subcommand)]
    pub about: Option<ExplainAbout>,
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
          PGPASSWORD           password of the ledger's server; or see PGPASSFILE\n  \
          PGPASSFILE           file of such passwords [default: ~/.pgpass]\n  \
          NO_COLOR             no colours\n  \
          GITHUB_STEP_SUMMARY  file that check, plan and apply add a summary to\n\n\
        Begin with `minisync init`, then `minisync check`, `minisync plan`, `minisync apply`.",
        exit::table()
    )
}
