//! Who asks, and what the browser called us: the connection's own words, or those of a proxy that is trusted. Imported by
//! the other routes and by `telemetry`.

mod forwarded;

use std::net::IpAddr;

use actix_web::dev::RequestHead;
use actix_web::http::header::{self, HeaderMap};
use ipnet::IpNet;
use url::Url;

use crate::config::ServerConfig;
use forwarded::Hop;

/// Where a request came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Address of the client, or of the nearest one on the way to it that is not one of our proxies.
    pub client: Option<IpAddr>,
    /// Base URL by which the browser reached us, without a slash at its end. `PUBLIC_URL` goes before it.
    pub public_url: String,
    /// The path in it.
    pub prefix: String,
}

impl Origin {
    /// Reads a request.
    #[must_use]
    pub fn of(head: &RequestHead, config: &ServerConfig) -> Self {
        let peer = head.peer_addr.map(|address| address.ip().to_canonical());
        let Seen { client, scheme, host, prefix } = seen(peer, &head.headers, &config.trusted_proxies);
        let own_host = || text(&head.headers, header::HOST.as_str()).and_then(is_host).map(ToOwned::to_owned);
        let host = host.or_else(own_host).unwrap_or_else(|| config.listen_addr.to_string());
        let forwarded = format!("{}://{host}{prefix}", scheme.unwrap_or("http"));
        match &config.public_url {
            Some(url) => Self {
                client,
                public_url: url.as_str().trim_end_matches('/').to_owned(),
                prefix: url.path().trim_end_matches('/').to_owned(),
            },
            None => Self { client, public_url: forwarded, prefix },
        }
    }
}

/// What the headers add to the connection.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    client: Option<IpAddr>,
    scheme: Option<&'static str>,
    host: Option<String>,
    prefix: String,
}

/// Follows the chain of proxies from the nearest to the first one that is not trusted: what stands before that, anybody can
/// have written.
fn seen(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Seen {
    let trusts = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut seen = Seen { client: peer, scheme: None, host: None, prefix: String::new() };
    if !peer.is_some_and(trusts) {
        return seen;
    }
    for hop in forwarded::hops(headers).iter().rev() {
        let Hop { client, scheme, host } = hop;
        seen.scheme = scheme.as_deref().and_then(is_scheme).or(seen.scheme);
        seen.host = host.as_deref().and_then(is_host).map(ToOwned::to_owned).or(seen.host);
        seen.client = client.or(seen.client);
        if !client.is_some_and(trusts) {
            break;
        }
    }
    seen.prefix = text(headers, "x-forwarded-prefix").and_then(is_prefix).unwrap_or_default().to_owned();
    seen
}

fn is_scheme(text: &str) -> Option<&'static str> {
    ["http", "https"].into_iter().find(|scheme| text.eq_ignore_ascii_case(scheme))
}

/// A host and perhaps a port, and nothing that would make another URL of it.
fn is_host(text: &str) -> Option<&str> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte));
    (plain && Url::parse(&format!("http://{text}/")).is_ok()).then_some(text)
}

/// A path without a slash at its end.
fn is_prefix(text: &str) -> Option<&str> {
    let path = text.trim_end_matches('/');
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%".contains(&byte));
    (path.starts_with('/') && !path.starts_with("//") && !path.contains("..") && plain).then_some(path)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(peer: &str, headers: &[(&str, &str)]) -> (String, String) {
        let map = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        let Seen { client, scheme, host, prefix } = seen(Some(peer.parse().unwrap()), &map, &trusted);
        let url = format!("{}://{}{prefix}", scheme.unwrap_or("-"), host.unwrap_or_else(|| "-".to_owned()));
        (client.map(|client| client.to_string()).unwrap_or_default(), url)
    }

    #[test]
    fn a_proxy_that_is_not_trusted_says_nothing() {
        let headers = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-host", "evil"), ("x-forwarded-prefix", "/a")];
        assert_eq!(ask("192.0.2.1", &headers), ("192.0.2.1".into(), "-://-".into()));
    }

    #[test]
    fn a_trusted_proxy_tells_client_scheme_host_and_prefix() {
        let headers = [
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "stats.example.org:8443"),
            ("x-forwarded-prefix", "/a/b/"),
        ];
        assert_eq!(ask("10.1.2.3", &headers), ("203.0.113.9".into(), "https://stats.example.org:8443/a/b".into()));
        let standard = [("forwarded", "for=\"[2001:db8::1]:4711\";proto=HTTPS;host=stats.example.org")];
        assert_eq!(ask("::1", &standard), ("2001:db8::1".into(), "https://stats.example.org".into()));
    }

    #[test]
    fn what_stands_before_the_last_untrusted_hop_may_be_a_lie() {
        let lie = [("x-forwarded-for", "127.0.0.1, 203.0.113.9, 10.9.9.9")];
        assert_eq!(ask("10.1.2.3", &lie).0, "203.0.113.9");
        let lie = [("forwarded", "for=127.0.0.1;host=evil, for=203.0.113.9;host=good, for=10.0.0.7")];
        assert_eq!(ask("10.1.2.3", &lie), ("203.0.113.9".into(), "-://good".into()));
    }

    #[test]
    fn odd_values_are_left_out() {
        for (name, value) in [
            ("x-forwarded-host", "a/b"),
            ("x-forwarded-host", "a@b"),
            ("x-forwarded-host", "\"><script>"),
            ("x-forwarded-proto", "javascript"),
            ("x-forwarded-prefix", "//evil.example"),
            ("x-forwarded-prefix", "/a\"><b"),
            ("x-forwarded-prefix", "/../a"),
            ("forwarded", "host=\"a b\";;=,,for"),
        ] {
            assert_eq!(ask("10.0.0.1", &[(name, value)]).1, "-://-", "{value}");
        }
    }
}
