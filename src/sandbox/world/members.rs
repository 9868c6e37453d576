//! Inviting people, changing what they may do, removing them.

use super::{
    About, Change, Changes, Invited, Member, MemberNo, ProgramNo, State, access::Sight, fields,
};
use crate::{
    model::{self as life, Email, Role},
    platform::sandbox as wire,
    sandbox::rule::{Findings, Refusal, Rule},
};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// "A member invitation is valid for 3 days since you send it" (platform docs, Add a member to a
/// workspace).
const VALID_FOR: SignedDuration = SignedDuration::from_hours(3 * 24);

impl Sight<'_> {
    /// `expected`: of the membership that somebody had who refused or left.
    pub(super) fn invite(
        self,
        new: &wire::NewMember,
        expected: Option<&[u64]>,
        now: Timestamp,
    ) -> Result<Changes, Refusal> {
        let by = self.manager()?.email.clone();
        let mut findings = Findings::default();
        let (email, role) = self.invitee_of(&mut findings, new, now);
        let before = email.as_ref().and_then(|email| self.workspace.member_at(email));
        if let Some(before) = before {
            before.expect_unchanged(expected, now)?;
        } else if let (Some(email), Some(_)) = (&email, expected) {
            let message = format!("nobody is known as `{email}` any more");
            return Err(Refusal::new(Rule::ChangedSince, message));
        }
        if let Some((rule, message)) = before.and_then(|member| in_the_way(member, now)) {
            findings.add("/email", rule, message);
        }
        let (email, role) = findings.settle(email.zip(role))?;
        let (name, invited) = (new.name.clone(), Some(Invited { at: now, by, times: 1 }));
        let state = State::Invited { expires: expiry(now) };
        let no = MemberNo::new(0);
        let member = Member { no, revision: 0, name, email, role, invited, state, touch: None };
        Ok(self.in_the_place_of(before, member))
    }

    /// Another invitation instead of one that nobody has accepted, so that somebody who is to be
    /// offered something else is never left without one.
    pub(super) fn reinvite(
        self,
        id: &str,
        new: &wire::NewMember,
        expected: Option<&[u64]>,
        now: Timestamp,
    ) -> Result<Changes, Refusal> {
        let found = self.member(id)?;
        let by = self.manager()?.email.clone();
        found.expect_unchanged(expected, now)?;
        let mut findings = Findings::default();
        let (email, role) = self.invitee_of(&mut findings, new, now);
        if let Some(other) = email.filter(|email| *email != found.email) {
            let message = format!("`{other}` is somebody else than `{}`", found.email);
            findings.add("/email", Rule::MembershipState, message);
        }
        if let Some(message) = no_invitation(found, now) {
            findings.add("", Rule::MembershipState, message);
        }
        let role = findings.settle(role)?;
        let (name, invited) = (new.name.clone(), Some(Invited { at: now, by, times: 1 }));
        let state = State::Invited { expires: expiry(now) };
        let member = Member { name, role, invited, state, ..found.clone() };
        Ok(self.in_the_place_of(Some(found), member))
    }

    /// Who is to be invited as what, if that can be, at this time.
    fn invitee_of(
        self,
        findings: &mut Findings,
        new: &wire::NewMember,
        now: Timestamp,
    ) -> (Option<Email>, Option<Role<ProgramNo>>) {
        fields::person_name(findings, "/name", &new.name);
        let email = fields::email(findings, "/email", &new.email);
        let role = self.role(findings, new.role, &new.programs);
        if let Some(message) = self.exhausted(now) {
            findings.add("", Rule::InvitationLimit, message);
        }
        (email, role)
    }

    /// Under a number of its own, so that no old link leads to it.
    fn in_the_place_of(self, before: Option<&Member>, member: Member) -> Changes {
        let mut changes = Changes::to(self.workspace, About::Nothing);
        if let Some(before) = before {
            changes = changes.and(Change::MemberGone(before.no));
        }
        let no = MemberNo::new(changes.number());
        changes.member(Member { no, ..member }).new_thing(About::Member(no))
    }

    /// Role and assignments of somebody who has joined; "once an invitation is sent, the entered
    /// information cannot be modified".
    pub(super) fn edit_member(
        self,
        id: &str,
        patch: &wire::MemberPatch,
        expected: Option<&[u64]>,
        now: Timestamp,
    ) -> Result<Changes, Refusal> {
        let found = self.member(id)?;
        self.manager()?;
        refuse_owner(found, "changed")?;
        found.expect_unchanged(expected, now)?;
        let mut findings = Findings::default();
        let role = self.role(&mut findings, patch.role, &patch.programs);
        if let Some((rule, message)) = not_joined(found, now) {
            findings.add("", rule, message);
        }
        let role = findings.settle(role)?;
        let about = About::Member(found.no);
        if role == found.role {
            return Ok(Changes::none(self.workspace, about));
        }
        Ok(Changes::to(self.workspace, about).member(Member { role, ..found.clone() }))
    }

    pub(super) fn remove_member(
        self,
        id: &str,
        expected: Option<&[u64]>,
        now: Timestamp,
    ) -> Result<Changes, Refusal> {
        let found = self.member(id)?;
        self.owner()?;
        refuse_owner(found, "removed")?;
        found.expect_unchanged(expected, now)?;
        if found.stage(now).after(life::Move::Remove).is_some() {
            return Ok(
                Changes::to(self.workspace, About::Nothing).and(Change::MemberGone(found.no))
            );
        }
        let (rule, message) = not_joined(found, now).expect("an invitation is not joined");
        Err(Refusal::new(rule, message))
    }

    /// A role that may be given, with programs that exist.
    fn role(
        self,
        findings: &mut Findings,
        role: wire::Role,
        programs: &BTreeSet<String>,
    ) -> Option<Role<ProgramNo>> {
        match role {
            wire::Role::Owner => {
                let message = "there is one owner, and nobody can be made one";
                findings.add("/role", Rule::RoleNotInvitable, message);
                None
            }
            wire::Role::Master => {
                if !programs.is_empty() {
                    let message = "a master reaches every mini program; only developers are \
                                   assigned to some";
                    findings.add("/programs", Rule::OnlyDevelopersAssigned, message);
                }
                Some(Role::Master)
            }
            wire::Role::Developer => Some(Role::Developer(self.assigned(findings, programs))),
        }
    }

    /// "You need to assign at least one mini program to the role" (quickstart, Add members).
    fn assigned(self, findings: &mut Findings, programs: &BTreeSet<String>) -> BTreeSet<ProgramNo> {
        if programs.is_empty() {
            let message = "a developer needs at least one mini program";
            findings.add("/programs", Rule::DeveloperNeedsProgram, message);
        }
        let mut assigned = BTreeSet::new();
        for id in programs {
            match self.program(id) {
                Ok(program) => {
                    assigned.insert(program.no);
                }
                Err(_) => {
                    let message = format!("there is no mini program `{id}` in this workspace");
                    findings.add("/programs", Rule::ProgramUnknown, message);
                }
            }
        }
        assigned
    }
}

pub(super) fn expiry(now: Timestamp) -> Timestamp {
    now.checked_add(VALID_FOR).unwrap_or(Timestamp::MAX)
}

/// Why somebody cannot be invited: at most one live invitation or membership for an address.
fn in_the_way(member: &Member, now: Timestamp) -> Option<(Rule, String)> {
    let email = &member.email;
    match member.state {
        State::Invited { .. } if member.is_expired(now) => Some((
            Rule::InvitationExpired,
            format!("the invitation of `{email}` has expired; resend it"),
        )),
        State::Invited { expires } => Some((
            Rule::InvitationPending,
            format!("`{email}` is invited already, until {expires}"),
        )),
        State::Active { .. } => Some(already_member(email, "")),
        State::Blocked { .. } => Some(already_member(email, ", and blocked")),
        State::Refused | State::Withdrawn | State::Left => None,
    }
}

/// Why there is no invitation that could be taken back.
fn no_invitation(member: &Member, now: Timestamp) -> Option<String> {
    let next = member.stage(now).after(life::Move::Withdraw);
    let email = &member.email;
    next.is_none().then(|| format!("no invitation of `{email}` waits for an answer"))
}

fn already_member(email: &Email, and: &str) -> (Rule, String) {
    (Rule::AlreadyMember, format!("`{email}` is a member already{and}"))
}

/// Why somebody who has not joined cannot be treated like a member.
fn not_joined(member: &Member, now: Timestamp) -> Option<(Rule, String)> {
    let email = &member.email;
    match member.state {
        State::Active { .. } | State::Blocked { .. } => None,
        State::Invited { .. } if member.is_expired(now) => Some((
            Rule::InvitationExpired,
            format!("`{email}` never accepted the invitation; withdraw or resend it"),
        )),
        State::Invited { .. } => Some((
            Rule::InvitationPending,
            format!("`{email}` has not accepted yet; withdraw the invitation, then invite again"),
        )),
        State::Refused => {
            Some((Rule::MembershipState, format!("`{email}` refused the invitation; invite again")))
        }
        State::Withdrawn => Some((
            Rule::MembershipState,
            format!("the invitation of `{email}` was withdrawn; invite again"),
        )),
        State::Left => Some((Rule::MembershipState, format!("`{email}` has left; invite again"))),
    }
}

pub(super) fn refuse_owner(member: &Member, done: &str) -> Result<(), Refusal> {
    if member.role == Role::Owner {
        return Err(Refusal::new(Rule::OwnerFixed, format!("the owner cannot be {done}")));
    }
    Ok(())
}
