//! The only module that speaks HTTP. Every failure leaves it as a sentence for people.
//!
//! Paths are relative (`api/…`): `fetch` resolves them against `<base href>`, so they stay right under a sub-path.

use gloo_net::http::{Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use shared::{
    Analytics, ErrorBody, InvoiceDetail, LogDetail, Page, ProjectDetail, RefreshAccepted, RefreshResult, Settings,
    SyncStatus,
};

/// `POST api/refresh` answers within 25 s; anything far beyond that is a lost connection.
const TIMEOUT_MS: u32 = 60_000;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// The API's code, or `network`, `timeout`, `unreadable`, `http_<status>` for what never came from it.
    pub code: String,
    /// Cause, then what to do.
    pub message: String,
    /// Names the request in the server's log.
    pub request_id: Option<String>,
    /// It may well go through later without anybody's doing.
    pub passing: bool,
}

impl ApiError {
    /// The server answered: there is no such thing.
    pub fn is_not_found(&self) -> bool {
        self.code == "not_found"
    }
}

/// What `POST api/refresh` says.
#[derive(Debug, Clone, PartialEq)]
pub enum Refreshed {
    /// The run is over.
    Done(RefreshResult),
    /// It takes longer; `GET api/sync` tells when it is over.
    Running,
}

/// Figures of a range.
pub async fn analytics(query: String) -> Result<Analytics, ApiError> {
    read(&call(Method::GET, &format!("api/analytics{query}")).await?).await
}

/// Mode, connection, zone.
pub async fn settings() -> Result<Settings, ApiError> {
    read(&call(Method::GET, "api/settings").await?).await
}

/// The running or last run.
pub async fn sync() -> Result<SyncStatus, ApiError> {
    read(&call(Method::GET, "api/sync").await?).await
}

/// One page of a list.
pub async fn list<T: DeserializeOwned>(path: &str, pairs: Vec<(&'static str, String)>) -> Result<Page<T>, ApiError> {
    read(&call(Method::GET, &format!("{path}{}", query_string(pairs))).await?).await
}

/// One invoice with its payments.
pub async fn invoice(id: String) -> Result<InvoiceDetail, ApiError> {
    one("api/invoices", &id).await
}

/// One webhook delivery with its payload.
pub async fn log(id: String) -> Result<LogDetail, ApiError> {
    one("api/logs", &id).await
}

/// One Angor project with its texts.
pub async fn project(id: String) -> Result<ProjectDetail, ApiError> {
    one("api/projects", &id).await
}

/// Pulls from BTCPay.
pub async fn refresh() -> Result<Refreshed, ApiError> {
    let response = call(Method::POST, "api/refresh").await?;
    if response.status() == 202 {
        return read::<RefreshAccepted>(&response).await.map(|_| Refreshed::Running);
    }
    read(&response).await.map(Refreshed::Done)
}

/// `?key=value&…` of the pairs, escaped; nothing for none.
pub fn query_string<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> String {
    // A comma means nothing in a query, and lists are easier to read with it.
    let escape = |text: &str| escaped(text).replace("%2C", ",");
    let parts: Vec<_> = pairs.into_iter().map(|(key, value)| format!("{}={}", escape(key), escape(&value))).collect();
    if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
}

/// The text as one part of a path or query.
pub fn escaped(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
}

async fn one<T: DeserializeOwned>(path: &str, id: &str) -> Result<T, ApiError> {
    read(&call(Method::GET, &format!("{path}/{}", escaped(id))).await?).await
}

async fn call(method: Method, path: &str) -> Result<Response, ApiError> {
    let deadline = web_sys::AbortSignal::timeout_with_u32(TIMEOUT_MS);
    let request = RequestBuilder::new(path).method(method).header("Accept", "application/json");
    let response = request.abort_signal(Some(&deadline)).send().await.map_err(|error| unanswered(&error))?;
    if response.ok() { Ok(response) } else { Err(refused(&response).await) }
}

async fn read<T: DeserializeOwned>(response: &Response) -> Result<T, ApiError> {
    response.json().await.map_err(|error| match error {
        gloo_net::Error::SerdeError(error) => ApiError {
            code: "unreadable".to_owned(),
            message: format!(
                "The server's answer could not be read ({error}). Reload the page; it may be older than the server."
            ),
            request_id: response.headers().get("x-request-id"),
            passing: false,
        },
        error => unanswered(&error),
    })
}

/// No answer at all, or one that broke off.
fn unanswered(error: &gloo_net::Error) -> ApiError {
    let timeout = matches!(error, gloo_net::Error::JsError(error) if error.name == "TimeoutError");
    let (code, message) = if timeout {
        ("timeout", "The server did not answer within a minute. Try again; if it stays so, look at its log.")
    } else {
        ("network", "The server cannot be reached. Check that it runs and that this device is connected.")
    };
    ApiError { code: code.to_owned(), message: message.to_owned(), request_id: None, passing: true }
}

/// An answer that is not a success: the API's own words, or ours where a proxy answered in its place.
async fn refused(response: &Response) -> ApiError {
    let status = response.status();
    let passing = status >= 500 || status == 429;
    let header = response.headers().get("x-request-id");
    match response.json::<ErrorBody>().await {
        Ok(ErrorBody { error }) => {
            ApiError { code: error.code, message: error.message, request_id: Some(error.request_id), passing }
        }
        Err(_) => ApiError {
            code: format!("http_{status}"),
            message: format!(
                "Something between this page and the server answered with status {status}. Try again; if it stays so, \
                 look at the reverse proxy and at the server's log."
            ),
            request_id: header,
            passing,
        },
    }
}
