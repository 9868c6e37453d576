//! A sentence in pieces, so that each format can keep what we say apart from what others said.

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::report) struct Phrase(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) enum Piece {
    /// Ours.
    Words(String),
    /// From a manifest or a platform: never trusted.
    Data(String),
    /// The same, where it has to be told from our words.
    Quoted(String),
}

impl Piece {
    pub(in crate::report) fn plain(&self) -> String {
        match self {
            Self::Words(text) | Self::Data(text) => text.clone(),
            Self::Quoted(text) => format!("`{text}`"),
        }
    }
}

impl Phrase {
    pub(in crate::report) fn words(words: impl Into<String>) -> Self {
        Self::default().and(words)
    }

    pub(in crate::report) fn data(data: impl ToString) -> Self {
        Self::default().and_data(data)
    }

    #[must_use]
    pub(in crate::report) fn and(mut self, words: impl Into<String>) -> Self {
        let words = words.into();
        if !words.is_empty() {
            self.0.push(Piece::Words(words));
        }
        self
    }

    #[must_use]
    pub(in crate::report) fn and_data(mut self, data: impl ToString) -> Self {
        self.0.push(Piece::Data(data.to_string()));
        self
    }

    #[must_use]
    pub(in crate::report) fn then(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    #[must_use]
    pub(in crate::report) fn and_quoted(mut self, data: impl ToString) -> Self {
        self.0.push(Piece::Quoted(data.to_string()));
        self
    }

    /// `a`, `a and b`, `a, b and c`.
    pub(in crate::report) fn list(items: impl IntoIterator<Item = Self>) -> Self {
        let items: Vec<Self> = items.into_iter().collect();
        let n_items = items.len();
        let mut phrase = Self::default();
        for (at, item) in items.into_iter().enumerate() {
            let joint = match n_items - at {
                _ if at == 0 => "",
                1 => " and ",
                _ => ", ",
            };
            phrase = phrase.and(joint).then(item);
        }
        phrase
    }

    /// As [`list`](Self::list); all but the first `most` are counted.
    pub(in crate::report) fn short_list(
        items: impl IntoIterator<Item = Self>,
        most: usize,
    ) -> Self {
        let mut items: Vec<Self> = items.into_iter().collect();
        if items.len() > most {
            let n_more = items.split_off(most).len();
            items.push(Self::words(format!("{n_more} more")));
        }
        Self::list(items)
    }

    pub(in crate::report) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    pub(in crate::report) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As it is, for programs.
    pub(in crate::report) fn plain(&self) -> String {
        self.0.iter().map(Piece::plain).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Phrase;

    #[test]
    fn lists_end_with_and() {
        let list = |items: &[&str]| Phrase::list(items.iter().map(Phrase::data)).plain();
        assert_eq!(list(&[]), "");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b"]), "a and b");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        let short = Phrase::short_list(["a", "b", "c", "d"].map(Phrase::data), 2);
        assert_eq!(short.plain(), "a, b and 2 more");
    }
}
