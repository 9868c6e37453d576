//! The tables on a server, made when they are not there yet.

use super::{
    rows,
    session::{Kind, Session},
};
use crate::ledger::storage::{AT_WORK, Fault, LAYOUT};
use futures::FutureExt as _;
use std::sync::Arc;
use tokio_postgres::{Client, types::Type};

/// The one that there was on a server before today's.
const OLDER: i64 = 3;

/// Columns of names and keys are compared as bytes, whatever the language of the database.
const TABLES: &str = r#"
    CREATE TABLE layout (number BIGINT NOT NULL);
    CREATE TABLE ledger (id TEXT NOT NULL);
    CREATE TABLE journal (
        platform  TEXT COLLATE "C" NOT NULL,
        workspace TEXT COLLATE "C" NOT NULL,
        number    BIGINT NOT NULL,
        record    TEXT NOT NULL,   -- JSON
        hash      TEXT NOT NULL,   -- of the hash before it, and the record
        PRIMARY KEY (platform, workspace, number)
    );
    CREATE TABLE heads (
        platform  TEXT COLLATE "C" NOT NULL,
        workspace TEXT COLLATE "C" NOT NULL,
        number    BIGINT NOT NULL,
        hash      TEXT NOT NULL,
        folded    BIGINT NOT NULL, -- `facts` are what the journal amounts to until this record
        PRIMARY KEY (platform, workspace)
    );
    CREATE TABLE facts (
        platform  TEXT COLLATE "C" NOT NULL,
        workspace TEXT COLLATE "C" NOT NULL,
        key       TEXT COLLATE "C" NOT NULL,
        value     TEXT NOT NULL,   -- JSON
        PRIMARY KEY (platform, workspace, key)
    );
    CREATE TABLE leases (
        platform  TEXT COLLATE "C" NOT NULL,
        workspace TEXT COLLATE "C" NOT NULL,
        fence     BIGINT NOT NULL,
        holder    TEXT,            -- JSON; NULL: nobody
        expires   BIGINT NOT NULL,
        PRIMARY KEY (platform, workspace)
    );
"#;

/// From layout 3: facts were folded with each record. Under another name, so that an older minisync
/// which is at work does not take them for all that there is. Nothing is lost, so nothing is copied.
const COUNT_FOLDED: &str = "
    ALTER TABLE memory RENAME TO facts;
    ALTER TABLE heads ADD COLUMN folded BIGINT NOT NULL DEFAULT 0;
    UPDATE heads SET folded = number;
    UPDATE layout SET number = 4;
";

/// Several may open an empty database at once: one makes the tables, the others wait for it.
const TURN: &str = "SELECT current_schema(), pg_advisory_xact_lock(hashtextextended('minisync ' || current_schema(), 0))";

const IS_THERE: &str = "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables
    WHERE schemaname = current_schema() AND tablename = 'layout')";

/// The ledger's id, once its tables are there.
pub(super) async fn opened(session: &Session, new_id: &str) -> Result<String, Fault> {
    session.transact(Kind::Write, |client| async move { made(&client, new_id).await }.boxed()).await
}

/// The ledger's id, where its tables are there; nothing is made. An older layout is brought up
/// first.
pub(super) async fn known(session: &Session) -> Result<Option<String>, Fault> {
    let read = |client: Arc<Client>| async move { found(&client).await }.boxed();
    match session.transact(Kind::Read, read).await? {
        Found::Nothing => Ok(None),
        Found::Older => opened(session, "").await.map(Some),
        Found::Ledger(id) => Ok(Some(id)),
    }
}

enum Found {
    Nothing,
    Older,
    /// Its id.
    Ledger(String),
}

async fn found(client: &Client) -> Result<Found, Fault> {
    let schema = client.query_typed_one("SELECT current_schema()", &[]).await?.get(0);
    check_schema(schema)?;
    if !client.query_typed_one(IS_THERE, &[]).await?.get::<_, bool>(0) {
        return Ok(Found::Nothing);
    }
    match layout(client).await? {
        OLDER => Ok(Found::Older),
        _ => id(client).await.map(Found::Ledger),
    }
}

async fn layout(client: &Client) -> Result<i64, Fault> {
    Ok(client.query_typed_one("SELECT number FROM layout", &[]).await?.get(0))
}

fn check_schema(schema: Option<String>) -> Result<(), Fault> {
    let why = "the schema that its `search_path` names is not there; \
               make it with `CREATE SCHEMA`, or name another";
    schema.map(drop).ok_or_else(|| Fault::Server(why.to_owned()))
}

async fn made(client: &Client, new_id: &str) -> Result<String, Fault> {
    check_schema(client.query_typed_one(TURN, &[]).await?.get(0))?;
    if !client.query_typed_one(IS_THERE, &[]).await?.get::<_, bool>(0) {
        client.batch_execute(TABLES).await?;
        let insert = "INSERT INTO ledger (id) VALUES ($1)";
        client.execute_typed(insert, &[(&new_id, Type::TEXT)]).await?;
        let insert = "INSERT INTO layout (number) VALUES ($1)";
        client.execute_typed(insert, &[(&LAYOUT, Type::INT8)]).await?;
    } else if layout(client).await? == OLDER {
        bring_up(client).await?;
    }
    id(client).await
}

/// Unless somebody is at work with it, who would be stopped in the middle.
async fn bring_up(client: &Client) -> Result<(), Fault> {
    let held = "SELECT EXISTS (SELECT FROM leases WHERE holder IS NOT NULL AND expires > $1)";
    let now = rows::now(client).await?.as_millisecond();
    if client.query_typed_one(held, &[(&now, Type::INT8)]).await?.get(0) {
        return Err(Fault::NotBroughtUp(AT_WORK.to_owned()));
    }
    let brought_up = client.batch_execute(COUNT_FOLDED).await.map_err(Fault::from);
    brought_up.map_err(|fault| {
        if let Fault::Server(why) = fault { Fault::NotBroughtUp(why) } else { fault }
    })
}

/// Of a ledger whose layout is today's.
async fn id(client: &Client) -> Result<String, Fault> {
    match layout(client).await? {
        LAYOUT => {}
        newer if newer > LAYOUT => return Err(Fault::Newer(newer)),
        odd => return Err(Fault::Odd(format!("layout {odd}"))),
    }
    Ok(client.query_typed_one("SELECT id FROM ledger", &[]).await?.get(0))
}
