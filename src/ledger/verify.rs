//! Reading a journal again from its beginning: does every record follow from the one before it, and
//! does the memory follow from them all?
//!
//! Whoever can write to the database can write a whole journal anew. Against that helps only what
//! they cannot reach: the hash of an earlier head, kept elsewhere, must still be in it.

use super::{
    Ledger,
    book::Book,
    fact::Fact,
    journal::{Broken, Head, Place, Sealed},
    storage::Shelf,
};
use crate::{
    engine::StoreError,
    model::{Digest, WorkspaceId},
};
use serde_json::Value;
use std::{cmp::Ordering, collections::BTreeMap};

/// Records that are read at a time.
const CHUNK: usize = 4096;

/// A journal that is as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub head: Head,
    /// Whether the hash that was expected is the hash of one of its records.
    pub holds_expected: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    #[error(transparent)]
    Broken(#[from] Broken),
    /// Records are missing at the end, or the head was changed.
    #[error("{}", cut(*found, *said))]
    Cut { found: u64, said: u64 },
    #[error("the memory says of `{key}` what the journal does not")]
    Memory { key: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn cut(found: u64, said: u64) -> String {
    match found.cmp(&said) {
        Ordering::Less => format!("the journal ends with record {found}, and its head says {said}"),
        Ordering::Equal => format!("the head of the journal does not fit its last record, {found}"),
        Ordering::Greater => {
            format!("the journal goes on after record {said}, its end as its head says")
        }
    }
}

impl Ledger {
    /// Every record of a workspace that there is by now, in order, each checked against the one
    /// before it; as many as its head says.
    pub async fn records(
        &self,
        workspace: &WorkspaceId,
        each: impl FnMut(Sealed),
    ) -> Result<Head, VerifyError> {
        let place = self.place(workspace);
        let head = self.top(&place).await?.head;
        self.records_to(&place, &head, each).await?;
        Ok(head)
    }

    /// To this head: what is written meanwhile comes after it.
    pub(super) async fn records_to(
        &self,
        place: &Place,
        said: &Head,
        each: impl FnMut(Sealed),
    ) -> Result<(), VerifyError> {
        let head = self.records_up_to(place, said.number, each).await?;
        let cut = |found| Err(VerifyError::Cut { found, said: said.number });
        if head != *said {
            return cut(head.number);
        }
        // Whoever writes meanwhile moves the head as well.
        let more = self.storage.lines(place, said.number, 1).await;
        let goes_on = !more.map_err(|fault| self.error(&fault))?.is_empty();
        if goes_on && self.top(place).await?.head == *said {
            return cut(said.number + 1);
        }
        Ok(())
    }

    /// At most until the record of this number.
    async fn records_up_to(
        &self,
        place: &Place,
        last: u64,
        mut each: impl FnMut(Sealed),
    ) -> Result<Head, VerifyError> {
        let mut head = Head::start(self.storage.id(), place);
        loop {
            let most = usize::try_from(last - head.number).map_or(CHUNK, |left| left.min(CHUNK));
            let lines = self.storage.lines(place, head.number, most).await;
            let lines = lines.map_err(|fault| self.error(&fault))?;
            if lines.is_empty() {
                return Ok(head);
            }
            for line in lines {
                let sealed = head.checked(&line.text, &line.hash)?;
                head = sealed.head();
                each(sealed);
            }
        }
    }

    /// `expected`: a hash that was told earlier. A run may go on writing meanwhile: the memory is
    /// held against the records of its own moment, and the end against a head that is read later.
    pub async fn verify(
        &self,
        workspace: &WorkspaceId,
        expected: Option<&Digest>,
    ) -> Result<Verified, VerifyError> {
        let place = self.place(workspace);
        let Shelf { head: said, folded, facts, tail: _ } = self.shelf(&place).await?;
        let mut book = Book::new(Head::start(self.storage.id(), &place));
        let mut known = (folded == 0).then(|| book.facts());
        let mut is_met = book.head == said;
        let mut holds_expected = expected.is_none();
        let mut odd = None;
        let head = self
            .records_up_to(&place, u64::MAX, |sealed| {
                holds_expected |= Some(&sealed.hash) == expected;
                odd = odd.take().or_else(|| book.follow(&sealed).err());
                if book.head.number == folded {
                    known = Some(book.facts());
                }
                is_met |= book.head == said;
            })
            .await?;
        if let Some(fault) = odd {
            return Err(self.error(&fault).into());
        }
        let last = self.top(&place).await?.head;
        let cut = |said: &Head| VerifyError::Cut { found: head.number, said: said.number };
        let known = known.filter(|_| is_met).ok_or_else(|| cut(&said))?;
        if last.number < head.number || last.number == head.number && last != head {
            return Err(cut(&last));
        }
        let facts = as_kept(&facts)?;
        let keys = known.keys().chain(facts.keys());
        if let Some(key) = keys.into_iter().find(|key| known.get(*key) != facts.get(*key)) {
            return Err(VerifyError::Memory { key: key.clone() });
        }
        Ok(Verified { head, holds_expected })
    }
}

/// Facts as a book has them: an empty list is as none.
fn as_kept(facts: &BTreeMap<String, Value>) -> Result<BTreeMap<String, Value>, VerifyError> {
    let mut book = Book::new(Head { number: 0, hash: Digest::new("") });
    for (key, value) in facts {
        let fact = Fact::parsed(key, value).ok().filter(|fact| fact.key() == *key);
        book.remember(fact.ok_or_else(|| VerifyError::Memory { key: key.clone() })?);
    }
    Ok(book.facts())
}
