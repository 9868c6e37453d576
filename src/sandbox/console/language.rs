//! Which language somebody reads, and which of a program's languages that is.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use std::convert::Infallible;

/// Languages that somebody reads, the best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reader(Vec<String>);

/// What pages for people from outside are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    English,
    Chinese,
}

/// Default languages that the forms offer; the API takes any.
pub(super) const OFFERED: [(&str, &str); 10] = [
    ("zh-CN", "Chinese, simplified"),
    ("zh-TW", "Chinese, traditional"),
    ("en-US", "English"),
    ("ja-JP", "Japanese"),
    ("ko-KR", "Korean"),
    ("fr-FR", "French"),
    ("de-DE", "German"),
    ("es-ES", "Spanish"),
    ("th-TH", "Thai"),
    ("vi-VN", "Vietnamese"),
];

/// `English (en-GB)`; the tag alone for languages we have no word for.
pub(super) fn language_name(tag: &str) -> String {
    let exact = OFFERED.iter().find(|(offered, _)| *offered == tag);
    let near = || OFFERED.iter().rev().find(|(offered, _)| primary(offered) == primary(tag));
    match exact.or_else(near) {
        Some((_, name)) => {
            let name = if exact.is_some() { name } else { name.split(',').next().unwrap_or(name) };
            format!("{name} ({tag})")
        }
        None => tag.to_owned(),
    }
}

impl Reader {
    /// `Accept-Language` (RFC 9110, 12.5.4), by weight.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = headers.get(header::ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
        let mut ranges: Vec<(String, u32)> =
            text.unwrap_or_default().split(',').filter_map(range).collect();
        // Stable: what weighs the same stays in the browser's order.
        ranges.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
        Self(ranges.into_iter().map(|(tag, _)| tag).collect())
    }

    pub(super) fn one(tag: &str) -> Self {
        Self(vec![tag.to_owned()])
    }

    /// The one of the `offered` languages that this person reads best.
    pub(super) fn choice<'o>(
        &self,
        offered: impl IntoIterator<Item = &'o str> + Clone,
    ) -> Option<&'o str> {
        self.0.iter().find_map(|tag| {
            let offers = || offered.clone().into_iter();
            offers().find(|offer| offer.eq_ignore_ascii_case(tag)).or_else(|| {
                offers().find(|offer| primary(offer).eq_ignore_ascii_case(primary(tag)))
            })
        })
    }

    pub(super) fn tongue(&self) -> Tongue {
        match self.choice(["en", "zh"]) {
            Some("zh") => Tongue::Chinese,
            Some(_) | None => Tongue::English,
        }
    }

    /// As the person's browser wrote them.
    pub(super) fn written(&self) -> String {
        self.0.join(", ")
    }
}

impl Tongue {
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }
}

/// A language, and how much it is wanted, in thousandths. `*` says nothing about a language.
fn range(text: &str) -> Option<(String, u32)> {
    let (tag, parameters) = text.split_once(';').unwrap_or((text, ""));
    let tag = tag.trim();
    let is_tag = !tag.is_empty() && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let weight = match parameters.trim().strip_prefix("q=") {
        Some(q) => thousandths(q.trim())?,
        None => 1000,
    };
    (is_tag && weight > 0).then(|| (tag.to_owned(), weight))
}

/// Of a weight with at most three places (RFC 9110, 12.4.2).
fn thousandths(q: &str) -> Option<u32> {
    let (whole, places) = q.split_once('.').unwrap_or((q, ""));
    let whole: u32 = whole.parse().ok()?;
    let is_plain = places.len() <= 3 && places.bytes().all(|byte| byte.is_ascii_digit());
    let places: u32 = is_plain.then(|| format!("{places:0<3}").parse().ok())??;
    whole.checked_mul(1000)?.checked_add(places).filter(|weight| *weight <= 1000)
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, Tongue};
    use axum::http::{HeaderMap, HeaderValue, header};

    fn reader(text: &'static str) -> Reader {
        let value = HeaderValue::from_static(text);
        Reader::of(&HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, value)]))
    }

    #[test]
    fn the_best_language_that_is_there_is_taken() {
        let offered = ["zh-CN", "en-US", "ja"];
        let choice = |text| reader(text).choice(offered);
        assert_eq!(choice("en-US,en;q=0.9,zh;q=0.8"), Some("en-US"));
        assert_eq!(choice("fr, en-GB;q=0.7, zh-TW;q=0.8"), Some("zh-CN"));
        assert_eq!(choice("JA"), Some("ja"));
        assert_eq!(choice("fr-FR, *;q=0.1"), None);
        assert_eq!(choice("en;q=0, x;q=7, ja;q=0.001"), Some("ja"));
        assert_eq!(choice(""), None);
        assert_eq!(choice("<script>, ja"), Some("ja"));
    }

    #[test]
    fn who_reads_neither_language_reads_english() {
        assert_eq!(reader("zh-HK, en;q=0.5").tongue(), Tongue::Chinese);
        assert_eq!(reader("fr").tongue(), Tongue::English);
        assert_eq!(Reader::default().tongue(), Tongue::English);
    }
}
