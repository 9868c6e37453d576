//! Standard output of commands that do or judge something, whether anybody reads of it or not.

use std::io::{self, ErrorKind, Write};

/// Goes on when its reader is gone.
pub(super) struct Heedless<W>(pub(super) W);

impl<W: Write> Write for Heedless<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(why) if why.kind() == ErrorKind::BrokenPipe => Ok(bytes.len()),
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(why) if why.kind() == ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
}
