//! What holds for whatever is read.

use super::case::{load, sound_disk, sources, sources_of, told};
use minisync::diagnostic::{Source, Sources};
use proptest::{prelude::*, property_test};

/// The sound project with pieces of itself put in other places.
fn mangled(cuts: &[(usize, usize, usize)]) -> Sources {
    let sound = sources(&[]);
    let texts: Vec<String> = sound.iter().map(|(_, source)| source.text.to_string()).collect();
    let all: Vec<char> = texts.concat().chars().collect();
    let files = sound.iter().map(|(id, source)| {
        let mut text: Vec<char> = source.text.chars().collect();
        for (which, from, to) in cuts.iter().filter(|(which, ..)| which % 3 == id.0 as usize) {
            let piece = &all[from % all.len()..(from % all.len() + which % 12).min(all.len())];
            let at = to % text.len();
            let end = (at + which % 5).min(text.len());
            text.splice(at..end, piece.iter().copied());
        }
        (source.path.clone(), text.into_iter().collect())
    });
    sources_of(files.collect())
}

#[property_test]
fn loading_never_panics_and_every_place_is_in_the_text(
    #[strategy = prop::collection::vec((0..1_000_usize, 0..4_000_usize, 0..4_000_usize), 0..8)]
    cuts: Vec<(usize, usize, usize)>,
) {
    let sources = mangled(&cuts);
    let loaded = load(&sources, sound_disk);
    // Panics where a span is not between characters.
    drop(told(&sources, loaded.diagnostics()));
}

#[property_test]
fn loading_never_panics_on_any_bytes(bytes: Vec<u8>, keyed: bool) {
    let start = if keyed { "apiVersion: minisync.dev/v1\nkind: Roster\n" } else { "" };
    let text = format!("{start}{}", String::from_utf8_lossy(&bytes));
    for path in ["team.yaml", "minisync.yaml"] {
        let sources = sources_of(vec![(path.into(), text.clone())]);
        drop(told(&sources, load(&sources, sound_disk).diagnostics()));
    }
}

#[property_test]
fn the_order_of_files_does_not_matter(
    #[strategy = prop::collection::vec((0..1_000_usize, 0..4_000_usize, 0..4_000_usize), 0..8)]
    cuts: Vec<(usize, usize, usize)>,
) {
    let sources = mangled(&cuts);
    let mut turned: Vec<Source> = sources.iter().map(|(_, source)| source.clone()).collect();
    turned.reverse();
    let turned = Sources::new(turned);
    let (one, other) = (load(&sources, sound_disk), load(&turned, sound_disk));
    prop_assert_eq!(one.diagnostics(), other.diagnostics());
}
