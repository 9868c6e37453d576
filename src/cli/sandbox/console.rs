//! `minisync sandbox console` and `minisync sandbox token`: the embedded sandbox, for a browser.

use super::{Place, Reach, args};
use crate::cli::{
    self, Site,
    connect::{Doors, Embedded, Notice, config, delivery, somebody},
    error::CliError,
    exit::ExitStatus,
    show,
};
use crate::{
    model::Email,
    sandbox::{Config, OpenError, ServeError, serve},
};
use std::io::Write;

/// Serves what is there; workspaces are made by `apply`.
pub(super) fn run(
    args: &args::Console,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let place = Place::below(&args.project, Reach::Never, site)?;
    cli::runtime()?.block_on(open(args, place, (site, out)))
}

async fn open(
    args: &args::Console,
    Place { project, folder, mail }: Place,
    (site, out): (Site<'_>, &mut dyn Write),
) -> Result<ExitStatus, CliError> {
    // As `apply` sends it, from the same environment.
    let delivery = Some(delivery(&folder, mail, site)?);
    let config = Config { listen: args.listen, public_url: None, ..config(&folder, delivery) };
    let server = serve(config).await.map_err(|why| cannot(&why))?;
    let (url, operator) = (server.url().to_owned(), server.operator_token().reveal().to_owned());
    let embedded = Embedded::serving(server, None)?;
    let notice = Notice::leave(&folder, &url, &operator)?;
    let owner = project.settings.owner.clone().unwrap_or_else(somebody);
    let token = embedded.shown_token(&owner.email).await?;
    writeln!(out, "Console at {url}/console")?;
    writeln!(out, "Sign in as {} <{}> with this token: {token}", owner.name, owner.email)?;
    out.flush()?;
    show::aside(site, "Ctrl-C ends it. Other minisync commands work meanwhile.");
    let result = cli::interrupted().await;
    drop(notice);
    drop(embedded.close().await);
    result.map_err(|why| CliError::failed(format!("cannot wait for Ctrl-C: {why}")))?;
    Ok(ExitStatus::Done)
}

fn cannot(why: &ServeError) -> CliError {
    let error = CliError::failed(format!("cannot open the console: {why}"));
    match why {
        ServeError::Open(OpenError::InUse(_)) => {
            error.help("another console is open already, or a minisync is just running")
        }
        ServeError::Listen { .. } => {
            error.help("choose another address with `--listen`, such as 127.0.0.1:0")
        }
        ServeError::Open(_) | ServeError::Random(_) | ServeError::Smtp(_) => error,
    }
}

/// Prints only the token, so that it can be piped.
pub(super) fn token(
    args: &args::PersonalToken,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let email: Email = args
        .email
        .parse()
        .map_err(|why| CliError::new(ExitStatus::Usage, format!("`{}` {why}", args.email)))?;
    let Place { folder, .. } = Place::below(&args.project, Reach::Never, site)?;
    let token = cli::runtime()?.block_on(async {
        let embedded = Embedded::start(&folder, None, Doors::Shut).await?;
        let token = embedded.shown_token(&email).await;
        embedded.close().await;
        token
    })?;
    writeln!(out, "{token}")?;
    Ok(ExitStatus::Done)
}
