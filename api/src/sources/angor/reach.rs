//! How relays and explorers are reached: one kind of client for both, with the operator's proxy, and the time limits. Imported
//! through [`super`].

use std::time::Duration;

use reqwest::{Client, Url, redirect};

use crate::domain::text::quote;

/// The way out.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// `socks5h://…`, for onion hosts or for all.
    pub proxy: Option<Url>,
    /// Use the proxy for all hosts.
    pub proxy_all: bool,
    /// How long to wait.
    pub patience: Patience,
}

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection.
    pub connect: Duration,
    /// For all that one relay has to say.
    pub relay: Duration,
    /// For the slower relays, once two have told everything.
    pub stragglers: Duration,
    /// For one answer of an explorer.
    pub request: Duration,
    /// Between two requests to a public explorer.
    pub spacing: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(4),
            relay: Duration::from_secs(8),
            stragglers: Duration::from_secs(2),
            request: Duration::from_secs(10),
            spacing: Duration::from_millis(500),
        }
    }
}

impl Reach {
    /// A client. Redirects are not followed: only what the operator named is asked.
    ///
    /// # Errors
    /// A sentence when TLS or the proxy cannot be set up.
    pub(super) fn client(&self, http1_only: bool) -> Result<Client, String> {
        // Whoever installs a provider first wins; a second one is refused, and that is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .user_agent(concat!("btc-crowdfund/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(self.patience.connect);
        if http1_only {
            builder = builder.http1_only();
        }
        if let Some(proxy) = self.proxy.clone() {
            let all = self.proxy_all;
            builder =
                builder.proxy(reqwest::Proxy::custom(move |url: &Url| (all || is_onion(url)).then(|| proxy.clone())));
        }
        builder.build().map_err(|error| quote(&error.to_string()))
    }

    /// Whether a host can be reached at all: an onion name must not even be looked up without a proxy.
    pub(super) fn allows(&self, url: &Url) -> bool {
        self.proxy.is_some() || !is_onion(url)
    }
}

fn is_onion(url: &Url) -> bool {
    url.host_str().is_some_and(|host| host.ends_with(".onion"))
}

/// The deepest cause of a failure to talk to a server, as the system says it.
pub(super) fn cause(error: &dyn std::error::Error) -> String {
    let mut deepest = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        deepest = inner.to_string();
        source = inner.source();
    }
    quote(&deepest)
}
