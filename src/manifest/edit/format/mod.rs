//! The canonical form of a manifest: two spaces deeper a level, lists too; one blank line at most,
//! none where a document begins or ends; one space after a colon; `{ a: b }` and `[a, b]`.
//!
//! The order of keys, the line breaks, the quotes and every comment are the author's.

mod blocks;
mod inline;
mod layout;
mod lines;

use super::{Refusal, meaning::Meaning};

const MARK: char = '\u{feff}';

/// Says the same, comments included, and stays as it is when it is formatted again.
pub fn format(text: &str) -> Result<String, Refusal> {
    let before = Meaning::of(text)?;
    let once = laid_out(text)?;
    let is_kept = Meaning::of(&once)? == before && laid_out(&once)? == once;
    if is_kept { Ok(once) } else { Err(Refusal::WouldChange) }
}

fn laid_out(text: &str) -> Result<String, Refusal> {
    let bare = text.strip_prefix(MARK).unwrap_or(text);
    let line_end = if bare.split('\n').next().is_some_and(|line| line.ends_with('\r')) {
        "\r\n"
    } else {
        "\n"
    };
    let plain = bare.replace("\r\n", "\n");
    let lines = layout::laid_out(&inline::spaced(&plain)?)?;
    let mut formatted: String = if bare.len() < text.len() { MARK.into() } else { String::new() };
    for line in lines {
        formatted.push_str(&line);
        formatted.push_str(line_end);
    }
    Ok(formatted)
}

#[cfg(test)]
mod tests {
    use super::{Refusal, format};

    const UNTIDY: &str = "\n\n# first\n\n\napiVersion:   minisync.dev/v1   # why\nkind : Roster\n\
        metadata: {name: team,labels: {a: 'b'}}\nspec:\n    members:\n    # the boss\n    -   name: \
        陈梅\n        miniPrograms: [ tea,coffee ]\n        # more of her\n\n\n    - {name: \"A\"}\n    \
        # nobody else\n    note: |\n          two\n            lines  \n\n          more\n\n\n---\n\n# \
        second\nmembers:\n- a\n- b:\n   - c\n   \n# end\n\n";

    const TIDY: &str = "# first\n\napiVersion: minisync.dev/v1   # why\nkind: Roster\nmetadata: { \
        name: team, labels: { a: 'b' } }\nspec:\n  members:\n    # the boss\n    - name: 陈梅\n      \
        miniPrograms: [tea, coffee]\n      # more of her\n\n    - { name: \"A\" }\n  # nobody \
        else\n  note: |\n    two\n      lines  \n\n    more\n---\n# second\nmembers:\n  - a\n  - \
        b:\n      - c\n\n# end\n";

    #[test]
    fn what_is_untidy_becomes_tidy() {
        assert_eq!(super::laid_out(UNTIDY).unwrap(), TIDY);
        assert_eq!(format(UNTIDY).unwrap(), TIDY);
        assert_eq!(format(TIDY).unwrap(), TIDY);
    }

    #[test]
    fn lists_in_line_with_their_keys_are_tidied_too() {
        let text = "spec:\n    members:\n    - {name: A B, role: master}\n    - [ a,b ]\n    lists:\n    - [ a,b ]\n";
        let tidy = "spec:\n  members:\n    - { name: A B, role: master }\n    - [a, b]\n  lists:\n    - [a, b]\n";
        assert_eq!(format(text), Ok(tidy.into()));
    }

    #[test]
    fn line_ends_and_the_mark_at_the_beginning_are_kept() {
        assert_eq!(
            format("\u{feff}a:  1\r\nb:\r\n- 2"),
            Ok("\u{feff}a: 1\r\nb:\r\n  - 2\r\n".into())
        );
    }

    #[test]
    fn texts_over_several_lines_keep_what_they_say() {
        let text = "a:\n    - b: one\n        two\n\n        three\n    - \"four\n  five\"\n    - >2\n        six\n    \
                    - [ 1,\n       2,\n      ]\n    - |+\n      seven\n\nc: 1\n";
        let tidy = format(text).unwrap();
        assert!(tidy.starts_with("a:\n  - b: one\n      two\n"), "{tidy}");
    }

    #[test]
    fn what_cannot_be_kept_is_left_alone() {
        assert_eq!(format("a: [1\n"), Err(Refusal::Unreadable));
        assert_eq!(format("? a\n: b\n"), Err(Refusal::ComplexKey));
        assert_eq!(format("--- {a: b}\n"), Err(Refusal::BegunOnMarker));
    }

    #[test]
    fn nothing_stays_nothing() {
        for text in ["", "\n\n", "# only this\n"] {
            assert_eq!(format(text).unwrap(), text.trim_start());
        }
    }
}
