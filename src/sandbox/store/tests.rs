//! What happens between a request and the disk.

use super::{
    Once, Reply, Rows, Write,
    desk::{Desk, Fault},
    file::{self, Data},
    mails::MailState,
    owner::{Message, Owner, Telling},
};
use crate::{
    model::image,
    platform::sandbox::{NewMember, NewWorkspace, Person, Role},
    sandbox::{
        mail::{Delivery, Fate, Letterhead},
        token::{Mint, Token},
        world::{Act, Caller, Command, LinkStanding, PageOf, Request, World},
    },
};
use jiff::{SignedDuration, Timestamp};
use std::{collections::BTreeSet, fs, path::Path, sync::Arc, time::Duration};
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

fn invited(path: &Path, letterhead: Option<Letterhead>) -> Desk {
    let mut desk = desk(path).writing(letterhead);
    desk.now = "2026-11-23T08:00:00Z".parse().unwrap();
    let owner = Person { name: "Owner".to_owned(), email: "owner@example.com".to_owned() };
    let new = NewMember {
        name: "Mei".to_owned(),
        email: "mei@example.com".to_owned(),
        role: Role::Master,
        programs: BTreeSet::new(),
    };
    for (caller, command) in [
        (Caller::Operator, Command::CreateWorkspace(NewWorkspace { id: "w0".to_owned(), owner })),
        (
            Caller::Person("owner@example.com".parse().unwrap()),
            Command::Within("w0".to_owned(), Act::Invite(new)),
        ),
    ] {
        let request = Request { caller, command, expected: None };
        let once = Once { key: "k".to_owned(), request: [0; 32] };
        desk.write(Write { request, once, commit: None }).unwrap().unwrap();
    }
    desk.commit().unwrap();
    desk
}

#[test]
fn a_link_is_known_by_its_hash_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.db");
    let letterhead = Delivery::Folder(folder.path().to_owned()).letterhead("http://x.cn").unwrap();
    let mut desk = invited(&path, Some(letterhead));
    let due = desk.due().unwrap();
    let [parcel] = due.parcels.as_slice() else { panic!("{due:?}") };
    let mail = String::from_utf8(parcel.bytes.clone()).unwrap();
    let link = mail.lines().find_map(|line| line.strip_prefix("http://x.cn/invitations/")).unwrap();
    let sending = desk.rows.link(Token::new(link).hash()).unwrap().unwrap();
    assert_eq!((sending.email.as_str(), sending.times), ("mei@example.com", 1));
    assert_eq!(desk.world.standing(&sending, desk.now), LinkStanding::Open);
    let guess = format!("msi_{}", "0".repeat(64));
    assert_eq!(desk.rows.link(Token::new(guess).hash()).unwrap(), None);

    let id = parcel.id;
    let all = PageOf { page: 1, size: 10 };
    desk.settle(&[(id, Fate::Later("busy".to_owned()))]).unwrap();
    let held = desk.rows.mails_held("w0", all).unwrap();
    assert_eq!((held.total, held.items[0].state), (1, MailState::Queued));
    desk.settle(&[(id, Fate::Sent)]).unwrap();
    desk.commit().unwrap();
    assert_eq!(desk.rows.mails_held("w0", all).unwrap().total, 0);
    desk.rows.connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let kept = fs::read(&path).unwrap();
    assert!(!kept.windows(link.len()).any(|window| window == link.as_bytes()));
}

#[test]
fn where_nobody_is_written_to_nothing_waits_to_be_sent() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = invited(&folder.path().join("sandbox.db"), None);
    assert!(desk.due().unwrap().parcels.is_empty());
    assert_eq!(desk.rows.mails_held("w0", PageOf { page: 1, size: 10 }).unwrap().total, 0);
}

#[test]
fn a_data_file_of_the_first_version_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.db");
    let first = rusqlite::Connection::open(&path).unwrap();
    first.execute_batch(include_str!("schema-1.sql")).unwrap();
    first
        .execute_batch(
            "INSERT INTO secret VALUES (zeroblob(32));
             INSERT INTO answer VALUES ('operator', 'k', zeroblob(32), '{\"status\":201}');
             PRAGMA application_id = 0x4D535342; PRAGMA user_version = 1;",
        )
        .unwrap();
    drop(first);
    let desk = desk(&path);
    let version: i32 =
        desk.rows.connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!((version, desk.rows.ahead().unwrap()), (3, 0));

    // The answer counts as given when the file was opened, and is kept for a week from then on.
    let now: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
    desk.rows.forget_answers(now).unwrap();
    assert!(desk.rows.answer("operator", "k").unwrap().is_some());
    desk.rows.forget_answers(now + SignedDuration::from_hours(7 * 24 + 1)).unwrap();
    assert!(desk.rows.answer("operator", "k").unwrap().is_none());
}

#[test]
fn the_limit_of_invitations_is_kept_when_the_world_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.db");
    let mut desk = desk(&path).limited(std::num::NonZeroU32::new(1));
    let limited = desk.world.clone();
    assert_ne!(limited, desk.rows.world().unwrap());
    desk.reload().unwrap();
    assert_eq!(desk.world, limited);
}
