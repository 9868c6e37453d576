//! Who gives something to themselves: the author of the lines that a step asks access by, against
//! the person who gets it.
//!
//! Of somebody who is unblocked only the lines that are there can tell: a line that was taken out
//! has no author.

use super::{
    git::{self, GitError},
    survey::Survey,
    workplace::Workplace,
};
use crate::{
    diagnostic::{SourceId, Span},
    engine::Prospect,
    model::{Email, ProgramRef, Role, Subject},
    plan::Action,
    report::{
        SelfGrant,
        access::{Authors, Authorship},
    },
};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// A step that gives access, and the lines that ask for it.
struct Gift {
    grant: SelfGrant,
    lines: Vec<Span>,
}

/// Of everybody whom a plan gives access; nobody where there is no git.
pub(super) fn self_grants(
    workplace: &Workplace,
    survey: &Survey,
) -> Result<Vec<SelfGrant>, GitError> {
    let gifts: Vec<Gift> =
        survey.prospects.iter().flat_map(|prospect| gifts(workplace, prospect)).collect();
    let lines = gifts.iter().flat_map(|gift| &gift.lines);
    let asking: BTreeSet<SourceId> = lines.map(|line| line.source).collect();
    if asking.is_empty() || git::head(workplace.project.root(), &BTreeSet::new()).is_none() {
        return Ok(Vec::new());
    }
    let blamed = asking
        .into_par_iter()
        .map(|source| Ok((source, git::blame(&workplace.project.file(source))?)));
    let authors: Authors = blamed.collect::<Result<_, GitError>>()?;
    let me = git::user_email(workplace.project.root());
    let own = gifts.into_iter().filter_map(|gift| own(gift, workplace, &authors, me.as_ref()));
    Ok(own.collect())
}

/// The gift, when somebody wrote one of its lines for themselves.
fn own(
    gift: Gift,
    workplace: &Workplace,
    authors: &Authors,
    me: Option<&Email>,
) -> Option<SelfGrant> {
    let Gift { grant, lines } = gift;
    lines.into_iter().find_map(|place| {
        let (line, _) = workplace.project.sources.position(place);
        let (author, commit) = match authors.get(&place.source)?.get(line - 1)? {
            Authorship::Commit(commit) => (commit.email.parse().ok()?, Some(commit.hash.clone())),
            Authorship::Uncommitted | Authorship::Untracked => (me?.clone(), None),
            Authorship::Unknown => return None,
        };
        (author == grant.email).then(|| SelfGrant { place, commit, ..grant.clone() })
    })
}

fn gifts(workplace: &Workplace, prospect: &Prospect) -> Vec<Gift> {
    let workspace = &prospect.workspace;
    let origins = &workplace.valid.origins;
    let members = &workplace.valid.workspaces[workspace].members;
    let gift = |Given { email, role, programs, is_new }: Given| {
        let asked = programs.iter().filter_map(ProgramRef::key).map(Some);
        let asked = asked.chain(is_new.then_some(None));
        // Whoever gives somebody's lines another address takes them for it.
        let moves = members.get(&email).is_some_and(|it| it.previously.is_some())
            && !prospect.actual.members.contains_key(&email);
        let about = Subject::Member(email.clone());
        let addresses = origins.of(workspace, &about).iter().filter(|_| moves && is_new);
        let lines: Vec<Span> = asked
            .filter_map(|asked| origins.grant(workspace, &email, asked))
            .chain(addresses.copied())
            .collect();
        let place = *lines.first()?;
        let workspace = workspace.clone();
        Some(Gift { grant: SelfGrant { workspace, email, role, place, commit: None }, lines })
    };
    prospect.plan.steps.iter().filter_map(|step| given(&step.action)).filter_map(gift).collect()
}

struct Given {
    email: Email,
    /// `None`: they are unblocked in the one they have.
    role: Option<Role<ProgramRef>>,
    /// Those that are new in it.
    programs: BTreeSet<ProgramRef>,
    /// The role itself, and not only programs.
    is_new: bool,
}

fn given(action: &Action) -> Option<Given> {
    match action {
        Action::Invite { email, role, .. } | Action::Reinvite { email, role, .. } => {
            let (email, programs) = (email.clone(), programs(role));
            Some(Given { email, role: Some(role.clone()), programs, is_new: true })
        }
        Action::ChangeRole { email, from, to, .. } => {
            let programs = &programs(to) - &programs(from);
            let is_new = *to == Role::Master;
            let (email, role) = (email.clone(), Some(to.clone()));
            (is_new || !programs.is_empty()).then_some(Given { email, role, programs, is_new })
        }
        Action::Unblock { email, .. } => {
            let (email, programs) = (email.clone(), BTreeSet::new());
            Some(Given { email, role: None, programs, is_new: true })
        }
        Action::AdoptProgram { .. }
        | Action::AdoptMember { .. }
        | Action::CreateProgram { .. }
        | Action::UpdateProgram { .. }
        | Action::DeleteProgram { .. }
        | Action::Resend { .. }
        | Action::Withdraw { .. }
        | Action::Block { .. }
        | Action::Remove { .. } => None,
    }
}

fn programs(role: &Role<ProgramRef>) -> BTreeSet<ProgramRef> {
    role.assignments().cloned().collect()
}
