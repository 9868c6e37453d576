//! Reading a workspace: the first page of each list, then all the others at once.

use super::{super::http::shortened, SandboxProvider};
use crate::{
    engine::{Patience, ProviderError, Stop, with_retries},
    model::{
        Allowance, Completeness, Digest, History, Invitation, LastChange, MemberId, Membership,
        ProgramId, Revision, Role, Seen, SeenListing, SeenMember, SeenProgram, Translation,
    },
    platform::sandbox as wire,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use reqwest::Method;
use serde::de::DeserializeOwned;
use std::{
    collections::{BTreeMap, btree_map::Entry},
    str::FromStr,
};

/// Pages of one list in flight at any time.
const CONCURRENT_PAGES: usize = 16;
/// Readings before we settle for what may be pictures of different moments.
const READINGS: usize = 3;

/// Every page of one list.
struct Listing<T> {
    items: Vec<T>,
    /// One revision of the workspace on all pages, and as many things as the platform counts.
    is_whole: bool,
    revision: u64,
}

impl SandboxProvider {
    pub(super) async fn observed(&self) -> Result<Seen, ProviderError> {
        let mut last = self.reading().await?;
        for _ in 1..READINGS {
            if last.completeness == Completeness::Whole {
                break;
            }
            last = self.reading().await?;
        }
        Ok(last)
    }

    async fn reading(&self) -> Result<Seen, ProviderError> {
        let ((workspace, now), programs, members) = futures::try_join!(
            self.workspace(),
            self.list("programs", |program: &wire::Program| program.id.clone()),
            self.list("members", |member: &wire::Member| member.id.clone()),
        )?;
        let is_whole =
            programs.is_whole && members.is_whole && programs.revision == members.revision;
        Ok(Seen {
            programs: programs.items.into_iter().map(program).collect::<Result<_, _>>()?,
            members: members.items.into_iter().map(member).collect::<Result<_, _>>()?,
            completeness: if is_whole { Completeness::Whole } else { Completeness::Partial },
            allowance: workspace.allowance.map(allowance).transpose()?,
            now,
        })
    }

    async fn workspace(&self) -> Result<(wire::Workspace, Option<Timestamp>), ProviderError> {
        let attempt = || {
            let path = ["workspaces", self.workspace.as_str()];
            self.api.dated(self.api.request(Method::GET, &path, &self.token))
        };
        with_retries(Patience::default(), &Stop::default(), |_, _| {}, attempt).await
    }

    async fn list<T: DeserializeOwned + PartialEq>(
        &self,
        what: &str,
        id: impl Fn(&T) -> String,
    ) -> Result<Listing<T>, ProviderError> {
        let first: wire::Page<T> = self.page(what, 1).await?;
        let page_size = u64::from(first.page_size.max(1));
        let n_pages = u32::try_from(first.total.div_ceil(page_size)).unwrap_or(u32::MAX);
        let rest: Vec<wire::Page<T>> = stream::iter(2..=n_pages)
            .map(|page| self.page(what, page))
            .buffered(CONCURRENT_PAGES)
            .try_collect()
            .await?;
        let (total, revision) = (first.total, first.revision);
        let same_moment = rest.iter().all(|page| page.revision == revision && page.total == total);
        let said = [first].into_iter().chain(rest).flat_map(|page| page.items);
        let (items, agrees) = distinct(said, id);
        let is_whole = same_moment && agrees && items.len() as u64 == total;
        Ok(Listing { items, is_whole, revision })
    }

    async fn page<T: DeserializeOwned>(
        &self,
        what: &str,
        page: u32,
    ) -> Result<wire::Page<T>, ProviderError> {
        let attempt = || {
            let request = self
                .api
                .request(Method::GET, &["workspaces", self.workspace.as_str(), what], &self.token)
                .query(&[("page", page), ("pageSize", wire::MAX_PAGE_SIZE)]);
            self.api.json(request)
        };
        with_retries(Patience::default(), &Stop::default(), |_, _| {}, attempt).await
    }
}

/// Each thing once, in an order that does not depend on the platform's, and whether what was said
/// twice was the same.
fn distinct<T: PartialEq>(
    said: impl Iterator<Item = T>,
    id: impl Fn(&T) -> String,
) -> (Vec<T>, bool) {
    let (mut items, mut agrees) = (BTreeMap::new(), true);
    for item in said {
        let id = id(&item);
        // `m9` before `m10`.
        match items.entry((id.len(), id)) {
            Entry::Vacant(place) => drop(place.insert(item)),
            Entry::Occupied(before) => agrees &= *before.get() == item,
        }
    }
    (items.into_values().collect(), agrees)
}

fn allowance(allowance: wire::Allowance) -> Result<Allowance, ProviderError> {
    let wire::Allowance { left, each_hour, renews_at } = allowance;
    Ok(Allowance { left, each_hour, renews: parsed(&renews_at)? })
}

fn program(program: wire::Program) -> Result<SeenProgram, ProviderError> {
    Ok(SeenProgram {
        id: ProgramId::new(program.id),
        revision: Revision::new(program.revision.to_string()),
        name: program.name,
        // A target that we do not know is none that a manifest could name.
        release_to: program.release_to.iter().filter_map(|target| target.parse().ok()).collect(),
        default_language: parsed(&program.default_language)?,
        listing: program.listing.map(listing),
        languages: program
            .languages
            .into_iter()
            .map(|(tag, words)| Ok((parsed(&tag)?, translation(words))))
            .collect::<Result<_, ProviderError>>()?,
        last_change: last_change(program.changed_at.as_ref(), program.changed_by.as_ref()),
    })
}

/// What cannot be read of it is not known; nothing else depends on it.
fn last_change(at: Option<&String>, by: Option<&String>) -> LastChange {
    LastChange {
        at: at.and_then(|text| text.parse().ok()),
        by: by.and_then(|text| text.parse().ok()),
    }
}

fn listing(listing: wire::Listing) -> SeenListing {
    SeenListing {
        tagline: listing.tagline,
        description: listing.description,
        logo: Digest::new(listing.logo),
        industry: listing.industry,
        phone: listing.phone,
        email: listing.email,
    }
}

fn translation(words: wire::Translation) -> Translation {
    Translation { name: words.name, tagline: words.tagline, description: words.description }
}

fn member(member: wire::Member) -> Result<SeenMember, ProviderError> {
    Ok(SeenMember {
        email: parsed(&member.email)?,
        membership: membership(&member)?,
        history: history(&member),
        id: MemberId::new(member.id),
        revision: Revision::new(member.revision.to_string()),
        name: member.name,
        undelivered: member.undelivered,
    })
}

/// What cannot be read of it is not known; nothing else depends on it.
fn history(member: &wire::Member) -> History {
    let since = member.active_since.as_ref().or(member.invited_at.as_ref());
    History {
        since: since.and_then(|text| text.parse().ok()),
        invited_by: member.invited_by.as_ref().and_then(|text| text.parse().ok()),
        last_change: last_change(member.changed_at.as_ref(), member.changed_by.as_ref()),
    }
}

fn membership(member: &wire::Member) -> Result<Membership<ProgramId>, ProviderError> {
    let role = match member.role {
        wire::Role::Owner => Role::Owner,
        wire::Role::Master => Role::Master,
        wire::Role::Developer => {
            Role::Developer(member.programs.iter().map(ProgramId::new).collect())
        }
    };
    Ok(match &member.status {
        wire::MemberStatus::Invited => Membership::Invited(
            role,
            Invitation::Pending {
                sent: moment(member.invited_at.as_deref())?,
                expires: moment(member.expires_at.as_deref())?,
            },
        ),
        wire::MemberStatus::Expired => Membership::Invited(
            role,
            Invitation::Expired { since: moment(member.expires_at.as_deref())? },
        ),
        wire::MemberStatus::Refused => Membership::Invited(role, Invitation::Refused),
        wire::MemberStatus::Withdrawn => Membership::Invited(role, Invitation::Withdrawn),
        wire::MemberStatus::Active => Membership::Active(role),
        wire::MemberStatus::Blocked => Membership::Blocked(role),
        wire::MemberStatus::Left => Membership::Left(role),
        wire::MemberStatus::Other(said) => Membership::Unrecognised(said.clone()),
    })
}

fn moment(text: Option<&str>) -> Result<Timestamp, ProviderError> {
    parsed(text.unwrap_or_default())
}

fn parsed<T: FromStr>(text: &str) -> Result<T, ProviderError> {
    text.parse().map_err(|_| {
        let text = shortened(text.to_owned());
        ProviderError::Garbled(format!("the platform sent `{text}`, which we cannot read"))
    })
}
