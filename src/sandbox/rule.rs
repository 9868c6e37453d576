//! The rules that a request can break, by stable name, and the no that names them.

use crate::platform::sandbox::BrokenRule;

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident $text:literal $status:literal;)+) => {
        /// A rule, as `errors[].rule` of an answer names it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Rule { $($(#[$doc])* $name,)+ }

        impl Rule {
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// The HTTP status of an answer that names only this rule.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }
        }
    };
}

rules! {
    QueryParameter "query-parameter" 400;
    Path "path" 400;
    JsonSyntax "json-syntax" 400;
    IdempotencyKeyMissing "idempotency-key-missing" 400;
    IdempotencyKeyForm "idempotency-key-form" 400;
    Unauthenticated "unauthenticated" 401;
    Method "method" 405;
    TooLarge "too-large" 413;
    MediaType "media-type" 415;
    JsonShape "json-shape" 422;
    IdempotencyKeyReused "idempotency-key-reused" 422;
    RateLimit "rate-limit" 429;
    Unavailable "unavailable" 503;
    // Who may do what (profile A: owner, master, developer).
    NotFound "not-found" 404;
    OperatorOnly "operator-only" 403;
    /// The operator runs the sandbox and belongs to no workspace.
    OperatorIsNoMember "operator-is-no-member" 403;
    RoleForbids "role-forbids" 403;
    OwnerOnly "owner-only" 403;
    InviteeOnly "invitee-only" 403;
    NotJoined "not-joined" 403;
    MemberBlocked "member-blocked" 403;
    OwnerFixed "owner-fixed" 403;
    ChangedSince "changed-since" 412;
    /// How far the clock is to be moved.
    ClockMove "clock-move" 422;
    MishapForm "mishap-form" 422;
    WorkspaceId "workspace-id" 422;
    WorkspaceExists "workspace-exists" 409;
    NameLength "name-length" 422;
    NameCharacters "name-characters" 422;
    NameTaken "name-taken" 409;
    TaglineLength "tagline-length" 422;
    DescriptionLength "description-length" 422;
    IndustryBlank "industry-blank" 422;
    LogoUnknown "logo-unknown" 422;
    PhoneForm "phone-form" 422;
    EmailForm "email-form" 422;
    LanguageTag "language-tag" 422;
    DefaultLanguageRepeated "default-language-repeated" 422;
    ReleaseTarget "release-target" 422;
    ReleaseLimit "release-limit" 409;
    ListingIncomplete "listing-incomplete" 422;
    /// A program created by a master has every field of the listing.
    ListingNeeded "listing-needed" 422;
    /// A program created by a master is in Chinese.
    ChineseNeeded "chinese-needed" 422;
    LastProgramOfDeveloper "last-program-of-developer" 409;
    LogoImage "logo-image" 422;
    LogoDigest "logo-digest" 422;
    PersonName "person-name" 422;
    RoleNotInvitable "role-not-invitable" 422;
    DeveloperNeedsProgram "developer-needs-program" 422;
    OnlyDevelopersAssigned "only-developers-assigned" 422;
    ProgramUnknown "program-unknown" 422;
    AlreadyMember "already-member" 409;
    InvitationPending "invitation-pending" 409;
    InvitationExpired "invitation-expired" 409;
    /// The platform limits how many invitations go out in an hour.
    InvitationLimit "invitation-limit" 429;
    /// The move is not a legal one from where the person stands.
    MembershipState "membership-state" 409;
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// JSON pointer into the request's body; empty for the whole.
    pub field: String,
    pub rule: Rule,
    pub message: String,
}

/// A no, with every rule that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    broken: Vec<Broken>,
}

impl Refusal {
    pub fn new(rule: Rule, message: impl Into<String>) -> Self {
        Self::at("", rule, message)
    }

    /// `field` as in [`Broken::field`].
    pub fn at(field: impl Into<String>, rule: Rule, message: impl Into<String>) -> Self {
        Self { broken: vec![Broken { field: field.into(), rule, message: message.into() }] }
    }

    /// Also the answer to who must not learn that the thing exists.
    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Self::new(Rule::NotFound, format!("there is no {what}"))
    }

    /// At least one.
    pub fn broken(&self) -> &[Broken] {
        &self.broken
    }

    /// A request that makes no sense outweighs one that comes at the wrong moment: 422 before 409.
    pub fn status(&self) -> u16 {
        self.broken.iter().map(|broken| broken.rule.status()).max().unwrap_or(422)
    }
}

/// Collects broken rules, so that a request hears of all of them at once.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Broken>);

impl Findings {
    pub(super) fn add(&mut self, field: &str, rule: Rule, message: impl Into<String>) {
        self.0.push(Broken { field: field.to_owned(), rule, message: message.into() });
    }

    /// The value, unless a rule was broken on the way to it.
    pub(super) fn settle<T>(self, value: Option<T>) -> Result<T, Refusal> {
        if self.0.is_empty() {
            Ok(value.expect("a value is missing only where a rule was broken"))
        } else {
            Err(Refusal { broken: self.0 })
        }
    }
}

impl From<&Broken> for BrokenRule {
    fn from(broken: &Broken) -> Self {
        Self {
            field: broken.field.clone(),
            rule: broken.rule.as_str().to_owned(),
            message: broken.message.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rule;
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_has_a_name_of_its_own() {
        let names: BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.as_str()).collect();
        assert_eq!(names.len(), Rule::ALL.len());
        for name in names {
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{name}");
        }
    }
}
