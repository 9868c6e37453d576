//! One connection to the server, made again when it dies, and transactions over it.

use super::Address;
use crate::ledger::storage::{Answer, Fault};
use std::{error::Error as _, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{Mutex, MutexGuard},
    time::{Instant, sleep, timeout},
};
use tokio_postgres::{Client, Connection, NoTls, Socket, config::SslMode, error::SqlState};

/// How long one transaction may take; two of them are shorter than a lease.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it may take to load a whole ledger, which holds nobody up.
const PATIENCE_TO_LOAD: Duration = Duration::from_secs(60 * 60);
/// Between two tries to reach a server that is away.
const PAUSE: Duration = Duration::from_millis(200);

/// Whoever is stopped in the middle of a transaction must not keep others waiting for its locks.
const SETUP: &str = "
    SET idle_in_transaction_session_timeout = '5s';
    SET statement_timeout = '10s';
    SET client_min_messages = warning;
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off';
";

#[derive(Debug)]
pub(super) struct Session {
    address: Address,
    /// `None` while it is in use, and when it is broken.
    client: Mutex<Option<Arc<Client>>>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Everything as it was at one moment.
    Read,
    Write,
    /// Everything that there is.
    Load,
}

impl Kind {
    fn patience(self) -> Duration {
        match self {
            Self::Read | Self::Write => PATIENCE,
            Self::Load => PATIENCE_TO_LOAD,
        }
    }

    fn begin(self) -> &'static str {
        match self {
            Self::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Self::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
            Self::Load => {
                "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
                 SET LOCAL idle_in_transaction_session_timeout = '5min';
                 SET LOCAL statement_timeout = '1h'"
            }
        }
    }
}

impl Session {
    /// Whoever cannot be reached at first is not waited for: the address may be wrong.
    pub(super) async fn open(address: Address) -> Result<Self, Fault> {
        let client =
            timeout(PATIENCE, connected(&address)).await.unwrap_or_else(|_| Err(slow(PATIENCE)))?;
        Ok(Self { address, client: Mutex::new(Some(client)) })
    }

    /// All or nothing. `work` is tried again when the connection breaks, also when it may have been
    /// done: it has to bear that. What it asks first must change nothing that matters.
    pub(super) async fn transact<'a, T>(
        &self,
        kind: Kind,
        work: impl Fn(Arc<Client>) -> Answer<'a, T>,
    ) -> Result<T, Fault> {
        let mut client = self.client.lock().await;
        let (begun, patience) = (Instant::now(), kind.patience());
        let mut away_since = None;
        loop {
            let tried = timeout(patience, self.tried(&mut client, kind, &work)).await;
            let result = tried.unwrap_or_else(|_| Err(slow(patience)));
            if !matches!(result, Err(Fault::Away(_))) {
                return result;
            }
            // However long the work may take, a server that is away is not waited for as long.
            let away = away_since.get_or_insert_with(Instant::now).elapsed();
            if begun.elapsed() >= patience || away >= PATIENCE {
                return result;
            }
            sleep(PAUSE).await;
        }
    }

    /// A connection comes back only when nothing is left open on it.
    async fn tried<'a, T>(
        &self,
        slot: &mut MutexGuard<'_, Option<Arc<Client>>>,
        kind: Kind,
        work: &impl Fn(Arc<Client>) -> Answer<'a, T>,
    ) -> Result<T, Fault> {
        let client = match slot.take().filter(|client| !client.is_closed()) {
            Some(client) => client,
            None => connected(&self.address).await?,
        };
        let begin = async { client.batch_execute(kind.begin()).await.map_err(Fault::from) };
        // On the way together: one journey less.
        let result = match futures::try_join!(begin, work(client.clone())) {
            Ok(((), result)) => client.batch_execute("COMMIT").await.map(|()| Ok(result))?,
            Err(Fault::Fenced) => {
                client.batch_execute("ROLLBACK").await.map(|()| Err(Fault::Fenced))?
            }
            Err(fault) => return Err(fault),
        };
        **slot = Some(client);
        result
    }
}

async fn connected(address: &Address) -> Result<Arc<Client>, Fault> {
    let config = address.config();
    let client = if config.get_ssl_mode() == SslMode::Disable {
        driven(config.connect(NoTls).await?)
    } else {
        driven(config.connect(address.tls().map_err(Fault::Server)?).await?)
    };
    client.batch_execute(SETUP).await?;
    Ok(Arc::new(client))
}

/// The connection ends when the client is dropped; what breaks it, the client is told.
fn driven<T>((client, connection): (Client, Connection<Socket, T>)) -> Client
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    tokio::spawn(async move { connection.await.unwrap_or_default() });
    client
}

fn slow(patience: Duration) -> Fault {
    Fault::Away(format!("the server did not answer within {} s", patience.as_secs()))
}

impl From<tokio_postgres::Error> for Fault {
    fn from(why: tokio_postgres::Error) -> Self {
        let Some(told) = why.as_db_error() else {
            let mut words = why.to_string();
            let mut cause = why.source();
            while let Some(why) = cause {
                let more = why.to_string();
                if !words.contains(&more) {
                    words = format!("{words}: {more}");
                }
                cause = why.source();
            }
            let is_final = words.contains("certificate") || words.contains("TLS");
            return if is_final { Self::Server(words) } else { Self::Away(words) };
        };
        // Others may have better luck: it was shut down, it starts, or two were in each other's way.
        let class = told.code().code().get(..2).unwrap_or_default();
        let is_passing =
            matches!(class, "08" | "40" | "57") || *told.code() == SqlState::TOO_MANY_CONNECTIONS;
        let is_passing =
            is_passing || *told.code() == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT;
        let words = told.message().to_owned();
        if is_passing { Self::Away(words) } else { Self::Server(words) }
    }
}
