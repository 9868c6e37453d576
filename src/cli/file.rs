//! Files written whole or not at all.

use super::error::CliError;
use std::{fs::Permissions, io::Write as _, path::Path};

/// As [`write`]; a link stays a link, and the file keeps its permissions.
pub(super) fn rewrite(path: &Path, content: &[u8]) -> Result<(), CliError> {
    let error = |why| CliError::failed(format!("cannot write {}: {why}", path.display()));
    let real = path.canonicalize().map_err(error)?;
    let permissions = std::fs::metadata(&real).map_err(error)?.permissions();
    // Before the new content has the name: nobody is let in for a moment.
    replace(&real, content, Some(permissions))
}

/// Temporary file beside it, synced, then renamed: a reader sees the old content or the new.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<(), CliError> {
    replace(path, content, None)
}

fn replace(path: &Path, content: &[u8], kept: Option<Permissions>) -> Result<(), CliError> {
    let error = |why| CliError::failed(format!("cannot write {}: {why}", path.display()));
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".minisync-");
    // As files are usually made; temporary ones are for their owner alone.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(folder).map_err(error)?;
    if let Some(permissions) = kept {
        file.as_file().set_permissions(permissions).map_err(error)?;
    }
    file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(error)?;
    file.persist(path).map_err(|failed| error(failed.error))?;
    Ok(())
}
