//! The user's words, as messages and as YAML say them.

use std::fmt::Write as _;

/// Characters of a text that a message repeats.
const MAX_QUOTED: usize = 40;

/// In backticks, shortened where it is long.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED) {
        Some((at, _)) => format!("`{}…`", &text[..at]),
        None => format!("`{text}`"),
    }
}

/// As a YAML scalar that is read as this text: plain where that is safe.
pub(super) fn scalar(text: &str) -> String {
    let plain = text.starts_with(char::is_alphanumeric)
        && !text.ends_with(' ')
        && text.chars().all(|c| c.is_alphanumeric() || "-_./@+ ".contains(c))
        && text.parse::<f64>().is_err()
        && !text.starts_with("0x")
        && !text.starts_with("0o")
        && !matches!(text.to_lowercase().as_str(), "true" | "false" | "null");
    if plain {
        return text.to_owned();
    }
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if crate::model::text::is_hidden(c) => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\U{:08x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::{quoted, scalar};

    #[test]
    fn a_scalar_is_plain_where_that_is_safe() {
        for plain in ["coffee", "幸福咖啡", "0571-8888888", "mei@example.com", "a b"] {
            assert_eq!(scalar(plain), plain);
        }
        assert_eq!(scalar("12"), "\"12\"");
        assert_eq!(scalar("True"), "\"True\"");
        assert_eq!(scalar("a: b"), "\"a: b\"");
        assert_eq!(scalar("say \"x\"\n\u{7}"), "\"say \\\"x\\\"\\n\\U00000007\"");
        assert_eq!(scalar(""), "\"\"");
    }

    #[test]
    fn a_long_text_is_shortened_between_characters() {
        assert_eq!(quoted(&"咖".repeat(40)), format!("`{}`", "咖".repeat(40)));
        assert_eq!(quoted(&"咖".repeat(41)), format!("`{}…`", "咖".repeat(40)));
    }
}
