//! The two cookies: who is signed in, and who is about to.

use crate::sandbox::server::Sandbox;
use axum::http::{HeaderMap, HeaderValue, header};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cookie {
    /// Holds the word of a session.
    Session,
    /// Holds the word that seals the sign-in form; means nothing else.
    Visit,
}

impl Cookie {
    /// Only a word that could be one of ours: it may be given back.
    pub(super) fn read(self, sandbox: &Sandbox, headers: &HeaderMap) -> Option<String> {
        let name = self.name(sandbox);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(found, word)| (found == name && is_word(word)).then(|| word.to_owned()))
    }

    /// The value of a `Set-Cookie`; an empty word with 0 seconds takes it away.
    pub(super) fn set(self, sandbox: &Sandbox, word: &str, seconds: i64) -> HeaderValue {
        let name = self.name(sandbox);
        let secure = if is_secure(sandbox) { "; Secure" } else { "" };
        let text = format!(
            "{name}={word}; Path=/; HttpOnly; SameSite={}; Max-Age={seconds}{secure}",
            self.same_site()
        );
        HeaderValue::from_str(&text).expect("our words are letters and digits")
    }

    /// `Lax` for the session: who follows the link of a mail to the console is signed in there. A
    /// form from elsewhere comes without it all the same.
    fn same_site(self) -> &'static str {
        match self {
            Self::Session => "Lax",
            Self::Visit => "Strict",
        }
    }

    /// With `__Host-`, a browser lets nobody else set it; it needs HTTPS for that.
    fn name(self, sandbox: &Sandbox) -> &'static str {
        match (self, is_secure(sandbox)) {
            (Self::Session, true) => "__Host-minisync",
            (Self::Session, false) => "minisync",
            (Self::Visit, true) => "__Host-minisync-visit",
            (Self::Visit, false) => "minisync-visit",
        }
    }
}

/// As [`random_hex`](crate::sandbox::token::random_hex) makes them.
fn is_word(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_secure(sandbox: &Sandbox) -> bool {
    sandbox.public_url.is_https()
}
