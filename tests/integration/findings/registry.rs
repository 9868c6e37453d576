//! Every code is explained, and shown.

use super::{
    case::Case, files, ignores, keys, languages, listings, projects, rosters, syntax, texts,
};
use minisync::{diagnostic::CodeInfo, manifest, project};
use std::{collections::BTreeSet, path::Path};

/// Shown by a test of their own: they need more than one change.
const SHOWN_APART: [u16; 2] = [
    // `nothing_in_a_file_is_a_warning`
    8, // `a_workspace_releases_ten_programs_to_alipay_china`
    507,
];

fn cases() -> impl Iterator<Item = &'static Case> {
    let families = [
        files::CASES,
        ignores::CASES,
        keys::CASES,
        languages::CASES,
        listings::CASES,
        projects::CASES,
        rosters::CASES,
        syntax::CASES,
        texts::CASES,
    ];
    families.into_iter().flatten()
}

#[test]
fn every_code_has_its_good_and_its_bad() {
    let shown: BTreeSet<u16> = cases().map(|case| case.code).chain(SHOWN_APART).collect();
    let known: BTreeSet<u16> = manifest::codes().iter().map(|info| info.code.0).collect();
    assert_eq!(shown, known);
}

#[test]
fn every_code_is_explained_in_whole_sentences() {
    let codes = manifest::codes();
    for CodeInfo { code, title, explanation, source } in &codes {
        let first = title.chars().next().unwrap();
        assert!(!first.is_uppercase() || title.starts_with("UTF"), "{code}: {title}");
        assert!(!title.ends_with('.') && title.len() < 90, "{code}: {title}");
        assert!(
            explanation.ends_with(['.', '"']) && explanation.len() > 20,
            "{code}: {explanation}"
        );
        assert!(!explanation.contains("  "), "{code}: {explanation}");
        assert!(!source.is_empty() && !source.contains("  "), "{code}: {source}");
    }
    let n_codes = codes.iter().map(|info| info.code).collect::<BTreeSet<_>>().len();
    assert_eq!(n_codes, codes.len(), "a code is used twice");
}

#[test]
fn nothing_in_a_file_is_a_warning() {
    use super::case::{load, sound_disk, sources_of, told};
    let sources = sources_of(vec![("empty.yaml".into(), "# nothing yet\n".into())]);
    insta::assert_snapshot!(told(&sources, load(&sources, sound_disk).diagnostics()), @r"
    warning MS0008 empty.yaml:1:1 []
      there is no document in this file
    ");
}

/// No file in git shows these, or not offline.
const NOT_IN_EXAMPLES: [u16; 5] = [
    // Nobody may read it, or it is a link to nothing.
    51, // A pipe, a device, a folder.
    52, // More than 50 MB.
    53, // A link out of the repository.
    55, // The platform's list of industries is not known offline.
    401,
];

/// `MS0304` in `… # MS0304, MS0305`.
fn named(line: &str) -> impl Iterator<Item = u16> {
    line.match_indices("MS").filter_map(|(at, _)| line.get(at + 2..at + 6)?.parse().ok())
}

#[test]
fn the_broken_example_shows_every_finding_where_it_says() {
    let project = project::open(&[Path::new("examples/broken").to_owned()]).unwrap();
    let loaded = project.load();
    let found: Vec<(String, usize, u16)> = loaded
        .diagnostics()
        .iter()
        .map(|found| {
            let (line, _) = project.sources.position(found.primary);
            (project.sources.get(found.primary.source).path.clone(), line, found.code.0)
        })
        .collect();
    let mut announced = Vec::new();
    for (_, source) in project.sources.iter() {
        for (line, text) in (1..).zip(source.text.lines()) {
            announced.extend(named(text).map(|code| (source.path.clone(), line, code)));
        }
    }
    let sorted = |mut list: Vec<_>| {
        list.sort();
        list
    };
    assert_eq!(sorted(found.clone()), sorted(announced));

    let shown: BTreeSet<u16> = found.into_iter().map(|(_, _, code)| code).collect();
    let mut known: BTreeSet<u16> = manifest::codes().iter().map(|info| info.code.0).collect();
    known.retain(|code| !NOT_IN_EXAMPLES.contains(code));
    assert_eq!(shown, known);
}
