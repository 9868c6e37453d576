//! The one way in which a form changes something: as any client's request, in the name of who is
//! signed in.

use super::form::Filled;
use crate::{
    model::{Digest, image},
    sandbox::{
        server::Sandbox,
        store::{Fault, Once, Reply, Write},
        world::{Act, Command, Request},
    },
};
use sha2::{Digest as _, Sha256};

/// A form that is sent twice, by a double click or a reload, has one effect.
pub(super) async fn act(
    sandbox: &Sandbox,
    filled: &Filled,
    (workspace, act): (&str, Act),
) -> Result<Reply, Fault> {
    let mut digest = Sha256::new();
    digest.update(filled.fields.digest());
    // One form may ask for two things: a logo, and the program that shows it.
    digest.update(format!("{workspace} {act:?}"));
    let request: [u8; 32] = digest.finalize().into();
    let once = Once { key: format!("console-{}", crate::sandbox::token::hex(&request)), request };
    let expected = filled.fields.text("revision").parse().ok().map(|revision| vec![revision]);
    let command = Command::Within(workspace.to_owned(), act);
    let request = Request { caller: filled.who.caller(), command, expected };
    sandbox.store.write(Write { request, once, commit: None }).await
}

/// Stores a logo, for a listing to name. What is no logo is told like a field of the listing.
pub(super) async fn keep_logo(
    sandbox: &Sandbox,
    filled: &Filled,
    workspace: &str,
) -> Result<Option<Digest>, Fault> {
    let Some(bytes) = filled.fields.file() else { return Ok(None) };
    let bytes = bytes.to_vec();
    let digest = image::digest(&bytes);
    let put = Act::PutLogo { digest: digest.to_string(), bytes };
    act(sandbox, filled, (workspace, put)).await.map(|_| Some(digest))
}
