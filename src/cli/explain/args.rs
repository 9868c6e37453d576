//! The arguments of `minisync explain`, where it is not about a code.

use crate::cli::access::args::{AccessFormat, Where};
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ExplainAbout {
    /// Why somebody has what they have: down to commit and run
    Member(ExplainMember),
    /// Why a mini program is as it is: down to commit and run
    Program(ExplainProgram),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ExplainMember {
    /// The person's address
    pub email: String,
    /// Only why they reach this mini program; its key
    pub program: Option<String>,
    #[command(flatten)]
    pub place: Where,
    /// How to say it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: AccessFormat,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ExplainProgram {
    /// Its key
    pub key: String,
    #[command(flatten)]
    pub place: Where,
    /// How to say it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: AccessFormat,
}
