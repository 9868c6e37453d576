//! Which embedded sandbox `minisync sandbox` is about: that of a project, where the environment that
//! was chosen is one. What somebody serves is never taken for it.

use crate::{
    cli::{Site, connect, error::CliError, workplace},
    project::{Environment, MailSettings, Project},
};
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub(super) struct Place {
    pub(super) project: Project,
    /// Holds the sandbox's data.
    pub(super) folder: PathBuf,
    pub(super) mail: Option<MailSettings>,
}

/// How somebody else's sandbox is reached instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    ByUrl,
    Never,
}

impl Place {
    pub(super) fn below(folder: &Path, reach: Reach, site: Site<'_>) -> Result<Self, CliError> {
        let place = Self::of(&[folder.to_owned()], reach, site)?;
        workplace::made(&place.folder)?;
        Ok(place)
    }

    pub(super) fn of(paths: &[PathBuf], reach: Reach, site: Site<'_>) -> Result<Self, CliError> {
        let project = workplace::open(paths)?;
        let environment = project.environment(site.global.env.as_deref())?;
        match environment {
            Environment::EmbeddedSandbox { folder, mail } => Ok(Self { project, folder, mail }),
            Environment::Sandbox(_) => Err(served(&project, &environment, reach, site)),
        }
    }
}

/// Whoever chooses an environment means that one, and not the one that happens to be in the folder.
fn served(project: &Project, environment: &Environment, reach: Reach, site: Site<'_>) -> CliError {
    let address = match connect::identity(environment) {
        Ok(address) => address,
        Err(why) => return why,
    };
    let environments = &project.settings.environments;
    let chosen = site.global.env.as_ref().or(project.settings.environment.as_ref());
    // Where nobody chose, there is only one.
    let name = chosen.or(environments.keys().next()).map_or("", String::as_str);
    let by_url = (reach == Reach::ByUrl).then(|| format!("reach that one with `--url {address}`"));
    let embedded = environments.iter().find(|(_, it)| match it {
        Environment::EmbeddedSandbox { .. } => true,
        Environment::Sandbox(_) => false,
    });
    let by_name = embedded.map(|(name, _)| format!("choose the embedded one with `--env {name}`"));
    let ways: Vec<String> = by_url.into_iter().chain(by_name).collect();
    let way_out = match ways.is_empty() {
        true => "no environment in minisync.yaml is embedded; one without a `url` is".to_owned(),
        false => ways.join(", or "),
    };
    let message =
        format!("environment `{name}` is {address}, and this is about the embedded sandbox");
    CliError::failed(message).help(way_out)
}
