//! Did you mean.

/// The candidate that a person most likely meant, if one is close.
pub fn closest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let folded = folded(word);
    let limit = (folded.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&folded, &self::folded(candidate)), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Case, `-` and `_` are what people mix up between formats.
fn folded(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

fn distance(a: &str, b: &str) -> usize {
    // Every edit changes the length by one at most, and most candidates end here.
    let gap = a.chars().count().abs_diff(b.chars().count());
    if gap > 8 { gap } else { strsim::damerau_levenshtein(a, b) }
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn a_slip_is_understood_and_a_stranger_is_not() {
        let keys = ["members", "workspace", "defaultLanguage"];
        assert_eq!(closest("memebers", keys), Some("members"));
        assert_eq!(closest("default_language", keys), Some("defaultLanguage"));
        assert_eq!(closest("Workspace", keys), Some("workspace"));
        assert_eq!(closest("owner", keys), None);
        assert_eq!(closest("", keys), None);
    }
}
