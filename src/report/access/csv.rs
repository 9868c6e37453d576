//! Comma-separated values (RFC 4180) that stay values in a spreadsheet.

use crate::report::visible::visible;

/// Lines with their ends, the head first.
pub(super) fn csv<const N: usize>(
    head: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> String {
    let mut text = line(head.map(str::to_owned));
    text.extend(rows.map(line));
    text
}

fn line<const N: usize>(fields: [String; N]) -> String {
    fields.map(|text| field(&text)).join(",") + "\r\n"
}

/// A spreadsheet takes what begins like this for a formula, even within quotes; an apostrophe before
/// it makes it a text (OWASP, CSV Injection). Line ends are shown, so that a record is a line.
fn field(text: &str) -> String {
    let text = visible(text);
    let first = text.trim_start().chars().next();
    let is_formula = first.is_some_and(|c| {
        matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '|' | '%')
    });
    let guard = if is_formula { "'" } else { "" };
    if is_formula || text.contains(['"', ',', ';']) || text.trim() != text {
        return format!("\"{guard}{}\"", text.replace('"', "\"\""));
    }
    text.into_owned()
}

#[cfg(test)]
mod tests {
    use super::{csv, field};

    #[test]
    fn no_field_is_a_formula() {
        assert_eq!(field("=cmd()"), "\"'=cmd()\"");
        assert_eq!(field("+1"), "\"'+1\"");
        assert_eq!(field("-1"), "\"'-1\"");
        assert_eq!(field("@SUM(A1)"), "\"'@SUM(A1)\"");
        assert_eq!(field(" =1"), "\"' =1\"");
        assert_eq!(field("＝1"), "\"'＝1\"");
        assert_eq!(field("\t=1"), "⇥=1");
        assert_eq!(field("\r\n=1"), "␍⏎=1");
    }

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(field("Lin Wei"), "Lin Wei");
        assert_eq!(field("Wei, Lin"), "\"Wei, Lin\"");
        assert_eq!(field("the \"real\" Lin"), "\"the \"\"real\"\" Lin\"");
        assert_eq!(field("a\nb"), "a⏎b");
        assert_eq!(field("a\u{1b}[31m"), "a␛[31m");
        let text = csv(["a", "b"], [["1".into(), "2,3".into()]].into_iter());
        assert_eq!(text, "a,b\r\n1,\"2,3\"\r\n");
    }
}
