//! A ledger on a PostgreSQL server.

use super::{
    Hands, Keep as _,
    conformance::{conforms, exported},
    road::Road,
    run,
    server::{self, Schema},
};
use futures::{FutureExt as _, future::BoxFuture};
use minisync::{
    engine::{Applied, Store as _},
    ledger::{Address, End, Ledger, LockError, Locked, OpenError},
    model::WorkspaceId,
    plan::{Action, Fingerprint, Plan, Reason, Step},
};
use std::{path::Path, sync::Arc};

conforms!(Schema::new());

fn acme() -> WorkspaceId {
    "acme".parse().unwrap()
}

fn invite(number: u32) -> Step {
    let action = Action::Invite {
        email: format!("p{number}@example.com").parse().unwrap(),
        name: "Lin Wei".into(),
        role: minisync::model::Role::Master,
    };
    Step { action, reason: Reason::Missing, against: Fingerprint::Absent }
}

async fn why(url: &str) -> String {
    server::open(url, "sandbox", Hands::default().clock()).await.unwrap_err().to_string()
}

#[tokio::test]
async fn several_open_an_empty_database_at_once() {
    let schema = Schema::new().await;
    let opened = (0..8).map(|_| schema.open("sandbox", Hands::default().clock()));
    for ledger in futures::future::join_all(opened).await {
        assert!(ledger.workspaces().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn teams_share_a_database_and_nothing_else() {
    let (tea, coffee) = (Schema::new().await, Schema::new().await);
    let ledger = tea.open("sandbox", Hands::default().clock()).await;
    let locked = ledger.lock([&acme()], run("one")).await.unwrap();
    locked.intend(&acme(), &[&invite(1)]).await.unwrap();
    let other = coffee.open("sandbox", Hands::default().clock()).await;
    assert!(other.workspaces().await.unwrap().is_empty());
    other.lock([&acme()], run("two")).await.unwrap();
}

#[tokio::test]
async fn a_newer_ledger_and_a_schema_that_is_not_there_are_refused_politely() {
    let schema = Schema::new().await;
    schema.open("sandbox", Hands::default().clock()).await;
    schema.tamper("UPDATE layout SET number = 99").await;
    let said = why(&schema.url()).await;
    let words = "it was written by a newer minisync (layout 99, and this one knows 4)";
    assert!(said.ends_with(words), "{said}");
    schema.tamper(&format!("DROP SCHEMA {} CASCADE", schema.name())).await;
    let said = why(&schema.url()).await;
    assert!(said.contains("make it with `CREATE SCHEMA`"), "{said}");
}

#[tokio::test]
async fn an_older_ledger_is_brought_up_for_readers_too() {
    let schema = Schema::new().await;
    let ledger = schema.open("sandbox", Hands::default().clock()).await;
    let locked = ledger.lock([&acme()], run("one")).await.unwrap();
    let nothing = Plan { steps: Vec::new(), notes: Vec::new() };
    locked.begin(&acme(), &nothing, None).await.unwrap();
    for change in [
        "ALTER TABLE facts RENAME TO memory",
        "INSERT INTO memory VALUES ('sandbox', 'acme', 'mark', '1')",
        "ALTER TABLE heads DROP COLUMN folded",
        "UPDATE layout SET number = 3",
    ] {
        schema.tamper(change).await;
    }
    let address = Address::parse(&schema.url(), Path::new("/")).unwrap();
    let clock = || Hands::default().clock();
    let read = async || Ledger::open_server_to_read(&address, "sandbox", clock()).await;
    assert!(matches!(read().await.unwrap_err(), OpenError::Older(_)), "a run is at work");
    locked.release().await.unwrap();
    let reader = read().await.unwrap();
    assert_eq!(reader.verify(&acme(), None).await.unwrap().head.number, 1);
    assert_eq!(reader.load(&acme()).await.unwrap().mark, 1);
    schema.open("sandbox", Hands::default().clock()).await;
}

#[tokio::test]
async fn a_connection_that_dies_is_made_again() {
    let schema = Schema::new().await;
    let ledger = schema.open("sandbox", Hands::default().clock()).await;
    let locked = ledger.lock([&acme()], run("one")).await.unwrap();
    for number in 0..3 {
        schema.cut().await;
        locked.intend(&acme(), &[&invite(number)]).await.unwrap();
    }
    assert_eq!(ledger.verify(&acme(), None).await.unwrap().head.number, 3);
}

#[tokio::test]
async fn what_was_written_before_its_answer_was_lost_is_not_written_twice() {
    let schema = Schema::new().await;
    let road = Road::new().await;
    let ledger = road.open(&schema).await;
    let locked = ledger.lock([&acme()], run("one")).await.unwrap();
    for number in 0..3 {
        road.lose_the_next("COMMIT\0");
        locked.intend(&acme(), &[&invite(number)]).await.unwrap();
        road.lose_the_next("INSERT INTO journal");
        locked.intend(&acme(), &[&invite(number + 10)]).await.unwrap();
    }
    assert_eq!(road.n_lost(), 6);
    assert_eq!(ledger.verify(&acme(), None).await.unwrap().head.number, 6);
    road.lose_the_next("COMMIT\0");
    locked.release().await.unwrap();
    road.lose_the_next("COMMIT\0");
    ledger.lock([&acme()], run("two")).await.unwrap();
    assert_eq!(road.n_lost(), 8);
}

#[tokio::test]
async fn ten_thousand_records_are_three_journeys() {
    let schema = Schema::new().await;
    let road = Road::new().await;
    let ledger = road.open(&schema).await;
    let locked = ledger.lock([&acme()], run("one")).await.unwrap();
    let steps: Vec<Step> = (0..10_000).map(invite).collect();
    let steps: Vec<&Step> = steps.iter().collect();
    let before = road.n_journeys();
    locked.intend(&acme(), &steps).await.unwrap();
    // An answer that comes in pieces may be counted twice.
    let n_journeys = road.n_journeys() - before;
    assert!(n_journeys <= 6, "{n_journeys}");
    assert_eq!(ledger.load(&acme()).await.unwrap().members.len(), 10_000);
}

/// Tells of the next transactions what happens elsewhere before each of them.
fn invited_meanwhile(locked: &Arc<Locked>, number: u32) -> BoxFuture<'static, ()> {
    let locked = locked.clone();
    async move { drop(locked.intend(&acme(), &[&invite(number)]).await.unwrap()) }.boxed()
}

#[tokio::test]
async fn a_run_that_writes_while_the_journal_is_verified_is_no_tampering() {
    let (schema, road) = (Schema::new().await, Road::new().await);
    let writing = schema.open("sandbox", Hands::default().clock()).await;
    let locked = Arc::new(writing.lock([&acme()], run("one")).await.unwrap());
    locked.intend(&acme(), &[&invite(0)]).await.unwrap();
    let ledger = road.open(&schema).await;
    road.meanwhile((1..9).map(|number| invited_meanwhile(&locked, number)));
    ledger.verify(&acme(), None).await.unwrap();
    assert!(road.n_to_come() < 7, "nothing was written between two looks");
}

#[tokio::test]
async fn a_run_that_ends_while_the_history_is_read_did_not_end_in_the_middle() {
    let (schema, road) = (Schema::new().await, Road::new().await);
    let writing = schema.open("sandbox", Hands::default().clock()).await;
    let plan = Plan { steps: Vec::new(), notes: Vec::new() };
    let locked = writing.lock([&acme()], run("one")).await.unwrap();
    locked.begin(&acme(), &plan, None).await.unwrap();
    let ledger = road.open(&schema).await;
    let ended = async move {
        locked.finish(&acme(), &Applied { outcomes: Vec::new() }).await.unwrap();
        locked.release().await.unwrap();
    };
    let begun = async move {
        let locked = writing.lock([&acme()], run("two")).await.unwrap();
        locked.begin(&acme(), &plan, None).await.unwrap();
    };
    road.meanwhile([
        async {}.boxed(),
        async move {
            ended.await;
            begun.await;
        }
        .boxed(),
    ]);
    let history = ledger.history(&[acme()]).await.unwrap();
    assert_eq!(road.n_to_come(), 0);
    for (id, past) in &history.runs {
        let end = past.end(history.alive.contains(id));
        assert!(matches!(end, End::Underway | End::Finished), "{id}: {end:?}");
    }
    assert!(history.runs.contains_key("one"));
}

#[tokio::test]
async fn however_many_workspaces_they_are_locked_in_a_few_journeys() {
    let (schema, road) = (Schema::new().await, Road::new().await);
    let ledger = road.open(&schema).await;
    let workspaces: Vec<WorkspaceId> =
        (0..300).map(|number| format!("w{number}").parse().unwrap()).collect();
    let before = road.n_journeys();
    let locked = ledger.lock(&workspaces, run("one")).await.unwrap();
    // An answer that comes in pieces may be counted twice.
    let n_journeys = road.n_journeys() - before;
    assert!(n_journeys <= 20, "{n_journeys}");
    assert!(locked.is_held());
    assert!(matches!(
        ledger.lock(&workspaces[299..], run("two")).await,
        Err(LockError::Held { .. })
    ));
}

#[tokio::test]
async fn a_lock_that_was_taken_away_before_the_answer_was_lost_is_ours() {
    let (schema, road) = (Schema::new().await, Road::new().await);
    let ledger = road.open(&schema).await;
    let _frozen = ledger.lock([&acme()], run("one")).await.unwrap();
    let seen = ledger.lease(&acme()).await.unwrap().unwrap();
    road.lose_the_next("COMMIT\0");
    assert!(ledger.unlock(&acme(), run("admin"), &seen).await.unwrap().is_some());
    assert_eq!(road.n_lost(), 1);
}

#[tokio::test]
async fn a_ledger_that_is_loaded_has_more_time_and_is_loaded_once() {
    let (schema, road) = (Schema::new().await, Road::new().await);
    let text = exported().await;
    let ledger = road.open(&schema).await;
    schema
        .tamper(
            "CREATE FUNCTION patient() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF current_setting('statement_timeout')::interval < '10 min'::interval
                    OR current_setting('idle_in_transaction_session_timeout')::interval
                        < '1 min'::interval
                THEN RAISE EXCEPTION 'in a hurry'; END IF;
                RETURN NEW; END $$;
            CREATE TRIGGER patient BEFORE INSERT ON journal EXECUTE FUNCTION patient()",
        )
        .await;
    road.lose_the_next("COMMIT\0");
    let total = ledger.import(text.as_bytes()).await.unwrap();
    assert_eq!((road.n_lost(), total.records), (1, 5));
    let ledger = road.open(&schema).await;
    ledger.verify(&acme(), None).await.unwrap();
}

#[tokio::test]
async fn whoever_only_reads_makes_no_tables() {
    let schema = Schema::new().await;
    let look = async || {
        let address = Address::parse(&schema.url(), Path::new("/")).unwrap();
        let clock = Hands::default().clock();
        Ledger::open_server_to_read(&address, "sandbox", clock).await.unwrap()
    };
    let ledger = look().await;
    assert!(ledger.journals().await.unwrap().is_empty());
    let why = ledger.lock([&acme()], run("one")).await.unwrap_err().to_string();
    assert!(why.contains("readonly") && why.contains("postgres://"), "{why}");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = $1";
    let row = server::client().await.query_one(tables, &[&schema.name()]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 0);
    let writing = schema.open("sandbox", Hands::default().clock()).await;
    let locked = writing.lock([&acme()], run("one")).await.unwrap();
    locked.intend(&acme(), &[&invite(1)]).await.unwrap();
    assert_eq!(look().await.verify(&acme(), None).await.unwrap().head.number, 1);
}

#[test]
fn whatever_it_is_called_a_server_that_is_elsewhere_is_spoken_to_over_tls() {
    let is_plain = |url: &str| {
        let address = Address::parse(url, Path::new("/")).unwrap();
        format!("{address:?}").contains("ssl_mode: Disable")
    };
    assert!(is_plain("postgres://u@localhost/db"));
    assert!(is_plain("postgres://u@localhost/db?hostaddr=127.0.0.1"));
    assert!(!is_plain("postgres://u@localhost/db?hostaddr=203.0.113.5"));
    assert!(!is_plain("postgres://u@localhost,localhost/db?hostaddr=127.0.0.1,203.0.113.5"));
}

#[tokio::test]
async fn what_is_required_to_be_encrypted_is_and_by_whom_we_trust() {
    let schema = Schema::new().await;
    let url = |more: &str| format!("{}&{more}", schema.url());
    let trusted = format!("sslmode=require&sslrootcert={}", server::authority().display());
    server::open(&url(&trusted), "sandbox", Hands::default().clock()).await.unwrap();
    let said = why(&url("sslmode=require")).await;
    assert!(said.contains("certificate"), "{said}");
    let said = why(&url("sslmode=prefer")).await;
    assert!(said.contains("certificate"), "not in plain text instead: {said}");
}

#[tokio::test]
async fn a_password_is_used_and_never_told() {
    let schema = Schema::new().await;
    server::locked_user(&schema).await;
    let query = format!("options=-c%20search_path%3D{}", schema.name());
    let address = Address::parse(&server::url("locked", &query), Path::new("/")).unwrap();
    let open = |address: Address| async move {
        Ledger::open_server(&address, "sandbox", "one", Hands::default().clock()).await
    };
    assert!(!address.has_password());
    let said = open(address.clone().with_password("open barley")).await.unwrap_err().to_string();
    assert!(said.contains("password authentication failed"), "{said}");
    assert!(!said.contains("barley"), "{said}");
    let ledger = open(address.with_password("open sesame")).await.unwrap();
    assert!(!format!("{ledger:?}").contains("sesame"), "{ledger:?}");
    let torn = Address::parse("postgres://me:half@other@example.com/db", Path::new("/"));
    let said = torn.unwrap_err().to_string();
    assert!(said.contains("%40") && !said.contains("other"), "{said}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let said = why("postgres://me:secret@127.0.0.1:1/db").await;
    assert!(said.starts_with("cannot use the ledger postgres://127.0.0.1:1/db: "), "{said}");
    assert!(!said.contains("secret"), "{said}");
}
