//! `minisync init`: a commented starting point that passes `check`.

mod questions;

use super::{
    args::{self, Ci},
    error::CliError,
    exit::ExitStatus,
    file,
};
use crate::{manifest::schema, model::WorkspaceId};
use questions::Answers;
use std::{
    io::Write,
    path::{Path, PathBuf},
};

const PROJECT: &str = include_str!("minisync.yaml");
const PROGRAM: &str = include_str!("program.yaml");
const ROSTER: &str = include_str!("roster.yaml");
const GITHUB: &str = include_str!("github.yml");
const GITLAB: &str = include_str!("gitlab.yml");

/// What minisync keeps beside the manifests is not for git.
const GITIGNORE: &str = ".minisync/\n";

pub(super) fn run(args: &args::Init, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
    let answers = questions::answers(args)?;
    let files = files(&answers);
    refuse_overwriting(&args.folder, &files)?;
    for (path, content) in &files {
        file::write(&args.folder.join(path), content.as_bytes())?;
        writeln!(out, "wrote {}", args.folder.join(path).display())?;
    }
    let ignored = ignore_our_folder(&args.folder)?;
    if ignored {
        writeln!(out, "added .minisync/ to {}", args.folder.join(".gitignore").display())?;
    }
    writeln!(out, "\nNext: `minisync check`, then `minisync plan` and `minisync apply`.")?;
    Ok(ExitStatus::Done)
}

fn files(answers: &Answers) -> Vec<(PathBuf, String)> {
    let fill = |template: &str| {
        template
            .replace("@workspace@", answers.workspace.as_str())
            .replace("@owner_name@", &quoted(&answers.owner_name))
            .replace("@owner_email@", &quoted(answers.owner_email.as_str()))
            .replace("@key@", answers.key.as_str())
            .replace("@program@", &quoted(&answers.program))
    };
    let mut files = vec![
        ("minisync.yaml".into(), fill(PROJECT)),
        (format!("programs/{}.yaml", answers.key).into(), fill(PROGRAM)),
        ("rosters/team.yaml".into(), fill(ROSTER)),
        ("schema/manifest.schema.json".into(), pretty(&schema::manifest())),
        ("schema/project.schema.json".into(), pretty(&schema::project())),
    ];
    for ci in &answers.ci {
        match ci {
            Ci::Github => files.push((".github/workflows/minisync.yml".into(), GITHUB.into())),
            Ci::Gitlab => files.push((".gitlab-ci.yml".into(), GITLAB.into())),
            Ci::None => {}
        }
    }
    files
}

fn pretty(schema: &serde_json::Value) -> String {
    format!("{schema:#}\n")
}

/// A JSON string is a YAML string, whatever is in it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn refuse_overwriting(folder: &Path, files: &[(PathBuf, String)]) -> Result<(), CliError> {
    let there: Vec<String> = files
        .iter()
        .map(|(path, _)| folder.join(path))
        .filter(|path| path.symlink_metadata().is_ok())
        .map(|path| path.display().to_string())
        .collect();
    if there.is_empty() {
        return Ok(());
    }
    let message = format!("would overwrite {}; nothing was written", there.join(", "));
    Err(CliError::new(ExitStatus::Refused, message).help("name another folder, or move these away"))
}

fn ignore_our_folder(folder: &Path) -> Result<bool, CliError> {
    let path = folder.join(".gitignore");
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    if before.lines().any(|line| matches!(line.trim(), ".minisync/" | ".minisync" | "/.minisync/"))
    {
        return Ok(false);
    }
    let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    file::write(&path, format!("{before}{gap}{GITIGNORE}").as_bytes())?;
    Ok(true)
}

/// A folder's name as a workspace, as far as it goes.
fn default_workspace(folder: &Path) -> WorkspaceId {
    let name = folder
        .canonicalize()
        .ok()
        .and_then(|path| Some(path.file_name()?.to_string_lossy().to_lowercase()));
    name.and_then(|name| name.parse().ok())
        .unwrap_or_else(|| "default".parse().expect("`default` is a workspace"))
}
