//! What holds for every page: its headers, and that forms are sent from our own pages.

use super::{App, trouble::Trouble};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; frame-ancestors 'none'; \
                      base-uri 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// What others set is kept.
const DEFAULTS: [(HeaderName, &str); 2] = [
    (header::CACHE_CONTROL, "no-store"),
    // Not `no-referrer`: with it, a browser does not say from where a form comes.
    (header::REFERRER_POLICY, "same-origin"),
];

pub(super) async fn guard(State(sandbox): App, request: Request, next: Next) -> Response {
    let is_foreign = request.method() == Method::POST
        && !is_ours(request.headers(), sandbox.public_url.as_str());
    let mut response =
        if is_foreign { Trouble::Forged.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Whether a browser says that it comes from one of our pages, or says nothing. The seal in the
/// form is checked beside.
fn is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &HeaderName| headers.get(name).map(HeaderValue::as_bytes);
    let site = text(&HeaderName::from_static("sec-fetch-site"));
    let is_same_site = site == Some(b"same-origin");
    let is_own_origin = match text(&header::ORIGIN) {
        None => true,
        // Of a page that keeps its address to itself, as the one behind an invitation's link does.
        Some(b"null") => is_same_site || site.is_none(),
        Some(origin) => {
            let host = origin.split(|byte| *byte == b'/').nth(2);
            origin == public_url.as_bytes()
                || host.is_some_and(|host| text(&header::HOST) == Some(host))
        }
    };
    is_own_origin && (is_same_site || site.is_none())
}

#[cfg(test)]
mod tests {
    use super::is_ours;
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    fn ours(headers: &[(&'static str, &'static str)]) -> bool {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        is_ours(&headers, "https://console.example.com")
    }

    #[test]
    fn a_form_comes_from_our_own_pages() {
        let host = ("host", "127.0.0.1:8723");
        let site = |site| ("sec-fetch-site", site);
        assert!(ours(&[host]));
        assert!(ours(&[host, ("origin", "http://127.0.0.1:8723"), site("same-origin")]));
        assert!(ours(&[host, ("origin", "https://console.example.com")]));
        assert!(ours(&[host, ("origin", "null"), site("same-origin")]));
        assert!(!ours(&[host, ("origin", "http://127.0.0.1:8724")]));
        assert!(!ours(&[host, ("origin", "https://evil.example")]));
        assert!(!ours(&[host, ("origin", "https://console.example.com.evil.example")]));
        for other in ["cross-site", "same-site", "none"] {
            assert!(!ours(&[host, ("origin", "http://127.0.0.1:8723"), site(other)]), "{other}");
            assert!(!ours(&[host, ("origin", "null"), site(other)]), "{other}");
        }
    }
}
