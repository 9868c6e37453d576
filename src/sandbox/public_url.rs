//! Where people find a sandbox.

use std::{fmt, net::SocketAddr, str::FromStr};

/// Of a whole site: scheme, host, port. The links in mails and the console's pages begin with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublicUrlError {
    #[error("it is not a URL such as https://sandbox.example.com")]
    Form,
    #[error("it begins with neither https:// nor http://")]
    Scheme,
    #[error("it has a user or a password; people sign in on the pages")]
    User,
    #[error("it has more than a host and a port; the sandbox needs a host of its own")]
    Path,
}

impl PublicUrl {
    /// Without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

/// Where nothing stands between.
impl From<SocketAddr> for PublicUrl {
    fn from(address: SocketAddr) -> Self {
        Self(format!("http://{address}"))
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        let url: reqwest::Url = text.parse().map_err(|_| PublicUrlError::Form)?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(PublicUrlError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(PublicUrlError::User);
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(PublicUrlError::Path);
        }
        // As a browser writes it in `Origin`.
        Ok(Self(url.origin().ascii_serialization()))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{PublicUrl, PublicUrlError};

    fn parsed(text: &str) -> Result<String, PublicUrlError> {
        text.parse().map(|url: PublicUrl| url.to_string())
    }

    #[test]
    fn it_is_a_whole_site_as_browsers_write_it() {
        for (text, expected) in [
            ("https://Sandbox.Example.com:443/", "https://sandbox.example.com"),
            ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
            ("HTTPS://[::1]:8443", "https://[::1]:8443"),
        ] {
            assert_eq!(parsed(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_links_could_not_begin_with_is_refused() {
        for (text, expected) in [
            ("sandbox.example.com", PublicUrlError::Form),
            ("https://", PublicUrlError::Form),
            ("ftp://x.cn", PublicUrlError::Scheme),
            ("https://me@x.cn", PublicUrlError::User),
            ("https://me:pass@x.cn", PublicUrlError::User),
            ("https://x.cn/sandbox", PublicUrlError::Path),
            ("https://x.cn/?a=b", PublicUrlError::Path),
            ("https://x.cn/#top", PublicUrlError::Path),
        ] {
            assert_eq!(parsed(text), Err(expected), "{text}");
        }
    }
}
