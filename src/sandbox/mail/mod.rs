//! Invitations by mail.
//!
//! An invitation and its mail are written down together, or not at all (the outbox pattern); the
//! [`Mailer`] delivers what has been written down. It may die between sending and recording, and
//! then sends once more under the same Message-ID: a folder has the same file again, and a mail
//! system that knows the Message-ID shows one message.

mod folder;
mod handover;
mod letter;
mod mailer;
mod message;
mod smtp;
mod words;

pub(super) use letter::Letter;
pub(super) use mailer::{Carrier, Closing, Fate, Mailer, Parcel};
pub(super) use message::{Letterhead, MessageId};
pub use smtp::SmtpError;

use std::{fmt, path::PathBuf};

/// Where mails go.
#[derive(Clone, PartialEq, Eq)]
pub enum Delivery {
    /// A file `.eml` each, in this folder.
    Folder(PathBuf),
    Smtp(Smtp),
}

/// A mail server that takes our mails.
#[derive(Clone, PartialEq, Eq)]
pub struct Smtp {
    /// `smtps://host`, `smtp://host?tls=required` (STARTTLS), `?tls=opportunistic`, or
    /// `smtp://host` without encryption.
    pub url: String,
    pub user: Option<String>,
    pub password: Option<String>,
    /// `minisync <invitations@example.com>`, or the address alone.
    pub from: String,
    /// Trusted beside the system's, as PEM.
    pub root_certificate: Option<PathBuf>,
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => f.debug_tuple("Folder").field(path).finish(),
            Self::Smtp(smtp) => smtp.fmt(f),
        }
    }
}

/// The password and the URL, which somebody may have put one into, are left out.
impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp")
            .field("user", &self.user)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}
