//! `minisync man`.

use super::{
    args::{self, Cli},
    error::CliError,
    exit::ExitStatus,
    file,
};
use clap::CommandFactory as _;
use clap_mangen::Man;
use std::io::Write;

pub(super) fn run(args: &args::Man, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
    let mut command = Cli::command();
    command.build();
    let Some(folder) = &args.out else {
        Man::new(command).render(out)?;
        return Ok(ExitStatus::Done);
    };
    std::fs::create_dir_all(folder)
        .map_err(|why| CliError::failed(format!("cannot make {}: {why}", folder.display())))?;
    for page in pages(command) {
        let mut text = Vec::new();
        let name = page.get_filename();
        page.render(&mut text)?;
        let path = folder.join(name);
        file::write(&path, &text)?;
        writeln!(out, "wrote {}", path.display())?;
    }
    Ok(ExitStatus::Done)
}

/// Of the command and everything below it.
fn pages(command: clap::Command) -> Vec<Man> {
    let below: Vec<Man> = command
        .get_subcommands()
        .filter(|sub| !sub.is_hide_set() && sub.get_name() != "help")
        .flat_map(|sub| pages(sub.clone()))
        .collect();
    std::iter::once(Man::new(command)).chain(below).collect()
}
