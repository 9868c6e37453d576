//! What happens between a request and the disk.

use super::{
    Once, Reply, Rows, Write,
    desk::{Desk, Fault},
    file::{self, Data},
    owner::{Message, Owner, Telling},
};
use crate::{
    model::image,
    platform::sandbox::{NewWorkspace, Person},
    sandbox::{
        token::{Mint, Token},
        world::{Act, Caller, Command, Request, World},
    },
};
use jiff::Timestamp;
use std::{fs, path::Path, sync::Arc, time::Duration};
use tokio::sync::{mpsc, oneshot};

type Told = oneshot::Receiver<Result<Reply, Fault>>;

fn desk(path: &Path) -> Desk {
    let opened = file::open(&Data::File(path.to_owned()), Duration::ZERO).unwrap();
    let rows = Rows::new(opened.connection);
    let mint = Mint { secret: [0; 32], operator: Token::new("operator").hash() };
    let world = rows.world().unwrap();
    Desk::new(rows, world, mint)
}

fn owner(desk: Desk) -> Owner {
    let clock = Arc::new(|| Timestamp::UNIX_EPOCH);
    Owner::new(desk, clock, Arc::default())
}

fn job(caller: Caller, key: &str, command: Command) -> (Message, Told) {
    let once = Once { key: key.to_owned(), request: [0; 32] };
    let request = Request { caller, command, expected: None };
    let write = Write { request, once, commit: None };
    let (tell, told) = oneshot::channel();
    let job = Box::new(move |desk: &mut Desk| {
        let answer = desk.write(write)?;
        Ok(Box::new(move || drop(tell.send(answer))) as Telling)
    });
    (Message::Job(job), told)
}

fn workspace(n: usize) -> (Message, Told) {
    let owner = Person { name: "Owner".to_owned(), email: "owner@example.com".to_owned() };
    let command = Command::CreateWorkspace(NewWorkspace { id: format!("w{n}"), owner });
    job(Caller::Operator, &format!("w{n}"), command)
}

/// The largest logo there may be.
fn logo() -> (Message, Told) {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\x06\0\0\0".to_vec();
    bytes.resize(256 * 1024, 7);
    let digest = image::digest(&bytes).to_string();
    let command = Command::Within("w0".to_owned(), Act::PutLogo { digest, bytes });
    job(Caller::Person("owner@example.com".parse().unwrap()), "logo", command)
}

/// Hands an owner all messages at once.
fn run(owner: Owner, messages: Vec<Message>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    for message in messages {
        assert!(sender.send(message).is_ok());
    }
    drop(sender);
    owner.run(receiver);
}

/// Frames of the write-ahead log that end a transaction (SQLite file format, 4.1).
fn n_commits(path: &Path) -> usize {
    let log = fs::read(path.with_extension("db-wal")).unwrap();
    let page = u32::from_be_bytes(log[8..12].try_into().unwrap()) as usize;
    log[32..].chunks_exact(24 + page).filter(|frame| frame[4..8] != [0; 4]).count()
}

#[test]
fn what_comes_together_is_committed_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.db");
    let (desk, observer) = (desk(&path), rusqlite::Connection::open(&path).unwrap());
    // Keeps the log from being tidied away when the owner is done.
    observer.query_row("SELECT count(*) FROM workspace", [], |_| Ok(())).unwrap();
    let (messages, tolds): (Vec<_>, Vec<_>) = (0..100).map(workspace).unzip();
    run(owner(desk), messages);
    for told in tolds {
        assert_eq!(told.blocking_recv().unwrap().unwrap().status, 201);
    }
    assert_eq!(n_commits(&path), 1);
}

#[test]
fn when_the_disk_is_full_nothing_happened_and_nobody_hears_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.db");
    let first = desk(&path);
    let (message, told) = workspace(0);
    run(owner(first), vec![message]);
    assert_eq!(told.blocking_recv().unwrap().unwrap().status, 201);

    let full = desk(&path);
    let before = full.world.clone();
    full.rows.connection.execute_batch("PRAGMA max_page_count = 20").unwrap();
    let (one, told_one) = workspace(1);
    let (big, told_big) = logo();
    let (two, told_two) = workspace(2);
    run(owner(full), vec![one, big, two]);
    for told in [told_one, told_big, told_two] {
        assert!(told.blocking_recv().is_err());
    }
    assert_eq!(desk(&path).world, before);
}

#[test]
fn after_trouble_the_world_is_the_one_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.db");
    let (sender, receiver) = mpsc::unbounded_channel();
    let (first, told_first) = workspace(0);
    let (spoil, told_spoil) = oneshot::channel::<()>();
    let spoil = Box::new(move |desk: &mut Desk| {
        // In memory only, as if the commit had failed.
        desk.world = World::default();
        drop(spoil);
        Err(rusqlite::Error::InvalidQuery)
    });
    let thread = std::thread::spawn({
        let owner = owner(desk(&path));
        move || owner.run(receiver)
    });
    assert!(sender.send(first).is_ok());
    assert_eq!(told_first.blocking_recv().unwrap().unwrap().status, 201);
    assert!(sender.send(Message::Job(spoil)).is_ok());
    assert!(told_spoil.blocking_recv().is_err());
    let (again, told_again) = workspace(0);
    assert!(sender.send(again).is_ok());
    assert!(told_again.blocking_recv().unwrap().unwrap().is_repeated);
    let (logo, told_logo) = logo();
    assert!(sender.send(logo).is_ok());
    assert_eq!(told_logo.blocking_recv().unwrap().unwrap().status, 201);
    drop(sender);
    thread.join().unwrap();
}
