//! Words for what is not YAML.

use granit_parser::ErrorKind;

/// Where the mistake is, what it is, and a way out: the parser notices some mistakes later than
/// where they are.
pub(super) fn worded(
    text: &str,
    at: usize,
    kind: &ErrorKind,
) -> (usize, String, Option<&'static str>) {
    if let Some(tab) = tab_before(text, at) {
        return (tab, "a tab cannot indent".to_owned(), Some("indent with spaces"));
    }
    if let ErrorKind::UnexpectedCharacter { character } = kind {
        let code = u32::from(*character);
        return match character {
            '`' => (at, "a backtick cannot begin a value".to_owned(), Some(QUOTE)),
            c if c.is_control() => {
                let message = format!("the control character U+{code:04X} may not be in YAML");
                (at, message, Some("take it out"))
            }
            c => (at, format!("`{c}` cannot begin a value"), Some(QUOTE)),
        };
    }
    if let ErrorKind::MismatchedFlowCollectionEnd { open, close } = kind {
        let message = format!("the `{open}` that begins here is closed by a `{close}`");
        return (at, message, Some("close the innermost bracket first"));
    }
    let known = WORDS.iter().find(|(known, ..)| known == kind);
    match known {
        Some((_, message, help)) => (at, (*message).to_owned(), Some(*help)),
        None => (at, format!("this is not YAML: {kind}"), None),
    }
}

/// A tab among the blanks that begin the line of the mistake, or the line before it.
fn tab_before(text: &str, at: usize) -> Option<usize> {
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
    let this = line_start(at);
    let next = text[this..].find('\n').map_or(text.len(), |end| this + end + 1);
    [this, next].into_iter().find_map(|start| {
        let line = &text[start..];
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        line[..blanks].find('\t').map(|tab| start + tab)
    })
}

const QUOTE: &str = "put the value in quotes";

const WORDS: &[(ErrorKind, &str, &str)] = &[
    (
        ErrorKind::UnclosedQuotedScalar,
        "the quotes that begin here do not end",
        "add the closing quote",
    ),
    (
        ErrorKind::MappingValueNotAllowed,
        "a `:` makes a key of what comes before it, and no key may be here",
        "put the text in quotes if the `:` belongs to it; else check the indentation",
    ),
    (
        ErrorKind::InvalidColonPlacement,
        "a `:` makes a key of what comes before it, and no key may be here",
        "close the bracket before this line",
    ),
    (
        ErrorKind::SimpleKeyExpected,
        "this line is neither a key with a `:` nor an item with `- `",
        "write `key: value`, or `- ` before an item",
    ),
    (
        ErrorKind::ExpectedBlockMappingKey,
        "a key must begin here, in line with the keys above it",
        "check the indentation",
    ),
    (
        ErrorKind::ExpectedBlockSequenceEntry,
        "an item with `- ` must begin here, in line with the items above it",
        "check the indentation",
    ),
    (
        ErrorKind::BlockSequenceEntryNotAllowed,
        "no item (`- `) may be here",
        "begin the list on a line of its own",
    ),
    (
        ErrorKind::InvalidIndentation,
        "the indentation fits no line above",
        "indent it like its siblings",
    ),
    (
        ErrorKind::ExpectedFlowMappingSeparator,
        "a `,` or a `}` is missing here",
        "separate the entries with `,` and close the mapping with `}`",
    ),
    (
        ErrorKind::ExpectedFlowSequenceSeparator,
        "a `,` or a `]` is missing here",
        "separate the items with `,` and close the list with `]`",
    ),
    (
        ErrorKind::UnexpectedEofFlowMapping,
        "a `}` is missing at the end",
        "close the mapping with `}`",
    ),
    (
        ErrorKind::UnexpectedEofFlowSequence,
        "a `]` is missing at the end",
        "close the list with `]`",
    ),
    (
        ErrorKind::UnclosedFlowCollection { open: '[' },
        "the `[` that begins here does not end",
        "close the list with `]`",
    ),
    (
        ErrorKind::UnclosedFlowCollection { open: '{' },
        "the `{` that begins here does not end",
        "close the mapping with `}`",
    ),
    (
        ErrorKind::MisplacedFlowCollectionEnd,
        "this bracket closes nothing",
        "take it out, or put the text in quotes",
    ),
    (
        ErrorKind::InvalidTrailingSingleQuotedScalar,
        "the text goes on after its closing quote",
        "write `''` for a quote inside single quotes",
    ),
    (
        ErrorKind::InvalidTrailingDoubleQuotedScalar,
        "the text goes on after its closing quote",
        "write `\\\"` for a quote inside double quotes",
    ),
    (
        ErrorKind::UnknownQuotedScalarEscape,
        "this escape means nothing in YAML",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    (
        ErrorKind::RecursionLimitExceeded,
        "lists and mappings are nested too deep",
        "check the brackets",
    ),
    (
        ErrorKind::CommentNotSeparated,
        "a comment needs a space before its `#`",
        "put the value in quotes if the `#` belongs to it",
    ),
    (ErrorKind::BomInsideDocument, "a byte order mark is in the middle of the text", "take it out"),
    (
        ErrorKind::UndeclaredTagHandle,
        "this tag is not declared",
        "write the value itself, without a tag",
    ),
    (ErrorKind::TabInPlainScalar, "a tab cannot be here", "use spaces"),
    (
        ErrorKind::MappingKeyNotAllowed,
        "no key may begin here",
        "put the text in quotes if it begins with `?`",
    ),
    (ErrorKind::ExpectedNodeContent, "a value is missing here", "write one, or take the key out"),
];
