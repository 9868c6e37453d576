//! Fields of a program under the names that manifests have for them, before and after.

use crate::{
    model::{Digest, LanguageTag, Logo, ReleaseTarget, Translation},
    plan::{Action, ProgramChange},
};
use std::collections::BTreeSet;

/// One field that changes; `None`: there is none on that side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Field {
    pub(in crate::report) name: String,
    pub(in crate::report) before: Option<String>,
    pub(in crate::report) after: Option<String>,
}

/// Digits of a logo's digest that are shown.
const DIGEST_DIGITS: usize = 12;

/// Only updates have some.
pub(in crate::report) fn fields(action: &Action) -> Vec<Field> {
    match action {
        Action::UpdateProgram { changes, .. } => changes.iter().flat_map(of_change).collect(),
        Action::AdoptProgram { .. }
        | Action::AdoptMember { .. }
        | Action::CreateProgram { .. }
        | Action::DeleteProgram { .. }
        | Action::Invite { .. }
        | Action::Reinvite { .. }
        | Action::Resend { .. }
        | Action::Withdraw { .. }
        | Action::ChangeRole { .. }
        | Action::Block { .. }
        | Action::Unblock { .. }
        | Action::Remove { .. } => Vec::new(),
    }
}

fn of_change(change: &ProgramChange) -> Vec<Field> {
    let text = |name: &str, from: Option<&String>, to: &str| {
        vec![Field::new(name, from.cloned(), Some(to.to_owned()))]
    };
    match change {
        ProgramChange::Name { from, to } => text("name", Some(from), to),
        ProgramChange::ReleaseTo { from, to } => {
            vec![Field::new("releaseTo", targets(from), targets(to))]
        }
        ProgramChange::Tagline { from, to } => text("listing.tagline", from.as_ref(), to),
        ProgramChange::Description { from, to } => text("listing.description", from.as_ref(), to),
        ProgramChange::Logo { from, to } => {
            let before = from.as_ref().map(short);
            vec![Field::new("listing.logo", before, Some(logo(to)))]
        }
        ProgramChange::Industry { from, to } => text("listing.industry", from.as_ref(), to),
        ProgramChange::Phone { from, to } => {
            text("listing.customerService.phone", from.as_ref(), to)
        }
        ProgramChange::Email { from, to } => {
            text("listing.customerService.email", from.as_ref(), to.as_str())
        }
        ProgramChange::Language { tag, from, to } => language(tag, from.as_ref(), to.as_ref()),
    }
}

fn language(tag: &LanguageTag, from: Option<&Translation>, to: Option<&Translation>) -> Vec<Field> {
    let before = texts(from);
    let mut fields = Vec::new();
    for ((name, before), (_, after)) in before.into_iter().zip(texts(to)) {
        if before != after {
            let name = format!("languages.{tag}.{name}");
            fields.push(Field::new(&name, before.cloned(), after.cloned()));
        }
    }
    if fields.is_empty() {
        let there = |side: Option<&Translation>| side.map(|_| "{}".to_owned());
        fields.push(Field::new(&format!("languages.{tag}"), there(from), there(to)));
    }
    fields
}

fn texts(translation: Option<&Translation>) -> [(&'static str, Option<&String>); 3] {
    let (name, tagline, description) = match translation {
        Some(Translation { name, tagline, description }) => {
            (name.as_ref(), tagline.as_ref(), description.as_ref())
        }
        None => (None, None, None),
    };
    [("name", name), ("tagline", tagline), ("description", description)]
}

fn targets(targets: &BTreeSet<ReleaseTarget>) -> Option<String> {
    let names: Vec<&str> = targets.iter().map(|target| target.as_str()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn logo(logo: &Logo) -> String {
    format!("{} ({})", logo.path, short(&logo.digest))
}

fn short(digest: &Digest) -> String {
    shortened(digest.as_str())
}

/// The digits of a digest that are shown.
pub(in crate::report) fn shortened(digest: &str) -> String {
    digest.chars().take(DIGEST_DIGITS).collect()
}

impl Field {
    fn new(name: &str, before: Option<String>, after: Option<String>) -> Self {
        Self { name: name.to_owned(), before, after }
    }
}
