//! An invitation as a message on the wire (RFC 5322, MIME).

use super::{
    letter::Letter,
    words::{self, Words},
};
use crate::sandbox::token::{Token, random_hex};
use askama::Template;
use jiff::Timestamp;
use lettre::{
    Address, Message,
    message::{
        Body, Mailbox, MultiPart, MultiPartKind, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use std::time::SystemTime;

/// On every message: a program wrote it (RFC 3834), and no other program shall answer.
const HEADERS: [(&str, &str); 2] =
    [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")];

/// RFC 5322, 2.1.1.
const LONGEST_LINE: usize = 998;

/// What every letter has in common.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Letterhead {
    from: Mailbox,
    /// Where links lead; without a slash at the end.
    public_url: String,
    /// Whether people may look at messages as they are; else they are safe on their way through
    /// mail servers, old ones included.
    is_readable: bool,
}

/// The left part of a Message-ID. It begins with the time, so that a folder of mails is in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct MessageId(String);

impl MessageId {
    pub(in crate::sandbox) fn random(now: Timestamp) -> Result<Self, getrandom::Error> {
        let random = random_hex()?;
        Ok(Self(format!("{}.{}", now.strftime("%Y%m%dT%H%M%SZ"), &random[..32])))
    }

    pub(in crate::sandbox) fn within(&self, domain: &str) -> String {
        format!("<{}@minisync.{domain}>", self.0)
    }
}

impl Letterhead {
    pub(super) fn new(from: Mailbox, public_url: &str) -> Self {
        let public_url = public_url.trim_end_matches('/').to_owned();
        Self { from, public_url, is_readable: false }
    }

    pub(super) fn readable(self) -> Self {
        Self { is_readable: true, ..self }
    }

    pub(in crate::sandbox) fn domain(&self) -> &str {
        self.from.email.domain()
    }

    pub(in crate::sandbox) fn link(&self, token: &Token) -> String {
        format!("{}/invitations/{}", self.public_url, token.reveal())
    }

    /// The same bytes for the same arguments. An error is for the people who wait for the mail to
    /// arrive.
    pub(in crate::sandbox) fn message(
        &self,
        letter: &Letter,
        message_id: &str,
        now: Timestamp,
    ) -> Result<Vec<u8>, String> {
        let words = words::words(letter);
        let address: Address =
            letter.to.email.as_str().parse().map_err(|why| {
                format!("`{}` cannot be written to by mail: {why}", letter.to.email)
            })?;
        let to = Mailbox::new(Some(words::shown(&letter.to.name)), address);
        let html = Html { words: &words, link: &letter.link, language: letter.language.tag() };
        let html = html.render().map_err(|why| why.to_string())?;
        let mut message = Message::builder()
            .message_id(Some(message_id.to_owned()))
            // A clock that was moved may be where mail has no dates.
            .date(SystemTime::from(now.max(Timestamp::UNIX_EPOCH)))
            .from(self.from.clone())
            .to(to)
            .subject(words.subject.clone());
        let language = ("Content-Language", letter.language.tag());
        for (name, value) in HEADERS.into_iter().chain([language]) {
            let name = HeaderName::new_from_ascii_str(name);
            message = message.raw_header(HeaderValue::new(name, value.to_owned()));
        }
        let parts = MultiPart::builder()
            .kind(MultiPartKind::Alternative)
            .boundary(boundary(message_id))
            .singlepart(self.part(ContentType::TEXT_PLAIN, text(&words, &letter.link)))
            .singlepart(self.part(ContentType::TEXT_HTML, html));
        let message = message.multipart(parts).map_err(|why| why.to_string())?;
        Ok(message.formatted())
    }

    fn part(&self, kind: ContentType, text: String) -> SinglePart {
        let text = text.replace('\n', "\r\n");
        let body = if self.is_readable && text.lines().all(|line| line.len() <= LONGEST_LINE) {
            Body::dangerous_pre_encoded(text.into_bytes(), ContentTransferEncoding::EightBit)
        } else {
            Body::new(text)
        };
        SinglePart::builder().header(kind).body(body)
    }
}

/// Nothing in a message has so many hex digits in a row but a link, and no line begins with two
/// hyphens before it.
fn boundary(message_id: &str) -> String {
    message_id.chars().filter(char::is_ascii_alphanumeric).take(48).collect()
}

/// Wrapped nowhere: that is for whoever shows it to do.
fn text(words: &Words, link: &str) -> String {
    let Words { greeting, invites, reach, programs, answer, until, unexpected, keep, .. } = words;
    let programs: String = programs.iter().map(|name| format!("  - {name}\n")).collect();
    format!(
        "{greeting}\n\n{invites}\n{reach}\n{programs}\n{answer}\n{link}\n\n{until}\n\n\
         {unexpected}\n{keep}\n"
    )
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!DOCTYPE html>
<html lang="{{ language }}">
<head><meta charset="utf-8"><title>{{ words.subject }}</title></head>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 36em; margin: 2em auto; padding: 0 1em">
<p>{{ words.greeting }}</p>
<p>{{ words.invites }}<br>{{ words.reach }}</p>
{%- if !words.programs.is_empty() %}
<ul>
{%- for program in words.programs %}
<li dir="auto">{{ program }}</li>
{%- endfor %}
</ul>
{%- endif %}
<p><a href="{{ link }}" style="display: inline-block; padding: .6em 1.2em; border-radius: .4em; background: #0b57d0; color: #fff; text-decoration: none">{{ words.button }}</a></p>
<p>{{ words.answer }}<br><a href="{{ link }}" style="word-break: break-all">{{ link }}</a></p>
<p>{{ words.until }}</p>
<p style="color: #595959; font-size: 14px">{{ words.unexpected }}<br>{{ words.keep }}</p>
</body>
</html>
"#
)]
struct Html<'a> {
    words: &'a Words,
    link: &'a str,
    language: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::mail::letter::{Language, Person};

    fn letter(language: Language, name: &str) -> Letter {
        let person = |email: &str| Person { name: name.to_owned(), email: email.parse().unwrap() };
        Letter {
            language,
            to: person("mei@example.com"),
            from: person("owner@example.com"),
            workspace: "acme".to_owned(),
            programs: Some(vec![name.to_owned()]),
            expires: "2026-11-26T08:00:00Z".parse().unwrap(),
            link: "https://example.com/invitations/abc".to_owned(),
        }
    }

    fn message(letter: &Letter) -> String {
        let head = Letterhead::new("minisync <no@example.com>".parse().unwrap(), "https://x.cn/");
        let now = "2026-11-23T08:00:00Z".parse().unwrap();
        String::from_utf8(head.message(letter, "<1.2@minisync.example.com>", now).unwrap()).unwrap()
    }

    #[test]
    fn no_name_becomes_a_header_or_markup() {
        for language in [Language::English, Language::Chinese] {
            let evil = "A\r\nBcc: b@x.cn\r\n\r\n\"<b>B</b>\" \u{202e}, \u{0}'; &amp;";
            let message = message(&letter(language, evil));
            let (head, body) = message.split_once("\r\n\r\n").unwrap();
            for line in head.split("\r\n") {
                let is_header = line.starts_with([' ', '\t'])
                    || line.split_once(": ").is_some_and(|(name, _)| {
                        name.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
                    });
                assert!(is_header && line.is_ascii(), "{line}");
                assert!(!line.to_ascii_lowercase().starts_with("bcc"), "{line}");
            }
            let (_, html) = body.split_once("text/html").unwrap();
            assert!(!html.contains("<b>"), "{html}");
        }
    }

    #[test]
    fn what_is_written_from_right_to_left_does_not_turn_the_rest_around() {
        assert_eq!(words::shown("דנה"), "\u{2068}דנה\u{2069}");
        assert_eq!(words::shown("Mei\nChen\u{202e}"), "Mei Chen");
    }

    #[test]
    fn the_same_letter_is_the_same_message() {
        let letter = letter(Language::English, "Mei");
        assert_eq!(message(&letter), message(&letter));
    }
}
