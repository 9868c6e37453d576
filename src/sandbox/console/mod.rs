//! The console: the sandbox's web pages, for people.
//!
//! What a page shows is what the API shows the same person, and what a form does goes through the
//! same rules ([`super::world`]), in the name of who is signed in and never of the operator.
//!
//! Every page works without JavaScript; the one script only keeps an open page fresh. Nothing from
//! elsewhere is loaded, and no text of a person's becomes markup: the templates escape everything,
//! and the Content-Security-Policy would stop what slipped through.

mod account;
mod act;
mod activity;
mod assets;
mod cookie;
mod events;
mod form;
mod frame;
mod guard;
mod home;
mod input;
mod invitation;
mod invite;
mod language;
mod members;
mod page;
mod people;
mod problems;
mod programs;
mod quickstart;
mod session;
mod sign_in;
mod time;
mod trouble;
mod waiting;
mod words;

pub(super) use session::Sessions;

use super::server::Sandbox;
use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{get, post},
};
use std::sync::Arc;

type App = axum::extract::State<Arc<Sandbox>>;

/// Its routes are no part of the API's document.
pub(super) fn router(sandbox: &Arc<Sandbox>) -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/", get(home::front_door))
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/invitations/{token}", get(invitation::show).post(invitation::answer))
        .nest("/console", console())
        .layer(from_fn_with_state(Arc::clone(sandbox), guard::guard))
        .merge(assets::router())
}

fn console() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/", get(home::show))
        .route("/events", get(events::stream))
        .route("/account", get(account::show).post(account::new_token))
        .route("/{workspace}", get(home::enter))
        .route("/{workspace}/start", get(quickstart::choose))
        .route(
            "/{workspace}/start/program",
            get(quickstart::show_program).post(quickstart::create_program),
        )
        .route(
            "/{workspace}/start/member",
            get(quickstart::show_member).post(quickstart::invite_member),
        )
        .route(
            "/{workspace}/start/master",
            get(quickstart::show_master).post(quickstart::invite_master),
        )
        .route("/{workspace}/start/done", get(quickstart::done))
        .route("/{workspace}/programs", get(programs::list))
        .route("/{workspace}/programs/new", get(programs::form::new).post(programs::form::create))
        .route("/{workspace}/programs/{id}", get(programs::show))
        .route("/{workspace}/logos/{digest}", get(programs::logo))
        .route("/{workspace}/members", get(members::list))
        .route("/{workspace}/members/invite", get(invite::show).post(invite::send))
        .route("/{workspace}/members/{id}/{step}", post(members::step))
        .route("/{workspace}/waiting", get(waiting::show))
        .route("/{workspace}/activity", get(activity::show))
        .fallback(trouble::no_such_page)
        .method_not_allowed_fallback(trouble::no_such_page)
}
