//! Did you mean.

/// Candidates beyond this many are too many to compare a word with.
const MAX_CANDIDATES: usize = 5_000;
/// Searches of one rule; whoever has more mistakes than that has made one mistake many times.
const MAX_SEARCHES: usize = 200;

/// Finds the word that was meant.
#[derive(Debug)]
pub(super) struct Closest {
    n_left: usize,
}

impl Closest {
    pub(super) fn new() -> Self {
        Self { n_left: MAX_SEARCHES }
    }

    /// The nearest candidate, if it is near enough to be meant: one slip in three characters.
    pub(super) fn to<'c>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<&'c str> {
        self.n_left = self.n_left.checked_sub(1)?;
        let word = word.to_lowercase();
        let length = word.chars().count();
        let limit = (length / 3).max(1);
        let near = candidates.into_iter().take(MAX_CANDIDATES).filter_map(|candidate| {
            let far = candidate.chars().count().abs_diff(length) > limit;
            let distance = || strsim::osa_distance(&word, &candidate.to_lowercase());
            (!far).then(distance).filter(|distance| *distance <= limit).map(|d| (d, candidate))
        });
        near.min().map(|(_, candidate)| candidate)
    }
}

/// `did you mean …?`, in front of another way out.
pub(super) fn meant(word: &str) -> String {
    format!("did you mean `{word}`?")
}

#[cfg(test)]
mod tests {
    use super::Closest;

    fn closest(word: &str, candidates: &[&'static str]) -> Option<&'static str> {
        Closest::new().to(word, candidates.iter().copied())
    }

    #[test]
    fn a_slip_is_understood() {
        assert_eq!(closest("cofee", &["coffee", "tea"]), Some("coffee"));
        assert_eq!(closest("COFFEE", &["coffee"]), Some("coffee"));
        assert_eq!(closest("coffee", &["toffee", "coffees"]), Some("coffees"));
        assert_eq!(closest("餐饮/咖非", &["餐饮/咖啡", "餐饮/茶"]), Some("餐饮/咖啡"));
    }

    #[test]
    fn another_word_is_not_offered() {
        assert_eq!(closest("coffee", &["bakery", "cafeteria"]), None);
        assert_eq!(closest("tea", &["bar"]), None);
    }

    #[test]
    fn ten_thousand_mistakes_do_not_take_ten_thousand_searches() {
        let mut closest = Closest::new();
        let n_found = (0..10_000).filter(|_| closest.to("cofee", ["coffee"]).is_some()).count();
        assert_eq!(n_found, 200);
    }
}
