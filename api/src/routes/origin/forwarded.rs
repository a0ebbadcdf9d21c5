//! The headers in which proxies tell what they saw: RFC 7239's `Forwarded`, else the older `X-Forwarded-*`. Imported
//! through [`super`].

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::HeaderMap;

/// What one proxy saw.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hop {
    /// Who asked it; none where it hides that.
    pub client: Option<IpAddr>,
    /// How it was asked.
    pub scheme: Option<String>,
    /// By which name.
    pub host: Option<String>,
}

/// All of them, the one nearest to us last.
pub(super) fn hops(headers: &HeaderMap) -> Vec<Hop> {
    let standard: Vec<Hop> = values(headers, "forwarded").flat_map(|value| split(value, ',')).map(hop).collect();
    if !standard.is_empty() {
        return standard;
    }
    let clients = values(headers, "x-forwarded-for").flat_map(|value| value.split(','));
    let mut hops: Vec<Hop> = clients.map(|client| Hop { client: address(client), ..Hop::default() }).collect();
    // These are not lists of one word for each hop: the first word is the browser's, and the proxy next to us vouches for it.
    let first = |name: &str| Some(values(headers, name).next()?.split(',').next()?.trim().to_owned());
    let (scheme, host) = (first("x-forwarded-proto"), first("x-forwarded-host"));
    match hops.last_mut() {
        Some(last) => (last.scheme, last.host) = (scheme, host),
        None => hops.extend((scheme.is_some() || host.is_some()).then_some(Hop { client: None, scheme, host })),
    }
    hops
}

fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).filter_map(|value| value.to_str().ok())
}

/// `for=192.0.2.60;proto=http;host="example.org:8080"`
fn hop(element: &str) -> Hop {
    let mut hop = Hop::default();
    for pair in split(element, ';') {
        let Some((name, value)) = pair.split_once('=') else { continue };
        let value = value.trim().trim_matches('"');
        match name.trim().to_ascii_lowercase().as_str() {
            "for" => hop.client = address(value),
            "proto" => hop.scheme = Some(value.to_owned()),
            "host" => hop.host = Some(value.to_owned()),
            _ => {}
        }
    }
    hop
}

/// An address, perhaps with a port, perhaps in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()));
    address.ok().map(|address| address.to_canonical())
}

/// Splits at a sign that does not stand between quotes.
fn split(text: &str, sign: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == sign && !quoted
    })
    .filter(|part| !part.trim().is_empty())
    .collect()
}
