//! What is read and written in a transaction. Everything is typed by us, so that a statement takes
//! one journey and needs no preparation, which a pool between us and the server may not keep.

use crate::{
    ledger::{
        journal::{Head, Line, Place},
        lease::Lease,
        storage::{Change, Entry, Fault},
    },
    model::Digest,
};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use tokio_postgres::{
    Client, Error, Row,
    types::{ToSql, Type},
};

pub(super) type Argument<'a> = (&'a (dyn ToSql + Sync), Type);

/// As columns.
struct At<'a> {
    platform: &'a str,
    workspace: &'a str,
}

impl<'a> At<'a> {
    fn of(Place { platform, workspace }: &'a Place) -> Self {
        Self { platform, workspace: workspace.as_str() }
    }

    fn arguments(&self) -> [Argument<'_>; 2] {
        [(&self.platform, Type::TEXT), (&self.workspace, Type::TEXT)]
    }
}

/// From this column and the one after it.
pub(super) fn place(row: &Row, column: usize) -> Result<Place, Fault> {
    let workspace: &str = row.get(column + 1);
    let workspace = workspace.parse().map_err(|_| Fault::Odd(workspace.to_owned()))?;
    Ok(Place { platform: row.get(column), workspace })
}

pub(super) async fn places(client: &Client) -> Result<Vec<Place>, Fault> {
    let query = "SELECT platform, workspace FROM heads
        UNION SELECT platform, workspace FROM leases ORDER BY 1, 2";
    let rows = client.query_typed(query, &[]);
    rows.await?.iter().map(|row| place(row, 0)).collect()
}

pub(super) async fn head(client: &Client, place: &Place) -> Result<Option<Head>, Fault> {
    let query = "SELECT number, hash FROM heads WHERE platform = $1 AND workspace = $2";
    head_of(client.query_typed_opt(query, &At::of(place).arguments()).await?)
}

/// Nobody else changes it until the end of the transaction.
pub(super) async fn locked_head(client: &Client, place: &Place) -> Result<Option<Head>, Fault> {
    let query = "SELECT number, hash FROM heads WHERE platform = $1 AND workspace = $2 FOR UPDATE";
    head_of(client.query_typed_opt(query, &At::of(place).arguments()).await?)
}

fn head_of(row: Option<Row>) -> Result<Option<Head>, Fault> {
    let Some(row) = row else { return Ok(None) };
    let hash = Digest::new(row.get::<_, String>(1));
    Ok(Some(Head { number: counted(row.get(0))?, hash }))
}

/// The number of the record until which the facts are folded.
pub(super) async fn folded(client: &Client, place: &Place) -> Result<u64, Fault> {
    let query = "SELECT folded FROM heads WHERE platform = $1 AND workspace = $2";
    let row = client.query_typed_opt(query, &At::of(place).arguments()).await?;
    row.map_or(Ok(0), |row| counted(row.get(0)))
}

pub(super) async fn facts(
    client: &Client,
    place: &Place,
) -> Result<BTreeMap<String, Value>, Fault> {
    let query = "SELECT key, value FROM facts WHERE platform = $1 AND workspace = $2";
    let fact = |row: Row| {
        let value: String = row.get(1);
        let value = serde_json::from_str(&value).map_err(|_| Fault::Odd(value))?;
        Ok((row.get(0), value))
    };
    client.query_typed(query, &At::of(place).arguments()).await?.into_iter().map(fact).collect()
}

pub(super) async fn lines(
    client: &Client,
    place: &Place,
    after: u64,
    most: usize,
) -> Result<Vec<Line>, Fault> {
    let (after, most) = (number(after)?, number(most as u64)?);
    let at = At::of(place);
    let [platform, workspace] = at.arguments();
    let query = "SELECT record, hash FROM journal
        WHERE platform = $1 AND workspace = $2 AND number > $3 ORDER BY number LIMIT $4";
    let arguments = [platform, workspace, (&after, Type::INT8), (&most, Type::INT8)];
    Ok(client.query_typed(query, &arguments).await?.iter().map(line).collect())
}

/// As [`Shelf::tail`](crate::ledger::storage::Shelf::tail).
pub(super) async fn tail(client: &Client, place: &Place) -> Result<Vec<Line>, Fault> {
    let query = "SELECT record, hash FROM journal
        WHERE platform = $1 AND workspace = $2 AND number >
        coalesce((SELECT least(heads.folded, heads.number - 1) - 1 FROM heads
                  WHERE platform = $1 AND workspace = $2), 0)
        ORDER BY number";
    Ok(client.query_typed(query, &At::of(place).arguments()).await?.iter().map(line).collect())
}

fn line(row: &Row) -> Line {
    Line { text: row.get(0), hash: Digest::new(row.get::<_, String>(1)) }
}

/// Records, the facts that are folded with them, and the head they lead to: at most four
/// statements, however many.
pub(super) async fn append(client: &Client, place: &Place, entry: &Entry) -> Result<(), Fault> {
    let Entry { lines, head, fold } = entry;
    let numbers: Vec<i64> =
        entry.numbered().map(|(it, _)| number(it)).collect::<Result<_, Fault>>()?;
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let hashes: Vec<&str> = lines.iter().map(|line| line.hash.as_str()).collect();
    let (last_number, last_hash) = (number(head.number)?, head.hash.as_str());
    let folded = fold.as_ref().map(|fold| number(fold.to)).transpose()?;
    let at = At::of(place);
    let [platform, workspace] = at.arguments();
    let journal = [
        platform.clone(),
        workspace.clone(),
        (&numbers as _, Type::INT8_ARRAY),
        (&texts as _, Type::TEXT_ARRAY),
        (&hashes as _, Type::TEXT_ARRAY),
    ];
    let head = [
        platform,
        workspace,
        (&last_number as _, Type::INT8),
        (&last_hash as _, Type::TEXT),
        (&folded as _, Type::INT8),
    ];
    futures::try_join!(
        client.execute_typed(
            "INSERT INTO journal (platform, workspace, number, record, hash)
             SELECT $1, $2, * FROM UNNEST($3, $4, $5)",
            &journal,
        ),
        change_facts(client, &at, fold.as_ref().map(|fold| &fold.change)),
        client.execute_typed(
            "INSERT INTO heads (platform, workspace, number, hash, folded)
             VALUES ($1, $2, $3, $4, coalesce($5, 0))
             ON CONFLICT (platform, workspace) DO UPDATE
             SET number = excluded.number, hash = excluded.hash, folded = coalesce($5, heads.folded)",
            &head,
        ),
    )?;
    Ok(())
}

async fn change_facts(client: &Client, at: &At<'_>, change: Option<&Change>) -> Result<(), Error> {
    let Some(Change { gone, keys, values }) = change else { return Ok(()) };
    let [platform, workspace] = at.arguments();
    let gone = [platform.clone(), workspace.clone(), (gone as _, Type::TEXT_ARRAY)];
    let kept =
        [platform, workspace, (keys as _, Type::TEXT_ARRAY), (values as _, Type::TEXT_ARRAY)];
    futures::try_join!(
        client.execute_typed(
            "DELETE FROM facts WHERE platform = $1 AND workspace = $2 AND key = ANY ($3)",
            &gone,
        ),
        client.execute_typed(
            "INSERT INTO facts (platform, workspace, key, value)
             SELECT $1, $2, * FROM UNNEST($3, $4)
             ON CONFLICT (platform, workspace, key) DO UPDATE SET value = excluded.value",
            &kept,
        ),
    )?;
    Ok(())
}

/// Journals from elsewhere, into a ledger that has none and that nobody has a lease of.
pub(super) async fn adopt(
    client: &Client,
    id: &str,
    journals: &[(Place, Entry)],
) -> Result<(), Fault> {
    let query = "SELECT EXISTS (SELECT FROM heads) OR EXISTS (SELECT FROM journal)
            OR EXISTS (SELECT FROM leases WHERE holder IS NOT NULL AND expires > $1)";
    let now = now(client).await?.as_millisecond();
    let is_occupied: bool = client.query_typed_one(query, &[(&now, Type::INT8)]).await?.get(0);
    if is_occupied {
        return is_adopted(client, id, journals).await?.then_some(()).ok_or(Fault::Occupied);
    }
    client.execute_typed("UPDATE ledger SET id = $1", &[(&id, Type::TEXT)]).await?;
    // Whoever wakes up after their lease must not go on with another ledger's journals.
    client.execute_typed("UPDATE leases SET holder = NULL", &[]).await?;
    for (place, entry) in journals {
        append(client, place, entry).await?;
    }
    Ok(())
}

/// Whether it was done before: the answer may have been lost.
async fn is_adopted(client: &Client, id: &str, journals: &[(Place, Entry)]) -> Result<bool, Fault> {
    let known: String = client.query_typed_one("SELECT id FROM ledger", &[]).await?.get(0);
    let query = "SELECT platform, workspace, number, hash FROM heads";
    let heads = client.query_typed(query, &[]).await?;
    let heads = heads.iter().map(|row| {
        let (number, hash) = (counted(row.get(2))?, Digest::new(row.get::<_, String>(3)));
        Ok((place(row, 0)?, Head { number, hash }))
    });
    let heads: BTreeMap<Place, Head> = heads.collect::<Result<_, Fault>>()?;
    let last = |(place, entry): &(Place, Entry)| (place.clone(), entry.head.clone());
    Ok(known == id && heads == journals.iter().map(last).collect())
}

pub(super) async fn erase(client: &Client, platform: &str) -> Result<(), Fault> {
    for table in ["journal", "facts", "heads"] {
        let delete = format!("DELETE FROM {table} WHERE platform = $1");
        client.execute_typed(&delete, &[(&platform, Type::TEXT)]).await?;
    }
    Ok(())
}

/// The time of the server.
pub(super) async fn now(client: &Client) -> Result<Timestamp, Fault> {
    let query = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
    Ok(moment(client.query_typed_one(query, &[]).await?.get(0)))
}

/// `None`: nobody holds one.
pub(super) async fn lease(client: &Client, place: &Place) -> Result<Option<Lease>, Fault> {
    let query = "SELECT fence, holder, expires FROM leases WHERE platform = $1 AND workspace = $2";
    let row = client.query_typed_opt(query, &At::of(place).arguments()).await?;
    row.map_or(Ok(None), |row| lease_of(&row))
}

/// Nobody else takes or changes it until the end of the transaction.
pub(super) async fn locked_lease(client: &Client, place: &Place) -> Result<Option<Lease>, Fault> {
    let query = "SELECT fence, holder, expires FROM leases
        WHERE platform = $1 AND workspace = $2 FOR UPDATE";
    let row = client.query_typed_opt(query, &At::of(place).arguments()).await?;
    row.map_or(Ok(None), |row| lease_of(&row))
}

/// Of its fence, holder and end.
pub(super) fn lease_of(row: &Row) -> Result<Option<Lease>, Fault> {
    let Some(holder) = row.get::<_, Option<String>>(1) else { return Ok(None) };
    let holder = serde_json::from_str(&holder).map_err(|_| Fault::Odd(holder))?;
    Ok(Some(Lease { holder, fence: counted(row.get(0))?, expires: moment(row.get(2)) }))
}

pub(super) fn number(count: u64) -> Result<i64, Fault> {
    i64::try_from(count).map_err(|_| Fault::Odd(count.to_string()))
}

pub(super) fn counted(number: i64) -> Result<u64, Fault> {
    u64::try_from(number).map_err(|_| Fault::Odd(number.to_string()))
}

fn moment(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX)
}
