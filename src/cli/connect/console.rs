//! Where a running console is: a note in the project's folder, for the commands that find the
//! embedded sandbox in use.

use crate::{
    cli::error::CliError,
    platform::sandbox as wire,
    provider::{Api, Secret},
};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

const FILE: &str = "console.json";

/// A console that answers.
#[derive(Debug)]
pub(super) struct Console {
    pub(super) api: Api,
    pub(super) operator: Secret,
    pub(super) url: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    url: String,
    operator_token: String,
}

/// The note of a console of ours; taken away when dropped.
#[derive(Debug)]
pub(in crate::cli) struct Notice {
    path: PathBuf,
}

impl Console {
    /// `None`: nobody left a note, or nobody is there any more.
    pub(super) async fn found(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(FILE)).ok()?;
        let Content { url, operator_token } = serde_json::from_str(&text).ok()?;
        let api = Api::new(url.parse().ok()?).ok()?;
        let operator = Secret::new(operator_token);
        api.json::<wire::Me>(api.request(Method::GET, &["me"], &operator)).await.ok()?;
        Some(Self { api, operator, url })
    }
}

impl Notice {
    /// Only for the eyes of who runs us: it lets do everything in the sandbox.
    pub(in crate::cli) fn leave(
        folder: &Path,
        url: &str,
        operator_token: &str,
    ) -> Result<Self, CliError> {
        let path = folder.join(FILE);
        let cannot =
            |why: io::Error| CliError::failed(format!("cannot write {}: {why}", path.display()));
        let content = Content { url: url.to_owned(), operator_token: operator_token.to_owned() };
        let text = serde_json::to_string(&content).expect("two texts are plain JSON");
        // A temporary file is its owner's alone from the start.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(cannot)?;
        file.write_all(text.as_bytes()).map_err(cannot)?;
        file.persist(&path).map_err(|why| cannot(why.error))?;
        Ok(Self { path })
    }
}

impl Drop for Notice {
    /// One that stays is no harm: whoever reads it sees that nobody answers.
    fn drop(&mut self) {
        fs::remove_file(&self.path).unwrap_or_default();
    }
}
