//! Mails to a mail server.

use super::{
    Smtp,
    mailer::{Fate, Parcel},
};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor,
    address::Envelope,
    message::Mailbox,
    transport::smtp::{
        Error, PoolConfig,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use std::{io, path::PathBuf, time::Duration};

/// One answer of the server may take this long.
const PATIENCE: Duration = Duration::from_secs(30);
pub(super) const CONNECTIONS: u32 = 4;

/// Why mails cannot be sent as they are meant to be.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    #[error("`{0}` is not an address that mails can come from")]
    From(String),
    #[error("cannot use the mail server's address: {}", causes(.0))]
    Url(Error),
    #[error("cannot read `{}`: {why}", path.display())]
    Certificate { path: PathBuf, why: io::Error },
    #[error("`{}` is no certificate: {}", path.display(), causes(why))]
    NoCertificate { path: PathBuf, why: Error },
    #[error("a user of the mail server needs a password, and a password a user")]
    Credentials,
}

/// A connection, or several, to a mail server.
#[derive(Debug)]
pub(in crate::sandbox) struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

pub(super) fn sender(smtp: &Smtp) -> Result<Mailbox, SmtpError> {
    smtp.from.parse().map_err(|_| SmtpError::From(smtp.from.clone()))
}

impl Post {
    pub(super) fn new(smtp: &Smtp) -> Result<Self, SmtpError> {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&smtp.url)
            .map_err(SmtpError::Url)?
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS));
        if let Some(tls) = trusting(smtp)? {
            builder = builder.tls(tls);
        }
        match (&smtp.user, &smtp.password) {
            (Some(user), Some(password)) => {
                builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
            }
            (None, None) => {}
            (Some(_), None) | (None, Some(_)) => return Err(SmtpError::Credentials),
        }
        Ok(Self { transport: builder.build(), from: sender(smtp)?.email })
    }

    /// Whether the server is there at all. What it says before it has seen a mail is about no
    /// mail, even if it sounds final: a password that is wrong today may be right tomorrow.
    pub(super) async fn trouble(&self) -> Option<String> {
        match self.transport.test_connection().await {
            Ok(true) => None,
            Ok(false) => Some("the mail server does not answer".to_owned()),
            Err(why) => Some(causes(&why)),
        }
    }

    pub(super) async fn send(&self, parcel: &Parcel) -> Fate {
        let to = match parcel.recipient.parse::<Address>() {
            Ok(to) => to,
            Err(why) => return Fate::Never(why.to_string()),
        };
        let envelope = match Envelope::new(Some(self.from.clone()), vec![to]) {
            Ok(envelope) => envelope,
            Err(why) => return Fate::Never(why.to_string()),
        };
        match self.transport.send_raw(&envelope, &parcel.bytes).await {
            Ok(_) => Fate::Sent,
            Err(why) if why.is_permanent() => Fate::Never(causes(&why)),
            Err(why) => Fate::Later(causes(&why)),
        }
    }
}

/// Encryption with a certificate of one's own, where one is named.
fn trusting(smtp: &Smtp) -> Result<Option<Tls>, SmtpError> {
    let Some(path) = &smtp.root_certificate else { return Ok(None) };
    let pem =
        std::fs::read(path).map_err(|why| SmtpError::Certificate { path: path.clone(), why })?;
    let odd = |why| SmtpError::NoCertificate { path: path.clone(), why };
    let certificate = Certificate::from_pem(&pem).map_err(odd)?;
    let Ok(url) = smtp.url.parse::<reqwest::Url>() else { return Ok(None) };
    let host = url.host_str().unwrap_or_default().to_owned();
    let parameters = TlsParameters::builder(host)
        .add_root_certificate(certificate)
        .build_rustls()
        .map_err(odd)?;
    let is_asked_for =
        |word: &str| url.query_pairs().any(|(key, value)| key == "tls" && value == word);
    Ok(match url.scheme() {
        "smtps" => Some(Tls::Wrapper(parameters)),
        _ if is_asked_for("required") => Some(Tls::Required(parameters)),
        _ if is_asked_for("opportunistic") => Some(Tls::Opportunistic(parameters)),
        _ => None,
    })
}

/// An error with what led to it, in the server's words where it said something.
fn causes(error: &dyn std::error::Error) -> String {
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
