//! Additions to texts that somebody wrote: everything else stays, byte for byte.

use super::{
    Refusal, fresh,
    meaning::{Meaning, Value, tree},
};
use crate::{
    manifest::yaml::{Kind, Node, written},
    model::{Email, Member, ProgramKey},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// How to get from a document's root to a value in it.
#[derive(Debug, Clone, Copy)]
enum Way<'a> {
    Key(&'a str),
    At(usize),
}

/// What is added to a list, as a block and within brackets.
struct Item {
    block: Vec<String>,
    flow: String,
}

/// Items for one list.
struct Addition<'a> {
    way: Vec<Way<'a>>,
    items: Vec<Item>,
}

/// What stands in the place of a part of a text.
struct Edit {
    range: Range<usize>,
    text: String,
}

/// A text in which people were given mini programs, as far as that could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    pub text: String,
    /// Who is on the roster as a developer, and why theirs is as it was, if it is.
    pub people: BTreeMap<Email, Result<(), Refusal>>,
}

const PEOPLE: [Way<'_>; 2] = [Way::Key("spec"), Way::Key("members")];

/// A text with further members on the roster that is the document of that number, which must be a
/// list of its own: what an alias stands for belongs to others as well.
pub fn with_members(text: &str, document: usize, members: &[Member]) -> Result<String, Refusal> {
    let items = members.iter().map(|member| {
        let block = fresh::lines(member);
        Item { flow: format!("{{ {} }}", block.join(", ")), block }
    });
    let addition = Addition { way: PEOPLE.to_vec(), items: items.collect() };
    added(text, document, &[&addition])
}

/// A text with further mini programs in the `miniPrograms` of people on the roster that is the
/// document of that number.
pub fn with_assignments(
    text: &str,
    document: usize,
    wanted: &BTreeMap<Email, BTreeSet<ProgramKey>>,
) -> Assigned {
    let additions: Vec<_> = developers(text, document)
        .into_iter()
        .filter_map(|(email, at)| {
            let items = wanted.get(&email)?.iter().map(|key| {
                let flow = written(key.as_str()).into_owned();
                Item { block: vec![flow.clone()], flow }
            });
            let way = [&PEOPLE[..], &[Way::At(at), Way::Key("miniPrograms")]].concat();
            Some((email, Addition { way, items: items.collect() }))
        })
        .collect();
    let mut assigned = Assigned { text: text.to_owned(), people: BTreeMap::new() };
    assigned.add(document, &additions);
    assigned
}

/// Where the people of a roster are in its list who have `miniPrograms`.
fn developers(text: &str, document: usize) -> BTreeMap<Email, usize> {
    let nodes = tree(text).unwrap_or_default();
    let root = nodes.get(document);
    let people = root.and_then(|root| PEOPLE.iter().try_fold(root, |node, step| node.step(step)));
    let Some(Kind::List(members)) = people.map(|people| &people.kind) else {
        return BTreeMap::new();
    };
    let developer = |(at, member): (usize, &Node<'_>)| {
        member.entry("miniPrograms")?;
        let (_, email) = member.entry("email")?;
        Some((email.text()?.parse().ok()?, at))
    };
    // Where somebody is there twice, the first counts.
    members.iter().enumerate().rev().filter_map(developer).collect()
}

impl Assigned {
    /// All at once; where that is refused, one half and then the other.
    fn add(&mut self, document: usize, additions: &[(Email, Addition<'_>)]) {
        let all: Vec<_> = additions.iter().map(|(_, addition)| addition).collect();
        match (added(&self.text, document, &all), additions) {
            (Ok(text), _) => {
                self.text = text;
                self.people.extend(additions.iter().map(|(email, _)| (email.clone(), Ok(()))));
            }
            (Err(_), []) => {}
            (Err(why), [(email, _)]) => drop(self.people.insert(email.clone(), Err(why))),
            (Err(_), several) => {
                let (first, second) = several.split_at(several.len() / 2);
                self.add(document, first);
                self.add(document, second);
            }
        }
    }
}

/// At the end of each list.
fn added(text: &str, document: usize, additions: &[&Addition<'_>]) -> Result<String, Refusal> {
    let mut expected = Meaning::of(text)?;
    let nodes = tree(text)?;
    let mut edits = Vec::new();
    for Addition { way, items } in additions {
        let root = expected.documents.get_mut(document).ok_or(Refusal::NoList)?;
        match way.iter().try_fold(root, |value, step| value.step(step)) {
            Some(Value::List(known)) => {
                for item in items {
                    known.extend(Meaning::of(&item.flow)?.documents);
                }
            }
            Some(_) | None => return Err(Refusal::NoList),
        }
        let root = nodes.get(document).ok_or(Refusal::NoList)?;
        let list = way.iter().try_fold(root, |node, step| node.step(step));
        edits.push(insertion(text, list.ok_or(Refusal::NoList)?, items)?);
    }
    let after = edited(text, edits)?;
    if Meaning::of(&after)? == expected { Ok(after) } else { Err(Refusal::WouldChange) }
}

fn edited(text: &str, mut edits: Vec<Edit>) -> Result<String, Refusal> {
    edits.sort_by_key(|edit| edit.range.start);
    let (mut after, mut at) = (String::new(), 0);
    for Edit { range, text: new } in edits {
        after.push_str(text.get(at..range.start).ok_or(Refusal::WouldChange)?);
        after.push_str(&new);
        at = range.end;
    }
    after.push_str(&text[at..]);
    Ok(after)
}

fn insertion(text: &str, list: &Node<'_>, items: &[Item]) -> Result<Edit, Refusal> {
    let Kind::List(known) = &list.kind else { return Err(Refusal::NoList) };
    let range = list.span.range();
    let is_flow = text[range.clone()].starts_with('[');
    let flow: Vec<_> = items.iter().map(|item| item.flow.as_str()).collect();
    let flow = flow.join(", ");
    match known.last() {
        None if is_flow && items.iter().all(|item| item.block.len() > 1) => {
            Ok(begun(text, range, items))
        }
        None if is_flow => Ok(Edit { range, text: format!("[{flow}]") }),
        None => Err(Refusal::NoList),
        Some(last) if is_flow => {
            let end = last.span.range().end;
            // Behind a comment, it would belong to that.
            let is_apart = |c: char| c.is_ascii_whitespace();
            let (at, comma) = match text[end..range.end].trim_start_matches(is_apart) {
                rest if rest.starts_with(',') => (range.end - rest.len() + 1, " "),
                _ => (end, ", "),
            };
            Ok(Edit { range: at..at, text: format!("{comma}{flow}") })
        }
        Some(last) => below(text, last, items),
    }
}

/// Lines in the place of `[]`; what stands behind that stays in its line.
fn begun(text: &str, range: Range<usize>, items: &[Item]) -> Edit {
    let start = text[..range.start].trim_end().len();
    let line_end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at);
    let rest = text[range.end..line_end].trim_end();
    let block = blocks(items, indent(text, range.start) + 2);
    let text = format!("{rest}\n{}", block.trim_end());
    Edit { range: start..line_end, text }
}

/// In the lines after the last item of a block, in its style.
fn below(text: &str, last: &Node<'_>, items: &[Item]) -> Result<Edit, Refusal> {
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
    Ok(Edit { range: at..at, text: format!("{line_end}{added}") })
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
    use super::{Assigned, with_assignments, with_members};
    use crate::{
        manifest::edit::Refusal,
        model::{Member, Role},
    };
    use std::collections::{BTreeMap, BTreeSet};

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
                " [] # nobody yet\n",
                " # nobody yet\n    - name: 陈梅\n      email: mei@example.com\n      role: \
                 master\n",
            ),
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

    fn assigned(people: &[&str], text: &str) -> Assigned {
        let keys = BTreeSet::from(["coffee".parse().unwrap()]);
        let wanted = people.iter().map(|email| (email.parse().unwrap(), keys.clone()));
        with_assignments(text, 0, &wanted.collect())
    }

    fn roster(mei: &str) -> String {
        format!("spec:\n  members:\n    - {{ email: a@x.cn, miniPrograms: [tea] }}\n{mei}")
    }

    #[test]
    fn an_assignment_is_added_to_the_right_person() {
        let mei = |programs: &str| {
            format!("    - {{ email: Mei@example.com, miniPrograms: {programs} }}\n")
        };
        let block = "    - miniPrograms:\n        - tea # hot\n";
        let below = "      email: mei@example.com\n";
        for (before, after) in [
            (mei("[tea]"), mei("[tea, coffee]")),
            (mei("[tea, ]"), mei("[tea, coffee ]")),
            (
                mei("[\n        tea # hot, sweet\n      ]"),
                mei("[\n        tea, coffee # hot, sweet\n      ]"),
            ),
            (format!("{block}{below}"), format!("{block}        - coffee\n{below}")),
        ] {
            let added = assigned(&["mei@example.com", "nobody@example.com"], &roster(&before));
            let people = BTreeMap::from([("mei@example.com".parse().unwrap(), Ok(()))]);
            assert_eq!(added, Assigned { text: roster(&after), people });
        }
        let text = roster("    - { email: mei@example.com }\n");
        let people = BTreeMap::new();
        assert_eq!(assigned(&["mei@example.com"], &text), Assigned { text: text.clone(), people });
    }

    #[test]
    fn where_one_list_cannot_be_added_to_the_others_are() {
        let text = |ann: &str, dan: &str| {
            format!(
                "spec:\n  members:\n    - {{ email: a@x.cn, miniPrograms: [tea{ann}] }}\n    \
                 - {{ email: b@x.cn, miniPrograms: &shop [tea] }}\n    \
                 - {{ email: c@x.cn, miniPrograms: *shop }}\n    \
                 - {{ email: d@x.cn, miniPrograms: [tea{dan}] }}\n"
            )
        };
        let added = assigned(&["a@x.cn", "b@x.cn", "c@x.cn", "d@x.cn"], &text("", ""));
        assert_eq!(added.text, text(", coffee", ", coffee"));
        let refused = added.people.iter().filter(|(_, result)| result.is_err());
        let refused: Vec<_> = refused.map(|(email, _)| email.as_str()).collect();
        assert_eq!(refused, ["b@x.cn", "c@x.cn"]);
    }
}
