//! The way to the server: counted, and sometimes cut.

use super::{
    Hands,
    server::{self, Schema},
};
use futures::future::BoxFuture;
use minisync::ledger::Ledger;
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

pub(super) struct Road {
    port: u16,
    traffic: Arc<Traffic>,
}

#[derive(Default)]
struct Traffic {
    n_journeys: AtomicUsize,
    n_lost: AtomicUsize,
    /// The answer to this is lost, and the connection with it.
    lose: Mutex<Option<&'static str>>,
    /// What happens elsewhere before each of the next transactions begins.
    meanwhile: Mutex<VecDeque<BoxFuture<'static, ()>>>,
}

impl Road {
    pub(super) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let road = Self { port: listener.local_addr().unwrap().port(), traffic: Arc::default() };
        let (traffic, port) = (road.traffic.clone(), server::port());
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                tokio::spawn(carry(client, server, traffic.clone()));
            }
        });
        road
    }

    pub(super) async fn open(&self, schema: &Schema) -> Ledger {
        let url = server::by(self.port, &schema.url());
        server::open(&url, "sandbox", Hands::default().clock()).await.unwrap()
    }

    pub(super) fn lose_the_next(&self, words: &'static str) {
        *self.traffic.lose.lock().unwrap() = Some(words);
    }

    pub(super) fn meanwhile(&self, events: impl IntoIterator<Item = BoxFuture<'static, ()>>) {
        self.traffic.meanwhile.lock().unwrap().extend(events);
    }

    pub(super) fn n_to_come(&self) -> usize {
        self.traffic.meanwhile.lock().unwrap().len()
    }

    /// Questions that had to be answered before the next one was asked.
    pub(super) fn n_journeys(&self) -> usize {
        self.traffic.n_journeys.load(Ordering::SeqCst)
    }

    pub(super) fn n_lost(&self) -> usize {
        self.traffic.n_lost.load(Ordering::SeqCst)
    }
}

impl Traffic {
    async fn pass(&self, question: &[u8]) {
        if !holds(question, "BEGIN") {
            return;
        }
        let event = self.meanwhile.lock().unwrap().pop_front();
        if let Some(event) = event {
            event.await;
        }
    }

    fn is_lost(&self, question: &[u8]) -> bool {
        let mut lose = self.lose.lock().unwrap();
        let is_lost = lose.is_some_and(|words| holds(question, words));
        if is_lost {
            *lose = None;
        }
        is_lost
    }
}

async fn carry(mut client: TcpStream, mut server: TcpStream, traffic: Arc<Traffic>) {
    let (mut question, mut answer) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let (mut is_asked, mut is_lost) = (false, false);
    loop {
        tokio::select! {
            biased;
            read = client.read(&mut question) => {
                let Ok(length @ 1..) = read else { return };
                is_asked = true;
                traffic.pass(&question[..length]).await;
                is_lost |= traffic.is_lost(&question[..length]);
                server.write_all(&question[..length]).await.unwrap();
            }
            read = server.read(&mut answer) => {
                let Ok(length @ 1..) = read else { return };
                if is_lost {
                    traffic.n_lost.fetch_add(1, Ordering::SeqCst);
                    return;
                }
                traffic.n_journeys.fetch_add(usize::from(is_asked), Ordering::SeqCst);
                is_asked = false;
                if client.write_all(&answer[..length]).await.is_err() { return }
            }
        }
    }
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}
