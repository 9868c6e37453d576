//! What a scalar without quotes means (YAML 1.2.2, 10.3 Core schema), and how text is written so
//! that it stays text.

use super::Kind;
use std::borrow::Cow;

/// The meaning of a plain scalar: `no` is text, `017` is seventeen, `0571-8888888` is text.
pub(super) fn resolved(text: Cow<'_, str>) -> Kind<'_> {
    match text.as_bytes().first() {
        None => Kind::Null,
        Some(b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F') => word(text),
        Some(b'0'..=b'9' | b'-' | b'+' | b'.') => number(&text).unwrap_or(Kind::Text(text)),
        Some(_) => Kind::Text(text),
    }
}

fn word(text: Cow<'_, str>) -> Kind<'_> {
    match text.as_ref() {
        "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        _ => Kind::Text(text),
    }
}

fn number<'t>(text: &str) -> Option<Kind<'t>> {
    let (sign, digits) = match text.as_bytes()[0] {
        b'-' => (-1.0, &text[1..]),
        b'+' => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    match digits {
        ".inf" | ".Inf" | ".INF" => return Some(Kind::Float(sign * f64::INFINITY)),
        ".nan" | ".NaN" | ".NAN" if digits == text => return Some(Kind::Float(f64::NAN)),
        _ => {}
    }
    if let Some((radix, digits)) = radix(text) {
        let all = digits.chars().all(|c| c.is_digit(radix)) && !digits.is_empty();
        return all.then(|| integer(digits, radix));
    }
    if is_decimal(digits) {
        return Some(integer(text, 10));
    }
    is_float(digits).then(|| text.parse().ok().map(Kind::Float)).flatten()
}

fn radix(text: &str) -> Option<(u32, &str)> {
    let octal = text.strip_prefix("0o").map(|digits| (8, digits));
    octal.or_else(|| text.strip_prefix("0x").map(|digits| (16, digits)))
}

fn integer<'t>(digits: &str, radix: u32) -> Kind<'t> {
    // Beyond 64 bits only the size matters to anyone.
    i64::from_str_radix(digits, radix)
        .map_or_else(|_| Kind::Float(digits.parse().unwrap_or(f64::INFINITY)), Kind::Integer)
}

fn is_decimal(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `\. [0-9]+ | [0-9]+ (\. [0-9]*)?`, then perhaps `[eE] [-+]? [0-9]+`.
fn is_float(digits: &str) -> bool {
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let mantissa = match mantissa.split_once('.') {
        Some(("", fraction)) => is_decimal(fraction),
        Some((whole, fraction)) => {
            is_decimal(whole) && (fraction.is_empty() || is_decimal(fraction))
        }
        None => is_decimal(mantissa),
    };
    let exponent = exponent.map(|exponent| exponent.strip_prefix(['-', '+']).unwrap_or(exponent));
    mantissa && exponent.is_none_or(is_decimal)
}

/// A text as YAML: plain where it then means the same, in double quotes where it would not.
pub fn written(text: &str) -> Cow<'_, str> {
    if is_plain(text) { Cow::Borrowed(text) } else { Cow::Owned(quoted(text)) }
}

/// A text in double quotes.
pub(in crate::manifest) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if is_hidden(c) => quoted.extend(format!("\\U{:08X}", u32::from(c)).chars()),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_plain(text: &str) -> bool {
    const INDICATORS: &str = "-?:,[]{}#&*!|>'\"%@`=<";
    let edge = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || INDICATORS.contains(c));
    let resolves_to_text = matches!(resolved(Cow::Borrowed(text)), Kind::Text(_));
    // Words that are truth values to readers of YAML 1.1.
    let old = ["yes", "no", "on", "off", "y", "n"];
    resolves_to_text
        && !edge(text.chars().next())
        && !text.ends_with(|c: char| c.is_whitespace() || c == ':')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(['[', ']', '{', '}', ','])
        && !text.chars().any(is_hidden)
        && !text.starts_with("...")
        && !old.iter().any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::{Kind, resolved, written};

    fn kind(text: &str) -> Kind<'_> {
        resolved(text.into())
    }

    #[test]
    fn what_only_looks_like_a_number_or_a_truth_value_is_text() {
        for text in [
            "no",
            "yes",
            "on",
            "0571-8888888",
            "1.2.3",
            "2026-11-23",
            "-",
            "+",
            ".",
            "1_000",
            "0b1",
            "0o8",
            "0x",
            "-0x1",
            "1e",
            "e1",
            "nul",
            "tRue",
            ".iNf",
            "-.nan",
            "12:30",
        ] {
            assert_eq!(kind(text), Kind::Text(text.into()));
        }
    }

    #[test]
    fn numbers_are_those_of_yaml_1_2() {
        assert_eq!(kind("017"), Kind::Integer(17));
        assert_eq!(kind("-17"), Kind::Integer(-17));
        assert_eq!(kind("+17"), Kind::Integer(17));
        assert_eq!(kind("0o17"), Kind::Integer(15));
        assert_eq!(kind("0xfF"), Kind::Integer(255));
        assert_eq!(kind("1."), Kind::Float(1.0));
        assert_eq!(kind("-.5e+1"), Kind::Float(-5.0));
        assert_eq!(kind("99999999999999999999"), Kind::Float(1e20));
        assert_eq!(kind("-.inf"), Kind::Float(f64::NEG_INFINITY));
    }

    #[test]
    fn text_is_quoted_where_it_would_become_something_else() {
        for plain in ["coffee", "幸福咖啡", "a b", "logos/coffee.png", "mei@example.com", "a:b"]
        {
            assert_eq!(written(plain), plain);
        }
        assert_eq!(written("no"), "\"no\"");
        assert_eq!(written("12345"), "\"12345\"");
        assert_eq!(written("a: b"), "\"a: b\"");
        assert_eq!(written("\u{202e}x"), "\"\\U0000202Ex\"");
        assert_eq!(written(""), "\"\"");
    }
}
