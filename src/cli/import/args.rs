//! Arguments of `minisync import` and `minisync adopt`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Files that exist are added to and never overwritten. Nothing is asked of the platform but what is \
there; what cannot be written is told, and then the exit status is 5.")]
pub(in crate::cli) struct Import {
    #[command(flatten)]
    pub target: Target,
}

/// What is looked at, and where new files go.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Target {
    /// In this workspace [default: those of the manifests, or the project's]
    #[arg(long, value_name = "NAME")]
    pub workspace: Option<String>,
    /// Where new files go [default: the project's folder]
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Only show what would be written
    #[arg(long)]
    pub diff: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Adopt {
    #[command(subcommand)]
    pub what: Adoptable,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Adoptable {
    /// Somebody who is in the workspace and on no roster
    Member {
        #[arg(value_name = "EMAIL")]
        email: String,
        #[command(flatten)]
        target: Target,
    },
    /// A mini program that no manifest names
    Program {
        /// By the platform's id, or by its name
        #[arg(value_name = "ID|NAME")]
        program: String,
        /// The key it gets [default: made from its name]
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
        #[command(flatten)]
        target: Target,
    },
}
