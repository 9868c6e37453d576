//! A running sandbox with a clock of our own, and people who use it.

use jiff::{SignedDuration, Timestamp};
use minisync::sandbox::{Config, Data, Server, serve};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

/// Seconds since the epoch; stands still unless told.
#[derive(Debug, Clone)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(crate) fn new() -> Self {
        let start: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        Self(Arc::new(AtomicI64::new(start.as_second())))
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(by.as_secs(), Ordering::SeqCst);
    }

    pub(crate) fn config(&self) -> Config {
        let seconds = Arc::clone(&self.0);
        Config::new(Arc::new(move || {
            Timestamp::from_second(seconds.load(Ordering::SeqCst)).unwrap()
        }))
    }
}

pub(crate) struct Platform {
    pub(crate) server: Server,
    pub(crate) clock: Clock,
    client: reqwest::Client,
    keys: AtomicU64,
}

/// Somebody with a token.
#[derive(Debug, Clone)]
pub(crate) struct Token(pub(crate) String);

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Platform {
    pub(crate) async fn start() -> Self {
        Self::with(Clock::new(), |config| config).await
    }

    pub(crate) async fn on(file: &Path, clock: Clock) -> Self {
        Self::with(clock, |config| Config { data: Data::File(file.to_owned()), ..config }).await
    }

    pub(crate) async fn with(clock: Clock, edit: impl FnOnce(Config) -> Config) -> Self {
        let server = serve(edit(clock.config())).await.unwrap();
        Self { server, clock, client: reqwest::Client::new(), keys: AtomicU64::new(1) }
    }

    pub(crate) fn operator(&self) -> Token {
        Token(self.server.operator_token().reveal().to_owned())
    }

    pub(crate) fn request(&self, method: Method, token: &Token, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.server.url());
        self.client.request(method, url).bearer_auth(&token.0)
    }

    pub(crate) fn fresh_key(&self) -> String {
        format!("key-{}", self.keys.fetch_add(1, Ordering::SeqCst))
    }

    pub(crate) async fn get(&self, token: &Token, path: &str) -> Answer {
        send(self.request(Method::GET, token, path)).await
    }

    pub(crate) async fn post(&self, token: &Token, path: &str, body: Value) -> Answer {
        self.write(Method::POST, token, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, token: &Token, path: &str) -> Answer {
        self.write(Method::DELETE, token, path, None).await
    }

    /// A move of a membership: `accept`, `block`, …
    pub(crate) async fn step(&self, token: &Token, path: &str) -> Answer {
        self.write(Method::POST, token, path, None).await
    }

    pub(crate) async fn write(
        &self,
        method: Method,
        token: &Token,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let request = self.request(method, token, path).header("idempotency-key", self.fresh_key());
        send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    pub(crate) async fn token(&self, email: &str) -> Token {
        let answer = self.post(&self.operator(), "/v1/tokens", json!({ "email": email })).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        Token(answer.body["token"].as_str().unwrap().to_owned())
    }

    /// The workspace `acme` with its owner, whose token comes back.
    pub(crate) async fn acme(&self) -> Token {
        let body = json!({
            "id": "acme",
            "owner": { "name": "An Owner", "email": "owner@example.com" },
        });
        let answer = self.post(&self.operator(), "/v1/workspaces", body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        self.token("owner@example.com").await
    }

    /// Creates a program as the owner; its id.
    pub(crate) async fn program(&self, owner: &Token, name: &str) -> String {
        let body = json!({ "name": name, "releaseTo": [], "defaultLanguage": "zh-CN" });
        let answer = self.post(owner, "/v1/workspaces/acme/programs", body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.id()
    }

    /// Invites somebody as the owner; the membership's path.
    pub(crate) async fn invite(
        &self,
        owner: &Token,
        email: &str,
        role: &str,
        programs: &[&str],
    ) -> String {
        let body =
            json!({ "name": "A Person", "email": email, "role": role, "programs": programs });
        let answer = self.post(owner, "/v1/workspaces/acme/members", body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.headers["location"].to_str().unwrap().to_owned()
    }

    /// Invites somebody who accepts at once; token and path of the membership.
    pub(crate) async fn member(
        &self,
        owner: &Token,
        email: &str,
        role: &str,
        programs: &[&str],
    ) -> (Token, String) {
        let path = self.invite(owner, email, role, programs).await;
        let token = self.token(email).await;
        let answer = self.step(&token, &format!("{path}/accept")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        (token, path)
    }
}

impl Answer {
    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// Status and broken rules: `422 /name name-length, / …`.
    pub(crate) fn no(&self) -> String {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.body);
        assert_eq!(self.body["status"], self.status.as_u16());
        let broken: Vec<_> = self.body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|broken| {
                let text = |key: &str| broken[key].as_str().unwrap().to_owned();
                format!("{} {}", text("field"), text("rule")).trim().to_owned()
            })
            .collect();
        format!("{} {}", self.status.as_u16(), broken.join(", "))
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Answer { status, headers, body }
}
