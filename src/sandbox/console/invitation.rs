//! The page behind the link of an invitation's mail: accept or refuse.
//!
//! Accepting also signs in, to the one workspace that the invitation is to: a mail may have been
//! passed on. Opening the link changes nothing: mail systems look at links before people do.

use super::{
    App,
    form::{Fields, signed},
    language::Reader,
    page::{Page, go_to},
    session::{Guest, Purpose},
    sign_in,
    trouble::Trouble,
    words::{Over, Words},
};
use crate::{
    model::Role,
    sandbox::{
        server::Sandbox,
        store::{Fault, Once, Write},
        token::{Token, random, random_hex},
        world::{Act, Caller, Command, LinkStanding, Member, Move, Request, Sending, Workspace},
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use jiff::Timestamp;

#[derive(Template)]
#[template(path = "invitation.html")]
struct Invitation {
    words: &'static Words,
    greeting: String,
    offer: Offer,
    until: String,
    role: &'static str,
    seal: String,
    /// Since the page was opened.
    has_changed: bool,
}

#[derive(Template)]
#[template(path = "invitation_over.html")]
struct InvitationOver {
    words: &'static Words,
    over: &'static Over,
    /// To the console, for whom it may be of use.
    has_way: bool,
}

/// What an open invitation says.
struct Offer {
    /// Of the membership; what is accepted is what was read.
    revision: u64,
    name: String,
    inviter: String,
    workspace: String,
    is_developer: bool,
    programs: Vec<String>,
    expires: Timestamp,
}

/// What became of a link.
enum Found {
    Open(Sending, Offer),
    Void(LinkStanding),
    Unknown,
}

pub(super) async fn show(
    State(sandbox): App,
    Path(token): Path<String>,
    reader: Reader,
) -> Result<Response, Trouble> {
    let words = Words::of(reader.tongue());
    Ok(discreet(match find(&sandbox, &token).await? {
        Found::Open(_, offer) => open(&sandbox, &token, (words, offer, false)),
        Found::Void(standing) => void(words, standing),
        Found::Unknown => unknown(words),
    }))
}

pub(super) async fn answer(
    State(sandbox): App,
    Path(token): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Trouble> {
    if !sandbox.sessions.is_sealed(Purpose::Invitation, &token, fields.text("seal")) {
        return Err(Trouble::Forged);
    }
    let words = Words::of(Reader::of(&headers).tongue());
    let sending = match find(&sandbox, &token).await? {
        Found::Open(sending, _) => sending,
        Found::Void(standing) => return Ok(discreet(void(words, standing))),
        Found::Unknown => return Ok(discreet(unknown(words))),
    };
    let revision = fields.text("revision").parse().map_err(|_| Trouble::Garbled)?;
    let to = match fields.text("answer") {
        "accept" => Move::Accept,
        "refuse" => Move::Refuse,
        _ => return Err(Trouble::Garbled),
    };
    match sandbox.store.write(request(&sending, to, revision)?).await {
        Ok(_) if to == Move::Accept => Ok(discreet(enter(&sandbox, &headers, sending)?)),
        Ok(_) => Ok(discreet(over(words, StatusCode::OK, &words.declined, false))),
        // Somebody was faster; the page says what it has come to.
        Err(Fault::Refused(_)) => Ok(discreet(match find(&sandbox, &token).await? {
            Found::Open(_, offer) => open(&sandbox, &token, (words, offer, true)),
            Found::Void(standing) => void(words, standing),
            Found::Unknown => unknown(words),
        })),
        Err(fault) => Err(fault.into()),
    }
}

/// Whoever is signed in with a token stays so.
fn enter(sandbox: &Sandbox, headers: &HeaderMap, sending: Sending) -> Result<Response, Trouble> {
    let Sending { workspace, email, .. } = sending;
    let path = format!("/console/{workspace}/programs?done=joined");
    let everywhere = Guest { email: email.clone(), only: None };
    if signed(headers, sandbox).is_some_and(|who| who.guest == everywhere) {
        return Ok(go_to(&path));
    }
    sign_in::begin(sandbox, (headers, Guest { email, only: Some(workspace) }), &path)
}

async fn find(sandbox: &Sandbox, token: &str) -> Result<Found, Trouble> {
    let Some(sending) = sandbox.store.link(&Token::new(token)).await? else {
        return Ok(Found::Unknown);
    };
    let found = sandbox.store.read(move |world, now| {
        let standing = world.standing(&sending, now);
        let workspace = world.workspace(&sending.workspace);
        let offer =
            workspace.and_then(|workspace| Offer::of(workspace, workspace.member(sending.member)?));
        match (standing, offer) {
            (LinkStanding::Open, Some(offer)) => Found::Open(sending, offer),
            (standing, _) => Found::Void(standing),
        }
    });
    Ok(found.await?)
}

impl Offer {
    fn of(workspace: &Workspace, member: &Member) -> Option<Self> {
        let by = &member.invited.as_ref()?.by;
        let inviter = workspace.member_at(by);
        let programs = member.role.assignments().filter_map(|no| workspace.program(*no));
        Some(Self {
            revision: member.revision,
            name: member.name.clone(),
            inviter: inviter.map_or_else(|| by.to_string(), |it| format!("{} ({by})", it.name)),
            workspace: workspace.id().to_string(),
            is_developer: matches!(member.role, Role::Developer(_)),
            programs: programs.map(|program| program.name.clone()).collect(),
            expires: member.expires()?,
        })
    }
}

/// In the invitee's name. Each request is a new one: a link works once, also for two at a time.
fn request(sending: &Sending, to: Move, revision: u64) -> Result<Write, Trouble> {
    let act = Act::Move { id: sending.member.to_string(), to };
    Ok(Write {
        request: Request {
            caller: Caller::Person(sending.email.clone()),
            command: Command::Within(sending.workspace.to_string(), act),
            expected: Some(vec![revision]),
        },
        once: Once { key: format!("link-{}", random_hex()?), request: random()? },
        commit: None,
    })
}

fn open(
    sandbox: &Sandbox,
    token: &str,
    (words, offer, has_changed): (&'static Words, Offer, bool),
) -> Response {
    let page = Invitation {
        words,
        greeting: words.greeting(&offer.name),
        until: words.time(offer.expires),
        role: if offer.is_developer { words.developer } else { words.master },
        offer,
        seal: sandbox.sessions.seal(Purpose::Invitation, token),
        has_changed,
    };
    let status = if has_changed { StatusCode::PRECONDITION_FAILED } else { StatusCode::OK };
    Page(status, page).into_response()
}

fn void(words: &'static Words, standing: LinkStanding) -> Response {
    let (what, has_way) = match standing {
        LinkStanding::Accepted => (&words.accepted, true),
        LinkStanding::Refused => (&words.refused, false),
        LinkStanding::Expired => (&words.expired, false),
        LinkStanding::Withdrawn => (&words.withdrawn, false),
        LinkStanding::Replaced => (&words.replaced, false),
        // An open one without its details cannot be.
        LinkStanding::Gone | LinkStanding::Open => (&words.gone, false),
    };
    over(words, StatusCode::GONE, what, has_way)
}

fn unknown(words: &'static Words) -> Response {
    over(words, StatusCode::NOT_FOUND, &words.unknown, false)
}

fn over(words: &'static Words, status: StatusCode, what: &'static Over, has_way: bool) -> Response {
    Page(status, InvitationOver { words, over: what, has_way }).into_response()
}

/// The address is a secret: no page that is opened from here may learn it.
fn discreet(mut response: Response) -> Response {
    let policy = HeaderValue::from_static("no-referrer");
    response.headers_mut().insert(header::REFERRER_POLICY, policy);
    response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}
