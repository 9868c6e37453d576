//! URLs, as far as the rules look into them.

/// The parts of a URL that tell where it leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Url<'t> {
    /// As it is written; schemes have no case.
    pub(super) scheme: &'t str,
    /// Whether a user, and perhaps a password, comes before the host.
    pub(super) has_user: bool,
    /// Without port and brackets.
    pub(super) host: &'t str,
    /// After the `?`.
    pub(super) query: Option<&'t str>,
}

impl<'t> Url<'t> {
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let (has_user, server) = match authority.rsplit_once('@') {
            Some((_, server)) => (true, server),
            None => (false, authority),
        };
        let host = match server.strip_prefix('[') {
            Some(address) => address.split(']').next()?,
            None => server.split(':').next()?,
        };
        let query = rest.split('#').next()?.split_once('?').map(|(_, query)| query);
        let is_sound = !host.is_empty() && !text.contains(char::is_whitespace);
        is_sound.then_some(Self { scheme, has_user, host, query })
    }

    pub(super) fn is_this_machine(self) -> bool {
        self.host == "localhost" || self.host == "::1" || self.host.starts_with("127.")
    }
}

#[cfg(test)]
mod tests {
    use super::Url;

    #[test]
    fn a_url_has_a_scheme_and_a_host() {
        let parts = |text| Url::parse(text).map(|url| (url.scheme, url.host));
        assert_eq!(parts("https://a.example:8443/x"), Some(("https", "a.example")));
        assert_eq!(parts("http://[::1]:80"), Some(("http", "::1")));
        for odd in ["", "sandbox.example.com", "https://", "https:///x", "https://a b"] {
            assert_eq!(parts(odd), None, "{odd}");
        }
        let url = Url::parse("smtp://me:secret@mail.example.com:587/x?tls=required#y").unwrap();
        assert_eq!((url.host, url.has_user), ("mail.example.com", true));
        assert_eq!(url.query, Some("tls=required"));
    }
}
