//! What the manifests would have to say so that what is on the platform is asked for as it is.
//!
//! Only what no manifest names. Ended invitations are nobody's wish, and the owner and the account
//! we act as are on no roster.

use crate::{
    model::{
        Actual, ActualMember, CustomerService, Desired, Email, Invitation, LanguageTag, Listing,
        Logo, Member, Membership, MiniProgram, ProgramId, ProgramKey, Role, SeenProgram, Subject,
    },
    plan::Stray,
};
use std::collections::{BTreeMap, BTreeSet};

/// Why something on the platform is not written into a manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Obstacle {
    #[error("another program has the same name, and programs are recognised by it")]
    NameTwice,
    #[error("a manifest asks for another program with its name: `{0}`")]
    NameWanted(ProgramKey),
    #[error("the customer service address `{0}` would be written in another way")]
    Address(String),
    #[error("its logo cannot be had: {0}")]
    Logo(String),
    #[error("who is who cannot be told")]
    Doubtful,
    #[error("the platform says `{0}` of them, which minisync does not know")]
    Unrecognised(String),
    #[error("a developer needs a mini program, and none of theirs is in a manifest")]
    NoProgram,
    /// In the words of the rule, or of what could not be done.
    #[error("{0}")]
    Refused(String),
}

/// Mini programs that could be written into manifests, by the key that each would have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundPrograms {
    pub programs: BTreeMap<ProgramKey, SeenProgram>,
    pub left: BTreeMap<Stray, Obstacle>,
}

/// People who could be written on a roster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundPeople {
    pub members: BTreeMap<Email, Member>,
    /// Who is on a roster already, and has programs that are found only now.
    pub assignments: BTreeMap<Email, BTreeSet<ProgramKey>>,
    pub left: BTreeMap<Stray, Obstacle>,
}

/// The mini programs that no manifest names. What is remembered keeps its key.
pub fn found_programs(desired: &Desired, actual: &Actual) -> FoundPrograms {
    let mut found = FoundPrograms::default();
    let names = names(actual);
    let wanted: BTreeMap<&str, &ProgramKey> =
        desired.programs.iter().map(|(key, it)| (it.name.as_str(), key)).collect();
    let remembered = actual.programs.iter().filter(|(key, _)| !desired.programs.contains_key(key));
    let mut taken: BTreeSet<ProgramKey> =
        desired.programs.keys().chain(actual.programs.keys()).cloned().collect();
    let remembered = remembered.map(|(key, it)| (Some(key.clone()), &it.seen));
    let strangers = actual.unmanaged_programs.values().map(|seen| (None, seen));
    for (known, seen) in remembered.chain(strangers) {
        let obstacle = match wanted.get(seen.name.as_str()) {
            Some(key) => Some(Obstacle::NameWanted((*key).clone())),
            // What is remembered is not told by its name.
            None if known.is_some() || names.get(seen.name.as_str()) == Some(&1) => None,
            None => Some(Obstacle::NameTwice),
        };
        match obstacle {
            Some(obstacle) => {
                found.left.insert(stray(seen), obstacle);
            }
            None => {
                let key = known.unwrap_or_else(|| fresh_key(seen, &taken));
                taken.insert(key.clone());
                found.programs.insert(key, seen.clone());
            }
        }
    }
    found
}

fn names(actual: &Actual) -> BTreeMap<&str, usize> {
    let known = actual.programs.values().map(|program| &program.seen);
    let mut names = BTreeMap::new();
    for seen in known.chain(actual.unmanaged_programs.values()) {
        *names.entry(seen.name.as_str()).or_default() += 1;
    }
    names
}

pub fn stray(seen: &SeenProgram) -> Stray {
    Stray::Program { id: seen.id.clone(), name: seen.name.clone() }
}

/// From the name, or its English translation, where those are in Latin letters; else from the
/// platform's id, which no renaming changes.
fn fresh_key(seen: &SeenProgram, taken: &BTreeSet<ProgramKey>) -> ProgramKey {
    let is_english = |tag: &LanguageTag| tag.as_str().split('-').next() == Some("en");
    let english = seen.languages.iter().filter(|(tag, _)| is_english(tag));
    let names = [Some(&seen.name)].into_iter().chain(english.map(|(_, words)| words.name.as_ref()));
    let slug = names.flatten().find_map(|name| slug(name));
    let base = slug.unwrap_or_else(|| {
        let id = folded(seen.id.as_str());
        if id.is_empty() { "program".to_owned() } else { format!("program-{id}") }
    });
    // Room for a number.
    let base: String = base.chars().take(56).collect();
    let base = base.trim_end_matches('-');
    let numbered = (2..).map(|n: u32| format!("{base}-{n}"));
    let mut keys = [base.to_owned()].into_iter().chain(numbered);
    let free = keys.find_map(|key| key.parse().ok().filter(|key| !taken.contains(key)));
    free.expect("some number is free")
}

fn slug(name: &str) -> Option<String> {
    let is_latin = name.chars().all(|c| c.is_ascii() || !c.is_alphanumeric());
    Some(folded(name)).filter(|key| is_latin && !key.is_empty())
}

/// Lower case, with a hyphen between words, also between those of `LuckyCoffee`.
fn folded(text: &str) -> String {
    let mut folded = String::new();
    let mut was_small = false;
    for c in text.chars() {
        let is_apart = !c.is_ascii_alphanumeric() || c.is_ascii_uppercase() && was_small;
        if is_apart && !folded.is_empty() && !folded.ends_with('-') {
            folded.push('-');
        }
        folded.extend(Some(c.to_ascii_lowercase()).filter(char::is_ascii_alphanumeric));
        was_small = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    folded.trim_end_matches('-').to_owned()
}

/// The manifest of a program as it is; `logo` is that of its listing, where it has one.
pub fn as_found(
    key: &ProgramKey,
    seen: &SeenProgram,
    logo: Option<Logo>,
) -> Result<MiniProgram, Obstacle> {
    let listing = match (&seen.listing, logo) {
        (None, _) => None,
        (Some(_), None) => return Err(Obstacle::Logo("the platform has none".to_owned())),
        (Some(listing), Some(logo)) => {
            let email: Option<Email> = listing.email.parse().ok();
            let email = email.filter(|email| email.as_str() == listing.email);
            let email = email.ok_or_else(|| Obstacle::Address(listing.email.clone()))?;
            Some(Listing {
                tagline: listing.tagline.clone(),
                description: listing.description.clone(),
                logo,
                industry: listing.industry.clone(),
                customer_service: CustomerService { phone: listing.phone.clone(), email },
            })
        }
    };
    Ok(MiniProgram {
        key: key.clone(),
        name: seen.name.clone(),
        release_to: seen.release_to.clone(),
        default_language: seen.default_language.clone(),
        created_by: None,
        listing,
        languages: seen.languages.clone(),
        previously: None,
        ignore: BTreeMap::new(),
    })
}

/// The people whom no manifest names. `added` are the programs that the manifests are to name from
/// now on, besides those of `desired`.
pub fn found_people(
    desired: &Desired,
    actual: &Actual,
    added: &BTreeMap<ProgramId, ProgramKey>,
    protected: &BTreeSet<Email>,
) -> FoundPeople {
    let previous: BTreeSet<&Email> =
        desired.members.values().filter_map(|it| it.previously.as_ref()).collect();
    let mut found = FoundPeople::default();
    for (email, member) in &actual.members {
        let programs = programs_of(desired, actual, added, member);
        if let Some(wanted) = desired.members.get(email) {
            found.assignments.extend(assignments(wanted, member, &programs, added, actual));
            continue;
        }
        if protected.contains(email) || previous.contains(email) {
            continue;
        }
        match as_rostered(email, member, programs) {
            None => {}
            Some(Ok(member)) => drop(found.members.insert(email.clone(), member)),
            Some(Err(obstacle)) => {
                let (id, email, name) = (member.id.clone(), email.clone(), member.name.clone());
                found.left.insert(Stray::Member { id, email, name }, obstacle);
            }
        }
    }
    let doubtful = actual.doubtful.iter().map(|it| {
        let stray =
            Stray::Member { id: it.id.clone(), email: it.email.clone(), name: it.name.clone() };
        (stray, Obstacle::Doubtful)
    });
    found.left.extend(doubtful);
    found
}

/// What a developer works on, as far as manifests name it or are to name it.
fn programs_of(
    desired: &Desired,
    actual: &Actual,
    added: &BTreeMap<ProgramId, ProgramKey>,
    member: &ActualMember,
) -> BTreeSet<ProgramKey> {
    let held = member.membership.role().into_iter().flat_map(Role::assignments);
    let is_named = |key: &&ProgramKey| {
        let id = actual.programs.get(*key).map(|it| &it.seen.id);
        desired.programs.contains_key(*key) || id.is_some_and(|id| added.contains_key(id))
    };
    let elsewhere = member.elsewhere.iter().filter_map(|id| added.get(id));
    held.filter(is_named).chain(elsewhere).cloned().collect()
}

/// Without these, the programs would be taken away as soon as they have a key.
fn assignments(
    wanted: &Member,
    member: &ActualMember,
    programs: &BTreeSet<ProgramKey>,
    added: &BTreeMap<ProgramId, ProgramKey>,
    actual: &Actual,
) -> Option<(Email, BTreeSet<ProgramKey>)> {
    let Role::Developer(asked) = &wanted.role else { return None };
    let new: BTreeSet<_> = added.values().collect();
    let missing = programs.iter().filter(|key| new.contains(key) && !asked.contains(*key));
    let missing: BTreeSet<_> = missing.cloned().collect();
    let is_over = member.membership.is_over()
        || actual.ambiguous.contains(&Subject::Member(wanted.email.clone()));
    (!missing.is_empty() && !is_over).then(|| (wanted.email.clone(), missing))
}

/// `None`: nothing is left of it.
fn as_rostered(
    email: &Email,
    member: &ActualMember,
    programs: BTreeSet<ProgramKey>,
) -> Option<Result<Member, Obstacle>> {
    let (role, blocked) = match &member.membership {
        Membership::Invited(role, Invitation::Pending { .. }) | Membership::Active(role) => {
            (role, false)
        }
        Membership::Blocked(role) => (role, true),
        Membership::Unrecognised(said) => return Some(Err(Obstacle::Unrecognised(said.clone()))),
        Membership::Invited(
            _,
            Invitation::Expired { .. } | Invitation::Refused | Invitation::Withdrawn,
        )
        | Membership::Left(_) => return None,
    };
    let role = match role {
        Role::Owner => return None,
        Role::Master => Role::Master,
        Role::Developer(_) if programs.is_empty() => return Some(Err(Obstacle::NoProgram)),
        Role::Developer(_) => Role::Developer(programs),
    };
    Some(Ok(Member {
        email: email.clone(),
        name: member.name.clone(),
        role,
        blocked,
        previously: None,
        until: None,
        assignments_until: BTreeMap::new(),
        ignore: BTreeMap::new(),
    }))
}

#[cfg(test)]
mod tests {
    use super::{ProgramKey, fresh_key};
    use crate::model::{LastChange, ProgramId, Revision, SeenProgram, Translation};
    use std::collections::{BTreeMap, BTreeSet};

    fn key(name: &str, english: Option<&str>, taken: &[&str]) -> String {
        let words = Translation { name: english.map(str::to_owned), ..Translation::default() };
        let seen = SeenProgram {
            id: ProgramId::new("p7"),
            revision: Revision::new("1"),
            name: name.into(),
            release_to: BTreeSet::new(),
            default_language: "zh-CN".parse().unwrap(),
            listing: None,
            languages: BTreeMap::from([("en-US".parse().unwrap(), words)]),
            last_change: LastChange::default(),
        };
        let taken: BTreeSet<ProgramKey> = taken.iter().map(|key| key.parse().unwrap()).collect();
        fresh_key(&seen, &taken).to_string()
    }

    #[test]
    fn keys_are_made_from_names_that_have_one() {
        assert_eq!(key("Lucky_Coffee 2", None, &[]), "lucky-coffee-2");
        assert_eq!(key("LuckyCoffeeACM", None, &[]), "lucky-coffee-acm");
        assert_eq!(key("Coffee", None, &["coffee", "coffee-2"]), "coffee-3");
        assert_eq!(key("幸福咖啡", Some("Lucky Coffee"), &[]), "lucky-coffee");
        assert_eq!(key("幸福咖啡", None, &[]), "program-p7");
        assert_eq!(key("幸福Tea", None, &["program-p7"]), "program-p7-2");
    }
}
