//! The user's words, as messages repeat them.

/// Characters of a text that a message repeats.
const MAX_QUOTED: usize = 40;

/// In backticks, shortened where it is long.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED) {
        Some((at, _)) => format!("`{}…`", &text[..at]),
        None => format!("`{text}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_long_text_is_shortened_between_characters() {
        assert_eq!(quoted(&"咖".repeat(40)), format!("`{}`", "咖".repeat(40)));
        assert_eq!(quoted(&"咖".repeat(41)), format!("`{}…`", "咖".repeat(40)));
    }
}
