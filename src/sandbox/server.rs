//! The sandbox as a running server.

use super::{
    Clock, Data, OpenError,
    console::Sessions,
    limit::Limit,
    mail::{Carrier, Closing, Delivery, Mailer, SmtpError},
    mishap::Mishap,
    public_url::PublicUrl,
    routes,
    store::{Setup, Store},
    token::{Token, TokenHash},
};
use std::{fmt, io, net::SocketAddr, num::NonZeroU32, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

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
    /// `None`: invitations are not mailed, and have no links.
    pub delivery: Option<Delivery>,
    /// How long after a shutdown mails are still given to a mail server, one after the other. What
    /// has been begun by then is finished.
    pub mail_grace: Duration,
    /// Where people find us, for the links in mails; `None`: where we listen.
    pub public_url: Option<PublicUrl>,
    /// In each workspace; more are told to wait for the next hour.
    pub invitations_per_hour: Option<NonZeroU32>,
    /// Whether the operator may move our clock.
    pub controllable_clock: bool,
    /// What is to go wrong, in place of what was left when the data was last used; empty: that.
    pub mishaps: Vec<Mishap>,
}

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("cannot listen on {address}: {why}")]
    Listen { address: SocketAddr, why: io::Error },
    #[error("the system gave no random bytes: {0}")]
    Random(#[from] getrandom::Error),
    #[error(transparent)]
    Smtp(#[from] SmtpError),
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
    stop: Option<watch::Sender<()>>,
    serving: JoinHandle<io::Result<()>>,
    mailing: Option<Mailing>,
}

/// A mailer at work.
#[derive(Debug)]
struct Mailing {
    closing: watch::Sender<Closing>,
    running: JoinHandle<()>,
    /// `None`: until nothing is due any more.
    grace: Option<Duration>,
}

/// The mails of a server that has been shut down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mails {
    /// While it ran.
    pub n_sent: u64,
    /// Those that the next start goes on with.
    pub n_waiting: u64,
    /// Why the latest of them could not be sent; `None`: none was tried.
    pub why: Option<String>,
}

/// What every request needs.
pub(super) struct Sandbox {
    pub(super) store: Arc<Store>,
    pub(super) operator: TokenHash,
    pub(super) clock: Clock,
    pub(super) latency: Duration,
    pub(super) limit: Option<Limit>,
    pub(super) controllable_clock: bool,
    /// Where people find us.
    pub(super) public_url: PublicUrl,
    pub(super) sessions: Sessions,
    /// Closed when the server stops: no answer may go on for ever.
    pub(super) stopped: watch::Receiver<()>,
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
            delivery: None,
            mail_grace: GRACE,
            public_url: None,
            invitations_per_hour: None,
            controllable_clock: false,
            mishaps: Vec::new(),
        }
    }

    fn public_url(&self, bound: SocketAddr) -> PublicUrl {
        self.public_url.clone().unwrap_or_else(|| bound.into())
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
    let operator_token = config.operator_token.clone().map_or_else(Token::random, Ok)?;
    // First the port, so that a busy one leaves no data file behind.
    let listener = TcpListener::bind(config.listen).await;
    let bound = listener.and_then(|listener| Ok((listener.local_addr()?, listener)));
    let (address, listener) =
        bound.map_err(|why| ServeError::Listen { address: config.listen, why })?;
    let url = format!("http://{address}");
    let carrier = config.delivery.as_ref().map(Carrier::new).transpose()?;
    let store = Arc::new(open(&config, operator_token.clone(), address).await?);
    let mailing = carrier.map(|carrier| Mailing::start(&store, carrier, config.mail_grace));
    let (stop, stopped) = watch::channel(());
    let sandbox = Sandbox {
        store: Arc::clone(&store),
        operator: operator_token.hash(),
        clock: store.clock(),
        latency: config.latency,
        limit: config.limit.map(Limit::per_second),
        controllable_clock: config.controllable_clock,
        public_url: config.public_url(address),
        sessions: Sessions::new()?,
        stopped,
    };
    let serving = tokio::spawn(routes::run(listener, Arc::new(sandbox)));
    Ok(Server { url, address, operator_token, store, stop: Some(stop), serving, mailing })
}

async fn open(config: &Config, operator: Token, bound: SocketAddr) -> Result<Store, ServeError> {
    let delivery = config.delivery.as_ref();
    let letterhead = delivery
        .map(|delivery| delivery.letterhead(config.public_url(bound).as_str()))
        .transpose()?;
    let setup = Setup {
        data: config.data.clone(),
        patience: config.patience,
        operator,
        clock: Arc::clone(&config.clock),
        invitations_per_hour: config.invitations_per_hour,
        letterhead,
        mishaps: config.mishaps.clone(),
    };
    let opened = tokio::task::spawn_blocking(move || Store::open(setup)).await;
    Ok(opened.expect("opening a store does not panic")?)
}

impl Mailing {
    fn start(store: &Arc<Store>, carrier: Carrier, grace: Duration) -> Self {
        let (closing, closed) = watch::channel(Closing::Open);
        let grace = match carrier {
            Carrier::Folder(_) => None,
            Carrier::Smtp(_) => Some(grace),
        };
        let (store, clock) = (Arc::clone(store), store.clock());
        let mailer = Mailer { store, carrier, clock, closing: closed };
        Self { closing, running: tokio::spawn(mailer.run()), grace }
    }

    /// What has not gone out by then stays written down, for the next start.
    async fn end(self) {
        let Self { closing, mut running, grace } = self;
        closing.send_replace(Closing::Soon);
        if let Some(grace) = grace
            && tokio::time::timeout(grace, &mut running).await.is_ok()
        {
            return;
        }
        if grace.is_some() {
            closing.send_replace(Closing::Now);
        }
        drop(running.await);
    }
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

    /// Answers what is in flight, delivers the mails that are due, then lets go of the data file.
    pub async fn shutdown(mut self) -> Mails {
        // Whoever waits for the word hears that none will come.
        drop(self.stop.take());
        // An idle connection that nobody closes must not keep us.
        drop(tokio::time::timeout(GRACE, &mut self.serving).await);
        if let Some(mailing) = self.mailing.take() {
            mailing.end().await;
        }
        // A broken data file was complained of by whoever wrote to it.
        let (n_waiting, why) = self.store.waiting().await.unwrap_or_default();
        let store = Arc::clone(&self.store);
        drop(tokio::task::spawn_blocking(move || store.close()).await);
        Mails { n_sent: self.store.n_sent(), n_waiting, why }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
        if let Some(mailing) = &self.mailing {
            mailing.running.abort();
        }
        self.store.close();
    }
}
