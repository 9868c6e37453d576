//! The image files that manifests name: each looked at once, whoever names it how often.

use super::{
    place::{Place, joined, shown},
    read::{bytes_of, regular},
};
use crate::{
    diagnostic::{Sources, Span},
    manifest::{LogoProblem, Parsed, Unread},
    model::{
        Logo,
        image::{self, LogoFault, MAX_LOGO_BYTES},
    },
};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Files listed in search of the one that was meant.
const MAX_SIMILAR: usize = 1_000;

/// What became of each logo, by the place where its path is written.
pub(super) fn inspect_all(
    place: &Place,
    sources: &Sources,
    parsed: &Parsed,
) -> BTreeMap<Span, Result<Logo, LogoProblem>> {
    let places = places(place, sources, parsed);
    let files: BTreeSet<&PathBuf> = places.values().flatten().collect();
    let inspected: BTreeMap<&PathBuf, Result<Logo, LogoProblem>> =
        files.into_par_iter().map(|file| (file, inspect(place, file))).collect();
    let judged = places.iter().map(|(span, file)| match file {
        Ok(file) => (*span, inspected[file].clone()),
        Err(problem) => (*span, Err(problem.clone())),
    });
    judged.collect()
}

/// Where the paths lead, told from their text alone: nothing outside is even looked at.
pub(super) fn places(
    place: &Place,
    sources: &Sources,
    parsed: &Parsed,
) -> BTreeMap<Span, Result<PathBuf, LogoProblem>> {
    let places = parsed.logo_paths().map(|(source, logo)| {
        let manifest = place.path_of(sources.get(source));
        (logo.span, located(place, manifest.parent(), &logo.value))
    });
    places.collect()
}

fn located(place: &Place, folder: Option<&Path>, written: &str) -> Result<PathBuf, LogoProblem> {
    let written = Path::new(written);
    if written.is_absolute() {
        return Err(LogoProblem::Absolute);
    }
    match folder.and_then(|folder| joined(folder, written)) {
        Some(file) if file.starts_with(&place.boundary) => Ok(file),
        Some(_) | None => Err(LogoProblem::Outside),
    }
}

fn inspect(place: &Place, path: &Path) -> Result<Logo, LogoProblem> {
    let bytes = regular(path, &place.boundary)
        .and_then(|()| bytes_of(path, MAX_LOGO_BYTES))
        .map_err(|unread| problem(unread, path))?;
    let size = fs::metadata(path).map_or(0, |metadata| metadata.len());
    let (format, digest) = image::inspect(&bytes).map_err(|fault| match fault {
        // Only the beginning was read; the finding tells the whole size.
        LogoFault::TooLarge(read) => LogoFault::TooLarge(size.max(read)),
        fault @ (LogoFault::Empty | LogoFault::NotAnImage | LogoFault::NotSquare { .. }) => fault,
    })?;
    Ok(Logo { digest, format, path: shown(&place.root, path) })
}

fn problem(unread: Unread, path: &Path) -> LogoProblem {
    match unread {
        Unread::Missing => LogoProblem::Missing { nearby: nearby(path) },
        Unread::Unreadable(why) => LogoProblem::Unreadable(why),
        Unread::NotAFile(thing) => LogoProblem::NotAFile(thing),
        Unread::LinkedOutside => LogoProblem::LinkedOutside,
        // Said of texts only.
        Unread::TooLarge | Unread::Binary | Unread::Utf16 | Unread::NotUtf8(_) => {
            LogoProblem::Fault(LogoFault::NotAnImage)
        }
    }
}

/// The names beside a missing file, so that the one that was meant can be offered.
fn nearby(path: &Path) -> Vec<String> {
    let Some(entries) = path.parent().and_then(|folder| fs::read_dir(folder).ok()) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .take(MAX_SIMILAR)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}
