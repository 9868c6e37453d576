//! Leases on a server, any number of them in one statement. They are locked in one order, so that
//! nobody waits for whoever waits for them.

use super::rows::{Argument, counted, lease_of, number, place};
use crate::ledger::{
    journal::Place,
    lease::{Holder, Lease},
    storage::Fault,
};
use jiff::SignedDuration;
use std::collections::BTreeMap;
use tokio_postgres::{Client, types::Type};

/// As columns.
struct Places<'a> {
    platforms: Vec<&'a str>,
    workspaces: Vec<&'a str>,
}

impl<'a> Places<'a> {
    fn of(places: impl IntoIterator<Item = &'a Place> + Clone) -> Self {
        let platforms = places.clone().into_iter().map(|it| it.platform.as_str()).collect();
        let workspaces = places.into_iter().map(|it| it.workspace.as_str()).collect();
        Self { platforms, workspaces }
    }

    fn arguments(&self) -> [Argument<'_>; 2] {
        [(&self.platforms, Type::TEXT_ARRAY), (&self.workspaces, Type::TEXT_ARRAY)]
    }
}

/// Rows to lock where nobody has held a lease yet.
pub(super) async fn room(client: &Client, places: &[Place]) -> Result<u64, Fault> {
    let insert = "INSERT INTO leases (platform, workspace, fence, expires)
        SELECT platform, workspace, 0, 0 FROM UNNEST($1, $2) AS wanted (platform, workspace)
        ORDER BY platform, workspace ON CONFLICT (platform, workspace) DO NOTHING";
    Ok(client.execute_typed(insert, &Places::of(places).arguments()).await?)
}

/// Those that somebody holds. Nobody else takes or changes any until the end of the transaction.
pub(super) async fn locked(
    client: &Client,
    places: &[Place],
) -> Result<BTreeMap<Place, Lease>, Fault> {
    let query = "SELECT fence, holder, expires, leases.platform, leases.workspace FROM leases
        JOIN UNNEST($1, $2) AS wanted (platform, workspace)
            ON leases.platform = wanted.platform AND leases.workspace = wanted.workspace
        ORDER BY leases.platform, leases.workspace FOR UPDATE OF leases";
    let mut held = BTreeMap::new();
    for row in client.query_typed(query, &Places::of(places).arguments()).await? {
        let place = place(&row, 3)?;
        held.extend(lease_of(&row)?.map(|lease| (place, lease)));
    }
    Ok(held)
}

/// To `holder`, whoever had them; their fences.
pub(super) async fn lend(
    client: &Client,
    places: &[Place],
    holder: &Holder,
    length: SignedDuration,
) -> Result<BTreeMap<Place, u64>, Fault> {
    let places = Places::of(places);
    let [platforms, workspaces] = places.arguments();
    let holder = serde_json::to_string(holder).expect("a holder is texts");
    let length = milliseconds(length);
    let arguments = [platforms, workspaces, (&holder, Type::TEXT), (&length, Type::INT8)];
    let update = "UPDATE leases SET fence = fence + 1, holder = $3,
            expires = floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint + $4
        FROM UNNEST($1, $2) AS wanted (platform, workspace)
        WHERE leases.platform = wanted.platform AND leases.workspace = wanted.workspace
        RETURNING leases.platform, leases.workspace, fence";
    let rows = client.query_typed(update, &arguments).await?;
    rows.iter().map(|row| Ok((place(row, 0)?, counted(row.get(2))?))).collect()
}

/// How many of them are ours still.
pub(super) async fn renew(
    client: &Client,
    leases: &BTreeMap<Place, u64>,
    length: SignedDuration,
) -> Result<usize, Fault> {
    let (Places { platforms, workspaces }, fences) = (Places::of(leases.keys()), fences(leases)?);
    let length = milliseconds(length);
    let update = "UPDATE leases
        SET expires = floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint + $4
        FROM UNNEST($1, $2, $3) AS ours (platform, workspace, fence)
        WHERE leases.platform = ours.platform AND leases.workspace = ours.workspace
            AND leases.fence = ours.fence AND holder IS NOT NULL";
    let arguments: [Argument<'_>; 4] = [
        (&platforms, Type::TEXT_ARRAY),
        (&workspaces, Type::TEXT_ARRAY),
        (&fences, Type::INT8_ARRAY),
        (&length, Type::INT8),
    ];
    let n_ours = client.execute_typed(update, &arguments).await?;
    Ok(usize::try_from(n_ours).unwrap_or(usize::MAX))
}

pub(super) async fn release(client: &Client, leases: &BTreeMap<Place, u64>) -> Result<(), Fault> {
    let (Places { platforms, workspaces }, fences) = (Places::of(leases.keys()), fences(leases)?);
    let update = "UPDATE leases SET holder = NULL
        FROM UNNEST($1, $2, $3) AS ours (platform, workspace, fence)
        WHERE leases.platform = ours.platform AND leases.workspace = ours.workspace
            AND leases.fence = ours.fence";
    let arguments: [Argument<'_>; 3] = [
        (&platforms, Type::TEXT_ARRAY),
        (&workspaces, Type::TEXT_ARRAY),
        (&fences, Type::INT8_ARRAY),
    ];
    client.execute_typed(update, &arguments).await?;
    Ok(())
}

fn fences(leases: &BTreeMap<Place, u64>) -> Result<Vec<i64>, Fault> {
    leases.values().map(|fence| number(*fence)).collect()
}

fn milliseconds(length: SignedDuration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX / 2)
}
