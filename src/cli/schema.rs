//! `minisync schema`.

use super::{
    args::{self, SchemaKind},
    error::CliError,
    exit::ExitStatus,
    file,
};
use crate::{manifest::schema, report};
use serde_json::Value;
use std::io::Write;

const KINDS: [SchemaKind; 6] = [
    SchemaKind::Manifest,
    SchemaKind::MiniProgram,
    SchemaKind::Roster,
    SchemaKind::Project,
    SchemaKind::Report,
    SchemaKind::SavedPlan,
];

pub(super) fn run(args: &args::Schema, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
    let Some(folder) = &args.out else {
        write!(out, "{}", text(args.kind))?;
        return Ok(ExitStatus::Done);
    };
    std::fs::create_dir_all(folder)
        .map_err(|why| CliError::failed(format!("cannot make {}: {why}", folder.display())))?;
    for kind in KINDS {
        let path = folder.join(file_name(kind));
        file::write(&path, text(kind).as_bytes())?;
        writeln!(out, "wrote {}", path.display())?;
    }
    Ok(ExitStatus::Done)
}

fn text(kind: SchemaKind) -> String {
    format!("{:#}\n", schema_of(kind))
}

fn schema_of(kind: SchemaKind) -> Value {
    match kind {
        SchemaKind::Manifest => schema::manifest(),
        SchemaKind::MiniProgram => schema::mini_program(),
        SchemaKind::Roster => schema::roster(),
        SchemaKind::Project => schema::project(),
        SchemaKind::Report => report::json::schema(),
        SchemaKind::SavedPlan => report::saved::schema(),
    }
}

fn file_name(kind: SchemaKind) -> &'static str {
    match kind {
        SchemaKind::Manifest => "manifest.schema.json",
        SchemaKind::MiniProgram => "mini-program.schema.json",
        SchemaKind::Roster => "roster.schema.json",
        SchemaKind::Project => "project.schema.json",
        SchemaKind::Report => "report.schema.json",
        SchemaKind::SavedPlan => "saved-plan.schema.json",
    }
}
