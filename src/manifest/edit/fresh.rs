//! Fresh documents, in the order of the file format's keys.

use crate::{
    manifest::yaml::written,
    model::{Exemptions, Listing, Member, MiniProgram, ProgramKey, Role, Translation, WorkspaceId},
};
use std::fmt::{self, Write as _};

/// A document of a mini program. The logo's path is as the manifest is to have it; `workspace` is
/// named where it is not the project's default one.
pub fn program(program: &MiniProgram, workspace: Option<&WorkspaceId>) -> String {
    let MiniProgram {
        key,
        name,
        release_to,
        default_language,
        created_by,
        listing,
        languages,
        previously,
        ignore,
    } = program;
    let mut text = head("MiniProgram", key.as_str(), previously.as_ref());
    let mut spec = |line: fmt::Arguments<'_>| add(&mut text, line);
    spec(format_args!("  name: {}", written(name)));
    if let Some(workspace) = workspace {
        spec(format_args!("  workspace: {}", written(workspace.as_str())));
    }
    let targets: Vec<_> = release_to.iter().map(|target| written(target.as_str())).collect();
    spec(format_args!("  releaseTo: [{}]", targets.join(", ")));
    spec(format_args!("  defaultLanguage: {}", written(default_language.as_str())));
    if let Some(creator) = created_by {
        spec(format_args!("  createdBy: {}", written(creator.as_str())));
    }
    if let Some(listing) = listing {
        add_listing(&mut text, listing);
    }
    if !languages.is_empty() {
        add(&mut text, format_args!("  languages:"));
    }
    for (tag, translation) in languages {
        add_translation(&mut text, tag.as_str(), translation);
    }
    if !ignore.is_empty() {
        add(&mut text, format_args!("  {}", exempt(ignore)));
    }
    text
}

/// A document of a roster.
pub fn roster<'a>(
    name: &str,
    workspace: Option<&WorkspaceId>,
    members: impl IntoIterator<Item = &'a Member>,
) -> String {
    let mut text = head("Roster", name, None);
    if let Some(workspace) = workspace {
        add(&mut text, format_args!("  workspace: {}", written(workspace.as_str())));
    }
    let members: String = members.into_iter().map(|member| item(&lines(member), 4)).collect();
    if members.is_empty() {
        add(&mut text, format_args!("  members: []"));
    } else {
        add(&mut text, format_args!("  members:"));
    }
    text + &members
}

fn head(kind: &str, name: &str, previously: Option<&ProgramKey>) -> String {
    let name = written(name);
    let mut text =
        format!("apiVersion: minisync.dev/v1\nkind: {kind}\nmetadata:\n  name: {name}\n");
    if let Some(previously) = previously {
        add(&mut text, format_args!("  previously: {}", written(previously.as_str())));
    }
    add(&mut text, format_args!("spec:"));
    text
}

fn exempt(ignore: &Exemptions) -> String {
    let items = ignore.iter().map(|(field, until)| {
        let until = until.map_or_else(String::new, |until| format!(", until: {until}"));
        format!("{{ field: {}{until} }}", written(&field.to_string()))
    });
    format!("ignore: [{}]", items.collect::<Vec<_>>().join(", "))
}

fn add(text: &mut String, line: fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a text takes every line");
}

fn add_listing(text: &mut String, listing: &Listing) {
    let Listing { tagline, description, logo, industry, customer_service } = listing;
    let service = customer_service;
    add(text, format_args!("  listing:"));
    add(text, format_args!("    tagline: {}", written(tagline)));
    add(text, format_args!("    description: {}", written(description)));
    add(text, format_args!("    logo: {}", written(&logo.path)));
    add(text, format_args!("    industry: {}", written(industry)));
    add(text, format_args!("    customerService:"));
    add(text, format_args!("      phone: {}", written(&service.phone)));
    add(text, format_args!("      email: {}", written(service.email.as_str())));
}

fn add_translation(text: &mut String, tag: &str, translation: &Translation) {
    let Translation { name, tagline, description } = translation;
    let fields = [("name", name), ("tagline", tagline), ("description", description)];
    let said: Vec<_> = fields.iter().filter_map(|(key, it)| Some((key, it.as_ref()?))).collect();
    if said.is_empty() {
        return add(text, format_args!("    {}: {{}}", written(tag)));
    }
    add(text, format_args!("    {}:", written(tag)));
    for (key, it) in said {
        add(text, format_args!("      {key}: {}", written(it)));
    }
}

/// The keys of a member with their values, as a block or within braces.
pub(super) fn lines(member: &Member) -> Vec<String> {
    let Member { email, name, role, blocked, previously, until, assignments_until, ignore } =
        member;
    let mut lines =
        vec![format!("name: {}", written(name)), format!("email: {}", written(email.as_str()))];
    lines.extend(previously.iter().map(|old| format!("previously: {}", written(old.as_str()))));
    lines.push(format!("role: {}", role.name()));
    if let Role::Developer(keys) = role {
        let keys = keys.iter().map(|key| match assignments_until.get(key) {
            Some(until) => format!("{{ program: {}, until: {until} }}", written(key.as_str())),
            None => written(key.as_str()).into_owned(),
        });
        lines.push(format!("miniPrograms: [{}]", keys.collect::<Vec<_>>().join(", ")));
    }
    lines.extend(until.map(|until| format!("until: {until}")));
    lines.extend(blocked.then(|| "blocked: true".to_owned()));
    lines.extend((!ignore.is_empty()).then(|| exempt(ignore)));
    lines
}

/// An item of a list whose `-` stands in that column.
pub(super) fn item(lines: &[String], column: usize) -> String {
    let indent = " ".repeat(column);
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        let mark = if at == 0 { "- " } else { "  " };
        add(&mut text, format_args!("{indent}{mark}{line}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{program, roster};
    use crate::model::{Member, MiniProgram, Role, Translation};
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn documents_are_written_as_people_write_them() {
        let coffee = MiniProgram {
            key: "coffee".parse().unwrap(),
            name: "幸福咖啡".into(),
            release_to: BTreeSet::from([crate::model::ReleaseTarget::AlipayCn]),
            default_language: "zh-CN".parse().unwrap(),
            created_by: None,
            listing: None,
            languages: BTreeMap::from([(
                "en-US".parse().unwrap(),
                Translation { name: Some("Yes: coffee".into()), ..Translation::default() },
            )]),
            previously: None,
            ignore: BTreeMap::new(),
        };
        let expected = "apiVersion: minisync.dev/v1\nkind: MiniProgram\nmetadata:\n  name: coffee\n\
            spec:\n  name: 幸福咖啡\n  releaseTo: [alipay-cn]\n  defaultLanguage: zh-CN\n  \
            languages:\n    en-US:\n      name: \"Yes: coffee\"\n";
        assert_eq!(program(&coffee, None), expected);
        let lin = Member {
            email: "lin@example.com".parse().unwrap(),
            name: "林伟".into(),
            role: Role::Developer(BTreeSet::from(["coffee".parse().unwrap()])),
            blocked: true,
            previously: None,
            until: None,
            assignments_until: BTreeMap::new(),
            ignore: BTreeMap::new(),
        };
        let expected = "apiVersion: minisync.dev/v1\nkind: Roster\nmetadata:\n  name: team\n\
            spec:\n  workspace: acme\n  members:\n    - name: 林伟\n      email: lin@example.com\n      \
            role: developer\n      miniPrograms: [coffee]\n      blocked: true\n";
        assert_eq!(roster("team", Some(&"acme".parse().unwrap()), [&lin]), expected);
    }
}
