//! Who is signed in, by cookie.
//!
//! Sessions live in memory: whoever is signed in when the sandbox stops signs in again. A session
//! is a random word that only its cookie holds; here is its hash. The seal of a form (against
//! forgery from other sites) is computed from that word, so that it needs no keeping either.

use crate::{
    model::{Email, WorkspaceId},
    sandbox::token::{TokenHash, hex, random, random_hex},
};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};
use subtle::ConstantTimeEq as _;
use tokio::sync::watch;

/// A working day.
pub(super) const LASTS: SignedDuration = SignedDuration::from_hours(12);

#[derive(Debug)]
pub(in crate::sandbox) struct Sessions {
    open: Mutex<BTreeMap<TokenHash, Session>>,
    /// Of this run.
    secret: [u8; 32],
    /// Told whenever somebody signs out.
    ended: watch::Sender<()>,
}

#[derive(Debug, Clone)]
struct Session {
    guest: Guest,
    expires: Timestamp,
}

/// Who is signed in, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guest {
    pub(super) email: Email,
    /// By the link of an invitation: it was for this workspace, and may have been passed on. `None`:
    /// by a token, everywhere.
    pub(super) only: Option<WorkspaceId>,
}

impl Guest {
    pub(super) fn may_enter(&self, workspace: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.as_str() == workspace)
    }
}

/// What a form belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    SignIn,
    Session,
    Invitation,
}

impl Sessions {
    pub(in crate::sandbox) fn new() -> Result<Self, getrandom::Error> {
        let (ended, _) = watch::channel(());
        Ok(Self { open: Mutex::default(), secret: random()?, ended })
    }

    /// The word of a new session.
    pub(super) fn begin(&self, guest: Guest, now: Timestamp) -> Result<String, getrandom::Error> {
        let word = random_hex()?;
        let expires = now.checked_add(LASTS).unwrap_or(Timestamp::MAX);
        let mut open = self.open();
        open.retain(|_, session| now < session.expires);
        open.insert(hash(&word), Session { guest, expires });
        Ok(word)
    }

    pub(super) fn find(&self, word: &str, now: Timestamp) -> Option<Guest> {
        // Only hashes are compared, so how long a look-up takes says nothing about a word.
        let session = self.open().get(&hash(word)).cloned()?;
        (now < session.expires).then_some(session.guest)
    }

    pub(super) fn end(&self, word: &str) {
        self.open().remove(&hash(word));
        self.ended.send_replace(());
    }

    pub(super) fn ended(&self) -> watch::Receiver<()> {
        self.ended.subscribe()
    }

    /// What a form of ours holds, and no other site can know.
    pub(super) fn seal(&self, purpose: Purpose, word: &str) -> String {
        let mut seal = Sha256::new();
        seal.update(self.secret);
        seal.update([purpose as u8]);
        seal.update(hash(word).0);
        seal.update(self.secret);
        hex(&seal.finalize())
    }

    pub(super) fn is_sealed(&self, purpose: Purpose, word: &str, seal: &str) -> bool {
        self.seal(purpose, word).as_bytes().ct_eq(seal.as_bytes()).into()
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<TokenHash, Session>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hash(word: &str) -> TokenHash {
    TokenHash(Sha256::digest(word.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::{Guest, LASTS, Purpose, Sessions};
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn a_session_ends_by_itself_or_when_somebody_signs_out() {
        let sessions = Sessions::new().unwrap();
        let mei = || Guest { email: "mei@example.com".parse().unwrap(), only: None };
        let start = Timestamp::UNIX_EPOCH;
        let word = sessions.begin(mei(), start).unwrap();
        let last = start + LASTS - SignedDuration::from_secs(1);
        assert_eq!(sessions.find(&word, last), Some(mei()));
        assert_eq!(sessions.find(&word, start + LASTS), None);
        assert_eq!(sessions.find("guess", start), None);
        sessions.end(&word);
        assert_eq!(sessions.find(&word, start), None);
    }

    #[test]
    fn a_seal_holds_for_one_word_and_purpose() {
        let sessions = Sessions::new().unwrap();
        let seal = sessions.seal(Purpose::Session, "word");
        assert!(sessions.is_sealed(Purpose::Session, "word", &seal));
        assert!(!sessions.is_sealed(Purpose::Session, "other", &seal));
        assert!(!sessions.is_sealed(Purpose::SignIn, "word", &seal));
        assert!(!sessions.is_sealed(Purpose::Session, "word", ""));
        assert!(!Sessions::new().unwrap().is_sealed(Purpose::Session, "word", &seal));
    }
}
