//! Speaking JSON over HTTP, and what may come back instead of it.

use crate::{
    engine::{Outage, ProviderError, Refusal},
    platform::sandbox::{COMMIT_HEADER, Problem},
};
use jiff::{Timestamp, fmt::rfc2822};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url, header};
use serde::de::DeserializeOwned;
use std::{fmt, time::Duration};

/// One answer may take this long; a platform that is slower is taken to be out of reach.
const PATIENCE: Duration = Duration::from_secs(30);
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// More than any page of a list can be, and less than would hurt.
const LARGEST_ANSWER: usize = 64 * MIB;
/// More than any platform has to say about a no.
const LARGEST_PROBLEM: usize = 64 * 1024;
/// What is kept of it, in characters: the ledger remembers it for ever.
const MOST_WORDS: usize = 1000;
const MIB: usize = 1024 * 1024;

/// A credential. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A platform's address and the way to talk to it; cheap to clone.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    base: Url,
    /// Told with every write.
    commit: Option<header::HeaderValue>,
}

impl Api {
    /// `base` is the address without `/v1`.
    pub fn new(base: Url) -> Result<Self, ProviderError> {
        Self::patient(base, PATIENCE)
    }

    /// `patience` is how long one answer may take, from the request to its last byte.
    pub fn patient(base: Url, patience: Duration) -> Result<Self, ProviderError> {
        let client = Client::builder()
            .timeout(patience)
            .connect_timeout(CONNECT_PATIENCE)
            .user_agent(concat!("minisync/", env!("CARGO_PKG_VERSION")))
            // A redirect could carry the token to another host.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|why| ProviderError::Local(format!("cannot set up HTTP: {}", causes(&why))))?;
        Ok(Self { client, base, commit: None })
    }

    /// From here on, every write says which commit of the manifests asks for it.
    pub fn on_behalf_of(&mut self, commit: &str) {
        self.commit = header::HeaderValue::from_str(commit).ok();
    }

    /// `path` holds one segment an item; nothing in a segment can leave it.
    pub fn request(&self, method: Method, path: &[&str], token: &Secret) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("v1").extend(path);
        }
        let is_write = !method.is_safe();
        let request = self.client.request(method, url).bearer_auth(&token.0);
        match &self.commit {
            Some(commit) if is_write => request.header(COMMIT_HEADER, commit),
            Some(_) | None => request,
        }
    }

    pub async fn json<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<T, ProviderError> {
        self.dated(request).await.map(|(answer, _)| answer)
    }

    /// With the platform's own time, where it tells.
    pub async fn dated<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<(T, Option<Timestamp>), ProviderError> {
        let response = self.send(request).await?;
        let date = date(&response);
        let body = self.body(response, LARGEST_ANSWER).await?;
        let answer = serde_json::from_slice(&body).map_err(|why| {
            let why = shortened(why.to_string());
            ProviderError::Garbled(format!("{} sent a broken answer: {why}", self.base))
        })?;
        Ok((answer, date))
    }

    /// Answers with success only.
    pub async fn send(&self, request: RequestBuilder) -> Result<Response, ProviderError> {
        let (client, request) = request.build_split();
        let request = request.map_err(|why| self.unreachable(&why))?;
        let is_conditional = request.headers().contains_key(header::IF_MATCH);
        let response = client.execute(request).await.map_err(|why| self.unreachable(&why))?;
        if response.status().is_success() {
            self.refuse_web_page(&response)?;
            return Ok(response);
        }
        Err(self.error(response, is_conditional).await)
    }

    /// The answer as it is, up to a size.
    pub async fn bytes(
        &self,
        request: RequestBuilder,
        limit: usize,
    ) -> Result<Vec<u8>, ProviderError> {
        let response = self.send(request).await?;
        self.body(response, limit).await
    }

    /// Not more than we can hold, whoever is at the other end.
    async fn body(&self, mut response: Response, limit: usize) -> Result<Vec<u8>, ProviderError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|why| self.unreachable(&why))? {
            if body.len() + chunk.len() > limit {
                return Err(ProviderError::Garbled(format!(
                    "{} sent more than {} MiB for one answer, and no answer is as long; is this \
                     the platform's address?",
                    self.base,
                    limit / MIB
                )));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn unreachable(&self, why: &reqwest::Error) -> ProviderError {
        ProviderError::Unreachable(format!("cannot reach {}: {}", self.base, causes(why)).into())
    }

    /// A proxy or a wrong address likes to answer with a page, and with success.
    fn refuse_web_page(&self, response: &Response) -> Result<(), ProviderError> {
        let is_page = media_type(response).is_some_and(|kind| kind.starts_with("text/"));
        if !is_page {
            return Ok(());
        }
        Err(ProviderError::Garbled(format!(
            "{} answered with a web page instead of data; is this the platform's address?",
            self.base
        )))
    }

    /// `is_conditional`: it was asked for something as it was seen to be.
    async fn error(&self, response: Response, is_conditional: bool) -> ProviderError {
        let status = response.status();
        let retry_after = retry_after(&response);
        let problem = self.problem(response).await;
        let detail = problem.as_ref().map_or_else(|| status.to_string(), words);
        match status {
            StatusCode::UNAUTHORIZED => ProviderError::Barred(format!(
                "{} does not accept our credential ({detail})",
                self.base
            )),
            StatusCode::PRECONDITION_FAILED => ProviderError::Stale,
            // A platform looks for the thing first. What is not there is not as it was seen, and
            // whoever was asked in again has another id.
            StatusCode::NOT_FOUND | StatusCode::GONE if is_conditional && problem.is_some() => {
                ProviderError::Stale
            }
            StatusCode::TOO_MANY_REQUESTS => ProviderError::Limited { retry_after },
            status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                let why = format!("{} is out of order: {detail}", self.base);
                ProviderError::Unreachable(Outage { why, retry_after })
            }
            status if status.is_redirection() => ProviderError::Garbled(format!(
                "{} sends us elsewhere ({status}); is this the platform's address?",
                self.base
            )),
            StatusCode::FORBIDDEN => ProviderError::Denied(detail),
            status => match problem {
                Some(problem) => ProviderError::Refused(refusal(problem)),
                None => ProviderError::Garbled(format!(
                    "{} answered {status} without a reason; is this the platform's address?",
                    self.base
                )),
            },
        }
    }

    async fn problem(&self, response: Response) -> Option<Problem> {
        let is_json = media_type(&response).is_some_and(|kind| kind.contains("json"));
        let body = self.body(response, LARGEST_PROBLEM).await.ok()?;
        if is_json { serde_json::from_slice(&body).ok() } else { None }
    }
}

fn media_type(response: &Response) -> Option<&str> {
    response.headers().get(header::CONTENT_TYPE)?.to_str().ok()
}

fn date(response: &Response) -> Option<Timestamp> {
    let text = response.headers().get(header::DATE)?.to_str().ok()?;
    rfc2822::parse(text).ok().map(|date| date.timestamp())
}

/// In seconds, or a date: that one goes by the clock of who sent it.
fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = rfc2822::parse(text).ok()?.timestamp();
    let pause = then.duration_since(date(response)?);
    Some(Duration::try_from(pause).unwrap_or_default())
}

fn words(problem: &Problem) -> String {
    let broken: Vec<&str> = problem.errors.iter().map(|rule| rule.message.as_str()).collect();
    let said = match broken.is_empty() {
        true => problem.detail.clone().unwrap_or_else(|| problem.title.clone()),
        false => broken.join("; "),
    };
    shortened(said)
}

fn refusal(problem: Problem) -> Refusal {
    let detail = words(&problem);
    let first = problem.errors.into_iter().next();
    Refusal {
        rule: shortened(first.as_ref().map_or(problem.title, |rule| rule.rule.clone())),
        field: first.map(|rule| shortened(rule.field)).filter(|field| !field.is_empty()),
        detail,
    }
}

pub(super) fn shortened(mut said: String) -> String {
    if let Some((end, _)) = said.char_indices().nth(MOST_WORDS) {
        said.truncate(end);
        said.push('…');
    }
    said
}

/// The innermost cause says what happened; the outer ones repeat the address.
fn causes(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}
