//! A whole ledger as JSON lines: who it is, every record of every journal, and that this was all.
//! Reading them back checks each against the one before it; nothing is believed.

use super::{
    Ledger,
    book::Book,
    journal::{Broken, Head, Place, Record, Sealed},
    storage::Fault,
    verify::VerifyError,
};
use crate::{engine::StoreError, model::Digest};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    io::{self, BufRead, Read as _, Write},
};

/// Grows when an older minisync could not read what a newer one writes.
const VERSION: u64 = 1;
const FORMAT: &str = "minisync ledger";

/// No record of ours is as long as this; who sends more does not fill our memory.
pub const LONGEST_LINE: usize = 64 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
struct HeaderLine {
    format: String,
    version: u64,
    /// The id that idempotency keys and chains begin with.
    #[serde(default)]
    ledger: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordLine<R> {
    platform: String,
    workspace: String,
    record: R,
    hash: String,
}

/// Without it, the end of the file is missing.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndLine {
    end: Total,
}

/// How much an export holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Total {
    pub journals: u64,
    pub records: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Nothing was ever kept in it: it has no id yet.
    #[error("nothing is kept in it so far")]
    Empty,
    #[error("workspace `{}` on {}: {why}", place.workspace, place.platform)]
    Journal { place: Place, why: VerifyError },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("it is not the export of a ledger: {0}")]
    Foreign(String),
    #[error("a newer minisync wrote it (format {0}, and this one knows {VERSION})")]
    Newer(u64),
    #[error("line {line} is no record: {why}")]
    Garbage { line: u64, why: String },
    #[error("line {line} is longer than {LONGEST_LINE} bytes")]
    TooLong { line: u64 },
    #[error("line {line}, workspace `{}` on {}: {why}", place.workspace, place.platform)]
    Broken { line: u64, place: Place, why: Broken },
    #[error("its end is missing after line {line}")]
    Cut { line: u64 },
    #[error("its end counts other records than it holds")]
    Miscounted { said: Total, found: Total },
    #[error("line {line} comes after its end")]
    Beyond { line: u64 },
    #[error("it cannot be read: {0}")]
    Io(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads an export record by record. After an error, or the end, there is nothing more.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    line: u64,
    ledger: String,
    books: BTreeMap<Place, Book>,
    total: Total,
    is_over: bool,
}

impl<R: BufRead> Reader<R> {
    pub fn new(mut input: R) -> Result<Self, ImportError> {
        let foreign = |why: &str| ImportError::Foreign(why.to_owned());
        let line = line(&mut input, 1)?.ok_or_else(|| foreign("it is empty"))?;
        let header: HeaderLine =
            serde_json::from_slice(&line).map_err(|why| foreign(&why.to_string()))?;
        if header.format != FORMAT {
            return Err(foreign(&format!("its format is `{}`", header.format)));
        }
        match header.version {
            VERSION => {}
            0 => return Err(foreign("there is no format 0")),
            newer => return Err(ImportError::Newer(newer)),
        }
        if header.ledger.is_empty() {
            return Err(foreign("it does not say which ledger it is of"));
        }
        let (ledger, books, total) = (header.ledger, BTreeMap::new(), Total::default());
        Ok(Self { input, line: 1, ledger, books, total, is_over: false })
    }

    /// Whose export it is.
    pub fn ledger(&self) -> &str {
        &self.ledger
    }

    /// `None`: that was all.
    fn read(&mut self) -> Result<Option<(Place, Sealed)>, ImportError> {
        let before = self.line;
        self.line += 1;
        let line = line(&mut self.input, self.line)?;
        let line = line.ok_or(ImportError::Cut { line: before })?;
        if line.starts_with(br#"{"end""#) {
            return self.end(&line).map(|()| None);
        }
        let read = serde_json::from_slice(&line).map_err(|why| self.garbage(why.to_string()))?;
        self.record(read).map(Some)
    }

    fn record(&mut self, read: RecordLine<Record>) -> Result<(Place, Sealed), ImportError> {
        let RecordLine { platform, workspace, record, hash } = read;
        let odd = |why| self.garbage(format!("`{workspace}` {why}"));
        let place = Place { platform, workspace: workspace.parse().map_err(odd)? };
        let start = || Book::new(Head::start(&self.ledger, &place));
        let head = self.books.get(&place).map_or_else(|| start().head, |book| book.head.clone());
        let broken = |why| ImportError::Broken { line: self.line, place: place.clone(), why };
        if record.number != head.number + 1 {
            return Err(broken(Broken::Missing { number: head.number + 1 }));
        }
        let sealed = head.checked(&record.text(), &Digest::new(hash)).map_err(broken)?;
        let book = self.books.entry(place.clone()).or_insert_with(|| {
            self.total.journals += 1;
            Book::new(head)
        });
        book.follow(&sealed).map_err(|why| self.garbage(why.to_string()))?;
        self.total.records += 1;
        Ok((place, sealed))
    }

    fn end(&mut self, text: &[u8]) -> Result<(), ImportError> {
        let EndLine { end: said } =
            serde_json::from_slice(text).map_err(|why| self.garbage(why.to_string()))?;
        if said != self.total {
            return Err(ImportError::Miscounted { said, found: self.total });
        }
        match line(&mut self.input, self.line + 1)? {
            Some(_) => Err(ImportError::Beyond { line: self.line + 1 }),
            None => Ok(()),
        }
    }

    fn garbage(&self, why: String) -> ImportError {
        ImportError::Garbage { line: self.line, why }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<(Place, Sealed), ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let read = self.read().transpose();
        self.is_over = !matches!(read, Some(Ok(_)));
        read
    }
}

/// Without its end; `None`: there is none.
fn line(input: &mut impl BufRead, number: u64) -> Result<Option<Vec<u8>>, ImportError> {
    let mut line = Vec::new();
    let most = LONGEST_LINE as u64 + 1;
    input
        .take(most)
        .read_until(b'\n', &mut line)
        .map_err(|why| ImportError::Io(why.to_string()))?;
    if line.last() == Some(&b'\n') {
        line.pop();
        return Ok(Some(line));
    }
    if line.len() > LONGEST_LINE {
        return Err(ImportError::TooLong { line: number });
    }
    Ok(Some(line).filter(|line| !line.is_empty()))
}

impl Ledger {
    /// Every journal of every platform.
    pub async fn export(&self, out: &mut dyn Write) -> Result<Total, ExportError> {
        let ledger = self.storage.id().to_owned();
        if ledger.is_empty() {
            return Err(ExportError::Empty);
        }
        let header = HeaderLine { format: FORMAT.to_owned(), version: VERSION, ledger };
        write_line(out, &header)?;
        let mut total = Total::default();
        for place in self.storage.places().await.map_err(|fault| self.error(&fault))? {
            let n_before = total.records;
            let mut failed = None;
            let write = |sealed: Sealed| {
                total.records += 1;
                if failed.is_none() {
                    failed = write_record(out, &place, &sealed).err();
                }
            };
            let head = self.top(&place).await?.head;
            let read = self.records_to(&place, &head, write).await;
            if let Some(why) = failed {
                return Err(why.into());
            }
            read.map_err(|why| ExportError::Journal { place: place.clone(), why })?;
            total.journals += u64::from(total.records > n_before);
        }
        write_line(out, &EndLine { end: total })?;
        out.flush()?;
        Ok(total)
    }

    /// Everything that an export holds, or nothing; only where nothing was kept so far. The ledger
    /// has the other's id from then on, and is to be opened again.
    pub async fn import(&self, input: impl BufRead + Send) -> Result<Total, ImportError> {
        let mut reader = Reader::new(input)?;
        let id = reader.ledger().to_owned();
        let mut unsound = None;
        let mut records = reader.by_ref().map(|read| {
            read.map_err(|why| {
                unsound = Some(why);
                Fault::Unsound
            })
        });
        let adopted = self.storage.adopt(&id, &mut records, (self.clock)()).await;
        match (adopted, unsound) {
            (_, Some(why)) => Err(why),
            (Err(fault), None) => Err(self.error(&fault).into()),
            (Ok(()), None) => Ok(reader.total),
        }
    }
}

fn write_record(out: &mut dyn Write, place: &Place, sealed: &Sealed) -> io::Result<()> {
    let Place { platform, workspace } = place.clone();
    let Sealed { record, text: _, hash } = sealed;
    let (workspace, hash) = (workspace.to_string(), hash.to_string());
    write_line(out, &RecordLine { platform, workspace, record, hash })
}

fn write_line(out: &mut dyn Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
