//! Where requests are worked off, within one transaction.

use super::{Reply, Rows, Unavailable, activity::Deed};
use crate::{
    model::Email,
    sandbox::{
        mail::Letterhead,
        mishap::Queue,
        rule::Refusal,
        token::{Mint, Token, TokenHash},
        world::{Caller, Request, World},
    },
};
use jiff::Timestamp;
use std::{collections::BTreeMap, num::NonZeroU32};

#[derive(Debug)]
pub(super) struct Desk {
    pub(super) rows: Rows,
    pub(super) world: World,
    pub(super) mishaps: Queue,
    pub(super) now: Timestamp,
    /// Made in this transaction.
    pub(super) tokens: BTreeMap<TokenHash, Email>,
    /// Moved in this transaction, in milliseconds.
    pub(super) ahead: Option<i64>,
    /// Mails were written in this transaction.
    pub(super) has_mail: bool,
    /// `None`: nobody is written to.
    pub(super) letterhead: Option<Letterhead>,
    mint: Mint,
    each_hour: Option<NonZeroU32>,
    has_begun: bool,
}

#[derive(Debug)]
pub(in crate::sandbox) struct Write {
    pub(in crate::sandbox) request: Request,
    pub(in crate::sandbox) once: Once,
    /// Of the manifests that ask for it.
    pub(in crate::sandbox) commit: Option<String>,
}

#[derive(Debug)]
pub(in crate::sandbox) struct NewToken {
    pub(in crate::sandbox) email: Email,
    pub(in crate::sandbox) once: Once,
}

/// What makes a repeated request known again.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Once {
    /// The `Idempotency-Key`.
    pub(in crate::sandbox) key: String,
    /// Of method, path and body.
    pub(in crate::sandbox) request: [u8; 32],
}

#[derive(Debug)]
pub(in crate::sandbox) enum Fault {
    Refused(Refusal),
    /// The key was used for another request.
    KeyReused,
    Unavailable(Unavailable),
}

impl From<Unavailable> for Fault {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}

impl Desk {
    pub(super) fn new(rows: Rows, world: World, mint: Mint) -> Self {
        let now = Timestamp::UNIX_EPOCH;
        Self {
            rows,
            world,
            mishaps: Queue::default(),
            now,
            tokens: BTreeMap::new(),
            ahead: None,
            has_mail: false,
            letterhead: None,
            mint,
            each_hour: None,
            has_begun: false,
        }
    }

    pub(super) fn writing(self, letterhead: Option<Letterhead>) -> Self {
        Self { letterhead, ..self }
    }

    pub(super) fn unlucky(self, mishaps: Queue) -> Self {
        Self { mishaps, ..self }
    }

    /// Also after the world was read again.
    pub(super) fn limited(self, each_hour: Option<NonZeroU32>) -> Self {
        Self { world: self.world.limited(each_hour), each_hour, ..self }
    }

    pub(super) fn write(&mut self, write: Write) -> rusqlite::Result<Result<Reply, Fault>> {
        let Write { request, once, commit } = write;
        let caller = name(&request.caller).to_owned();
        if let Some((hash, reply)) = self.rows.answer(&caller, &once.key)? {
            return Ok(repeated(&once, hash, &reply));
        }
        let changes = match self.world.decide(&request, self.now) {
            Ok(changes) => changes,
            Err(refusal) => return Ok(Err(Fault::Refused(refusal))),
        };
        let tasks = match self.tasks(&changes) {
            Ok(tasks) => tasks,
            Err(unavailable) => return Ok(Err(unavailable.into())),
        };
        let (workspace, about) = (changes.workspace.clone(), changes.about.clone());
        let is_new = changes.is_new;
        self.begin()?;
        self.rows.put(&changes)?;
        if !changes.changes.is_empty() {
            self.call_back(&changes)?;
            let deed = Deed::of(&self.world, &request, &changes, commit);
            self.rows.put_deed(workspace.as_str(), &deed, self.now)?;
        }
        self.world.take(changes);
        self.post(&workspace, tasks)?;
        let reply = Reply::about(&self.world, (&workspace, &about, is_new), self.now);
        self.rows.remember(&caller, &once.key, once.request, (Some(&reply), self.now))?;
        Ok(Ok(reply))
    }

    /// The token, and whether it was made before. It is not stored, so it is made again.
    pub(super) fn new_token(
        &mut self,
        new: NewToken,
    ) -> rusqlite::Result<Result<(Token, bool), Fault>> {
        let NewToken { email, once } = new;
        let caller = name(&Caller::Operator).to_owned();
        let known = self.rows.answer(&caller, &once.key)?;
        if known.as_ref().is_some_and(|(hash, _)| *hash != once.request) {
            return Ok(Err(Fault::KeyReused));
        }
        let token = self.mint.token(email.as_str(), &once.key);
        self.begin()?;
        self.rows.put_token(token.hash(), &email)?;
        self.rows.remember(&caller, &once.key, once.request, (None, self.now))?;
        self.tokens.insert(token.hash(), email);
        Ok(Ok((token, known.is_some())))
    }

    pub(super) fn begin(&mut self) -> rusqlite::Result<()> {
        if !self.has_begun {
            self.rows.begin()?;
            self.has_begun = true;
        }
        Ok(())
    }

    /// Whether there was anything to commit.
    pub(super) fn commit(&mut self) -> rusqlite::Result<bool> {
        let has_begun = self.has_begun;
        if has_begun {
            self.rows.commit()?;
            self.has_begun = false;
        }
        Ok(has_begun)
    }

    /// Forgets what was not committed.
    pub(super) fn reload(&mut self) -> Result<(), String> {
        self.rows.roll_back().map_err(|why| why.to_string())?;
        self.has_begun = false;
        self.tokens.clear();
        (self.ahead, self.has_mail) = (None, false);
        let world = self.rows.world().map_err(|why| why.to_string())?;
        self.world = world.limited(self.each_hour);
        self.mishaps = self.rows.mishaps().map_err(|why| why.to_string())?;
        Ok(())
    }
}

/// No address looks like the operator's name.
pub(super) fn name(caller: &Caller) -> &str {
    match caller {
        Caller::Operator => "operator",
        Caller::Person(email) => email.as_str(),
    }
}

pub(super) fn repeated(once: &Once, hash: [u8; 32], reply: &str) -> Result<Reply, Fault> {
    if hash != once.request {
        return Err(Fault::KeyReused);
    }
    serde_json::from_str::<Reply>(reply)
        .map(|reply| Reply { is_repeated: true, ..reply })
        .map_err(|why| Fault::Unavailable(Unavailable(why.to_string())))
}
