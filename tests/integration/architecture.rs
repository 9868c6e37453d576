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

/// What a text does, without its comments and tests.
fn code_of(text: &str) -> String {
    let production = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = production.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn named_in(folders: &[&str], words: &[&str]) -> Vec<String> {
    let mut files = Vec::new();
    for folder in folders {
        sources(&Path::new("src").join(folder), &mut files);
    }
    assert!(files.len() >= folders.len(), "{files:?}");
    let mut found = Vec::new();
    for file in files {
        let code = code_of(&fs::read_to_string(&file).unwrap());
        let named = words.iter().filter(|word| code.contains(*word));
        found.extend(named.map(|word| format!("{} has `{word}`", file.display())));
    }
    found
}

#[test]
fn the_core_does_nothing() {
    let words =
        ["async ", "std::fs", "fs::", "std::env", "::now()", "reqwest", "tokio", "std::process"];
    let found = named_in(&["model", "diagnostic", "manifest", "plan"], &words);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn only_the_command_line_reads_the_environment() {
    let floors = ["project", "engine", "platform", "ledger", "provider", "sandbox", "report"];
    let found = named_in(&floors, &["std::env", "env::var"]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn there_is_no_dry_run() {
    let found = named_in(&["."], &["dry_run", "dry-run"]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_grouped_use_and_a_comment_are_understood() {
    let text =
        "use crate::{engine::{Event, X}, model::Email}; // crate::cli\nuse crate::plan::Plan;";
    assert_eq!(named_floors(text), ["engine", "model", "plan"]);
}
