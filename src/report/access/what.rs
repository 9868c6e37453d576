//! What somebody reaches.

use super::{
    json,
    reach::{Grant, Person, people},
    sheet::{Sheet, Table},
    words,
};
use crate::{
    model::Email,
    report::{
        place::Places,
        view::PlanView,
        wording::{self, phrase::Phrase},
    },
};
use std::collections::BTreeSet;

/// Everybody whom either side knows.
pub fn addresses(view: &PlanView<'_>) -> BTreeSet<Email> {
    people(view).iter().map(|person| person.email.clone()).collect()
}

pub(super) fn sheet(view: &PlanView<'_>, email: &Email) -> Sheet {
    let (people, places) = (asked(view, email), Places::new(view.sources));
    let grants: Vec<Grant<'_>> = people.iter().flat_map(Person::grants).collect();
    let row = |grant: &Grant<'_>| {
        vec![
            Phrase::data(grant.person.workspace.id),
            words::reached(&grant.right, grant.person.workspace),
            Phrase::words(grant.right.role()),
            words::on_platform(grant, view.now()),
            words::until(grant),
            words::place(grant.place(view), &places),
        ]
    };
    let told = people.first().map_or_else(|| email.to_string(), Person::told);
    let table = Table {
        caption: Phrase::data(&told),
        head: vec!["Workspace", "What", "As", "On the platform", "Until", "Manifest"],
        rows: grants.iter().map(row).collect(),
    };
    let mut sentences = vec![sentence(&told, &grants)];
    sentences.extend(people.iter().filter_map(|person| lapsed(person, view)));
    sentences.extend(words::gaps(view, &people));
    Sheet { title: Phrase::words("minisync access what"), tables: vec![table], sentences }
}

pub(super) fn report(view: &PlanView<'_>, email: &Email) -> json::What {
    let (people, places) = (asked(view, email), Places::new(view.sources));
    let grants = people.iter().flat_map(Person::grants);
    json::What {
        version: crate::report::json::VERSION,
        email: email.to_string(),
        grants: grants.map(|grant| json::Grant::new(&grant, view, &places)).collect(),
        gaps: json::gaps(view, &people),
    }
}

fn asked<'a>(view: &'a PlanView<'a>, email: &Email) -> Vec<Person<'a>> {
    people(view).into_iter().filter(|person| person.email == email).collect()
}

fn sentence(told: &str, grants: &[Grant<'_>]) -> Phrase {
    let usable = grants.iter().filter(|grant| super::is_usable(grant));
    let workspaces: BTreeSet<_> = usable.map(|grant| grant.person.workspace.id).collect();
    let phrase = Phrase::data(told);
    match workspaces.len() {
        0 => phrase.and(" reaches nothing now."),
        n => phrase.and(format!(
            " reaches something in {} now.",
            wording::count(n, "workspace", "workspaces")
        )),
    }
}

/// Somebody of whom nothing is left but a record.
fn lapsed(person: &Person<'_>, view: &PlanView<'_>) -> Option<Phrase> {
    let record = person.record.as_ref().filter(|_| person.wanted.is_empty())?;
    let why = words::lapsed(record.state, view.now())?;
    Some(Phrase::words("In workspace ").and_data(person.workspace.id).and(": ").and(why).and("."))
}
