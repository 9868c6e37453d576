//! `minisync fmt`.

use super::{
    Site,
    args::{self, Format},
    error::CliError,
    exit::ExitStatus,
    file, show, workplace,
};
use crate::{manifest::edit, project, report};
use std::io::Write;

pub(super) fn run(
    args: &args::Fmt,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let project = workplace::open(&args.paths.paths)?;
    let (mut n_files, mut n_untidy, mut n_left) = (0, 0, 0);
    for (source, path) in project.named() {
        n_files += 1;
        let shown = project::seen_from_here(&path);
        let shown = report::on_one_line(&shown);
        match edit::format(&source.text) {
            Err(why) => {
                n_left += 1;
                show::warn(&format!("left alone: {shown}: {why}"));
            }
            Ok(text) if *text == *source.text => {}
            Ok(text) => {
                n_untidy += 1;
                if !args.check {
                    file::rewrite(&path, source.text.as_bytes(), text.as_bytes())?;
                }
                let verb = if args.check { "would format" } else { "formatted" };
                writeln!(out, "{verb} {shown}")?;
            }
        }
    }
    let unreadable = project.unreadable();
    if !unreadable.is_empty() {
        n_left += unreadable.len();
        show::errors(&project, &unreadable, Format::Human, out)?;
    }
    if n_untidy == 0 && n_left == 0 {
        show::aside(site, &in_form(n_files));
    }
    let is_wrong = n_left > 0 || args.check && n_untidy > 0;
    Ok(if is_wrong { ExitStatus::Failed } else { ExitStatus::Done })
}

fn in_form(n_files: usize) -> String {
    match n_files {
        1 => "1 file is in form.".to_owned(),
        n => format!("{n} files are in form."),
    }
}
