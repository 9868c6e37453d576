//! Files written whole or not at all.

use super::error::CliError;
use std::{
    fs::{self, Permissions},
    io::{self, Write as _},
    path::Path,
};
use tempfile::NamedTempFile;

/// Only what we have written before is written over: a `what`, as `is_ours` knows it.
pub(super) fn check_free(
    path: &Path,
    (what, way_out): (&str, &str),
    is_ours: impl FnOnce(&Path) -> bool,
) -> Result<(), CliError> {
    if path.symlink_metadata().is_err() || is_ours(path) {
        return Ok(());
    }
    Err(CliError::failed(format!("{} is there already, and is no {what}", path.display()))
        .help(format!("choose another name, or {way_out}")))
}

/// As [`write()`], where nothing has that name.
pub(super) fn create(path: &Path, content: &[u8]) -> Result<(), CliError> {
    let file = temporary(path, content, None)?;
    file.persist_noclobber(path).map_err(|failed| failure(path, &failed.error))?;
    Ok(())
}

/// As [`write()`], over a file that is still as it was read; a link stays a link, and the file keeps
/// its permissions.
pub(super) fn rewrite(path: &Path, before: &[u8], content: &[u8]) -> Result<(), CliError> {
    let real = path.canonicalize().map_err(|why| failure(path, &why))?;
    let permissions = fs::metadata(&real).map_err(|why| failure(path, &why))?.permissions();
    let file = temporary(&real, content, Some(permissions))?;
    if fs::read(&real).map_err(|why| failure(path, &why))? != before {
        let path = path.display();
        return Err(CliError::failed(format!("{path} has changed since it was read"))
            .help("it was left as it is; try again"));
    }
    file.persist(&real).map_err(|failed| failure(path, &failed.error))?;
    Ok(())
}

/// Temporary file beside it, synced, then renamed: a reader sees the old content or the new.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<(), CliError> {
    let file = temporary(path, content, None)?;
    file.persist(path).map_err(|failed| failure(path, &failed.error))?;
    Ok(())
}

/// Without the name of the temporary file, which the error may have in its words.
pub(super) fn failure(path: &Path, why: &io::Error) -> CliError {
    let folder = folder(path);
    if why.kind() == io::ErrorKind::NotFound && !folder.exists() {
        let (path, folder) = (path.display(), folder.display());
        return CliError::failed(format!("cannot write {path}: there is no folder {folder}"))
            .help("make the folder first, or name another place");
    }
    let why = why.raw_os_error().map_or_else(|| why.kind().into(), io::Error::from_raw_os_error);
    CliError::failed(format!("cannot write {}: {why}", path.display()))
}

/// The one that a file is in, or is to be in.
pub(super) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

/// Beside the path, with all of the content.
fn temporary(
    path: &Path,
    content: &[u8],
    kept: Option<Permissions>,
) -> Result<NamedTempFile, CliError> {
    let error = |why: &io::Error| failure(path, why);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".minisync-");
    // As files are usually made; temporary ones are for their owner alone.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(folder(path)).map_err(|why| error(&why))?;
    // Before the file has its name: nobody is let in for a moment.
    if let Some(permissions) = kept {
        file.as_file().set_permissions(permissions).map_err(|why| error(&why))?;
    }
    let written = file.write_all(content).and_then(|()| file.as_file().sync_all());
    written.map_err(|why| error(&why))?;
    Ok(file)
}
