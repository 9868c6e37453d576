//! The codes of shape.

use crate::diagnostic::{Code, CodeInfo};

pub(in crate::manifest) const CODES: &[CodeInfo] = &[
    UNKNOWN_KEY,
    MISSING_KEY,
    WRONG_TYPE,
    UNKNOWN_VALUE,
    API_VERSION,
    UNKNOWN_KIND,
    MISSING_KIND,
    WRONG_FILE,
    NOT_A_MAPPING,
];

const FORMAT: &str = "the file format of minisync; `minisync schema` writes it as JSON Schema";

pub(super) const UNKNOWN_KEY: CodeInfo = CodeInfo {
    code: Code(101),
    title: "a key is not known here",
    explanation: "A key that minisync does not know would have no effect, and its author would not \
        notice. So a misspelt or misplaced key is an error. Keys of your own belong in \
        `metadata.labels` and `metadata.annotations`.",
    source: FORMAT,
};
pub(super) const MISSING_KEY: CodeInfo = CodeInfo {
    code: Code(102),
    title: "a required key is missing",
    explanation: "Without the key, minisync would have to guess. A listing is all or nothing: \"All \
        the above parameters are required when creating or modifying the mini program\".",
    source: "the file format of minisync, and for listings: Quickstart creating mini programs, \
        Create a mini program by a master",
};
pub(super) const WRONG_TYPE: CodeInfo = CodeInfo {
    code: Code(103),
    title: "a value has the wrong type",
    explanation: "YAML decides from the spelling whether a value without quotes is text, a number or \
        a truth value: `12345` is a number, `true` is a truth value, `0571-8888888` and `no` are \
        text (YAML 1.2). Put text that looks like something else in quotes. A key without a value \
        is not the same as a key left out: take it out.",
    source: "YAML 1.2.2, 10.3 Core schema; the file format of minisync",
};
pub(super) const UNKNOWN_VALUE: CodeInfo = CodeInfo {
    code: Code(104),
    title: "a value is none of those that are possible",
    explanation: "Some keys take one of a few words. The finding and your editor list them.",
    source: FORMAT,
};
pub(super) const API_VERSION: CodeInfo = CodeInfo {
    code: Code(105),
    title: "the document is of another format or version",
    explanation: "`apiVersion: minisync.dev/v1` says that a document is for minisync, and by which \
        rules it is written. When minisync meets documents of other programs, say in \
        `minisync.yaml` which files are `manifests`.",
    source: FORMAT,
};
pub(super) const UNKNOWN_KIND: CodeInfo = CodeInfo {
    code: Code(106),
    title: "the kind of a document is not known",
    explanation: "The kinds are `MiniProgram` and `Roster`, and `Project` in `minisync.yaml`.",
    source: FORMAT,
};
pub(super) const MISSING_KIND: CodeInfo = CodeInfo {
    code: Code(107),
    title: "a document does not say its kind",
    explanation: "`kind` says what a document describes, and with it which keys it has: \
        `MiniProgram`, `Roster`, or `Project` in `minisync.yaml`.",
    source: FORMAT,
};
pub(in crate::manifest) const WRONG_FILE: CodeInfo = CodeInfo {
    code: Code(108),
    title: "a document is in the wrong file",
    explanation: "The project file `minisync.yaml` says what is not desired state and holds one \
        document of `kind: Project`; manifests say what is desired, in any other file.",
    source: "a decision of minisync",
};
pub(super) const NOT_A_MAPPING: CodeInfo = CodeInfo {
    code: Code(109),
    title: "a document is not a mapping",
    explanation: "A document is a mapping of keys to values, with `apiVersion` and `kind` among them. \
        Text or a list alone says nothing to minisync.",
    source: FORMAT,
};
