//! Did you mean, within reason: a load with ten thousand mistakes must not take ten thousand
//! searches.

use crate::manifest::suggest;

/// Candidates beyond this many are too many to compare a word with.
const MAX_CANDIDATES: usize = 5_000;
/// Searches of one rule; whoever has more mistakes than that has made one mistake many times.
const MAX_SEARCHES: usize = 100;

/// Finds the word that was meant.
#[derive(Debug)]
pub(super) struct Closest {
    n_left: usize,
}

impl Closest {
    pub(super) fn new() -> Self {
        Self { n_left: MAX_SEARCHES }
    }

    /// The candidate that was meant, if one is near.
    pub(super) fn to<'c>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<&'c str> {
        self.n_left = self.n_left.checked_sub(1)?;
        suggest::closest(word, candidates.into_iter().take(MAX_CANDIDATES))
    }
}

/// `did you mean …?`, in front of another way out.
pub(super) fn meant(word: &str) -> String {
    format!("did you mean `{word}`?")
}

#[cfg(test)]
mod tests {
    use super::Closest;

    #[test]
    fn ten_thousand_mistakes_do_not_take_ten_thousand_searches() {
        let mut closest = Closest::new();
        let n_found = (0..10_000).filter(|_| closest.to("cofee", ["coffee"]).is_some()).count();
        assert_eq!(n_found, 100);
    }
}
