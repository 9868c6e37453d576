//! Additions to texts that somebody wrote: everything else stays, byte for byte.

use super::{
    Refusal, fresh,
    meaning::{Meaning, Value, tree},
};
use crate::{
    manifest::yaml::{Kind, Node, written},
    model::{Email, Member, ProgramKey},
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

/// A text with another mini program in the `miniPrograms` of somebody on the roster that is the
/// document of that number; `None` where they are not on it as a developer.
pub fn with_assignment(
    text: &str,
    document: usize,
    email: &Email,
    program: &ProgramKey,
) -> Option<Result<String, Refusal>> {
    let nodes = tree(text).ok()?;
    let people = [Way::Key("spec"), Way::Key("members")];
    let people = people.iter().try_fold(nodes.get(document)?, |node, step| node.step(step))?;
    let Kind::List(members) = &people.kind else { return None };
    let is_theirs = |member: &Node<'_>| {
        let written =
            member.entry("email").and_then(|(_, value)| value.text()?.parse::<Email>().ok());
        written.as_ref() == Some(email) && member.entry("miniPrograms").is_some()
    };
    let at = members.iter().position(is_theirs)?;
    let way = [Way::Key("spec"), Way::Key("members"), Way::At(at), Way::Key("miniPrograms")];
    let item = [written(program.as_str()).into_owned()];
    Some(added(text, document, &way, &item, &item))
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
    use super::{with_assignment, with_member};
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
    fn an_assignment_is_added_to_the_right_person() {
        let added = |text: &str| {
            let (email, key) = ("mei@example.com".parse().unwrap(), "coffee".parse().unwrap());
            with_assignment(text, 0, &email, &key)
        };
        let text = |mei: &str| {
            format!("spec:\n  members:\n    - {{ email: a@x.cn, miniPrograms: [tea] }}\n{mei}")
        };
        let before = text("    - { email: Mei@example.com, miniPrograms: [tea] }\n");
        let after = text("    - { email: Mei@example.com, miniPrograms: [tea, coffee] }\n");
        assert_eq!(added(&before), Some(Ok(after)));
        let block = "    - miniPrograms:\n        - tea # hot\n";
        let before = text(&format!("{block}      email: mei@example.com\n"));
        let after = text(&format!("{block}        - coffee\n      email: mei@example.com\n"));
        assert_eq!(added(&before), Some(Ok(after)));
        assert_eq!(added(&text("    - { email: mei@example.com }\n")), None);
    }
}
