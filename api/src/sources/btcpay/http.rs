//! The HTTP side: one GET with time limits, retries, a size limit, and every way to fail told apart. Imported through
//! [`super`].

use std::error::Error as _;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Client, Response, Url, redirect};
use secrecy::{ExposeSecret, SecretString};

use super::refusal::{is_html, redirected, refusal, retry_after};
use crate::domain::text::quote;
use crate::sources::SourceError;

/// Largest answer held in memory, after decompression.
const BODY_LIMIT: usize = 32 * 1_048_576;
/// Longest wait that a server may ask for.
const RETRY_AFTER_LIMIT: Duration = Duration::from_secs(300);
/// Longest wait that a person is made to sit through; beyond it the reason is told at once.
const BRISK_WAIT_LIMIT: Duration = Duration::from_secs(5);

/// Where the server is and how to reach it.
#[derive(Debug, Clone)]
pub struct Connect {
    /// Base URL; its path is kept.
    pub base: Url,
    /// Greenfield key.
    pub key: Option<SecretString>,
    /// `socks5h://…`, for onion hosts or for all.
    pub proxy: Option<Url>,
    /// Use the proxy for all hosts.
    pub proxy_all: bool,
    /// Longest silence within an answer; a whole answer may take one and a half times as long.
    pub patience: Duration,
    /// First pause before a second try.
    pub first_pause: Duration,
}

/// How hard to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// One try.
    Once,
    /// A person waits: retry what fails fast, but not what takes long to fail.
    Brisk,
    /// Much has been read already: retry time-outs too.
    Steady,
}

impl Patience {
    /// Whether a second try is worth its time.
    fn allows(self, error: &SourceError) -> bool {
        let long = matches!(error, SourceError::TimedOut(_))
            || error.retry_after().is_some_and(|asked| asked > BRISK_WAIT_LIMIT);
        error.is_transient() && (self == Self::Steady || !long)
    }
}

#[derive(Clone)]
pub(super) struct Http {
    client: Client,
    connect: Connect,
    authorization: Option<HeaderValue>,
}

impl Http {
    pub(super) fn new(connect: Connect) -> Result<Self, String> {
        let mut builder = Client::builder()
            .user_agent(concat!("btc-crowdfund/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(5).min(connect.patience))
            .read_timeout(connect.patience)
            .timeout(connect.patience.mul_f32(1.5));
        if let Some(proxy) = connect.proxy.clone() {
            let all = connect.proxy_all;
            builder =
                builder.proxy(reqwest::Proxy::custom(move |url: &Url| (all || is_onion(url)).then(|| proxy.clone())));
        }
        let client = builder.build().map_err(|error| quote(&error.to_string()))?;
        let authorization = connect.key.as_ref().map(authorization).transpose()?;
        Ok(Self { client, connect, authorization })
    }

    /// What `read` makes of the body of `{base}/{path…}?{query}`. A body that it cannot read counts as a failed try: it may
    /// have been cut on its way. Bytes that are not UTF-8 become replacement characters, so that they spoil one row and
    /// not the page.
    pub(super) async fn get<T>(
        &self,
        path: &[&str],
        query: &[(&str, String)],
        patience: Patience,
        read: impl Fn(&str) -> Result<T, SourceError>,
    ) -> Result<T, SourceError> {
        let url = self.url(path, query);
        let mut pauses = ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(self.connect.first_pause)
            .with_max_delay(Duration::from_secs(20))
            .with_max_times(match patience {
                Patience::Once => 0,
                Patience::Brisk => 3,
                Patience::Steady => 4,
            })
            .build();
        loop {
            let error = match self.get_once(url.clone()).await.and_then(|body| read(&body)) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Some(pause) = pauses.next().filter(|_| patience.allows(&error)) else { return Err(error) };
            let pause = error.retry_after().map_or(pause, |asked| asked.min(RETRY_AFTER_LIMIT).max(pause));
            tracing::debug!("BTCPay: {error} Next try in {} ms", pause.as_millis());
            tokio::time::sleep(pause).await;
        }
    }

    fn url(&self, path: &[&str], query: &[(&str, String)]) -> Url {
        let mut url = self.connect.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            // Each is percent-encoded: an id cannot leave its place in the path.
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    async fn get_once(&self, url: Url) -> Result<String, SourceError> {
        let authorization = self.authorization.clone().ok_or(SourceError::NoKey)?;
        if self.connect.proxy.is_none() && is_onion(&url) {
            // The name must not even be looked up.
            return Err(SourceError::NoTor(self.host()));
        }
        let response = self
            .client
            .get(url)
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, authorization)
            .send()
            .await
            .map_err(|error| self.transport(&error))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(redirected(&response, &self.connect.base));
        }
        let retry_after = retry_after(&response);
        let html = is_html(&response);
        let body = self.body(response).await;
        let page = html || body.as_ref().is_ok_and(|body| body.trim_start().starts_with('<'));
        match body {
            Ok(_) if status.is_success() && page => Err(SourceError::Html),
            Err(error) if status.is_success() => Err(error),
            Ok(body) if status.is_success() => Ok(body),
            body => Err(refusal(status, &body.unwrap_or_default(), page, retry_after)),
        }
    }

    async fn body(&self, mut response: Response) -> Result<String, SourceError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.transport(&error))? {
            if bytes.len() + chunk.len() > BODY_LIMIT {
                return Err(SourceError::TooLarge(BODY_LIMIT));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    fn host(&self) -> String {
        self.connect.base.host_str().unwrap_or_default().to_owned()
    }

    /// Sorts out what reqwest says: it wraps the cause several times.
    fn transport(&self, error: &reqwest::Error) -> SourceError {
        if error.is_timeout() && !error.is_connect() {
            return SourceError::TimedOut(self.connect.patience);
        }
        let host = self.host();
        let mut cause = error.source();
        let mut deepest = None;
        while let Some(inner) = cause {
            let tls = inner
                .downcast_ref::<rustls::Error>()
                .or_else(|| inner.downcast_ref::<std::io::Error>()?.get_ref()?.downcast_ref::<rustls::Error>());
            if let Some(tls) = tls {
                return SourceError::Tls { host, cause: quote(&tls.to_string()) };
            }
            deepest = Some(inner.to_string());
            cause = inner.source();
        }
        let cause = quote(&deepest.unwrap_or_else(|| "the connection failed".to_owned()));
        if error.is_body() || error.is_decode() {
            return SourceError::Unreadable(format!("it broke off ({cause})"));
        }
        SourceError::Unreachable { host, cause }
    }
}

fn is_onion(url: &Url) -> bool {
    url.host_str().is_some_and(|host| host.ends_with(".onion"))
}

/// `token <key>`: the scheme that every version accepts.
fn authorization(key: &SecretString) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::from_str(&format!("token {}", key.expose_secret()))
        .map_err(|_| "BTCPAY_API_KEY has characters that no API key has".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_travels_as_token_and_is_not_printed() {
        let value = authorization(&"5c2c832df10ff5e2335bb50d85c06e4a9d167c2d".into()).unwrap();
        assert_eq!(value.to_str().unwrap(), "token 5c2c832df10ff5e2335bb50d85c06e4a9d167c2d");
        assert_eq!(format!("{value:?}"), "Sensitive");
        assert!(authorization(&"a\nb".into()).is_err());
    }
}
