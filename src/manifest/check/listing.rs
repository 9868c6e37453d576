//! What customers see besides the texts: the industry and the service number.

use super::{
    Census, CheckInput,
    closest::{Closest, meant},
    quote::quoted,
};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic},
    manifest::{
        document::{ListingText, Spanned},
        yaml,
    },
};
use std::collections::BTreeSet;

pub(super) const CODES: &[CodeInfo] = &[INDUSTRY, PHONE];

const INDUSTRY: CodeInfo = CodeInfo {
    code: Code(401),
    title: "an industry is not on the platform's list",
    explanation: "\"Select the desired industry from the search box.\" The list is the platform's \
        own and changes, so this is only said where the list is known.",
    source: "quickstart, Create a mini program by a master; Alipay Open Platform, \
        alipay.open.mini.category.query",
};
const PHONE: CodeInfo = CodeInfo {
    code: Code(402),
    title: "a customer service number has another form than `XXXX-XXXXXXX`",
    explanation: "\"Enter your landline number in the format of XXXX-XXXXXXX\": an area code of four \
        digits, a hyphen, and seven digits.",
    source: "quickstart, Create a mini program by a master",
};

pub(super) fn check(input: &CheckInput<'_>, _: &Census<'_>, found: &mut Vec<Diagnostic>) {
    let known: BTreeSet<&str> = input.context.industries.iter().map(String::as_str).collect();
    let mut closest = Closest::new();
    for listing in input.programs.iter().filter_map(|one| one.document.spec.listing.as_ref()) {
        let ListingText { tagline: _, description: _, logo: _, industry, customer_service } =
            &listing.value;
        let is_blank = industry.trim().is_empty();
        if !known.is_empty() && !is_blank && !known.contains(industry.trim()) {
            found.push(unlisted(industry, &known, &mut closest));
        }
        if !is_landline(&customer_service.phone) {
            found.push(misformed(&customer_service.phone));
        }
    }
}

fn unlisted(
    industry: &Spanned<String>,
    known: &BTreeSet<&str>,
    closest: &mut Closest,
) -> Diagnostic {
    let message = format!("the platform has no industry {}", quoted(industry));
    let finding = Diagnostic::error(&INDUSTRY, industry.span, message);
    match closest.to(industry, known.iter().copied()) {
        Some(word) => finding.help(meant(word)).fix(
            industry.span,
            yaml::written(word),
            format!("write `{word}`"),
        ),
        None => finding.help("choose one of the industries that the platform offers"),
    }
}

fn is_landline(phone: &str) -> bool {
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    phone.split_once('-').is_some_and(|(area, number)| digits(area, 4) && digits(number, 7))
}

fn misformed(phone: &Spanned<String>) -> Diagnostic {
    let message = if phone.trim().is_empty() {
        "the customer service number is empty".to_owned()
    } else {
        format!("the customer service number {} is not written `XXXX-XXXXXXX`", quoted(phone))
    };
    let finding = Diagnostic::error(&PHONE, phone.span, message);
    match reordered(phone) {
        Some(landline) => finding
            .help(format!("the same digits in that form are `{landline}`"))
            .fix(phone.span, yaml::written(&landline), format!("write `{landline}`")),
        None => finding.help("a landline, for example `0571-8888888`"),
    }
}

/// The same eleven digits in the form that is asked for, China's country code left out.
fn reordered(phone: &str) -> Option<String> {
    let is_noise = |c: char| c.is_whitespace() || "-–—－()（）./".contains(c);
    let compact: String = phone.chars().filter(|c| !is_noise(*c)).map(ascii_digit).collect();
    let national = compact.strip_prefix("+86").map(|rest| format!("0{rest}"));
    let digits = national.unwrap_or(compact);
    let is_whole = digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    (is_whole && digits.len() == 11).then(|| format!("{}-{}", &digits[..4], &digits[4..]))
}

/// A full-width digit as the narrow one.
fn ascii_digit(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xff10 + 0x30).unwrap_or(c),
        '＋' => '+',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_landline, reordered};

    #[test]
    fn a_number_is_put_into_form_only_when_nothing_is_guessed() {
        for text in [
            "05718888888",
            "0571 8888888",
            "(0571)888-8888",
            "０５７１－８８８８８８８",
            "+86 571 8888888",
        ] {
            assert_eq!(reordered(text).as_deref(), Some("0571-8888888"), "{text}");
        }
        for text in ["13800138000", "571-8888888", "0571-888888", "call us", ""] {
            assert_eq!(reordered(text), None, "{text}");
        }
        assert!(is_landline("0571-8888888"));
        assert!(!is_landline("０５７１-8888888"));
    }
}
