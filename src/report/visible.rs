//! Text that came from outside, made safe to show: what would steer a terminal, reorder the line
//! or hide is replaced by something that can be seen.

use crate::model::text::is_hidden;
use std::borrow::Cow;

/// `text` on one line, without anything hidden.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    replaced(text, |c| match c {
        '\n' => Some("⏎".to_owned()),
        '\t' => Some("⇥".to_owned()),
        _ => named(c),
    })
}

/// `text` with its line ends and tabs, and nothing else that is hidden.
pub(super) fn visible_lines(text: &str) -> Cow<'_, str> {
    replaced(text, |c| if matches!(c, '\n' | '\t') { None } else { named(c) })
}

/// One character for one, so that columns stay what they are.
pub(super) fn in_place(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        '\0'..='\u{1f}' => {
            char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\u{7f}' => '␡',
        _ if is_hidden(c) => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

fn named(c: char) -> Option<String> {
    match c {
        '\0'..='\u{1f}' | '\u{7f}' => Some(in_place(c).to_string()),
        _ if is_hidden(c) => Some(format!("<U+{:04X}>", u32::from(c))),
        _ => None,
    }
}

fn replaced(text: &str, replacement: impl Fn(char) -> Option<String>) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match replacement(c) {
            Some(instead) => shown.push_str(&instead),
            None => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::{in_place, visible, visible_lines};
    use crate::model::text::is_hidden;

    #[test]
    fn nothing_hidden_stays_hidden() {
        assert_eq!(visible("a\u{1b}[31mb\u{7f}\0"), "a␛[31mb␡␀");
        assert_eq!(visible("c\u{9b}31m"), "c<U+009B>31m");
        assert_eq!(visible("lin\u{202e}gro.elpmaxe"), "lin<U+202E>gro.elpmaxe");
        assert_eq!(visible("a\r\nb\tc"), "a␍⏎b⇥c");
        assert_eq!(visible_lines("a\r\nb\tc"), "a␍\nb\tc");
        assert_eq!(visible("tag\u{e0041}"), "tag<U+E0041>");
    }

    #[test]
    fn what_people_write_is_left_alone() {
        for text in ["幸福咖啡", "Åsa Öberg", "👨‍👩‍👧 family", "نام\u{200c}ها", "❤\u{fe0f}"]
        {
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn in_place_keeps_the_number_of_characters() {
        let every = (0..=0x10_ffff).filter_map(char::from_u32);
        for c in every.filter(|c| !matches!(c, '\n' | '\t')) {
            assert!(!is_hidden(in_place(c)), "{c:?}");
        }
    }
}
