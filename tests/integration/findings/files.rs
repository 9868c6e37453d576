//! MS005x: files that are no texts.

use super::case::{Case, case, sound_disk};
use minisync::{
    diagnostic::{SourceId, Sources},
    manifest::{Context, Parsed, Thing, Unread},
};

pub(super) const CASES: &[Case] = &[UNREADABLE, NOT_A_FILE, TOO_LARGE, NOT_TEXT, LINKED_OUTSIDE];

const UNREADABLE: Case = at_fault(51, |sources, parsed| {
    unread(sources, parsed, Unread::Unreadable("permission denied".into()))
});
const NOT_A_FILE: Case =
    at_fault(52, |sources, parsed| unread(sources, parsed, Unread::NotAFile(Thing::Pipe)));
const TOO_LARGE: Case = at_fault(53, |sources, parsed| unread(sources, parsed, Unread::TooLarge));
const NOT_TEXT: Case =
    at_fault(54, |sources, parsed| unread(sources, parsed, Unread::NotUtf8(13..16)));
const LINKED_OUTSIDE: Case =
    at_fault(55, |sources, parsed| unread(sources, parsed, Unread::LinkedOutside));

const fn at_fault(code: u16, disk: fn(&Sources, &Parsed) -> Context) -> Case {
    Case { disk, ..case(code, &[], &[]) }
}

fn unread(sources: &Sources, parsed: &Parsed, reason: Unread) -> Context {
    Context { unread: [(SourceId(0), reason)].into(), ..sound_disk(sources, parsed) }
}

#[test]
fn a_manifest_can_be_read() {
    insta::assert_snapshot!(UNREADABLE.told(), @r"
    error MS0051 coffee.yaml:1:1 []
      cannot be read: permission denied
      help: nothing is planned until every manifest can be read
    ");
    let gone = at_fault(51, |sources, parsed| unread(sources, parsed, Unread::Missing));
    insta::assert_snapshot!(gone.told(), @r"
    error MS0051 coffee.yaml:1:1 []
      this is a link to a file that does not exist
      help: mend the link, or take it away
    ");
}

#[test]
fn a_manifest_is_a_file() {
    insta::assert_snapshot!(NOT_A_FILE.told(), @r"
    error MS0052 coffee.yaml:1:1 []
      this is a named pipe, and not a file
      help: write its content to a file first
    ");
    let folder =
        at_fault(52, |sources, parsed| unread(sources, parsed, Unread::NotAFile(Thing::Folder)));
    insta::assert_snapshot!(folder.told(), @r"
    error MS0052 coffee.yaml:1:1 []
      this is a folder, and not a file
      help: give it a name that does not end like a manifest's
    ");
}

#[test]
fn a_manifest_has_50_mb_at_most() {
    insta::assert_snapshot!(TOO_LARGE.told(), @r"
    error MS0053 coffee.yaml:1:1 []
      the file is larger than 50 MB
      help: take it apart: several files add up
    ");
}

#[test]
fn a_manifest_is_text() {
    insta::assert_snapshot!(NOT_TEXT.told(), @r"
    error MS0054 coffee.yaml:1:14 [ini]
      from here on the file is not UTF-8
      help: save it as UTF-8, for example with `iconv -f GB18030 -t UTF-8`
    ");
    let utf16 = at_fault(54, |sources, parsed| unread(sources, parsed, Unread::Utf16));
    insta::assert_snapshot!(utf16.told(), @r"
    error MS0054 coffee.yaml:1:1 []
      the file is UTF-16, and manifests are UTF-8
      help: save it as UTF-8, for example with `iconv -f UTF-16 -t UTF-8`
    ");
    let binary = at_fault(54, |sources, parsed| unread(sources, parsed, Unread::Binary));
    insta::assert_snapshot!(binary.told(), @r"
    error MS0054 coffee.yaml:1:1 []
      the file has a NUL byte in it, so it is not a text
    ");
}

#[test]
fn a_manifest_lies_in_the_repository() {
    insta::assert_snapshot!(LINKED_OUTSIDE.told(), @r"
    error MS0055 coffee.yaml:1:1 []
      this is a link that leads out of the repository
      help: put the file itself here
    ");
}
