//! Where a PostgreSQL server is, and how far it is trusted.
//!
//! As in every client of PostgreSQL, except that what is not said is decided for safety: a server on
//! another machine is spoken to over TLS or not at all, and its certificate is always checked.

use rustls::{
    ClientConfig, RootCertStore,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, pem::PemObject as _},
};
use rustls_platform_verifier::BuilderVerifierExt as _;
use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio_postgres::config::{Config, Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A server's address, checked. Its password is never printed.
#[derive(Debug, Clone)]
pub struct Address {
    config: Config,
    /// The only authorities to trust; the system's when missing.
    certificate: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the address of the ledger's server cannot be used: {0}")]
pub struct AddressError(String);

impl Address {
    /// `postgres://user@host:5432/database?sslmode=require`. A certificate is relative to `base`.
    pub fn parse(url: &str, base: &Path) -> Result<Self, AddressError> {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let mut rest = Vec::new();
        let (mut mode, mut certificate) = (None, None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", written)) => mode = Some(ssl_mode(written)?),
                Some(("sslrootcert", path)) => certificate = Some(base.join(path)),
                Some(_) | None => rest.push(pair),
            }
        }
        let mut config: Config = format!("{place}?{}", rest.join("&"))
            .parse()
            .map_err(|why| AddressError(format!("{why}")))?;
        let hosts = config.get_hosts();
        if hosts.iter().any(is_torn) {
            let why = "it has two `@`; write the one in a user or password as `%40`";
            return Err(AddressError(why.to_owned()));
        }
        if hosts.is_empty() {
            return Err(AddressError("it names no host".to_owned()));
        }
        // Where there is one, the connection goes there, whatever the host is called.
        let addresses = config.get_hostaddrs();
        let is_near = hosts.iter().all(is_near) && addresses.iter().all(IpAddr::is_loopback);
        let usual = if is_near { SslMode::Disable } else { SslMode::Require };
        config.ssl_mode(mode.unwrap_or(usual));
        if config.get_application_name().is_none() {
            config.application_name("minisync");
        }
        Ok(Self { config, certificate })
    }

    #[must_use]
    pub fn with_password(mut self, password: &str) -> Self {
        self.config.password(password);
        self
    }

    pub fn has_password(&self) -> bool {
        self.config.get_password().is_some()
    }

    /// Host, port, database and user, as password files are searched by.
    pub fn parts(&self) -> [String; 4] {
        let host = self.config.get_hosts().first().map_or_else(String::new, host_text);
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        let user = self.config.get_user().unwrap_or_default().to_owned();
        let database = self.config.get_dbname().unwrap_or(&user).to_owned();
        [host, port.to_string(), database, user]
    }

    /// For people; without a password.
    pub(super) fn name(&self) -> String {
        let [host, port, database, _] = self.parts();
        format!("postgres://{host}:{port}/{database}")
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    pub(super) fn tls(&self) -> Result<MakeRustlsConnect, String> {
        let provider: Arc<CryptoProvider> = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|why| why.to_string())?;
        let builder = match &self.certificate {
            Some(path) => builder.with_root_certificates(authorities(path)?),
            None => builder.with_platform_verifier().map_err(|why| why.to_string())?,
        };
        Ok(MakeRustlsConnect::new(builder.with_no_client_auth()))
    }
}

/// The stricter words of other clients mean what `require` means here.
fn ssl_mode(written: &str) -> Result<SslMode, AddressError> {
    match written {
        "disable" => Ok(SslMode::Disable),
        "prefer" => Ok(SslMode::Prefer),
        "require" | "verify-ca" | "verify-full" => Ok(SslMode::Require),
        _ => Err(AddressError("`sslmode` is `require`, `prefer` or `disable`".to_owned())),
    }
}

fn authorities(path: &Path) -> Result<RootCertStore, String> {
    let cannot = |why: String| format!("cannot read certificates from {}: {why}", path.display());
    let mut store = RootCertStore::empty();
    for found in CertificateDer::pem_file_iter(path).map_err(|why| cannot(why.to_string()))? {
        let certificate = found.map_err(|why| cannot(why.to_string()))?;
        store.add(certificate).map_err(|why| cannot(why.to_string()))?;
    }
    if store.is_empty() {
        return Err(cannot("there are none in it".to_owned()));
    }
    Ok(store)
}

fn host_text(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(folder) => folder.display().to_string(),
    }
}

/// A piece of a password would be taken for the host's name, and told.
fn is_torn(host: &Host) -> bool {
    host_text(host).contains('@')
}

/// Nobody is on the way to this machine.
fn is_near(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
            name == "localhost" || address.is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}
