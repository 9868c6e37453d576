//! Reading manifests: one that cannot be read never keeps the others from being read.

use super::{
    discover::{Mention, is_ours},
    error::said,
};
use crate::manifest::{Thing, Unread, says_nothing};
use rayon::prelude::*;
use std::{
    collections::BTreeMap,
    fs::{self, File, FileType, Metadata},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// Largest manifest, in bytes. The largest sound one we know of (10,000 people) has 2 MB.
pub const MAX_MANIFEST_BYTES: u64 = 50 * 1024 * 1024;

/// A file that was asked for or found, as text or as the reason why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReadFile {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) unread: Option<Unread>,
    /// Nobody named it, and it does not say whose it is: it may have been ours before it was emptied
    /// or garbled.
    pub(super) is_doubtful: bool,
}

/// What was read, and how many files turned out to be something else. The doubtful ones are both.
pub(super) fn read_all(
    files: BTreeMap<PathBuf, Mention>,
    boundary: &Path,
) -> (Vec<ReadFile>, usize) {
    let n_files = files.len();
    let read: Vec<ReadFile> =
        files.into_par_iter().filter_map(|(path, mention)| read(path, mention, boundary)).collect();
    let n_others = n_files - read.iter().filter(|file| !file.is_doubtful).count();
    (read, n_others)
}

/// `None`: nobody named it, and it is another program's.
fn read(path: PathBuf, mention: Mention, boundary: &Path) -> Option<ReadFile> {
    let bytes = match regular(&path, boundary).and_then(|()| bytes_of(&path, MAX_MANIFEST_BYTES)) {
        Ok(bytes) => bytes,
        Err(reason) => {
            let (text, unread) = (String::new(), Some(reason));
            return Some(ReadFile { path, text, unread, is_doubtful: false });
        }
    };
    let (text, unread) = decoded(bytes);
    let is_doubtful = mention == Mention::Found && !is_ours(&text);
    (!is_doubtful || may_have_been_ours(&text, unread.as_ref())).then_some(())?;
    // A text that cannot be shown was only of use to tell whose it is.
    let is_shown = matches!(unread, None | Some(Unread::NotUtf8(_)));
    let text = if is_shown { text } else { String::new() };
    Some(ReadFile { path, text, unread, is_doubtful })
}

/// A document that can be read says whose it is.
fn may_have_been_ours(text: &str, unread: Option<&Unread>) -> bool {
    match unread {
        Some(Unread::Binary | Unread::NotUtf8(_)) => true,
        None | Some(Unread::Utf16) => says_nothing(text),
        Some(
            Unread::Missing
            | Unread::Unreadable(_)
            | Unread::NotAFile(_)
            | Unread::LinkedOutside
            | Unread::TooLarge,
        ) => false,
    }
}

/// Looks before anything is opened: opening a pipe waits for ever, and opening a device may act.
pub(super) fn regular(path: &Path, boundary: &Path) -> Result<(), Unread> {
    let unreadable = |error: io::Error| Unread::Unreadable(said(&error));
    let metadata = fs::metadata(path).map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound { Unread::Missing } else { unreadable(error) }
    })?;
    if let Some(thing) = thing(&metadata) {
        return Err(Unread::NotAFile(thing));
    }
    // Only a link in the path can lead out, so files that are none need no second look.
    let real = fs::canonicalize(path).map_err(unreadable)?;
    if real.starts_with(boundary) { Ok(()) } else { Err(Unread::LinkedOutside) }
}

/// At most one byte more than the limit, whatever the file's size is said to be.
pub(super) fn bytes_of(path: &Path, limit: u64) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Unread::Unreadable(said(&error))),
    }
}

/// What it is when it is not a regular file.
fn thing(metadata: &Metadata) -> Option<Thing> {
    let kind = metadata.file_type();
    match (kind.is_file(), kind.is_dir()) {
        (true, _) => None,
        (false, true) => Some(Thing::Folder),
        (false, false) => Some(special(kind)),
    }
}

#[cfg(unix)]
fn special(kind: FileType) -> Thing {
    use std::os::unix::fs::FileTypeExt as _;
    if kind.is_fifo() {
        Thing::Pipe
    } else if kind.is_socket() {
        Thing::Socket
    } else {
        Thing::Device
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> Thing {
    Thing::Device
}

/// The text, and why it must not be used as one. The byte order mark stays, so that every span is
/// a place in the file.
fn decoded(bytes: Vec<u8>) -> (String, Option<Unread>) {
    let too_large = bytes.len() as u64 > MAX_MANIFEST_BYTES;
    let fault = if too_large {
        Some(Unread::TooLarge)
    } else if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        Some(Unread::Utf16)
    } else if bytes.contains(&0) {
        Some(Unread::Binary)
    } else {
        None
    };
    if fault == Some(Unread::Utf16) {
        return (utf16(&bytes), fault);
    }
    match (String::from_utf8(bytes), fault) {
        (Ok(text), fault) => (text, fault),
        (Err(error), Some(fault)) => {
            (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(fault))
        }
        (Err(error), None) => {
            // Up to here the text and the file agree; the mark that stands for what does not has
            // a width of its own.
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            (text, Some(Unread::NotUtf8(at..at + char::REPLACEMENT_CHARACTER.len_utf8())))
        }
    }
}

/// Only to tell whose it is.
fn utf16(bytes: &[u8]) -> String {
    let is_little = bytes.starts_with(&[0xff, 0xfe]);
    let units = bytes.chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
    });
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Unread, decoded};

    #[test]
    fn a_text_that_is_none_says_what_it_is() {
        let fault = |bytes: &[u8]| decoded(bytes.to_vec()).1;
        assert_eq!(fault("名: 幸福".as_bytes()), None);
        assert_eq!(fault(b"\xef\xbb\xbfname: x\r\n"), None);
        assert_eq!(fault(b"name: \xd0\xd2\xb8\xa3"), Some(Unread::NotUtf8(6..9)));
        assert_eq!(fault(b"\xff\xfen\0a\0"), Some(Unread::Utf16));
        assert_eq!(fault(b"\x7fELF\0\x01"), Some(Unread::Binary));
    }
}
