//! A mail server, and the way to it.

use super::{
    Smtp,
    handover::{self, Line, patiently},
    mailer::{Fate, Parcel},
};
use lettre::{
    Address,
    message::Mailbox,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Certificate, Tls, TlsParameters},
        commands::Quit,
        extension::ClientId,
    },
};
use reqwest::Url;
use std::{
    fmt, io, mem,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

pub(super) const CONNECTIONS: usize = 4;
// Submission over TLS (RFC 8314), with STARTTLS (RFC 6409), and to a relay (RFC 5321).
const SMTPS: u16 = 465;
const SUBMISSION: u16 = 587;
const RELAY: u16 = 25;

/// Why mails cannot be sent as they are meant to be.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    #[error("`{0}` is not an address that mails can come from")]
    From(String),
    #[error(
        "the mail server's address is not such as `smtps://mail.example.com` or \
         `smtp://mail.example.com:587?tls=required`"
    )]
    Url,
    #[error("the mail server's address must not hold a user or a password")]
    UserInUrl,
    #[error("cannot use encryption: {}", causes(.0))]
    Tls(Error),
    #[error("cannot read `{}`: {why}", path.display())]
    Certificate { path: PathBuf, why: io::Error },
    #[error("`{}` is no certificate: {}", path.display(), causes(why))]
    NoCertificate { path: PathBuf, why: Error },
    #[error("a user of the mail server needs a password, and a password a user")]
    Credentials,
}

/// A mail server, and the connections to it that wait for the next mail.
pub(in crate::sandbox) struct Post {
    host: String,
    port: u16,
    tls: Tls,
    credentials: Option<Credentials>,
    from: Address,
    idle: Mutex<Vec<Line>>,
}

/// Without the password.
impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post").field("host", &self.host).finish_non_exhaustive()
    }
}

pub(super) fn sender(smtp: &Smtp) -> Result<Mailbox, SmtpError> {
    smtp.from.parse().map_err(|_| SmtpError::From(smtp.from.clone()))
}

impl Post {
    pub(super) fn new(smtp: &Smtp) -> Result<Self, SmtpError> {
        let url = smtp.url.parse::<Url>().map_err(|_| SmtpError::Url)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(SmtpError::UserInUrl);
        }
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let (tls, usual): (fn(TlsParameters) -> Tls, u16) = match (url.scheme(), url.query()) {
            _ if host.is_empty() => return Err(SmtpError::Url),
            ("smtps", None | Some("tls=required")) => (Tls::Wrapper, SMTPS),
            ("smtp", Some("tls=required")) => (Tls::Required, SUBMISSION),
            ("smtp", Some("tls=opportunistic")) => (Tls::Opportunistic, SUBMISSION),
            ("smtp", None) => (|_| Tls::None, RELAY),
            (_, _) => return Err(SmtpError::Url),
        };
        let credentials = match (&smtp.user, &smtp.password) {
            (Some(user), Some(password)) => Some(Credentials::new(user.clone(), password.clone())),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return Err(SmtpError::Credentials),
        };
        Ok(Self {
            port: url.port().unwrap_or(usual),
            tls: tls(trusting(smtp, &host)?),
            credentials,
            from: sender(smtp)?.email,
            idle: Mutex::default(),
            host,
        })
    }

    /// One that waits, or a new one. Its trouble is about no mail, even if it sounds final: a
    /// password that is wrong today may be right tomorrow.
    pub(super) async fn line(&self) -> Result<Line, String> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match idle {
            Some(line) => Ok(line),
            None => patiently(self.connect()).await.map_err(|trouble| trouble.to_string()),
        }
    }

    /// For the next mail.
    pub(super) fn keep(&self, line: Line) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// Once it has begun, it must not be cut off: the server may have taken the mail already.
    pub(super) async fn send(&self, mut line: Line, parcel: &Parcel) -> Fate {
        let fate = handover::hand_over(&mut line, &self.from, parcel).await;
        if handover::is_ready(&mut line, &fate).await {
            self.keep(line);
        }
        fate
    }

    /// Servers do not like connections that nobody uses.
    pub(super) async fn hang_up(&self) {
        let idle = mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for mut line in idle {
            // What the server says to that does not matter any more.
            drop(patiently(line.command(Quit)).await);
        }
    }

    async fn connect(&self) -> Result<Line, Error> {
        let us = ClientId::default();
        let server = (self.host.as_str(), self.port);
        let from_the_start = match &self.tls {
            Tls::Wrapper(parameters) => Some(parameters.clone()),
            Tls::None | Tls::Opportunistic(_) | Tls::Required(_) => None,
        };
        let mut line =
            AsyncSmtpConnection::connect_tokio1(server, None, &us, from_the_start, None).await?;
        match &self.tls {
            Tls::Required(parameters) => line.starttls(parameters.clone(), &us).await?,
            Tls::Opportunistic(parameters) if line.can_starttls() => {
                line.starttls(parameters.clone(), &us).await?;
            }
            Tls::None | Tls::Opportunistic(_) | Tls::Wrapper(_) => {}
        }
        if let Some(credentials) = &self.credentials {
            line.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(line)
    }
}

/// Beside what the system trusts, the certificate of one's own where one is named.
fn trusting(smtp: &Smtp, host: &str) -> Result<TlsParameters, SmtpError> {
    let builder = TlsParameters::builder(host.to_owned());
    let Some(path) = &smtp.root_certificate else {
        return builder.build_rustls().map_err(SmtpError::Tls);
    };
    let pem =
        std::fs::read(path).map_err(|why| SmtpError::Certificate { path: path.clone(), why })?;
    let odd = |why| SmtpError::NoCertificate { path: path.clone(), why };
    let certificate = Certificate::from_pem(&pem).map_err(odd)?;
    builder.add_root_certificate(certificate).build_rustls().map_err(odd)
}

/// An error with what led to it, in the server's words where it said something.
pub(super) fn causes(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(why) = cause {
        let why_said = why.to_string();
        if !said.contains(&why_said) {
            said = format!("{said}: {why_said}");
        }
        cause = why.source();
    }
    said
}
