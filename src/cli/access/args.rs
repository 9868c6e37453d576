//! The arguments of `minisync access`.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct Access {
    #[command(subcommand)]
    pub command: AccessCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum AccessCommand {
    /// Who reaches a mini program, as what, and until when
    Who(Who),
    /// What somebody reaches, in every workspace
    What(What),
    /// Whose access differs: between manifests and platform, or between two revisions
    Diff(Diff),
    /// Every grant on a line of its own, with the commit that made it: for audits
    Review(Review),
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Where {
    /// The project that is asked about
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub project: PathBuf,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Who {
    /// Its key; where it has none, its id or its name on the platform
    pub program: String,
    #[command(flatten)]
    pub place: Where,
    /// How to say it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: AccessFormat,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct What {
    /// The person's address
    pub email: String,
    #[command(flatten)]
    pub place: Where,
    /// How to say it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: AccessFormat,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Diff {
    /// `REV`: from there to the files as they are; `REV..REV`: from one to the other; left out: the
    /// platform and the files
    #[arg(value_name = "REV")]
    pub revisions: Option<String>,
    #[command(flatten)]
    pub place: Where,
    /// How to say it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: AccessFormat,
    /// Exit with 2 when there are differences, with 3 when there is only waiting
    #[arg(long)]
    pub detailed_exitcode: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Review {
    #[command(flatten)]
    pub place: Where,
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    pub format: ReviewFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum AccessFormat {
    /// For people at a terminal
    Human,
    /// For programs; versioned, see `minisync schema report`
    Json,
    /// For pull requests and job summaries
    #[value(alias = "md")]
    Markdown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ReviewFormat {
    /// For spreadsheets: comma-separated values
    Csv,
    /// For browsers and printers: a page that stands alone
    Html,
    /// For documents: Markdown
    #[value(name = "md", alias = "markdown")]
    Markdown,
    /// For programs; versioned, see `minisync schema report`
    Json,
}
