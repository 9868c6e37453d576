//! Mini programs: the list, and one of them as its users would see it.

mod card;
pub(super) mod form;

use super::{
    App,
    form::Signed,
    frame::{Frame, PAGE, Tab, look},
    language::{OFFERED, Reader, language_name},
    members::{Asked, Pages, notice, value},
    page::ok,
    trouble::Trouble,
};
use crate::sandbox::{rule::Refusal, world::PageOf};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use card::{Card, tags};
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "programs.html")]
struct Programs {
    frame: Frame,
    cards: Vec<Card>,
    pages: Pages,
}

#[derive(Template)]
#[template(path = "program.html")]
struct Program {
    frame: Frame,
    card: Card,
    /// Languages to look at it in.
    others: Vec<Language>,
}

struct Language {
    tag: String,
    name: String,
    is_shown: bool,
}

pub(super) async fn list(
    State(sandbox): App,
    who: Signed,
    Path(workspace): Path<String>,
    reader: Reader,
    asked: Asked,
) -> Result<Response, Trouble> {
    let done = notice(value(&asked, "done"));
    let (frame, (cards, pages)) = look(&sandbox, &who, (&workspace, Tab::Programs), move |view| {
        let list = |page, size| view.sight.list_programs(PageOf { page, size });
        let pages = Pages::of(&asked, list(1, 1).total);
        let cards = list(pages.at, PAGE).items.into_iter();
        Ok((cards.map(|program| Card::of(program, &reader, view.now)).collect(), pages))
    })
    .await?;
    Ok(ok(Programs { frame: frame.saying(done), cards, pages }))
}

pub(super) async fn show(
    State(sandbox): App,
    who: Signed,
    Path((workspace, id)): Path<(String, String)>,
    reader: Reader,
    asked: Asked,
) -> Result<Response, Trouble> {
    let wished = value(&asked, "language").filter(|tag| !tag.is_empty()).map(str::to_owned);
    let reader = wished.as_deref().map_or(reader, Reader::one);
    let (frame, (tags, card)) = look(&sandbox, &who, (&workspace, Tab::Programs), move |view| {
        let program = view.sight.show_program(&id)?;
        Ok((tags(&program), Card::of(program, &reader, view.now)))
    })
    .await?;
    // Also those that the program does not have, to see what happens then.
    let offered = OFFERED.iter().map(|(tag, _)| (*tag).to_owned());
    let missing = offered.chain(wished.clone()).filter(|tag| !tags.contains(tag));
    let missing: BTreeSet<_> = missing.collect();
    let is_shown = |tag: &String| wished.as_ref() == Some(tag);
    let language =
        |tag: String| Language { name: language_name(&tag), is_shown: is_shown(&tag), tag };
    let others = tags.iter().cloned().chain(missing).map(language).collect();
    Ok(ok(Program { frame, card, others }))
}

pub(super) async fn logo(
    State(sandbox): App,
    who: Signed,
    Path((workspace, digest)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let (caller, wanted) = (who.caller(), workspace.clone());
    let (digest, format) =
        sandbox.store.read(move |world, _| world.sight(&caller, &wanted)?.logo(&digest)).await??;
    let key = digest.clone();
    let bytes = sandbox.store.look(move |_, rows, _| rows.logo(&workspace, &key)).await?;
    let bytes = bytes.ok_or_else(|| Refusal::not_found(format_args!("logo `{digest}`")))?;
    let headers = [
        (header::CONTENT_TYPE, format.media_type()),
        // Known by its content, so it never changes; but only for who may see it.
        (header::CACHE_CONTROL, "private, max-age=86400, immutable"),
    ];
    Ok((headers, bytes).into_response())
}
