//! Somebody who opens pages and sends forms, and whose mail we can read.

use crate::sandbox::platform::{Clock, Platform, Token};
use minisync::sandbox::{Config, Delivery};
use reqwest::{Client, Method, RequestBuilder, StatusCode, Url, header, redirect::Policy};
use std::{collections::BTreeMap, fs, path::Path};

/// A platform that writes its mails into a folder.
pub(super) struct Site {
    pub(super) platform: Platform,
    pub(super) owner: Token,
    outbox: tempfile::TempDir,
}

/// With the cookies that they were given.
pub(super) struct Visitor {
    client: Client,
    base: String,
    cookies: BTreeMap<String, String>,
    language: &'static str,
}

pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) headers: header::HeaderMap,
    pub(super) text: String,
}

impl Site {
    pub(super) async fn start() -> Self {
        Self::with(|config| config).await
    }

    pub(super) async fn with(edit: impl FnOnce(Config) -> Config) -> Self {
        let outbox = tempfile::tempdir().unwrap();
        let folder = outbox.path().to_owned();
        let platform = Platform::with(Clock::new(), |config| {
            edit(Config { delivery: Some(Delivery::Folder(folder)), ..config })
        })
        .await;
        let owner = platform.acme().await;
        Self { platform, owner, outbox }
    }

    /// The path of the latest link that somebody got by mail.
    pub(super) async fn link(&self, email: &str) -> String {
        self.link_after(email, "").await
    }

    /// Another one than that.
    pub(super) async fn link_after(&self, email: &str, before: &str) -> String {
        for _ in 0..10_000 {
            match latest_link(self.outbox.path(), email) {
                Some(link) if link != before => return link,
                Some(_) | None => {}
            }
            // A round trip, in which the mailer gets on.
            self.platform.get(&self.owner, "/v1/me").await;
        }
        panic!(
            "no mail for {email}: {:?}",
            fs::read_dir(self.outbox.path()).unwrap().collect::<Vec<_>>()
        );
    }

    pub(super) fn visitor(&self) -> Visitor {
        Visitor {
            client: Client::builder().redirect(Policy::none()).build().unwrap(),
            base: self.platform.server.url().to_owned(),
            cookies: BTreeMap::new(),
            language: "en",
        }
    }

    pub(super) async fn signed_in(&self, token: &Token) -> Visitor {
        let mut visitor = self.visitor();
        visitor.get("/sign-in").await;
        let page = visitor.send("/sign-in", "/sign-in", &[("token", &token.0)]).await;
        assert_eq!(page.status, 303, "{}", page.text);
        visitor
    }

    /// The owner, signed in.
    pub(super) async fn owner(&self) -> Visitor {
        self.signed_in(&self.owner).await
    }
}

/// Of the files in an outbox, whose names are in order of time.
pub(super) fn latest_link(outbox: &Path, email: &str) -> Option<String> {
    let mut files: Vec<_> = fs::read_dir(outbox).ok()?.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mails = files.iter().rev().filter_map(|file| fs::read_to_string(file).ok());
    let mail = mails.into_iter().find(|mail| mail.contains(&format!("<{email}>\r\n")))?;
    // Lines of quoted-printable text are folded.
    let text = mail.replace("=\r\n", "");
    let link = text.split("/invitations/").nth(1)?;
    let token: String =
        link.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    Some(format!("/invitations/{token}"))
}

impl Visitor {
    pub(super) fn reading(self, language: &'static str) -> Self {
        Self { language, ..self }
    }

    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub(super) fn take_cookies_of(&mut self, other: &Self) {
        self.cookies.clone_from(&other.cookies);
    }

    pub(super) async fn get(&mut self, path: &str) -> Page {
        let request = self.request(Method::GET, path);
        self.told(request).await
    }

    /// Opens a page and sends a form that is on it, with its hidden fields.
    pub(super) async fn send(&mut self, page: &str, to: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.get(page).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let form = page.form(to);
        let hidden: Vec<_> = form.iter().map(|(name, value)| (&**name, &**value)).collect();
        self.post(to, &[&hidden, fields].concat()).await
    }

    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.form(path, fields);
        self.told(request).await
    }

    pub(super) fn form(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let body = Url::parse_with_params("http://x.cn", fields).unwrap();
        self.request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.query().unwrap_or_default().to_owned())
    }

    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let request = self.client.request(method, format!("{}{path}", self.base));
        let request = request.header(header::ACCEPT_LANGUAGE, self.language);
        request.header(header::COOKIE, pairs.collect::<Vec<_>>().join("; "))
    }

    pub(super) async fn told(&mut self, request: RequestBuilder) -> Page {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(header::SET_COOKIE) {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        Page { status, headers, text: response.text().await.unwrap() }
    }
}

impl Page {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn location(&self) -> &str {
        self.header("location")
    }

    /// Hidden fields of the form that is sent there; a form without an address goes to its page.
    pub(super) fn form(&self, to: &str) -> Vec<(String, String)> {
        let form = self
            .text
            .split("<form ")
            .skip(1)
            .map(|form| form.split("</form>").next().unwrap())
            .find(|form| form.contains(&format!("action=\"{to}\"")) || !form.contains("action="))
            .unwrap_or_else(|| panic!("no form for {to} in {}", self.text));
        form.split("type=\"hidden\" ")
            .skip(1)
            .map(|input| (attribute(input, "name"), attribute(input, "value")))
            .collect()
    }

    pub(super) fn has(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    /// What is in the page's headings.
    pub(super) fn heading(&self) -> &str {
        let rest = self.text.split("<h1").nth(1).unwrap();
        rest.split_once('>').unwrap().1.split("</h1>").next().unwrap()
    }
}

fn attribute(input: &str, name: &str) -> String {
    let rest = input.split(&format!("{name}=\"")).nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}
