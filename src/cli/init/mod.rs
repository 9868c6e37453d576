//! `minisync init`: a commented starting point that passes `check`.

mod questions;

use super::{
    args::{self, Ci},
    error::CliError,
    exit::ExitStatus,
    file,
};
use crate::{
    diagnostic::{Source, Sources},
    manifest::{self, Context, schema},
    model::WorkspaceId,
};
use questions::Answers;
use std::{
    fs,
    io::{self, Write},
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
    judge(&files)?;
    refuse_overwriting(&args.folder, &files)?;
    for (path, content) in &files {
        let path = args.folder.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|why| {
                CliError::failed(format!("cannot make {}: {why}", folder.display()))
            })?;
        }
        file::write(&path, content.as_bytes())?;
        writeln!(out, "wrote {}", path.display())?;
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

/// What we write must pass `check`, whatever the answers were.
fn judge(files: &[(PathBuf, String)]) -> Result<(), CliError> {
    let manifests =
        files.iter().filter(|(path, _)| path.extension().is_some_and(|it| it == "yaml"));
    let sources = manifests.map(|(path, text)| Source {
        path: path.display().to_string(),
        text: text.as_str().into(),
    });
    let loaded = manifest::parse(&Sources::new(sources.collect())).load(&Context::default());
    let Err(findings) = loaded.into_valid() else { return Ok(()) };
    let wrong: Vec<_> = findings.into_iter().map(|found| found.message).collect();
    let message =
        format!("these answers cannot be used: {}; nothing was written", wrong.join("; "));
    Err(CliError::new(ExitStatus::Usage, message))
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
    let mut text = match fs::read(&path) {
        Ok(text) => text,
        Err(why) if why.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(why) => {
            return Err(CliError::failed(format!("cannot read {}: {why}", path.display())));
        }
    };
    let ours: [&[u8]; 3] = [b".minisync/", b".minisync", b"/.minisync/"];
    if text.split(|byte| *byte == b'\n').any(|line| ours.contains(&line.trim_ascii())) {
        return Ok(false);
    }
    if !text.is_empty() && !text.ends_with(b"\n") {
        text.push(b'\n');
    }
    text.extend(GITIGNORE.as_bytes());
    file::write(&path, &text)?;
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
