//! What the process was started amid: the only place that reads the environment.

use super::git;
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// What the process's surroundings say.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    /// `$GITHUB_STEP_SUMMARY`
    pub step_summary: Option<PathBuf>,
    /// `$HOME`, for `~` in paths of credentials.
    pub home: Option<PathBuf>,
    /// `$USER`, or `$LOGNAME`; timers and containers often have neither.
    pub user: Option<String>,
    /// The job that we are part of, where CI names it: who began it, and where to look.
    pub job: Option<String>,
    /// `$PGPASSWORD`
    #[cfg(feature = "postgres")]
    pub pg_password: Option<String>,
    /// `$PGPASSFILE`
    #[cfg(feature = "postgres")]
    pub pg_passfile: Option<PathBuf>,
    /// `$MINISYNC_SMTP_PASSWORD`
    #[cfg(feature = "sandbox")]
    pub smtp_password: Option<OsString>,
}

impl Surroundings {
    pub(super) fn read() -> Self {
        Self {
            step_summary: variable("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            home: variable("HOME").map(PathBuf::from),
            user: text("USER").or_else(|| text("LOGNAME")),
            job: job(),
            #[cfg(feature = "postgres")]
            pg_password: text("PGPASSWORD"),
            #[cfg(feature = "postgres")]
            pg_passfile: variable("PGPASSFILE").map(PathBuf::from),
            #[cfg(feature = "sandbox")]
            smtp_password: variable("MINISYNC_SMTP_PASSWORD"),
        }
    }
}

impl Surroundings {
    /// Who runs us: a job, a user of this machine, or whom git knows here.
    pub(super) fn who(&self, host: &str) -> String {
        if let Some(job) = &self.job {
            return job.clone();
        }
        match &self.user {
            Some(user) => format!("{user}@{host}"),
            None => match git::user_email(Path::new(".")) {
                Some(email) => format!("{email} on {host}"),
                None => format!("somebody@{host}"),
            },
        }
    }
}

/// <https://docs.github.com/en/actions/reference/workflows-and-actions/variables>
fn job() -> Option<String> {
    let actor = text("GITHUB_ACTOR")?;
    let address = [text("GITHUB_SERVER_URL")?, text("GITHUB_REPOSITORY")?].join("/");
    Some(format!("{actor} in {address}/actions/runs/{}", text("GITHUB_RUN_ID")?))
}

fn text(name: &str) -> Option<String> {
    variable(name)?.into_string().ok()
}

/// An environment variable that is set to something.
pub(super) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
