//! Making data harmless in GitHub's Markdown: no name becomes markup, a mention, a link or HTML.

use crate::report::{
    visible::visible,
    wording::phrase::{Phrase, Piece},
};

/// Data as code: the one place where GitHub looks for neither markup nor mentions nor links.
pub(super) fn code(data: &str) -> String {
    let data = visible(data);
    if data.trim().is_empty() {
        return format!("\"{data}\"");
    }
    let fence = "`".repeat(longest_run(&data) + 1);
    let pad = if data.starts_with(['`', ' ']) || data.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{data}{pad}{fence}")
}

/// Our words as they are, data as code.
pub(super) fn phrase(phrase: &Phrase) -> String {
    let pieces = phrase.pieces().iter().map(|piece| match piece {
        Piece::Words(words) => words.clone(),
        Piece::Data(data) | Piece::Quoted(data) => code(data),
    });
    pieces.collect()
}

/// A message that quotes data in backticks, and is not trusted outside of them either.
pub(super) fn message(text: &str) -> String {
    let mut parts: Vec<&str> = text.split('`').collect();
    // The last backtick has no partner.
    let rest = if parts.len().is_multiple_of(2) { parts.pop() } else { None };
    let quoted = parts.into_iter().enumerate();
    let mut safe: String =
        quoted.map(|(at, part)| if at % 2 == 0 { prose(part) } else { code(part) }).collect();
    if let Some(rest) = rest {
        safe.push_str("\\`");
        safe.push_str(&prose(rest));
    }
    safe
}

/// A cell of a table; `markdown` is on one line.
pub(super) fn cell(markdown: &str) -> String {
    markdown.replace('|', "\\|")
}

/// Data in HTML.
pub(super) fn html(data: &str) -> String {
    let data = visible(data);
    let data = data.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<code>{}</code>", data.replace('"', "&quot;"))
}

/// A fenced block; `lines` are safe to print.
pub(super) fn block(language: &str, lines: &[String]) -> String {
    let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

/// Text in which nothing means anything. A backslash does not stop GitHub from finding mentions,
/// issues and links in what is left; an invisible space within them does.
fn prose(text: &str) -> String {
    const BREAK: &str = "&#8203;";
    let mut safe = String::new();
    for c in visible(text).chars() {
        match c {
            '/' if safe.ends_with(':') => safe.push_str(BREAK),
            '.' if safe.ends_with(['w', 'W']) => safe.push_str(BREAK),
            '\\' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '~' | '!' | '$' => {
                safe.push('\\');
            }
            _ => {}
        }
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            _ => safe.push(c),
        }
        if matches!(c, '@' | '#') {
            safe.push_str(BREAK);
        }
    }
    safe
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{block, code, html, message};

    #[test]
    fn code_holds_whatever_is_put_into_it() {
        assert_eq!(code("咖啡 @team #1 <b>"), "`咖啡 @team #1 <b>`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\nb\u{202e}"), "`a⏎b<U+202E>`");
        assert_eq!(code(""), "\"\"");
    }

    #[test]
    fn prose_is_only_text() {
        let text = message("unknown key `a|b` of @team, see https://x.example/#1 <img> [x](y)");
        insta::assert_snapshot!(text, @r#"unknown key `a|b` of @&#8203;team, see https:&#8203;//x.example/#&#8203;1 &lt;img&gt; \[x\]\(y\)"#);
        assert_eq!(message("one ` alone"), "one \\` alone");
    }

    #[test]
    fn html_is_only_text() {
        assert_eq!(html("<script>&\""), "<code>&lt;script&gt;&amp;&quot;</code>");
    }

    #[test]
    fn a_block_cannot_be_left() {
        assert_eq!(block("diff", &["- ````".into()]), "`````diff\n- ````\n`````\n");
    }
}
