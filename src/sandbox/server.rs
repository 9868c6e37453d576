//! The sandbox as a running server.

use super::{
    Clock, Data, OpenError,
    limit::Limit,
    routes,
    store::Store,
    token::{Token, TokenHash},
};
use std::{fmt, io, net::SocketAddr, num::NonZeroU32, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// How long a shutdown waits for answers in flight, before it cuts off who does not listen.
const GRACE: Duration = Duration::from_secs(5);

/// How a sandbox is to run; [`Config::new`] has the usual answers.
#[derive(Clone)]
pub struct Config {
    pub data: Data,
    /// Port 0 is one of the system's choice.
    pub listen: SocketAddr,
    /// `None`: a random one.
    pub operator_token: Option<Token>,
    pub clock: Clock,
    /// Added to every request, to be like a platform that is far away.
    pub latency: Duration,
    /// Requests a second; more are told to wait.
    pub limit: Option<NonZeroU32>,
    /// How long to wait for another process to let go of the data file.
    pub patience: Duration,
}

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("cannot listen on {address}: {why}")]
    Listen { address: SocketAddr, why: io::Error },
    #[error("the system gave no random bytes: {0}")]
    Random(#[from] getrandom::Error),
}

/// Serves until it is shut down or dropped. Dropped, it answers nobody any more; what it had
/// answered is on the disk all the same.
#[derive(Debug)]
#[must_use]
pub struct Server {
    url: String,
    address: SocketAddr,
    operator_token: Token,
    store: Arc<Store>,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<io::Result<()>>,
}

/// What every request needs.
pub(super) struct Sandbox {
    pub(super) store: Arc<Store>,
    pub(super) operator: TokenHash,
    pub(super) clock: Clock,
    pub(super) latency: Duration,
    pub(super) limit: Option<Limit>,
}

impl Config {
    /// In memory, on a loopback port of the system's choice.
    pub fn new(clock: Clock) -> Self {
        Self {
            data: Data::Memory,
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            operator_token: None,
            clock,
            latency: Duration::ZERO,
            limit: None,
            patience: Duration::ZERO,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("data", &self.data)
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}

/// Starts a server; it answers as soon as this returns.
///
/// # Guarantees
/// - What was answered survives the end of the process, however it ends, if `data` is a file.
/// - A data file that another process uses, that is not ours, or that is of a newer version is left
///   alone.
pub async fn serve(config: Config) -> Result<Server, ServeError> {
    let Config { data, listen, operator_token, clock, latency, limit, patience } = config;
    let operator_token = operator_token.map_or_else(Token::random, Ok)?;
    // First the port, so that a busy one leaves no data file behind.
    let listener = TcpListener::bind(listen).await;
    let bound = listener.and_then(|listener| Ok((listener.local_addr()?, listener)));
    let (address, listener) = bound.map_err(|why| ServeError::Listen { address: listen, why })?;
    let store = open(data, patience, operator_token.clone(), Arc::clone(&clock)).await?;
    let store = Arc::new(store);
    let sandbox = Sandbox {
        store: Arc::clone(&store),
        operator: operator_token.hash(),
        clock,
        latency,
        limit: limit.map(Limit::per_second),
    };
    let (stop, stopped) = oneshot::channel();
    let serving = tokio::spawn(routes::run(listener, Arc::new(sandbox), stopped));
    let url = format!("http://{address}");
    Ok(Server { url, address, operator_token, store, stop: Some(stop), serving })
}

async fn open(
    data: Data,
    patience: Duration,
    operator: Token,
    clock: Clock,
) -> Result<Store, OpenError> {
    tokio::task::spawn_blocking(move || Store::open(&data, patience, &operator, clock))
        .await
        .expect("opening a store does not panic")
}

impl Server {
    /// Without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The given one, or the random one.
    pub fn operator_token(&self) -> &Token {
        &self.operator_token
    }

    /// Answers what is in flight, then lets go of the data file.
    pub async fn shutdown(mut self) {
        // Whoever waits for the word hears that none will come.
        drop(self.stop.take());
        // An idle connection that nobody closes must not keep us.
        drop(tokio::time::timeout(GRACE, &mut self.serving).await);
        let store = Arc::clone(&self.store);
        drop(tokio::task::spawn_blocking(move || store.close()).await);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
        self.store.close();
    }
}
