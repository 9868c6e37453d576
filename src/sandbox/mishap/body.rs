//! Answers that do not come as a whole. An error in a body is what makes the server give up the
//! connection.

use axum::body::{Body, Bytes};
use futures::{StreamExt as _, stream};
use std::io;

/// Ends the connection before a byte of the answer is out.
pub(in crate::sandbox) fn broken_off() -> Body {
    Body::from_stream(stream::once(async { Err::<Bytes, _>(mishap()) }))
}

/// Ends the connection in the middle.
pub(in crate::sandbox) fn cut_short(whole: &Bytes) -> Body {
    let half = whole.slice(..whole.len() / 2);
    let end = async {
        // The first half goes out while we are not ready.
        tokio::task::yield_now().await;
        Err(mishap())
    };
    Body::from_stream(stream::iter([Ok(half)]).chain(stream::once(end)))
}

/// Byte by byte, each after a pause.
pub(in crate::sandbox) fn trickling<F: Future<Output = ()> + Send + 'static>(
    whole: Bytes,
    mut pause: impl FnMut() -> F + Send + 'static,
) -> Body {
    let bytes = (0..whole.len()).map(move |at| whole.slice(at..=at));
    Body::from_stream(stream::iter(bytes).then(move |byte| {
        let pause = pause();
        async move {
            pause.await;
            Ok::<_, io::Error>(byte)
        }
    }))
}

fn mishap() -> io::Error {
    io::Error::other("a mishap")
}
