//! What is on a platform and in no manifest, as manifests would say it.

use super::Scope;
use crate::{
    cli::{connect::Connection, error::CliError, workplace::Workplace},
    engine::Prospect,
    manifest::edit,
    model::{
        Actual, Email, Logo, LogoFormat, Member, MiniProgram, ProgramId, ProgramKey, SeenProgram,
        image,
    },
    plan::{
        Stray,
        adoption::{self, FoundPeople, FoundPrograms, Obstacle},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// What is to be written for one workspace.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) programs: BTreeMap<ProgramKey, MiniProgram>,
    /// By key.
    pub(super) logos: BTreeMap<ProgramKey, Vec<u8>>,
    /// Masters first.
    pub(super) members: Vec<Member>,
    pub(super) assignments: BTreeMap<Email, BTreeSet<ProgramKey>>,
    pub(super) left: BTreeMap<Stray, Obstacle>,
}

pub(super) async fn gather(
    scope: &Scope,
    workplace: &Workplace,
    connection: &Connection,
    prospect: &Prospect,
) -> Result<Gathered, CliError> {
    let desired = &workplace.valid.workspaces[&prospect.workspace];
    let actual = &prospect.actual;
    let mut gathered = Gathered::default();
    let found = in_scope(scope, adoption::found_programs(desired, actual), actual)?;
    gathered.left = found.left;
    let mut added: BTreeMap<ProgramId, ProgramKey> = BTreeMap::new();
    for (key, seen) in found.programs {
        match gathered.take(&key, &seen, connection, prospect).await {
            Ok(()) => drop(added.insert(seen.id, key)),
            Err(why) => drop(gathered.left.insert(adoption::stray(&seen), why)),
        }
    }
    let protected = connection.protected(&prospect.workspace);
    let people = adoption::found_people(desired, actual, &added, &protected);
    gathered.take_people(people_in_scope(scope, people, actual, &protected)?);
    Ok(gathered)
}

impl Gathered {
    async fn take(
        &mut self,
        key: &ProgramKey,
        seen: &SeenProgram,
        connection: &Connection,
        prospect: &Prospect,
    ) -> Result<(), Obstacle> {
        let mut logo = None;
        if let Some(listing) = &seen.listing {
            let provider = connection.provider(&prospect.workspace);
            let bytes = provider.logo(&listing.logo).await;
            let bytes = bytes.map_err(|why| Obstacle::Logo(why.to_string()))?;
            let (format, digest) = image::inspect(&bytes)
                .map_err(|fault| Obstacle::Logo(format!("the image {fault}")))?;
            let ending = match format {
                LogoFormat::Jpeg => "jpg",
                LogoFormat::Png => "png",
            };
            logo = Some(Logo { digest, format, path: format!("logos/{key}.{ending}") });
            self.logos.insert(key.clone(), bytes);
        }
        let program = adoption::as_found(key, seen, logo)?;
        edit::reads_as_program(&program).map_err(Obstacle::Refused)?;
        self.programs.insert(key.clone(), program);
        Ok(())
    }

    fn take_people(&mut self, people: FoundPeople) {
        let FoundPeople { members, assignments, left } = people;
        self.assignments = assignments;
        self.left.extend(left);
        for member in members.into_values() {
            match edit::reads_as_member(&member) {
                Ok(()) => self.members.push(member),
                Err(why) => self.leave(member, why),
            }
        }
        self.members.sort_by_key(|it| (it.role.assignments().next().is_some(), it.email.clone()));
    }

    fn leave(&mut self, member: Member, why: String) {
        let Member { email, name, .. } = member;
        let id = crate::model::MemberId::new("");
        self.left.insert(Stray::Member { id, email, name }, Obstacle::Refused(why));
    }
}

fn in_scope(
    scope: &Scope,
    mut found: FoundPrograms,
    actual: &Actual,
) -> Result<FoundPrograms, CliError> {
    let Scope::Program { called, key } = scope else {
        return Ok(if *scope == Scope::Everything { found } else { FoundPrograms::default() });
    };
    let is_meant = |id: &ProgramId, name: &str| id.as_str() == called || name == called;
    found.programs.retain(|_, seen| is_meant(&seen.id, &seen.name));
    found.left.retain(|stray, _| match stray {
        Stray::Program { id, name } => is_meant(id, name),
        Stray::Member { .. } | Stray::Assignment { .. } => false,
    });
    let mut known = actual.programs.values().map(|program| &program.seen);
    let is_known = known.any(|seen| is_meant(&seen.id, &seen.name));
    if found.programs.is_empty() && found.left.is_empty() && !is_known {
        let known = actual.unmanaged_programs.values().map(|seen| seen.name.as_str());
        return Err(unknown(format!("no mini program is called `{called}`"), called, known));
    }
    if let (Some(key), Some((_, seen))) = (key, found.programs.first_key_value())
        && actual.programs.get(key).is_none_or(|program| program.seen.id == seen.id)
    {
        found.programs = BTreeMap::from([(key.clone(), seen.clone())]);
    }
    Ok(found)
}

fn people_in_scope(
    scope: &Scope,
    mut people: FoundPeople,
    actual: &Actual,
    protected: &BTreeSet<Email>,
) -> Result<FoundPeople, CliError> {
    match scope {
        Scope::Everything => {}
        // Who has the program already and is on a roster keeps it.
        Scope::Program { .. } => {
            people.members.clear();
            people.left.clear();
        }
        Scope::Member(wanted) => {
            people.members.retain(|email, _| email == wanted);
            people.assignments.clear();
            people
                .left
                .retain(|stray, _| matches!(stray, Stray::Member { email, .. } if email == wanted));
            if protected.contains(wanted) {
                let message = format!("{wanted} is the owner, or who we act as, and on no roster");
                return Err(CliError::failed(message));
            }
            if !actual.members.contains_key(wanted) && people.left.is_empty() {
                let known = actual.members.keys().map(Email::as_str);
                let message = format!("nobody on the platform has the address `{wanted}`");
                return Err(unknown(message, wanted.as_str(), known));
            }
        }
    }
    Ok(people)
}

fn unknown<'a>(message: String, called: &str, known: impl Iterator<Item = &'a str>) -> CliError {
    let error = CliError::failed(message);
    match crate::manifest::closest(called, known) {
        Some(meant) => error.help(format!("did you mean `{meant}`?")),
        None => error.help("`minisync plan` lists what no manifest names"),
    }
}
