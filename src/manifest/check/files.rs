//! Files that are no texts.

use super::{Census, CheckInput};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic, Severity, SourceId, Span},
    manifest::context::{Thing, Unread},
};

pub(super) const CODES: &[CodeInfo] =
    &[UNREADABLE, NOT_A_FILE, TOO_LARGE, NOT_TEXT, LINKED_OUTSIDE];

const UNREADABLE: CodeInfo = CodeInfo {
    code: Code(51),
    title: "a manifest cannot be read",
    explanation: "Whatever the file asks for is not known, and a plan made without it would want \
        to take it away. So nothing is planned until every manifest can be read.",
    source: "a decision of minisync",
};
const NOT_A_FILE: CodeInfo = CodeInfo {
    code: Code(52),
    title: "what is named like a manifest is not a file",
    explanation: "A folder, pipe, socket or device has a manifest's name. It is not opened: reading \
        a pipe can wait for ever, and reading a device can act.",
    source: "a decision of minisync",
};
const TOO_LARGE: CodeInfo = CodeInfo {
    code: Code(53),
    title: "a manifest is larger than 50 MB",
    explanation: "A roster of 10,000 people has about 2 MB; what is larger than 50 MB was hardly \
        meant to be read. Several files add up, so a manifest can always be taken apart.",
    source: "a decision of minisync",
};
const NOT_TEXT: CodeInfo = CodeInfo {
    code: Code(54),
    title: "a manifest is not UTF-8 text",
    explanation: "Manifests are UTF-8, with or without a byte order mark. A file in another \
        encoding (UTF-16, GB 18030) can be read in several ways, of which only one is meant. A file \
        that is not for minisync is left out by saying in `minisync.yaml` which files are \
        `manifests`.",
    source: "YAML 1.2.2, 5.2 Character encodings; UTF-8 only is a decision of minisync",
};
const LINKED_OUTSIDE: CodeInfo = CodeInfo {
    code: Code(55),
    title: "a manifest is a link that leads out of the repository",
    explanation: "What lies outside of the repository was not reviewed with it, and findings show \
        lines of what they read. So links are followed only to files inside.",
    source: "a decision of minisync",
};

pub(super) fn check(input: &CheckInput<'_>, _: &Census<'_>, found: &mut Vec<Diagnostic>) {
    let unread = input.context.unread.iter().map(|(source, reason)| {
        let found = finding(*source, reason);
        match input.context.doubtful.contains(source) {
            true => Diagnostic { severity: Severity::Warning, ..found },
            false => found,
        }
    });
    found.extend(unread);
}

fn finding(source: SourceId, reason: &Unread) -> Diagnostic {
    let start = Span::new(source, 0..0);
    let whole = |info: &CodeInfo, message: &str| Diagnostic::error(info, start, message);
    match reason {
        Unread::Missing => whole(&UNREADABLE, "this is a link to a file that does not exist")
            .help("mend the link, or take it away"),
        Unread::Unreadable(why) => whole(&UNREADABLE, &format!("cannot be read: {why}"))
            .help("nothing is planned until every manifest can be read"),
        Unread::NotAFile(Thing::Folder) => whole(&NOT_A_FILE, "this is a folder, and not a file")
            .help("give it a name that does not end like a manifest's"),
        Unread::NotAFile(thing @ (Thing::Pipe | Thing::Socket | Thing::Device)) => {
            whole(&NOT_A_FILE, &format!("this is {thing}, and not a file"))
                .help("write its content to a file first")
        }
        Unread::LinkedOutside => {
            whole(&LINKED_OUTSIDE, "this is a link that leads out of the repository")
                .help("put the file itself here")
        }
        Unread::TooLarge => whole(&TOO_LARGE, "the file is larger than 50 MB")
            .help("take it apart: several files add up"),
        Unread::Binary => whole(&NOT_TEXT, "the file has a NUL byte in it, so it is not a text"),
        Unread::Utf16 => whole(&NOT_TEXT, "the file is UTF-16, and manifests are UTF-8")
            .help("save it as UTF-8, for example with `iconv -f UTF-16 -t UTF-8`"),
        Unread::NotUtf8(range) => Diagnostic::error(
            &NOT_TEXT,
            Span::new(source, range.clone()),
            "from here on the file is not UTF-8",
        )
        .help("save it as UTF-8, for example with `iconv -f GB18030 -t UTF-8`"),
    }
}
