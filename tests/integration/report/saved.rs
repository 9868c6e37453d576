//! The format of saved plans, and files that are none.

use super::world::{World, eventful, now};
use jiff::SignedDuration;
use minisync::report::{
    Format, Look,
    saved::{self, Circumstances, Commit, SavedPlan, Scope, Signature},
    show,
};
use proptest::{prelude::*, property_test};
use std::collections::BTreeSet;

fn plan(world: &World) -> SavedPlan {
    let manifests = saved::manifests(&world.sources);
    SavedPlan::new(&world.view(), &Circumstances {
        scope: Scope { platform: "https://sandbox.example.com", manifests: &manifests },
        commit: Some(Commit { hash: "0123456789".into(), dirty: true }),
        made_at: now(),
        expires_at: now() + SignedDuration::from_hours(8),
        again: &BTreeSet::from(["lin@example.com".parse().unwrap()]),
    })
}

#[test]
fn what_is_written_is_read_and_written_the_same() {
    let plan = plan(&eventful());
    let text = plan.text();
    assert_eq!(saved::parse(text.as_bytes()).unwrap(), plan);
    assert_eq!(saved::parse(text.as_bytes()).unwrap().text(), text);
    assert!(text.ends_with("}\n") && !text.ends_with("\n\n"));
    super::schema::must_keep_to(&saved::schema(), &text);
}

#[test]
fn reviewers_read_what_it_is_and_every_step() {
    let told = show(&plan(&eventful()), &Signature::Missing, Format::Human, &Look::default());
    insta::assert_snapshot!(anstream::adapter::strip_str(&told).to_string(), @"");
}

#[test]
fn a_comment_shows_the_same_as_tables() {
    let signature =
        Signature::Good { signer: "ann@example.com".into(), key: "SHA256:abc".into() };
    let told = show(&plan(&eventful()), &signature, Format::Markdown, &Look::default());
    insta::assert_snapshot!(told, @"");
}

/// `text` with a piece of it replaced by another.
fn edited(text: &[u8], (at, n_cut, put): (usize, usize, &[u8])) -> Vec<u8> {
    let at = at % text.len();
    let end = (at + n_cut).min(text.len());
    [&text[..at], put, &text[end..]].concat()
}

#[property_test]
fn no_bytes_make_it_panic(bytes: Vec<u8>) {
    prop_assert!(saved::parse(&bytes).is_err());
}

#[property_test]
fn no_edit_goes_unnoticed(at: usize, #[strategy = 0_usize..40] n_cut: usize, put: Vec<u8>) {
    let plan = plan(&eventful());
    let edited = edited(plan.text().as_bytes(), (at, n_cut, &put));
    if let Ok(read) = saved::parse(&edited) {
        prop_assert_eq!(read, plan);
    }
}

#[property_test]
fn pieces_of_json_make_it_no_other_plan(
    at: usize,
    #[strategy = 0_usize..6] n_cut: usize,
    #[strategy = r#"(null|true|-1|1e400|18446744073709551616|\[|\{|\}|"|\\u[0-9a-fd]{4}|,|:| |"mark": 5,){1,4}"#]
    put: String,
) {
    let plan = plan(&eventful());
    let edited = edited(plan.text().as_bytes(), (at, n_cut, put.as_bytes()));
    if let Ok(read) = saved::parse(&edited) {
        prop_assert_eq!(read, plan);
    }
}

#[test]
fn a_key_that_is_there_twice_is_no_plan() {
    let text = plan(&eventful()).text();
    for key in ["\"mark\": 0", "\"platform\": ", "\"text\": ", "\"kind\": \"member\""] {
        let line = text.lines().find(|line| line.contains(key)).unwrap();
        let twice = text.replacen(line, &format!("{}\n{line}", line.trim_end_matches(',').to_owned() + ","), 1);
        assert!(saved::parse(twice.as_bytes()).is_err(), "{key}");
    }
}
