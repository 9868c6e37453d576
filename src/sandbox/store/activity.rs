//! Who did what, when, and by which commit of the manifests.

use super::{Rows, mails::Listed, rows::millis, rows::moment};
use crate::{
    platform::sandbox as wire,
    sandbox::world::{Act, Changes, Command, MemberNo, PageOf, ProgramNo, Request, World},
};
use jiff::Timestamp;
use rusqlite::{Result, params};

/// One entry of the log, before it is written down.
#[derive(Debug)]
pub(super) struct Deed {
    actor: String,
    verb: &'static str,
    subject: String,
    commit: Option<String>,
}

impl Deed {
    /// `world`: before the changes are taken, so that what goes away still has a name.
    pub(super) fn of(
        world: &World,
        request: &Request,
        changes: &Changes,
        commit: Option<String>,
    ) -> Self {
        let actor = request.caller.to_string();
        let found = Found { world, changes };
        let (verb, subject) = match &request.command {
            Command::CreateWorkspace(new) => ("create-workspace", new.id.clone()),
            Command::Within(_, act) => found.deed(act),
        };
        Self { actor, verb, subject, commit }
    }
}

struct Found<'a> {
    world: &'a World,
    changes: &'a Changes,
}

impl Found<'_> {
    fn deed(&self, act: &Act) -> (&'static str, String) {
        match act {
            Act::CreateProgram(new) => ("create-program", new.name.clone()),
            Act::EditProgram { id, .. } => ("edit-program", self.program(id)),
            Act::DeleteProgram { id } => ("delete-program", self.program(id)),
            Act::PutLogo { digest, .. } => ("upload-logo", digest.clone()),
            Act::Invite(new) => ("invite", self.invitee(new)),
            Act::Reinvite { new, .. } => ("reinvite", self.invitee(new)),
            Act::EditMember { id, .. } => ("edit-member", self.member(id)),
            Act::RemoveMember { id } => ("remove-member", self.member(id)),
            Act::Move { id, to } => (to.as_str(), self.member(id)),
        }
    }

    fn program(&self, id: &str) -> String {
        let workspace = self.world.workspace(&self.changes.workspace);
        let no = id.parse::<ProgramNo>().ok();
        let program = workspace.zip(no).and_then(|(workspace, no)| workspace.program(no));
        program.map_or_else(|| id.to_owned(), |program| program.name.clone())
    }

    fn member(&self, id: &str) -> String {
        let workspace = self.world.workspace(&self.changes.workspace);
        let no = id.parse::<MemberNo>().ok();
        let member = workspace.zip(no).and_then(|(workspace, no)| workspace.member(no));
        member.map_or_else(|| id.to_owned(), |member| format!("{} <{}>", member.name, member.email))
    }

    /// With the address as it is kept.
    fn invitee(&self, new: &wire::NewMember) -> String {
        let wire::NewMember { name, email: written, .. } = new;
        let email = written.parse::<crate::model::Email>();
        let email = email.map_or_else(|_| written.clone(), |email| email.to_string());
        format!("{name} <{email}>")
    }
}

impl Rows {
    pub(super) fn put_deed(&self, workspace: &str, deed: &Deed, now: Timestamp) -> Result<()> {
        let Deed { actor, verb, subject, commit } = deed;
        self.run(
            "INSERT INTO activity (workspace, at, actor, verb, subject, commit_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![workspace, millis(now), actor, verb, subject, commit],
        )
    }

    pub(in crate::sandbox) fn activity(
        &self,
        workspace: &str,
        page: PageOf,
    ) -> Result<Listed<wire::Activity>> {
        let total = self.count("SELECT count(*) FROM activity WHERE workspace = ?1", workspace)?;
        let items = self
            .connection
            .prepare_cached(
                "SELECT seq, at, actor, verb, subject, commit_id FROM activity
                 WHERE workspace = ?1 ORDER BY seq DESC LIMIT ?2 OFFSET ?3",
            )?
            .query_map(params![workspace, page.size, page.skipped().cast_signed()], |row| {
                Ok(wire::Activity {
                    seq: row.get::<_, i64>(0)?.cast_unsigned(),
                    at: moment(row.get(1)?).to_string(),
                    actor: row.get(2)?,
                    verb: row.get(3)?,
                    subject: row.get(4)?,
                    commit: row.get(5)?,
                })
            })?
            .collect::<Result<_>>()?;
        Ok(Listed { items, total })
    }
}
