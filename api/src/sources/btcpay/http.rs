//! The HTTP side: one GET with time limits, retries, a size limit, and every way to fail told apart. Imported through
//! [`super`].

use std::error::Error as _;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

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

/// BTCPay's error body; validation errors are a list of `{path, message}` instead.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Refusal {
    code: Option<String>,
    message: Option<String>,
    missing_permission: Option<String>,
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
            builder = builder.proxy(reqwest::Proxy::custom(move |url: &Url| {
                let onion = url.host_str().is_some_and(|host| host.ends_with(".onion"));
                (all || onion).then(|| proxy.clone())
            }));
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
            return Err(redirected(&response));
        }
        let retry_after = retry_after(&response);
        let html = is_html(&response);
        let body = self.body(response).await;
        if status.is_success() {
            let body = body?;
            return if html || body.trim_start().starts_with('<') { Err(SourceError::Html) } else { Ok(body) };
        }
        Err(refusal(status, &body.unwrap_or_default(), retry_after))
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

    /// Sorts out what reqwest says: it wraps the cause several times.
    fn transport(&self, error: &reqwest::Error) -> SourceError {
        if error.is_timeout() && !error.is_connect() {
            return SourceError::TimedOut(self.connect.patience);
        }
        let host = self.connect.base.host_str().unwrap_or_default().to_owned();
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

/// `token <key>`: the scheme that every version accepts.
fn authorization(key: &SecretString) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::from_str(&format!("token {}", key.expose_secret()))
        .map_err(|_| "BTCPAY_API_KEY has characters that no API key has".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}

fn refusal(status: StatusCode, body: &str, retry_after: Option<Duration>) -> SourceError {
    let refusal: Option<Refusal> = serde_json::from_str(body).ok();
    let known = refusal.as_ref().is_some_and(|refusal| refusal.code.is_some());
    let Refusal { message, missing_permission, .. } = refusal.unwrap_or_default();
    let message = quote(&message.unwrap_or_default());
    match status.as_u16() {
        401 => SourceError::Unauthorized(message),
        403 => SourceError::Forbidden {
            permission: quote(&missing_permission.unwrap_or_else(|| "btcpay.store.canviewinvoices".to_owned())),
            message,
        },
        404 if known => SourceError::NotFound(message),
        404 => SourceError::NoApi,
        400 | 422 => {
            SourceError::Rejected { status: status.as_u16(), message: validation_messages(body).unwrap_or(message) }
        }
        429 => SourceError::RateLimited { retry_after },
        408 | 500..=599 => SourceError::Failing { status: status.as_u16(), retry_after },
        other => SourceError::OddStatus(other),
    }
}

fn validation_messages(body: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Invalid {
        path: String,
        message: String,
    }
    let all: Vec<Invalid> = serde_json::from_str(body).ok()?;
    Some(quote(&all.iter().map(|one| format!("{}: {}", one.path, one.message)).collect::<Vec<_>>().join("; ")))
}

/// Seconds, or a date.
fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    (at.to_utc() - chrono::Utc::now()).to_std().ok()
}

fn is_html(response: &Response) -> bool {
    response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|kind| kind.contains("html"))
}

fn redirected(response: &Response) -> SourceError {
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Only where to, without query and user-info.
    let target = response.url().join(location).ok().map_or_else(
        || "nowhere".to_owned(),
        |url| format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default()),
    );
    SourceError::Redirected(quote(&target))
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

    #[test]
    fn refusals_are_told_apart() {
        let of = |status: u16, body: &str| refusal(StatusCode::from_u16(status).unwrap(), body, None).code();
        assert_eq!(of(401, r#"{"code":"unauthenticated","message":"x"}"#), "upstream_unauthorized");
        assert_eq!(of(403, ""), "upstream_forbidden");
        assert!(matches!(refusal(StatusCode::NOT_FOUND, "", None), SourceError::NoApi));
        assert!(matches!(
            refusal(StatusCode::NOT_FOUND, r#"{"code":"invoice-not-found"}"#, None),
            SourceError::NotFound(_)
        ));
        let invalid = refusal(
            StatusCode::UNPROCESSABLE_ENTITY,
            r#"[{"path":"startDate","message":"Invalid unix timestamp"}]"#,
            None,
        );
        assert!(invalid.to_string().contains("startDate: Invalid unix timestamp"));
        assert_eq!(of(502, "<html>"), "upstream_error");
        assert_eq!(of(418, ""), "upstream_error");
    }
}
