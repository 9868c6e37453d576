//! Pages of lists that are not as they should be.

use super::{Kind, Word};
use serde_json::Value;

/// The page as it goes out; `None`: it is none, or has nothing that could be wrong.
pub(in crate::sandbox) fn warped(kind: Kind, page: &[u8]) -> Option<String> {
    let mut page: Value = serde_json::from_slice(page).ok()?;
    let Value::Array(items) = page.get_mut("items")? else { return None };
    match kind {
        Kind::TruncatedPage(n_kept) => {
            let n_kept = n_kept.and_then(|n_kept| usize::try_from(n_kept).ok());
            items.truncate(n_kept.unwrap_or(items.len() / 2));
        }
        Kind::DuplicatedPage => items.extend(items.clone()),
        Kind::ReorderedPage => items.reverse(),
        Kind::UnknownWord(word) => {
            let (field, text) = match word {
                Word::Status => ("status", "seconded"),
                Word::Role => ("role", "auditor"),
            };
            *items.last_mut()?.get_mut(field)? = text.into();
        }
        Kind::Latency(_)
        | Kind::Limited(_)
        | Kind::Unavailable(..)
        | Kind::LostAnswer
        | Kind::Reset
        | Kind::SlowBody(_)
        | Kind::ClockSkew(_)
        | Kind::ExpiredToken => return None,
    }
    Some(page.to_string())
}

#[cfg(test)]
mod tests {
    use super::warped;
    use crate::sandbox::mishap::Mishap;

    #[test]
    fn a_page_still_promises_what_it_does_not_have() {
        let page =
            r#"{"items":[{"status":"active","role":"owner"},2,{"status":"left"}],"total":3}"#;
        let of = |kind: &str| {
            let mishap: Mishap = kind.parse().unwrap();
            warped(mishap.kind, page.as_bytes()).unwrap_or_default()
        };
        let first = r#"{"status":"active","role":"owner"}"#;
        assert_eq!(of("truncated-page"), format!(r#"{{"items":[{first}],"total":3}}"#));
        assert_eq!(of("truncated-page=0"), r#"{"items":[],"total":3}"#);
        assert_eq!(
            of("reordered-page"),
            format!(r#"{{"items":[{{"status":"left"}},2,{first}],"total":3}}"#)
        );
        assert!(of("duplicated-page").ends_with(r#"2,{"status":"left"}],"total":3}"#));
        assert!(of("unknown-word").contains(r#"{"status":"seconded"}"#));
        assert_eq!(of("unknown-word=role"), "", "the last one has no role");
        assert_eq!(of("reset"), "");
    }
}
