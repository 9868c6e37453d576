//! Files written whole or not at all.

use super::error::CliError;
use std::{io::Write as _, path::Path};

/// Temporary file beside it, synced, then renamed: a reader sees the old content or the new.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<(), CliError> {
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
    file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(error)?;
    file.persist(path).map_err(|failed| error(failed.error))?;
    Ok(())
}
