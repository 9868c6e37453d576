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

/// What is added to a list, as a block and within brackets.
struct Item {
    block: Vec<String>,
    flow: String,
}

/// A text with further members on the roster that is the document of that number, which must be a
/// list of its own: what an alias stands for belongs to others as well.
pub fn with_members(text: &str, document: usize, members: &[Member]) -> Result<String, Refusal> {
    let way = [Way::Key("spec"), Way::Key("members")];
    let items = members.iter().map(|member| {
        let block = fresh::lines(member);
        Item { flow: format!("{{ {} }}", block.join(", ")), block }
    });
    added(text, document, &way, &items.collect::<Vec<_>>())
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
    let flow = written(program.as_str()).into_owned();
    Some(added(text, document, &way, &[Item { block: vec![flow.clone()], flow }]))
}

/// At the end of the list.
fn added(text: &str, document: usize, way: &[Way<'_>], items: &[Item]) -> Result<String, Refusal> {
    let mut expected = Meaning::of(text)?;
    let root = expected.documents.get_mut(document).ok_or(Refusal::NoList)?;
    match way.iter().try_fold(root, |value, step| value.step(step)) {
        Some(Value::List(known)) => {
            for item in items {
                known.extend(Meaning::of(&item.flow)?.documents);
            }
        }
        Some(_) | None => return Err(Refusal::NoList),
    }
    let nodes = tree(text)?;
    let root = nodes.get(document).ok_or(Refusal::NoList)?;
    let list = way.iter().try_fold(root, |node, step| node.step(step)).ok_or(Refusal::NoList)?;
    let after = inserted(text, list, items)?;
    if Meaning::of(&after)? == expected { Ok(after) } else { Err(Refusal::WouldChange) }
}

fn inserted(text: &str, list: &Node<'_>, items: &[Item]) -> Result<String, Refusal> {
    let Kind::List(known) = &list.kind else { return Err(Refusal::NoList) };
    let range = list.span.range();
    let is_flow = text[range.clone()].starts_with('[');
    let flow: Vec<_> = items.iter().map(|item| item.flow.as_str()).collect();
    let flow = flow.join(", ");
    match known.last() {
        None if is_flow && items.iter().all(|item| item.block.len() > 1) => {
            let start = text[..range.start].trim_end().len();
            let block = blocks(items, indent(text, range.start) + 2);
            Ok(format!("{}\n{}{}", &text[..start], block.trim_end(), &text[range.end..]))
        }
        None if is_flow => Ok(format!("{}[{flow}]{}", &text[..range.start], &text[range.end..])),
        None => Err(Refusal::NoList),
        Some(last) if is_flow => {
            let end = last.span.range().end;
            let (at, comma) = match text[end..range.end].find(',') {
                Some(comma) => (end + comma + 1, " "),
                None => (end, ", "),
            };
            Ok(format!("{}{comma}{flow}{}", &text[..at], &text[at..]))
        }
        Some(last) => below(text, last, items),
    }
}

/// In the lines after the last item of a block, in its style.
fn below(text: &str, last: &Node<'_>, items: &[Item]) -> Result<String, Refusal> {
    let column = dash_column(text, last).ok_or(Refusal::NoList)?;
    let end = last.span.range().end;
    let at = text[end..].find('\n').map_or(text.len(), |line_end| end + line_end + 1);
    let line_end = if text[..at].ends_with('\n') { "" } else { "\n" };
    let added = if text[last.span.range()].starts_with('{') {
        let indent = " ".repeat(column);
        items.iter().map(|item| format!("{indent}- {}\n", item.flow)).collect()
    } else {
        blocks(items, column)
    };
    let has_returns = text[..at].ends_with("\r\n");
    let added = if has_returns { added.replace('\n', "\r\n") } else { added };
    Ok(format!("{}{line_end}{added}{}", &text[..at], &text[at..]))
}

fn blocks(items: &[Item], column: usize) -> String {
    items.iter().map(|item| fresh::item(&item.block, column)).collect()
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
    use super::{with_assignment, with_members};
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
            ignore: BTreeMap::new(),
        }
    }

    fn added(members: &str) -> Result<String, Refusal> {
        let text = format!("spec:\n  members:{members}# end\n");
        with_members(&text, 0, &[mei()]).map(|text| {
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
        assert!(with_members(text, 0, &[mei()]).is_err());
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
