//! Rows as the world. A row that cannot be read stops it, because a world with a hole would lie.

use super::rows::Rows;
use crate::{
    model::{Digest, Email, LogoFormat, WorkspaceId},
    platform::sandbox as wire,
    sandbox::{
        token::TokenHash,
        world::{About, Change, Changes, Damaged, Member, Program, World},
    },
};
use rusqlite::{Params, Row};
use std::collections::BTreeMap;

#[derive(Debug, thiserror::Error)]
pub(super) enum LoadError {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("{row}: {why}")]
    Row { row: String, why: String },
}

pub(super) type Result<T> = std::result::Result<T, LoadError>;

impl Rows {
    pub(super) fn world(&self) -> Result<World> {
        let mut world = World::default();
        for changes in self.all("SELECT id, revision, next FROM workspace", [], workspace)? {
            world.take(self.filled(changes?)?);
        }
        if let Some(workspace) = world.workspaces().find(|found| found.owner().is_none()) {
            return Err(broken(workspace.id(), Damaged("owner")));
        }
        Ok(world)
    }

    pub(super) fn tokens(&self) -> Result<BTreeMap<TokenHash, Email>> {
        self.all("SELECT hash, email FROM token", [], |row| {
            let (hash, email): (_, String) = (TokenHash(row.get(0)?), row.get(1)?);
            Ok(email.parse().map(|email| (hash, email)).map_err(|why| broken(email, why)))
        })?
        .into_iter()
        .collect()
    }

    pub(super) fn secret(&self) -> Result<[u8; 32]> {
        Ok(self.connection.query_row("SELECT bytes FROM secret", [], |row| row.get(0))?)
    }

    fn filled(&self, mut changes: Changes) -> Result<Changes> {
        let of = [changes.workspace.as_str()];
        let programs =
            self.all("SELECT json FROM program WHERE workspace = ?1 ORDER BY no", of, program)?;
        let members =
            self.all("SELECT json FROM member WHERE workspace = ?1 ORDER BY no", of, member)?;
        let logos =
            self.all("SELECT digest, media_type FROM logo WHERE workspace = ?1", of, logo)?;
        for change in programs.into_iter().chain(members).chain(logos) {
            changes.changes.push(change?);
        }
        Ok(changes)
    }

    /// What SQLite cannot read is an error of the whole; what we cannot, of the one row.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<Result<T>>,
    ) -> Result<Vec<Result<T>>> {
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map(params, read)?.collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }
}

fn workspace(row: &Row<'_>) -> rusqlite::Result<Result<Changes>> {
    let (id, revision, next): (String, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok(id.parse::<WorkspaceId>().map_err(|why| broken(id, why)).map(|workspace| Changes {
        workspace,
        revision: revision.cast_unsigned(),
        next: next.cast_unsigned(),
        changes: Vec::new(),
        about: About::Nothing,
        is_new: false,
    }))
}

fn program(row: &Row<'_>) -> rusqlite::Result<Result<Change>> {
    let json: String = row.get(0)?;
    Ok(serde_json::from_str::<wire::Program>(&json)
        .map_err(|why| broken(&json, why))
        .and_then(|program| Program::from_wire(program).map_err(|why| broken(&json, why)))
        .map(|program| Change::Program(Box::new(program))))
}

fn member(row: &Row<'_>) -> rusqlite::Result<Result<Change>> {
    let json: String = row.get(0)?;
    Ok(serde_json::from_str::<wire::Member>(&json)
        .map_err(|why| broken(&json, why))
        .and_then(|member| Member::from_wire(member).map_err(|why| broken(&json, why)))
        .map(|member| Change::Member(Box::new(member))))
}

fn logo(row: &Row<'_>) -> rusqlite::Result<Result<Change>> {
    let (digest, media_type): (String, String) = (row.get(0)?, row.get(1)?);
    let format = [LogoFormat::Jpeg, LogoFormat::Png]
        .into_iter()
        .find(|format| format.media_type() == media_type)
        .ok_or_else(|| broken(&digest, Damaged("media_type")));
    // The bytes stay in the database.
    Ok(format.map(|format| Change::Logo { digest: Digest::new(digest), format, bytes: Vec::new() }))
}

fn broken(row: impl std::fmt::Display, why: impl std::fmt::Display) -> LoadError {
    LoadError::Row { row: row.to_string(), why: why.to_string() }
}
