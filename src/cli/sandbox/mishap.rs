//! `minisync sandbox mishap`: what is to go wrong, for whoever tests what they do then.

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
use crate::{
    engine::ProviderError,
    platform::sandbox as wire,
    provider::{Api, Secret, fresh_key},
    sandbox::Mishap,
};
use reqwest::{Method, RequestBuilder};

const PATH: [&str; 1] = ["mishaps"];

/// Who is spoken to, and what they are told by.
struct Operator<'a> {
    api: &'a Api,
    token: &'a Secret,
    sandbox: &'a str,
}

pub(super) fn run(
    args: &args::Mishap,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let (args::MishapCommand::Add(args::MishapAdd { place, .. })
    | args::MishapCommand::List(place)
    | args::MishapCommand::Clear(place)) = &args.command;
    let mishaps = match &args.command {
        args::MishapCommand::Add(add) => read(&add.mishaps)?,
        args::MishapCommand::List(_) | args::MishapCommand::Clear(_) => Vec::new(),
    };
    super::super::runtime()?.block_on(async {
        if let Some(url) = &place.url {
            let (api, token) = served(url, place)?;
            let operator = Operator { api: &api, token: &token, sandbox: url.as_str() };
            return operator.does(&args.command, &mishaps, out).await;
        }
        let Place { folder, .. } = Place::below(&place.project, Reach::ByUrl, site)?;
        let embedded = Embedded::start(&folder, None, Doors::Shut).await?;
        let (api, token) = (embedded.api(), embedded.operator());
        let operator = Operator { api, token, sandbox: "the embedded sandbox" };
        let done = operator.does(&args.command, &mishaps, out).await;
        embedded.close().await;
        done
    })
}

/// All of them, or none is asked for.
pub(super) fn read(texts: &[String]) -> Result<Vec<Mishap>, CliError> {
    texts
        .iter()
        .map(|text| {
            text.parse().map_err(|why: crate::sandbox::MishapError| {
                CliError::new(ExitStatus::Usage, why.to_string()).help(why.help())
            })
        })
        .collect()
}

fn served(url: &reqwest::Url, place: &args::MishapPlace) -> Result<(Api, Secret), CliError> {
    let token = place.operator_token.clone().ok_or_else(|| {
        let message = format!("only the operator of {url} may let something go wrong there");
        CliError::new(ExitStatus::Usage, message)
            .help("put the operator's token into $MINISYNC_SANDBOX_OPERATOR_TOKEN")
    })?;
    let api = Api::new(url.clone()).map_err(|why| CliError::failed(why.to_string()))?;
    Ok((api, Secret::new(token)))
}

impl Operator<'_> {
    async fn does(
        &self,
        command: &args::MishapCommand,
        mishaps: &[Mishap],
        out: &mut dyn Write,
    ) -> Result<ExitStatus, CliError> {
        match command {
            args::MishapCommand::Add(_) => {
                for mishap in mishaps {
                    tell(&self.add(mishap).await?, out)?;
                }
            }
            args::MishapCommand::List(_) => self.list(out).await?,
            args::MishapCommand::Clear(_) => {
                let request = self.write(Method::DELETE)?;
                self.api.send(request).await.map_err(|why| self.cannot(&why))?;
                writeln!(out, "Nothing goes wrong any more.")?;
            }
        }
        Ok(ExitStatus::Done)
    }

    async fn add(&self, mishap: &Mishap) -> Result<wire::Mishap, CliError> {
        let new = wire::NewMishap { mishap: mishap.to_string() };
        let request = self.write(Method::POST)?.json(&new);
        self.api.json(request).await.map_err(|why| self.cannot(&why))
    }

    async fn list(&self, out: &mut dyn Write) -> Result<(), CliError> {
        let request = self.api.request(Method::GET, &PATH, self.token);
        let mishaps: wire::Mishaps =
            self.api.json(request).await.map_err(|why| self.cannot(&why))?;
        for mishap in &mishaps.items {
            tell(mishap, out)?;
        }
        if mishaps.items.is_empty() {
            writeln!(out, "Nothing is to go wrong.")?;
        }
        Ok(())
    }

    fn write(&self, method: Method) -> Result<RequestBuilder, CliError> {
        let key = fresh_key().map_err(|why| self.cannot(&why))?;
        Ok(self.api.request(method, &PATH, self.token).header("Idempotency-Key", key.as_str()))
    }

    fn cannot(&self, why: &ProviderError) -> CliError {
        CliError::failed(format!("{}: {why}", self.sandbox))
    }
}

fn tell(mishap: &wire::Mishap, out: &mut dyn Write) -> Result<(), CliError> {
    let wire::Mishap { mishap, to_pass, left } = mishap;
    let passing = match to_pass {
        0 => String::new(),
        1 => "lets 1 request pass, then ".to_owned(),
        n => format!("lets {n} requests pass, then "),
    };
    let hits = match left {
        None => "hits every request".to_owned(),
        Some(1) => "hits 1 request".to_owned(),
        Some(n) => format!("hits {n} requests"),
    };
    writeln!(out, "{mishap}  {passing}{hits}")?;
    Ok(())
}
