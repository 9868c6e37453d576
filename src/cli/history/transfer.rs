//! `minisync history export` and `import`: a ledger as a file.

use super::{args, ledger_of, open};
use crate::{
    cli::{
        Site, access, error::CliError, exit::ExitStatus, file, ledger::Purpose, show, workplace,
    },
    ledger::{ExportError, ImportError, Reader},
    report,
};
use std::{
    fs::File,
    io::{BufReader, BufWriter, Write},
    path::Path,
};

pub(super) async fn export(
    args: &args::Export,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let (_, ledger) = open(&args.place, site).await?;
    let Some(path) = &args.file else {
        ledger.export(out).await?;
        return Ok(ExitStatus::Done);
    };
    let error = |why| file::failure(path, &why);
    let told = ("export of a ledger", "leave it out to write to standard output");
    file::check_free(path, told, is_export)?;
    // Whole or not at all, and for its owner alone: it holds addresses.
    let file = tempfile::NamedTempFile::new_in(file::folder(path)).map_err(error)?;
    let mut writer = BufWriter::new(file);
    let total = match ledger.export(&mut writer).await {
        Err(ExportError::Io(why)) => return Err(error(why)),
        result => result?,
    };
    let file = writer.into_inner().map_err(|why| error(why.into_error()))?;
    file.as_file().sync_all().map_err(error)?;
    file.persist(path).map_err(|failed| error(failed.error))?;
    show::aside(site, &format!("Exported {}.", report::history::transferred(total)));
    Ok(ExitStatus::Done)
}

fn is_export(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_file())
        && File::open(path).is_ok_and(|file| Reader::new(BufReader::new(file)).is_ok())
}

pub(super) async fn import(args: &args::Import, site: Site<'_>) -> Result<ExitStatus, CliError> {
    let path = &args.file;
    let file = File::open(path)
        .map_err(|why| CliError::failed(format!("cannot read {}: {why}", path.display())))?;
    let project = workplace::open(&access::paths(&args.place).paths)?;
    let ledger = ledger_of(&project, Purpose::Write, site).await?;
    let _lock = workplace::lock(&project.root().join(workplace::FOLDER), site)?;
    match ledger.import(BufReader::new(file)).await {
        Ok(total) => {
            let name = ledger.name();
            show::aside(
                site,
                &format!("Imported {} into {name}.", report::history::transferred(total)),
            );
            Ok(ExitStatus::Done)
        }
        Err(ImportError::Store(why)) => Err(CliError::from(why).help(
            "nothing was imported; name another `ledger` in minisync.yaml, or move this one",
        )),
        Err(why) => {
            let told = report::history::not_imported(&why);
            let message = format!("cannot import {}: {told}", path.display());
            Err(CliError::failed(message).help(match why {
                ImportError::Newer(_) => "nothing was imported; install a newer minisync",
                ImportError::Foreign(_)
                | ImportError::Garbage { .. }
                | ImportError::TooLong { .. }
                | ImportError::Broken { .. }
                | ImportError::Cut { .. }
                | ImportError::Miscounted { .. }
                | ImportError::Beyond { .. }
                | ImportError::Io(_)
                | ImportError::Store(_) => {
                    "nothing was imported; export it again with `minisync history export FILE`"
                }
            }))
        }
    }
}

impl From<ExportError> for CliError {
    fn from(why: ExportError) -> Self {
        match why {
            ExportError::Store(why) => why.into(),
            ExportError::Io(why) => why.into(),
            ExportError::Empty => Self::failed("cannot export a ledger that is not there")
                .help("nothing was applied so far; is `ledger` in minisync.yaml right?"),
            why @ ExportError::Journal { .. } => {
                Self::failed(format!("cannot export a ledger that is not as it was written: {why}"))
                    .help("`minisync history verify` says where")
            }
        }
    }
}
