//! What `minisync sandbox` can be told.

use crate::{cli::args::Paths, sandbox::PublicUrl};
use clap::{Args, Subcommand};
use reqwest::Url;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
};

/// Where the console of an embedded sandbox is, unless told otherwise.
pub(in crate::cli) const CONSOLE: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8723);

#[derive(Debug, Args)]
pub(in crate::cli) struct Sandbox {
    #[command(subcommand)]
    pub command: SandboxCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum SandboxCommand {
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
    /// Let requests go wrong on purpose, to see what becomes of it
    Mishap(Mishap),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Serve {
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
    /// Let something go wrong, as `minisync sandbox mishap add` does; may be repeated
    #[arg(long = "mishap", value_name = "MISHAP")]
    pub mishaps: Vec<String>,
    /// Where people find the sandbox, for the links in mails [default: where it listens, on
    /// loopback]
    #[arg(long, value_name = "URL")]
    pub public_url: Option<PublicUrl>,
    #[command(flatten)]
    pub mail: Mail,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Mail")]
pub(in crate::cli) struct Mail {
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

#[derive(Debug, Args)]
pub(in crate::cli) struct Clock {
    /// How far to move it: `+3d`, `1h 30m`; back with `-2h`
    #[arg(value_name = "TIME", conflicts_with = "advance", allow_hyphen_values = true)]
    pub by: Option<String>,
    /// How far to move it
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub advance: Option<String>,
    /// The project whose embedded sandbox is meant
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub project: PathBuf,
}

/// How to write a mishap.
const MISHAPS: &str = "\
Mishaps:
  latency=50ms          the answer comes later
  limited               429; with `retry-after=2s`, it says when to come back
  unavailable           503, or another 5xx: `unavailable=502`
  lost-answer           the write is carried out, and nobody hears of it
  reset                 the connection ends in the middle of the answer
  truncated-page        a list has half of what it should; `truncated-page=0`: nothing
  duplicated-page       a list has everything twice
  reordered-page        a list has everything the other way round
  unknown-word          somebody has a status that nobody knows; `unknown-word=role`: a role
  slow-body             the answer comes byte by byte, one a second; `slow-body=50ms`: faster
  clock-skew=3d         the `Date` is off; `clock-skew=-2h`: behind
  expired-token         401

After it, in any order, each after a `:`
  reads, writes, any    which requests are hit
  at=members            whose path has this part; `*` is any one segment: `at=members/*/accept`
  after=3               how many of them pass first
  times=2, always       how many are hit; 1, if nothing is said

The first that is due hits a request; latency and clock-skew go along. The operator is never hit.

Examples:
  minisync sandbox mishap add lost-answer:after=3:times=2
  minisync sandbox mishap add limited:retry-after=2s latency=50ms:always";

#[derive(Debug, Args)]
pub(in crate::cli) struct Mishap {
    #[command(subcommand)]
    pub command: MishapCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum MishapCommand {
    /// Let something go wrong, after what is to go wrong already
    #[command(after_help = MISHAPS)]
    Add(MishapAdd),
    /// Show what is still to go wrong
    List(MishapPlace),
    /// Let nothing go wrong any more
    Clear(MishapPlace),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct MishapAdd {
    /// What, with which requests, and how often: `lost-answer:after=3:times=2`
    #[arg(value_name = "MISHAP", required = true)]
    pub mishaps: Vec<String>,
    #[command(flatten)]
    pub place: MishapPlace,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct MishapPlace {
    /// The project whose embedded sandbox is meant
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub project: PathBuf,
    /// A sandbox that somebody serves, instead
    #[arg(long, value_name = "URL", conflicts_with = "project")]
    pub url: Option<Url>,
    /// The operator's token there
    #[arg(
        long,
        value_name = "TOKEN",
        env = "MINISYNC_SANDBOX_OPERATOR_TOKEN",
        hide_env_values = true
    )]
    pub operator_token: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Console {
    /// The project whose embedded sandbox is meant
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub project: PathBuf,
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value_t = CONSOLE)]
    pub listen: SocketAddr,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct PersonalToken {
    /// Address of who signs in
    #[arg(value_name = "EMAIL")]
    pub email: String,
    /// The project whose embedded sandbox is meant
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub project: PathBuf,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Reset {
    #[command(flatten)]
    pub paths: Paths,
    /// Do not ask; needed where there is no terminal
    #[arg(long, short)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Answer {
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
