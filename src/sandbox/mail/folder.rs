//! Mails as files in a folder.

use super::mailer::{Fate, Parcel};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
    thread,
};

/// Files that are flushed at the same time: a disk takes them together.
const LANES: usize = 8;

/// Blocks. A mail that was delivered before gets the same file again.
pub(super) fn deliver(folder: &Path, parcels: &[Parcel]) -> Vec<(i64, Fate)> {
    if let Err(why) = fs::create_dir_all(folder) {
        return parcels.iter().map(|parcel| (parcel.id, failed(folder, &why))).collect();
    }
    let share = parcels.len().div_ceil(LANES).max(1);
    let mut fates: Vec<_> = thread::scope(|scope| {
        let lanes: Vec<_> = parcels
            .chunks(share)
            .map(|share| scope.spawn(move || deliver_some(folder, share)))
            .collect();
        lanes
            .into_iter()
            .flat_map(|lane| lane.join().expect("writing files does not panic"))
            .collect()
    });
    // The names, too, must survive a power loss.
    if let Err(why) = flush(folder) {
        for (_, fate) in &mut fates {
            *fate = failed(folder, &why);
        }
    }
    fates
}

fn deliver_some(folder: &Path, parcels: &[Parcel]) -> Vec<(i64, Fate)> {
    parcels
        .iter()
        .map(|parcel| {
            let fate =
                write(folder, parcel).map_or_else(|why| failed(folder, &why), |()| Fate::Sent);
            (parcel.id, fate)
        })
        .collect()
}

fn write(folder: &Path, parcel: &Parcel) -> io::Result<()> {
    let path = folder.join(file_name(&parcel.message_id));
    let temporary = path.with_extension("part");
    let mut file = private().open(&temporary)?;
    file.write_all(&parcel.bytes)?;
    file.sync_all()?;
    fs::rename(temporary, path)
}

#[cfg(unix)]
fn flush(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be opened like a file.
#[cfg(not(unix))]
fn flush(_: &Path) -> io::Result<()> {
    Ok(())
}

/// For the owner's eyes only: there is a link in it.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The left part of the Message-ID, which is ours and has nothing odd in it.
fn file_name(message_id: &str) -> String {
    let left = message_id.trim_start_matches('<').split('@').next().unwrap_or_default();
    format!("{left}.eml")
}

fn failed(folder: &Path, why: &io::Error) -> Fate {
    Fate::Later(format!("cannot write to {}: {why}", folder.display()))
}
