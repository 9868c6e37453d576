//! How long a text is, in the ways the platforms count.
//!
//! "One Chinese character counts as two characters, and one letter or number counts as one
//! character" (quickstart, Create a mini program by a master). Which other characters count two
//! is not written anywhere; we take East Asian width (UAX #11), which is what the rule is made
//! after and which also settles full-width letters, kana and hangul.

use unicode_width::UnicodeWidthChar as _;

/// Characters, each counted once.
pub fn plain(text: &str) -> usize {
    text.chars().count()
}

/// Characters, the wide ones counted twice.
pub fn weighted(text: &str) -> usize {
    text.chars().map(|c| if c.width() == Some(2) { 2 } else { 1 }).sum()
}

/// Whether a character steers, reorders or cannot be seen.
///
/// The joiners (U+200C, U+200D) and variation selectors do not count: emoji, Persian and Chinese
/// names are written with them, and they can neither steer nor reorder.
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        // Control characters, C0 and C1 (U+009B alone begins an escape sequence).
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{ad}' | '\u{61c}' | '\u{180e}'
        // Hangul fillers: letters that are blank.
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}'
        // Line and paragraph separator; embeddings, overrides, isolates.
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e007f}')
}

/// Inclusive bounds of a text's length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub min: usize,
    pub max: usize,
}

/// Whether a text is within bounds, for rules whose way of counting is not written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Every documented way of counting accepts it.
    Fits,
    /// One way accepts it and another does not.
    Disputed,
    /// No way of counting accepts it.
    TooShort,
    TooLong,
}

impl Bounds {
    pub const fn new(min: usize, max: usize) -> Self {
        Self { min, max }
    }

    pub fn contains(self, length: usize) -> bool {
        (self.min..=self.max).contains(&length)
    }

    pub fn fit(self, text: &str) -> Fit {
        let (plain, weighted) = (plain(text), weighted(text));
        match (self.contains(plain), self.contains(weighted)) {
            (true, true) => Fit::Fits,
            (true, false) | (false, true) => Fit::Disputed,
            (false, false) if weighted < self.min => Fit::TooShort,
            (false, false) if plain > self.max => Fit::TooLong,
            // Too short in one way and too long in the other.
            (false, false) => Fit::Disputed,
        }
    }
}

/// Name of a mini program, weighted (quickstart, Create a mini program by a master).
pub const NAME: Bounds = Bounds::new(3, 30);
/// Tagline of a mini program; the way of counting is not stated (quickstart, same list).
pub const TAGLINE: Bounds = Bounds::new(10, 30);
/// Description of a mini program; the way of counting is not stated (quickstart, same list).
pub const DESCRIPTION: Bounds = Bounds::new(20, 200);

#[cfg(test)]
mod tests {
    use super::{Bounds, Fit, weighted};

    #[test]
    fn chinese_counts_two() {
        assert_eq!(weighted("幸福咖啡"), 8);
        assert_eq!(weighted("Lucky 咖啡"), 10);
        assert_eq!(weighted("ａ，"), 4);
        assert_eq!(weighted("カフェ"), 6);
    }

    #[test]
    fn ways_of_counting_may_disagree() {
        let bounds = Bounds::new(4, 6);
        assert_eq!(bounds.fit("abcd"), Fit::Fits);
        assert_eq!(bounds.fit("咖啡"), Fit::Disputed);
        assert_eq!(bounds.fit("咖啡咖啡"), Fit::Disputed);
        assert_eq!(bounds.fit("a"), Fit::TooShort);
        assert_eq!(bounds.fit("咖啡咖啡咖啡咖"), Fit::TooLong);
    }
}
