//! The codes of what is not YAML, or more YAML than a manifest needs.

use crate::diagnostic::{Code, CodeInfo};

pub(in crate::manifest) const CODES: &[CodeInfo] = &[
    SYNTAX,
    DUPLICATE_KEY,
    ALIAS_BOMB,
    TOO_DEEP,
    TAG,
    MERGE_KEY,
    KEY_IS_NOT_TEXT,
    NO_DOCUMENT,
    UNKNOWN_ALIAS,
];

pub(super) const SYNTAX: CodeInfo = CodeInfo {
    code: Code(1),
    title: "the text is not YAML",
    explanation: "A document must be well-formed YAML 1.2 before anything in it can be read. Nothing \
        of this document was looked at; the other documents of the file were.",
    source: "YAML 1.2.2",
};
pub(super) const DUPLICATE_KEY: CodeInfo = CodeInfo {
    code: Code(2),
    title: "a key is given twice in one mapping",
    explanation: "Keys of a mapping are unique. Many programs take the last of two equal keys \
        without a word, so that the first one is lost; minisync asks which one is meant.",
    source: "YAML 1.2.2, 3.2.1.3 Node comparison",
};
pub(super) const ALIAS_BOMB: CodeInfo = CodeInfo {
    code: Code(3),
    title: "aliases repeat too much",
    explanation: "Aliases that repeat aliases can turn a few lines into gigabytes. What the aliases \
        of one document repeat may be a hundred times as large as its text. Write the values out.",
    source: "a decision of minisync, against documents made to exhaust memory",
};
pub(super) const TOO_DEEP: CodeInfo = CodeInfo {
    code: Code(4),
    title: "lists and mappings are nested too deep",
    explanation: "A manifest needs fewer than ten levels. Beyond 64, the text is damaged or made to \
        exhaust memory.",
    source: "a decision of minisync, against documents made to exhaust memory",
};
pub(super) const TAG: CodeInfo = CodeInfo {
    code: Code(5),
    title: "a tag is not supported",
    explanation: "Tags such as `!env` or `!!binary` ask the reader for a type of their own. A \
        manifest has none: every program that reads it should see the same values. Only the tags \
        that repeat what the value is anyway are read, and `!!str`.",
    source: "YAML 1.2.2, 10.3 Core schema",
};
pub(super) const MERGE_KEY: CodeInfo = CodeInfo {
    code: Code(6),
    title: "merge keys are not supported",
    explanation: "`<<` merges another mapping in YAML 1.1; YAML 1.2 dropped it, and editors and \
        validators disagree about what it means. Write the keys out, or use an alias for a whole \
        value.",
    source: "YAML 1.2.2, 1.2 and 10.3",
};
pub(super) const KEY_IS_NOT_TEXT: CodeInfo = CodeInfo {
    code: Code(7),
    title: "a key is not text",
    explanation: "YAML allows whole lists and mappings as keys; JSON, and with it every schema and \
        most programs, does not. It is nearly always a `:`, a `?` or a `{` too many.",
    source: "RFC 8259, 4; a decision of minisync",
};
pub(in crate::manifest) const NO_DOCUMENT: CodeInfo = CodeInfo {
    code: Code(8),
    title: "the file has no document",
    explanation: "The file is empty or has only comments in it, so nothing is asked for by it. When it \
        is a roster that lost its content, its people are on no roster any more. A file that is not \
        for minisync is left out by saying in `minisync.yaml` which files are `manifests`.",
    source: "a decision of minisync",
};
pub(super) const UNKNOWN_ALIAS: CodeInfo = CodeInfo {
    code: Code(9),
    title: "an alias repeats nothing",
    explanation: "An alias `*name` repeats the value that was marked `&name` earlier in the same \
        document. Text that begins with `*` must be in quotes.",
    source: "YAML 1.2.2, 7.1 Alias nodes",
};
