//! Who should be in a workspace, as what, and until when.

use super::{Digest, Email, Exemptions, ProgramKey, image};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A member's role in the workspace, with the mini programs it reaches.
///
/// `P` is how a mini program is named: by key in manifests, by id on the platform, by
/// [`ProgramRef`](super::ProgramRef) in a step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role<P> {
    /// Onboards first, cannot be invited or removed (platform docs, Member management).
    Owner,
    /// Reaches every mini program and may create some.
    Master,
    /// Reaches the assigned mini programs: at least one.
    Developer(BTreeSet<P>),
}

impl<P> Role<P> {
    /// The role's own name, as in manifests.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Master => "master",
            Self::Developer(_) => "developer",
        }
    }

    /// The assigned mini programs; none for roles that reach them all.
    pub fn assignments(&self) -> impl Iterator<Item = &P> {
        match self {
            Self::Owner | Self::Master => None,
            Self::Developer(programs) => Some(programs),
        }
        .into_iter()
        .flatten()
    }
}

/// A person, as the rosters ask for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub email: Email,
    pub name: String,
    pub role: Role<ProgramKey>,
    /// Keeps the membership, takes the access.
    pub blocked: bool,
    /// The address this person had before, which goes when the new one has been accepted.
    pub previously: Option<Email>,
    /// The last day of the membership, in UTC.
    pub until: Option<Date>,
    /// The last days of assignments that end before the membership does.
    pub assignments_until: BTreeMap<ProgramKey, Date>,
    pub ignore: Exemptions,
}

impl Member {
    /// Whether nothing is asked for any more on that day: the membership is over, or a developer's
    /// last assignment is.
    pub fn has_ended(&self, today: Date) -> bool {
        let is_over = |until: &Date| *until < today;
        self.until.as_ref().is_some_and(is_over)
            || matches!(&self.role, Role::Developer(keys)
                if keys.iter().all(|key| self.assignments_until.get(key).is_some_and(is_over)))
    }

    /// The role without the assignments that are over on that day.
    pub fn role_on(&self, today: Date) -> Role<ProgramKey> {
        let lasts = |key: &&ProgramKey| {
            self.assignments_until.get(*key).is_none_or(|until| *until >= today)
        };
        match &self.role {
            Role::Owner => Role::Owner,
            Role::Master => Role::Master,
            Role::Developer(keys) => Role::Developer(keys.iter().filter(lasts).cloned().collect()),
        }
    }

    /// Tells one wish from another: invitations are counted anew when it changes. The same in every
    /// version of this program, for ledgers keep it.
    pub fn wish(&self) -> Digest {
        let Self { email, name, role, blocked, previously, until, assignments_until, ignore: _ } =
            self;
        let optional = |text: Option<String>| text.unwrap_or_default();
        let mut wish = vec![
            email.to_string(),
            name.clone(),
            role.name().to_owned(),
            blocked.to_string(),
            optional(previously.as_ref().map(ToString::to_string)),
            optional(until.map(|until| until.to_string())),
        ];
        wish.extend(role.assignments().map(ToString::to_string));
        wish.extend(assignments_until.iter().map(|(key, until)| format!("{key} until {until}")));
        // A line end is in none of them but the name, which has its length before it.
        image::digest(format!("{}\n{}", name.len(), wish.join("\n")).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::{Member, Role};
    use crate::model::Field;
    use std::collections::BTreeMap;

    #[test]
    fn a_wish_is_told_alike_by_every_version() {
        let member = Member {
            email: "lin@example.com".parse().unwrap(),
            name: "林伟".into(),
            role: Role::Developer(["coffee".parse().unwrap(), "tea".parse().unwrap()].into()),
            blocked: false,
            previously: None,
            until: Some("2027-01-31".parse().unwrap()),
            assignments_until: BTreeMap::from([(
                "tea".parse().unwrap(),
                "2026-12-31".parse().unwrap(),
            )]),
            ignore: BTreeMap::from([(Field::Role, None)]),
        };
        let wish = "076580e8fdf55600e536753a08eb825c96e7f2d6e7a34f80febbd59679b4eee9";
        assert_eq!(member.wish().as_str(), wish);
        assert_ne!(Member { name: "Lin".into(), ..member.clone() }.wish(), member.wish());
    }
}
