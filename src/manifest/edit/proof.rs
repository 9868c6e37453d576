//! Whether a fresh document would say what it is to say, by all the rules.

use super::{program, roster};
use crate::{
    diagnostic::{Severity, Source, Sources},
    manifest::{Context, Valid, parse},
    model::{Logo, Member, MiniProgram, Role},
};
use std::collections::BTreeMap;

const LOST: &str = "it would not be read as it is written";

/// The first rule that is broken, in its own words.
pub fn reads_as_program(wanted: &MiniProgram) -> Result<(), String> {
    let logo = wanted.listing.as_ref().map(|listing| &listing.logo);
    let valid = loaded(&program(wanted, None), logo)?;
    let read = valid.workspaces.values().find_map(|desired| desired.programs.get(&wanted.key));
    if read == Some(wanted) { Ok(()) } else { Err(LOST.to_owned()) }
}

/// As [`reads_as_program`]; what they work on is another question.
pub fn reads_as_member(wanted: &Member) -> Result<(), String> {
    let alone = Member { role: Role::Master, ..wanted.clone() };
    let valid = loaded(&roster("team", None, [&alone]), None)?;
    let read = valid.workspaces.values().find_map(|desired| desired.members.get(&alone.email));
    if read == Some(&alone) { Ok(()) } else { Err(LOST.to_owned()) }
}

fn loaded(text: &str, logo: Option<&Logo>) -> Result<Valid, String> {
    let source = Source { path: "manifest.yaml".to_owned(), text: text.into() };
    let parsed = parse(&Sources::new(vec![source]));
    let logos: BTreeMap<_, _> = parsed
        .logo_paths()
        .filter_map(|(_, written)| Some((written.span, Ok(logo?.clone()))))
        .collect();
    let loaded = parsed.load(&Context { logos, ..Context::default() });
    loaded.into_valid().map_err(|found| {
        let broken = found.into_iter().find(|found| found.severity == Severity::Error);
        broken.map_or_else(|| LOST.to_owned(), |found| found.message)
    })
}
