//! Commands that people are told, so that they work when they are pasted.

/// A line for a shell.
pub fn command(words: &[String]) -> String {
    words.iter().map(|text| word(text)).collect::<Vec<_>>().join(" ")
}

/// What a shell takes for one word: addresses may hold `$` and `'`, and paths spaces.
pub(in crate::report) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "@._+-/".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn what_a_shell_would_take_apart_is_kept_in_one() {
        let words = ["minisync", "apply", "plans/p-1.json", "my plans/it's.json", "$HOME", ""];
        let told = command(&words.map(str::to_owned));
        assert_eq!(told, r"minisync apply plans/p-1.json 'my plans/it'\''s.json' '$HOME' ''");
    }
}
