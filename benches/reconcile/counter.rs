//! A relay on loopback that counts the HTTP requests it passes on.

use std::{
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// Ends the first line of each request, and is in no JSON that minisync writes.
const REQUEST_LINE_END: &[u8] = b" HTTP/1.1\r\n";

#[derive(Debug, Clone)]
pub(crate) struct Counter {
    pub(crate) address: SocketAddr,
    n_requests: Arc<AtomicU64>,
}

impl Counter {
    /// Relays to `server` for as long as the process lives.
    pub(crate) fn before(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let n_requests = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&n_requests);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let counted = Arc::clone(&counted);
                // A connection that breaks is the measured command's to report.
                thread::spawn(move || relay(&client, server, &counted));
            }
        });
        Ok(Self { address, n_requests })
    }

    /// Requests since the last time this was asked.
    pub(crate) fn take(&self) -> u64 {
        self.n_requests.swap(0, Ordering::Relaxed)
    }
}

fn relay(client: &TcpStream, server: SocketAddr, n_requests: &AtomicU64) -> io::Result<()> {
    let server = TcpStream::connect(server)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    thread::scope(|scope| {
        scope.spawn(|| pass(&server, client, |_| ()));
        let mut seen = Vec::new();
        pass(client, &server, |bytes| {
            n_requests.fetch_add(requests(&mut seen, bytes), Ordering::Relaxed);
        })
    })
}

fn pass(mut from: &TcpStream, mut to: &TcpStream, mut look: impl FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let n_read = from.read(&mut buffer)?;
        if n_read == 0 {
            return to.shutdown(Shutdown::Write);
        }
        look(&buffer[..n_read]);
        to.write_all(&buffer[..n_read])?;
    }
}

/// The request lines that end in `bytes`; `seen` keeps a line end that two reads share.
fn requests(seen: &mut Vec<u8>, bytes: &[u8]) -> u64 {
    seen.extend_from_slice(bytes);
    let n_ends =
        seen.windows(REQUEST_LINE_END.len()).filter(|bytes| *bytes == REQUEST_LINE_END).count();
    let keep = seen.len().min(REQUEST_LINE_END.len() - 1);
    seen.drain(..seen.len() - keep);
    n_ends as u64
}
