//! Cuts a text at its `---` lines.
//!
//! Such a line begins a document wherever it stands, even inside quotes (YAML 1.2.2, 9.1.2), so
//! the pieces can be read side by side, and a mistake in one document leaves the next one alone.

use crate::diagnostic::SourceId;

/// A piece of a text with, as a rule, one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::manifest) struct Chunk<'t> {
    pub(in crate::manifest) source: SourceId,
    /// Where in its source it begins, in bytes.
    pub(in crate::manifest) base: usize,
    pub(in crate::manifest) text: &'t str,
}

pub(in crate::manifest) fn chunks(source: SourceId, text: &str) -> Vec<Chunk<'_>> {
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut cuts = vec![bom];
    cuts.extend(cuts_after(text, bom));
    cuts.push(text.len());
    let chunk = |cut: &[usize]| Chunk { source, base: cut[0], text: &text[cut[0]..cut[1]] };
    cuts.windows(2).map(chunk).collect()
}

fn cuts_after(text: &str, bom: usize) -> Vec<usize> {
    let mut cuts = Vec::new();
    // Where the comments and directives begin that may belong to the next `---`.
    let mut prologue = Some(bom);
    let mut at = bom;
    for line in text[bom..].split_inclusive('\n') {
        if is_marker(line, "---") {
            let cut = prologue.unwrap_or(at);
            if cut != bom {
                cuts.push(cut);
            }
            prologue = None;
        } else if is_marker(line, "...") {
            prologue = Some(at + line.len());
        } else if !may_precede(line) {
            prologue = None;
        }
        at += line.len();
    }
    cuts
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

fn may_precede(line: &str) -> bool {
    line.starts_with(['%', '#']) || line.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::{SourceId, chunks};

    fn texts(text: &str) -> Vec<&str> {
        chunks(SourceId(0), text).into_iter().map(|chunk| chunk.text).collect()
    }

    #[test]
    fn a_text_is_cut_where_documents_begin() {
        assert_eq!(texts("a: 1\n---\nb: 2\n"), ["a: 1\n", "---\nb: 2\n"]);
        assert_eq!(texts("# note\n---\na: 1\n--- b\n"), ["# note\n---\na: 1\n", "--- b\n"]);
        assert_eq!(texts("\u{feff}---\r\na: 1\r\n---\r\n"), ["---\r\na: 1\r\n", "---\r\n"]);
        assert_eq!(texts("a: ---\n----\n"), ["a: ---\n----\n"]);
        assert_eq!(texts(""), [""]);
    }

    #[test]
    fn directives_stay_with_their_document() {
        assert_eq!(
            texts("%YAML 1.2\n---\na\n...\n# b\n%YAML 1.2\n---\nb\n"),
            ["%YAML 1.2\n---\na\n...\n", "# b\n%YAML 1.2\n---\nb\n"]
        );
        assert_eq!(texts("--- |\n%!PS\n---\nb\n"), ["--- |\n%!PS\n", "---\nb\n"]);
    }
}
