//! What is on a platform and in no manifest, as manifests would say it.

use super::{
    Scope,
    selection::{self, Meant},
};
use crate::{
    cli::{connect::Connection, error::CliError, workplace::Workplace},
    engine::Prospect,
    manifest::edit,
    model::{
        Desired, Email, Logo, LogoFormat, Member, MiniProgram, ProgramId, ProgramKey, SeenProgram,
        image,
    },
    plan::{
        Stray,
        adoption::{self, FoundPeople, Obstacle},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// What is to be written for one workspace.
#[derive(Debug)]
pub(super) struct Gathered<'a> {
    case: Case<'a>,
    pub(super) meant: Meant,
    pub(super) programs: BTreeMap<ProgramKey, MiniProgram>,
    /// What the platform calls them.
    ids: BTreeMap<ProgramId, ProgramKey>,
    /// By key.
    pub(super) logos: BTreeMap<ProgramKey, Vec<u8>>,
    /// Masters first.
    pub(super) members: Vec<Member>,
    pub(super) assignments: BTreeMap<Email, BTreeSet<ProgramKey>>,
    left: BTreeMap<Stray, Obstacle>,
    /// Of the people; told anew when there are fewer programs.
    left_people: BTreeMap<Stray, Obstacle>,
}

/// What it is gathered from.
#[derive(Debug, Clone, Copy)]
struct Case<'a> {
    scope: &'a Scope,
    desired: &'a Desired,
    prospect: &'a Prospect,
    connection: &'a Connection,
}

pub(super) async fn gather<'a>(
    scope: &'a Scope,
    workplace: &'a Workplace,
    connection: &'a Connection,
    prospect: &'a Prospect,
) -> Result<Gathered<'a>, CliError> {
    let desired = &workplace.valid.workspaces[&prospect.workspace];
    let case = Case { scope, desired, prospect, connection };
    let found = adoption::found_programs(desired, &prospect.actual);
    let (found, meant) = selection::programs(scope, found, desired, &prospect.actual)?;
    let mut gathered = Gathered {
        case,
        meant,
        programs: BTreeMap::new(),
        ids: BTreeMap::new(),
        logos: BTreeMap::new(),
        members: Vec::new(),
        assignments: BTreeMap::new(),
        left: found.left,
        left_people: BTreeMap::new(),
    };
    for (key, seen) in found.programs {
        match gathered.take(&key, &seen).await {
            Ok(()) => drop(gathered.ids.insert(seen.id, key)),
            Err(why) => drop(gathered.left.insert(adoption::stray(&seen), why)),
        }
    }
    gathered.gather_people()?;
    Ok(gathered)
}

impl Gathered<'_> {
    /// What could not be written, and why.
    pub(super) fn left(&self) -> impl Iterator<Item = (&Stray, &Obstacle)> {
        self.left.iter().chain(&self.left_people)
    }

    async fn take(&mut self, key: &ProgramKey, seen: &SeenProgram) -> Result<(), Obstacle> {
        let mut logo = None;
        if let Some(listing) = &seen.listing {
            let provider = self.case.connection.provider(&self.case.prospect.workspace);
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

    /// Leaves these programs to the platform: whoever has one could not be written down with it,
    /// and would lose it as soon as a manifest names it.
    pub(super) fn leave_programs(&mut self, of: &BTreeMap<Email, String>) -> Result<(), CliError> {
        for (email, why) in of {
            for key in self.assignments.get(email).into_iter().flatten() {
                let Some(program) = self.programs.remove(key) else { continue };
                self.logos.remove(key);
                let id = self.ids.iter().find(|(_, it)| *it == key).map(|(id, _)| id.clone());
                let Some(id) = id else { continue };
                self.ids.remove(&id);
                let why = format!(
                    "{email} has it, and it could not be added to their `miniPrograms`: {why}"
                );
                self.left.insert(Stray::Program { id, name: program.name }, Obstacle::Refused(why));
            }
        }
        self.gather_people()
    }

    fn gather_people(&mut self) -> Result<(), CliError> {
        let Case { scope, desired, prospect, connection } = self.case;
        let protected = connection.protected(&prospect.workspace);
        let people = adoption::found_people(desired, &prospect.actual, &self.ids, &protected);
        let people = selection::people(scope, people, &protected)?;
        let FoundPeople { members, assignments, left } = people;
        (self.members, self.assignments, self.left_people) = (Vec::new(), assignments, left);
        for member in members.into_values() {
            match edit::reads_as_member(&member) {
                Ok(()) => self.members.push(member),
                Err(why) => self.leave(member, why),
            }
        }
        self.members.sort_by_key(|it| (it.role.assignments().next().is_some(), it.email.clone()));
        Ok(())
    }

    fn leave(&mut self, member: Member, why: String) {
        let Member { email, name, .. } = member;
        let id = crate::model::MemberId::new("");
        self.left_people.insert(Stray::Member { id, email, name }, Obstacle::Refused(why));
    }
}
