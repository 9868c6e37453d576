//! Did you mean.

/// The candidate that a person most likely meant, if one is close.
pub fn closest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let near = |candidate: &'c str| {
        let (word, other) = apart(word, candidate);
        let word = folded(word);
        let limit = (word.chars().count() / 3).max(1);
        let distance = distance(&word, &folded(other));
        (distance <= limit).then_some((distance, candidate))
    };
    candidates.into_iter().filter_map(near).min().map(|(_, candidate)| candidate)
}

/// What tells two addresses at one place apart: nobody means somebody else at the same firm.
fn apart<'a>(word: &'a str, candidate: &'a str) -> (&'a str, &'a str) {
    match (word.rsplit_once('@'), candidate.rsplit_once('@')) {
        (Some((one, here)), Some((other, there))) if here.eq_ignore_ascii_case(there) => {
            (one, other)
        }
        (_, _) => (word, candidate),
    }
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
        let people = ["anna@example.com", "mei.chen@example.com"];
        assert_eq!(closest("nope@example.com", people), None);
        assert_eq!(closest("mei.chan@example.com", people), Some("mei.chen@example.com"));
        assert_eq!(closest("anna@exmaple.com", people), Some("anna@example.com"));
    }
}
