//! The house keeps its floors.

use std::{fs, path::Path};

/// The floors in the order of `lib.rs`, bottom first.
fn floors() -> Vec<String> {
    let lib = fs::read_to_string("src/lib.rs").unwrap();
    lib.lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

/// The floors that a source text names, comments left out.
fn named_floors(text: &str) -> Vec<String> {
    let code: String =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let mut named = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => named.extend(group_heads(group)),
            None => named.push(head(rest)),
        }
    }
    named
}

/// The first names of each member of `a::b, c::{d, e}, …}`.
fn group_heads(group: &str) -> Vec<String> {
    let (mut depth, mut heads, mut fresh) = (0, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && !c.is_whitespace() => {
                heads.push(head(&group[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    heads
}

fn head(path: &str) -> String {
    path.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn sources(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn a_floor_uses_only_the_floors_below_it() {
    let floors = floors();
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let mut broken = Vec::new();
    for file in files {
        let floor = file.iter().nth(1).unwrap().to_string_lossy().replace(".rs", "");
        let Some(height) = floors.iter().position(|name| *name == floor) else { continue };
        for named in named_floors(&fs::read_to_string(&file).unwrap()) {
            if floors.iter().position(|name| *name == named).is_some_and(|other| other > height) {
                broken.push(format!("{} names crate::{named}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(floors.len() >= 7, "{floors:?}");
}

#[test]
fn a_grouped_use_and_a_comment_are_understood() {
    let text =
        "use crate::{engine::{Event, X}, model::Email}; // crate::cli\nuse crate::plan::Plan;";
    assert_eq!(named_floors(text), ["engine", "model", "plan"]);
}
