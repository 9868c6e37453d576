//! `minisync sandbox clock`: what would happen in three days, today.

use super::{
    super::{
        Site,
        connect::{Doors, Embedded},
        error::CliError,
        exit::ExitStatus,
        sandbox::args,
    },
    Place, Reach, Write,
};
use crate::{engine::ProviderError, platform::sandbox as wire, provider::fresh_key};
use jiff::SignedDuration;
use reqwest::Method;

const PATH: [&str; 1] = ["clock"];

pub(super) fn run(
    args: &args::Clock,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let Place { folder, .. } = Place::below(&args.project, Reach::Never, site)?;
    let by = args.advance.as_ref().or(args.by.as_ref());
    super::super::runtime()?.block_on(async {
        let embedded = Embedded::start(&folder, None, Doors::Shut).await?;
        let clock = match by {
            Some(by) => moved(&embedded, by).await,
            None => shown(&embedded).await,
        };
        embedded.close().await;
        tell(&clock?, out)
    })
}

async fn shown(embedded: &Embedded) -> Result<wire::Clock, CliError> {
    let request = embedded.api().request(Method::GET, &PATH, embedded.operator());
    embedded.api().json(request).await.map_err(|why| cannot(&why))
}

async fn moved(embedded: &Embedded, by: &str) -> Result<wire::Clock, CliError> {
    let key = fresh_key().map_err(|why| cannot(&why))?;
    let request = embedded
        .api()
        .request(Method::POST, &PATH, embedded.operator())
        .header("Idempotency-Key", key.as_str())
        .json(&wire::ClockMove { advance: by.to_owned() });
    embedded.api().json(request).await.map_err(|why| cannot(&why))
}

fn tell(clock: &wire::Clock, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
    let offset: SignedDuration = clock.offset.parse().unwrap_or_default();
    let how = match offset.signum() {
        0 => "as everywhere".to_owned(),
        sign if sign < 0 => format!("{} behind", length(offset)),
        _ => format!("{} ahead", length(offset)),
    };
    writeln!(out, "The embedded sandbox's clock is at {}, {how}.", clock.now)?;
    Ok(ExitStatus::Done)
}

/// `3d 2h`
fn length(offset: SignedDuration) -> String {
    let (days, rest) = (offset.abs().as_hours() / 24, offset.abs().as_secs() % 86_400);
    let rest = SignedDuration::from_secs(rest);
    match (days, rest.is_zero()) {
        (0, _) => format!("{rest:#}"),
        (days, true) => format!("{days}d"),
        (days, false) => format!("{days}d {rest:#}"),
    }
}

fn cannot(why: &ProviderError) -> CliError {
    CliError::failed(format!("the embedded sandbox: {why}"))
}
