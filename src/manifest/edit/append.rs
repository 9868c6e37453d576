//! Additions to texts that somebody wrote: everything else stays, byte for byte.

use super::{
    Refusal, fresh,
    meaning::{Meaning, Value, tree},
};
use crate::{
    manifest::yaml::{Kind, Node, written},
    model::Member,
};

/// How to get from a document's root to a value in it.
enum Way<'a> {
    Key(&'a str),
    At(usize),
}

/// A text with another member on the roster that is the document of that number, which must be a
/// block of its own: what an alias stands for belongs to others as well.
pub fn with_member(text: &str, document: usize, member: &Member) -> Result<String, Refusal> {
    let way = [Way::Key("spec"), Way::Key("members")];
    let lines = fresh::lines(member);
    added(text, document, &way, &lines, &[format!("{{ {} }}", lines.join(", "))])
}

/// A text with another mini program in the `miniPrograms` of a roster's member.
pub fn added_to_list(
    text: &str,
    document: usize,
    member: usize,
    program: &str,
) -> Result<String, Refusal> {
    let way = [Way::Key("spec"), Way::Key("members"), Way::At(member), Way::Key("miniPrograms")];
    let item = [written(program).into_owned()];
    added(text, document, &way, &item, &item)
}

/// A text with another document at its end.
pub fn with_document(text: &str, document: &str) -> Result<String, Refusal> {
    let before = Meaning::of(text)?;
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let after = format!("{text}{end}---\n{document}");
    let mut expected = before;
    expected.documents.extend(Meaning::of(document)?.documents);
    judged(after, &expected)
}

/// `block` are the lines of the item in a block, `flow` the item within brackets.
fn added(
    text: &str,
    document: usize,
    way: &[Way<'_>],
    block: &[String],
    flow: &[String],
) -> Result<String, Refusal> {
    let mut expected = Meaning::of(text)?;
    let item = Meaning::of(&flow.concat())?.documents.pop().ok_or(Refusal::NoList)?;
    let root = expected.documents.get_mut(document).ok_or(Refusal::NoList)?;
    match way.iter().try_fold(root, |value, step| value.step(step)) {
        Some(Value::List(items)) => items.push(item),
        Some(_) | None => return Err(Refusal::NoList),
    }
    let nodes = tree(text)?;
    let root = nodes.get(document).ok_or(Refusal::NoList)?;
    let list = way.iter().try_fold(root, |node, step| node.step(step)).ok_or(Refusal::NoList)?;
    judged(inserted(text, list, block, &flow.concat())?, &expected)
}

fn judged(text: String, expected: &Meaning) -> Result<String, Refusal> {
    if Meaning::of(&text)? == *expected { Ok(text) } else { Err(Refusal::WouldChange) }
}

fn inserted(text: &str, list: &Node<'_>, block: &[String], flow: &str) -> Result<String, Refusal> {
    let Kind::List(items) = &list.kind else { return Err(Refusal::NoList) };
    let range = list.span.range();
    let is_flow = text[range.clone()].starts_with('[');
    match items.last() {
        None if is_flow && block.len() > 1 => {
            let start = text[..range.start].trim_end().len();
            let column = indent(text, range.start) + 2;
            let block = fresh::item(block, column);
            Ok(format!("{}\n{}{}", &text[..start], block.trim_end(), &text[range.end..]))
        }
        None if is_flow => Ok(format!("{}[{flow}]{}", &text[..range.start], &text[range.end..])),
        None => Err(Refusal::NoList),
        Some(last) if is_flow => {
            let end = last.span.range().end;
            let comma = if text[end..range.end].contains(',') { " " } else { ", " };
            let at = match text[end..range.end].find(',') {
                Some(comma) => end + comma + 1,
                None => end,
            };
            Ok(format!("{}{comma}{flow}{}", &text[..at], &text[at..]))
        }
        Some(last) => {
            let Some(column) = dash_column(text, last) else { return Err(Refusal::NoList) };
            let end = last.span.range().end;
            let at = text[end..].find('\n').map_or(text.len(), |line_end| end + line_end + 1);
            let break_ = if text[..at].ends_with('\n') { "" } else { "\n" };
            let in_braces = text[last.span.range()].starts_with('{');
            let item = if in_braces {
                format!("{:column$}- {flow}\n", "")
            } else {
                fresh::item(block, column)
            };
            let item = if text[..at].ends_with("\r\n") { item.replace('\n', "\r\n") } else { item };
            Ok(format!("{}{break_}{item}{}", &text[..at], &text[at..]))
        }
    }
}

/// How far the line of a place is indented.
fn indent(text: &str, at: usize) -> usize {
    let line = &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..];
    line.len() - line.trim_start_matches(' ').len()
}

/// Where the `-` of an item stands in its line.
fn dash_column(text: &str, item: &Node<'_>) -> Option<usize> {
    let before = text[..item.span.range().start].trim_end();
    let dash = before.strip_suffix('-')?;
    let line = &dash[dash.rfind('\n').map_or(0, |end| end + 1)..];
    line.bytes().all(|byte| byte == b' ').then_some(line.len())
}

impl Value {
    fn step(&mut self, step: &Way<'_>) -> Option<&mut Self> {
        match (self, step) {
            (Self::Mapping(entries), Way::Key(key)) => {
                entries.iter_mut().find(|(it, _)| it == key).map(|(_, value)| value)
            }
            (Self::List(items), Way::At(at)) => items.get_mut(*at),
            (
                Self::Null
                | Self::Bool(_)
                | Self::Integer(_)
                | Self::Float(_)
                | Self::Text(_)
                | Self::List(_)
                | Self::Mapping(_),
                Way::Key(_) | Way::At(_),
            ) => None,
        }
    }
}

impl<'t> Node<'t> {
    fn step(&self, step: &Way<'_>) -> Option<&Self> {
        match (&self.kind, step) {
            (_, Way::Key(key)) => self.entry(key).map(|(_, value)| value),
            (Kind::List(items), Way::At(at)) => items.get(*at),
            (_, Way::At(_)) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{added_to_list, with_document, with_member};
    use crate::{
        manifest::edit::Refusal,
        model::{Member, Role},
    };
    use std::collections::BTreeMap;

    fn mei() -> Member {
        Member {
            email: "mei@example.com".parse().unwrap(),
            name: "陈梅".into(),
            role: Role::Master,
            blocked: false,
            previously: None,
            until: None,
            assignments_until: BTreeMap::new(),
        }
    }

    fn added(members: &str) -> Result<String, Refusal> {
        let text = format!("spec:\n  members:{members}# end\n");
        with_member(&text, 0, &mei()).map(|text| {
            text.strip_prefix("spec:\n  members:").unwrap().strip_suffix("# end\n").unwrap().into()
        })
    }

    #[test]
    fn a_member_is_added_in_the_style_of_the_others() {
        let cases = [
            (" []\n", "\n    - name: 陈梅\n      email: mei@example.com\n      role: master\n"),
            (
                "\n  - name: A # the first\n    # more\n",
                "\n  - name: A # the first\n  - name: 陈梅\n    email: mei@example.com\n    role: \
                 master\n    # more\n",
            ),
            (
                "\n    - { name: A } # the first\n",
                "\n    - { name: A } # the first\n    - { name: 陈梅, email: mei@example.com, \
                 role: master }\n",
            ),
            (
                " [{ name: A },]\n",
                " [{ name: A }, { name: 陈梅, email: mei@example.com, role: \
              master }]\n",
            ),
        ];
        for (before, after) in cases {
            assert_eq!(added(before).as_deref(), Ok(after), "{before}");
        }
        assert_eq!(added(" x\n"), Err(Refusal::NoList));
    }

    #[test]
    fn what_an_alias_repeats_is_not_added_to() {
        let text = "a: &a\n  - { name: A }\nspec:\n  members: *a\n";
        assert!(with_member(text, 0, &mei()).is_err());
    }

    #[test]
    fn an_assignment_and_a_document_are_added() {
        let text = "spec:\n  members:\n    - { name: A, miniPrograms: [tea] }\n";
        let after = "spec:\n  members:\n    - { name: A, miniPrograms: [tea, coffee] }\n";
        assert_eq!(added_to_list(text, 0, 0, "coffee").as_deref(), Ok(after));
        let block = "spec:\n  members:\n    - miniPrograms:\n        - tea # hot\n";
        let after =
            "spec:\n  members:\n    - miniPrograms:\n        - tea # hot\n        - coffee\n";
        assert_eq!(added_to_list(block, 0, 0, "coffee").as_deref(), Ok(after));
        assert_eq!(with_document("a: 1", "b: 2\n").as_deref(), Ok("a: 1\n---\nb: 2\n"));
    }
}
