//! The ledger on a PostgreSQL server: for teams, and for CI that keeps no files.
//!
//! Several teams share a database when each has a schema of its own (`search_path`). Leases end by
//! the clock of the server, which is one for all.

mod address;
mod leases;
mod rows;
mod session;
mod tables;

pub use address::{Address, AddressError};

use super::{
    Clock, Ledger, OpenError,
    journal::{Head, Line, Place, Sealed},
    lease::Holder,
    sqlite::Sqlite,
    storage::{Answer, Entry, Fault, Shelf, Storage, Taken, Top},
};
use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use session::{Kind, Session};
use std::{collections::BTreeMap, future::ready, sync::Arc};
use tokio_postgres::Client;

#[derive(Debug)]
struct Postgres {
    name: String,
    id: String,
    session: Session,
}

impl Ledger {
    /// On a server. As [`Ledger::open`].
    pub async fn open_server(
        address: &Address,
        platform: &str,
        new_id: &str,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let opened = Postgres::open(address, new_id).await;
        let storage = opened.map_err(|fault| super::not_opened(&address.name(), &fault))?;
        Ok(Self::over(Arc::new(storage), platform, clock))
    }

    /// As [`Ledger::open_to_read`].
    pub async fn open_server_to_read(
        address: &Address,
        platform: &str,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let opened = match Postgres::open_to_read(address).await {
            Ok(Some(storage)) => Ok(Arc::new(storage) as Arc<dyn Storage>),
            Ok(None) => Sqlite::empty(address.name()).map(|empty| Arc::new(empty) as _),
            Err(fault) => Err(fault),
        };
        let storage = opened.map_err(|fault| super::not_opened(&address.name(), &fault))?;
        Ok(Self::over(storage, platform, clock))
    }
}

impl Postgres {
    async fn open(address: &Address, new_id: &str) -> Result<Self, Fault> {
        let session = Session::open(address.clone()).await?;
        let id = tables::opened(&session, new_id).await?;
        Ok(Self { name: address.name(), id, session })
    }

    /// `None`: there are no tables.
    async fn open_to_read(address: &Address) -> Result<Option<Self>, Fault> {
        let session = Session::open(address.clone()).await?;
        let id = tables::known(&session).await?;
        Ok(id.map(|id| Self { name: address.name(), id, session }))
    }

    fn read<'a, T: Send + 'a>(
        &'a self,
        work: impl Fn(Arc<Client>) -> Answer<'a, T> + Send + Sync + 'a,
    ) -> Answer<'a, T> {
        async move { self.session.transact(Kind::Read, work).await }.boxed()
    }

    fn write<'a, T: Send + 'a>(
        &'a self,
        work: impl Fn(Arc<Client>) -> Answer<'a, T> + Send + Sync + 'a,
    ) -> Answer<'a, T> {
        async move { self.session.transact(Kind::Write, work).await }.boxed()
    }

    async fn head(&self, client: &Client, place: &Place) -> Result<Head, Fault> {
        let head = rows::head(client, place).await?;
        Ok(head.unwrap_or_else(|| Head::start(&self.id, place)))
    }

    async fn shelf(&self, client: &Client, place: &Place) -> Result<Shelf, Fault> {
        let (head, folded, facts, tail) = futures::try_join!(
            self.head(client, place),
            rows::folded(client, place),
            rows::facts(client, place),
            rows::tail(client, place)
        )?;
        Ok(Shelf { head, folded, facts, tail })
    }
}

impl Storage for Postgres {
    fn name(&self) -> &str {
        &self.name
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn places(&self) -> Answer<'_, Vec<Place>> {
        self.read(|client| async move { rows::places(&client).await }.boxed())
    }

    fn shelves<'a>(&'a self, places: &'a [Place]) -> Answer<'a, Vec<Shelf>> {
        self.read(move |client| {
            async move {
                let shelves = places.iter().map(|place| self.shelf(&client, place));
                futures::future::try_join_all(shelves).await
            }
            .boxed()
        })
    }

    /// By the clock of the server; the end is told by ours.
    fn top<'a>(&'a self, place: &'a Place, here: Timestamp) -> Answer<'a, Top> {
        self.read(move |client| {
            async move {
                let (head, lease, now) = futures::try_join!(
                    self.head(&client, place),
                    rows::lease(&client, place),
                    rows::now(&client)
                )?;
                let lease = lease.filter(|lease| now < lease.expires);
                Ok(Top { head, lease: lease.map(|lease| lease.told_by(here, now)) })
            }
            .boxed()
        })
    }

    fn append<'a>(
        &'a self,
        place: &'a Place,
        fence: u64,
        from: &'a Head,
        entry: Arc<Entry>,
    ) -> Answer<'a, ()> {
        self.write(move |client| {
            let entry = entry.clone();
            async move {
                let (lease, head) = futures::try_join!(
                    rows::locked_lease(&client, place),
                    rows::locked_head(&client, place)
                )?;
                let head = head.unwrap_or_else(|| Head::start(&self.id, place));
                // The answer to the first try was lost.
                if entry.head == head {
                    return Ok(());
                }
                if head != *from || lease.is_none_or(|lease| lease.fence != fence) {
                    return Err(Fault::Fenced);
                }
                rows::append(&client, place, &entry).await
            }
            .boxed()
        })
    }

    fn lines<'a>(&'a self, place: &'a Place, after: u64, most: usize) -> Answer<'a, Vec<Line>> {
        self.read(move |client| {
            async move { rows::lines(&client, place, after, most).await }.boxed()
        })
    }

    fn adopt<'a>(
        &'a self,
        id: &'a str,
        records: &'a mut (dyn Iterator<Item = Result<(Place, Sealed), Fault>> + Send),
        _: Timestamp,
    ) -> Answer<'a, ()> {
        let mut journals: Vec<(Place, Vec<Sealed>)> = Vec::new();
        for record in records {
            let (place, sealed) = match record {
                Ok(record) => record,
                Err(fault) => return ready(Err(fault)).boxed(),
            };
            match journals.last_mut().filter(|(last, _)| *last == place) {
                Some((_, records)) => records.push(sealed),
                None => journals.push((place, vec![sealed])),
            }
        }
        let entry = |(place, records): (Place, Vec<Sealed>)| Some((place, Entry::of(records)?));
        let journals: Arc<[(Place, Entry)]> = journals.into_iter().filter_map(entry).collect();
        let work = move |client: Arc<Client>| {
            let journals = journals.clone();
            async move { rows::adopt(&client, id, &journals).await }.boxed()
        };
        async move { self.session.transact(Kind::Load, work).await }.boxed()
    }

    fn erase<'a>(&'a self, platform: &'a str) -> Answer<'a, ()> {
        self.write(move |client| async move { rows::erase(&client, platform).await }.boxed())
    }

    /// By the clock of the server; the end of somebody else's is told by ours. When the answer is
    /// lost and it is asked again, the leases are the holder's own, and yield.
    fn take<'a>(
        &'a self,
        places: &'a [Place],
        holder: &'a Holder,
        here: Timestamp,
        length: SignedDuration,
    ) -> Answer<'a, Taken> {
        self.write(move |client| {
            async move {
                let (_, held, now) = futures::try_join!(
                    leases::room(&client, places),
                    leases::locked(&client, places),
                    rows::now(&client)
                )?;
                match held.into_iter().find(|(_, lease)| !lease.yields_to(holder, now)) {
                    Some((place, lease)) => Ok(Err((place, lease.told_by(here, now)))),
                    None => leases::lend(&client, places, holder, length).await.map(Ok),
                }
            }
            .boxed()
        })
    }

    /// When the answer is lost and it is asked again, the lease is the holder's own.
    fn seize<'a>(
        &'a self,
        (place, seen): (&'a Place, u64),
        holder: &'a Holder,
        _: Timestamp,
        length: SignedDuration,
    ) -> Answer<'a, Option<u64>> {
        self.write(move |client| {
            async move {
                let places = std::slice::from_ref(place);
                match leases::locked(&client, places).await?.get(place) {
                    Some(lease) if lease.holder.run == holder.run => Ok(Some(lease.fence)),
                    Some(lease) if lease.fence == seen => {
                        let lent = leases::lend(&client, places, holder, length).await?;
                        Ok(lent.get(place).copied())
                    }
                    Some(_) | None => Ok(None),
                }
            }
            .boxed()
        })
    }

    fn renew<'a>(
        &'a self,
        leases: &'a BTreeMap<Place, u64>,
        _: Timestamp,
        length: SignedDuration,
    ) -> Answer<'a, usize> {
        self.write(move |client| {
            async move { leases::renew(&client, leases, length).await }.boxed()
        })
    }

    fn release<'a>(&'a self, leases: &'a BTreeMap<Place, u64>) -> Answer<'a, ()> {
        self.write(move |client| async move { leases::release(&client, leases).await }.boxed())
    }
}
