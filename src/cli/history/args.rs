//! The arguments of `minisync history` and `minisync unlock`.

use crate::cli::access::args::{AccessFormat, Where};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(in crate::cli) struct History {
    #[command(subcommand)]
    pub command: Option<HistoryCommand>,
    #[command(flatten)]
    pub list: List,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum HistoryCommand {
    /// One run, step by step
    Show(Show),
    /// Whether every record is as it was written
    Verify(Verify),
    /// Write the whole ledger as JSON lines
    Export(Export),
    /// Take an exported ledger over, into an empty one
    Import(Import),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Of this workspace only
    #[arg(long, value_name = "NAME")]
    pub workspace: Option<String>,
    /// Only of this plan, by its digest or how that begins
    #[arg(long, value_name = "sha256:DIGEST")]
    pub plan: Option<String>,
    /// At most so many, the newest
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// All of them, also those that only looked
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub place: Where,
    /// How to say it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: AccessFormat,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// Its id, or how that begins
    pub run: String,
    #[command(flatten)]
    pub place: Where,
    /// How to say it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: AccessFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Every record holds the hash of the one before it, so nothing can be changed, taken out or put in \
between without being found. But whoever can write to the ledger can write all of it anew, and cut \
off its end. Against that helps only what they cannot reach: keep the head that `minisync apply \
--format json` tells (a number and a hash) elsewhere, in the job's log for example, and give it to \
`--expect` later. Exits with 1 when anything is wrong.")]
pub(in crate::cli) struct Verify {
    /// A head that was told earlier and must still be part of a journal; may be given several times
    #[arg(long, value_name = "sha256:HASH")]
    pub expect: Vec<String>,
    #[command(flatten)]
    pub place: Where,
    /// How to say it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: AccessFormat,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// Where to write it [default: standard output]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub place: Where,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The ledger takes over the other one's id with its records, so that a request that had no answer \
there is repeated under the same key. From then on, only one of the two may be used.")]
pub(in crate::cli) struct Import {
    /// What `minisync history export` wrote
    pub file: PathBuf,
    #[command(flatten)]
    pub place: Where,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Unlock {
    /// Of this workspace only
    #[arg(long, value_name = "NAME")]
    pub workspace: Option<String>,
    /// Do not ask; needed where there is no terminal
    #[arg(long, short)]
    pub yes: bool,
    #[command(flatten)]
    pub place: Where,
}
