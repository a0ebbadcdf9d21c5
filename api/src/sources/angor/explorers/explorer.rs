//! One explorer: a polite number of requests, one retry, a rest after failures, and the prefix of its API, which differs. Imported
//! through [`super`].

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url};
use shared::EndpointState;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::{ExplorerReport, Row, Trouble, wire};
use crate::domain::text::quote;
use crate::sources::angor::reach::{Reach, cause};

/// Largest answer held in memory, after decompression.
const BODY_LIMIT: usize = 5 * 1_048_576;
/// Requests at a time to the operator's own explorer, and to a public one.
const OWN: usize = 4;
const PUBLIC: usize = 2;
/// Failures in a row after which it is left alone until the next refresh.
const FAILURES: u32 = 3;
/// How long it is left alone after 429 without a time, and at most.
const PAUSE: Duration = Duration::from_secs(300);
/// Where its API may begin below its address: mempool, esplora, and electrs without anything before it.
const PREFIXES: [&[&str]; 3] = [&["api", "v1"], &["api"], &[]];
/// Rows of its own list of projects; it gives no more at once.
const ROWS: &str = "50";

pub(super) struct Explorer {
    client: Client,
    base: Url,
    public: bool,
    reach: Reach,
    permits: Semaphore,
    /// When the next request to a public explorer may begin.
    turn: tokio::sync::Mutex<Instant>,
    health: Mutex<Health>,
}

#[derive(Default)]
struct Health {
    /// Which of [`PREFIXES`] it is, once one of them answered.
    prefix: Option<usize>,
    failures: u32,
    paused_until: Option<Instant>,
    latest: Option<Result<(), Trouble>>,
    knows_no_projects: bool,
}

impl Explorer {
    pub(super) fn new(client: Client, base: Url, public: bool, reach: Reach) -> Self {
        let permits = Semaphore::new(if public { PUBLIC } else { OWN });
        let (turn, health) = (tokio::sync::Mutex::new(Instant::now()), Mutex::default());
        Self { client, base, public, reach, permits, turn, health }
    }

    pub(super) fn url(&self) -> &str {
        self.base.as_str()
    }

    pub(super) fn forgive(&self) {
        self.lock().failures = 0;
    }

    pub(super) fn report(&self) -> ExplorerReport {
        let (state, message) = match &self.lock().latest {
            None => (EndpointState::Unknown, "Not asked yet.".to_owned()),
            Some(Ok(())) => (EndpointState::Connected, "Answers.".to_owned()),
            Some(Err(trouble)) => (trouble.state(), format!("It {trouble}")),
        };
        ExplorerReport { url: self.base.to_string(), state, message }
    }

    /// The body of an answer; `None` where it knows no such thing.
    pub(super) async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Option<String>, Trouble> {
        if !self.reach.allows(&self.base) {
            return Err(self.note(Err(Trouble::Unreachable("an onion address needs SOCKS_PROXY".to_owned()))));
        }
        let known = {
            let health = self.lock();
            let paused = health.paused_until.is_some_and(|until| Instant::now() < until);
            if paused || health.failures >= FAILURES {
                return Err(Trouble::Resting);
            }
            health.prefix
        };
        let result = match known {
            Some(prefix) => self.twice(prefix, path, query).await,
            None => self.find_prefix(path, query).await,
        };
        match result {
            Ok(body) => {
                self.note(Ok(()));
                Ok(body)
            }
            Err(trouble) => Err(self.note(Err(trouble))),
        }
    }

    /// Projects that it knows by itself.
    pub(super) async fn rows(&self) -> Vec<Row> {
        if self.lock().knows_no_projects {
            return Vec::new();
        }
        let path = ["query", "Angor", "projects"];
        // That it has none is no failure.
        let known = self.lock().prefix;
        let body = match known {
            Some(prefix) => self.once(prefix, &path, &[("limit", ROWS)]).await,
            None => self.once(0, &path, &[("limit", ROWS)]).await,
        };
        match body.ok().flatten().and_then(|body| wire::rows(&body)) {
            Some(rows) => rows,
            None => {
                self.lock().knows_no_projects = true;
                Vec::new()
            }
        }
    }

    /// Tries one prefix after the other. An address may be unknown below the right one, too: then all of them say so.
    async fn find_prefix(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Option<String>, Trouble> {
        let mut found = None;
        let mut trouble = None;
        for prefix in 0..PREFIXES.len() {
            match self.twice(prefix, path, query).await {
                Ok(Some(body)) => {
                    self.lock().prefix = Some(prefix);
                    return Ok(Some(body));
                }
                Ok(None) => found = Some(None),
                Err(error @ (Trouble::Html | Trouble::OddStatus(_) | Trouble::Unreadable(_))) => trouble = Some(error),
                // The server itself is in trouble: other paths will not help.
                Err(error) => return Err(error),
            }
        }
        match (found, trouble) {
            (Some(nothing), _) => Ok(nothing),
            (None, trouble) => Err(trouble.unwrap_or(Trouble::Html)),
        }
    }

    async fn twice(&self, prefix: usize, path: &[&str], query: &[(&str, &str)]) -> Result<Option<String>, Trouble> {
        match self.once(prefix, path, query).await {
            Err(trouble) if trouble.is_brief() => self.once(prefix, path, query).await,
            result => result,
        }
    }

    async fn once(&self, prefix: usize, path: &[&str], query: &[(&str, &str)]) -> Result<Option<String>, Trouble> {
        // The semaphore is never closed; should it be, the request goes on without it.
        let _permit = self.permits.acquire().await.ok();
        self.wait_for_turn().await;
        let request = self.client.get(self.address(prefix, path, query)).header(ACCEPT, "application/json");
        let patience = self.reach.patience.request;
        let answer = async {
            let response = request.send().await.map_err(|error| unreachable(&error))?;
            self.read(response).await
        };
        tokio::time::timeout(patience, answer).await.unwrap_or(Err(Trouble::TimedOut(patience)))
    }

    /// A public explorer gets two requests a second.
    async fn wait_for_turn(&self) {
        if self.public {
            let mut turn = self.turn.lock().await;
            tokio::time::sleep_until(*turn).await;
            *turn = Instant::now() + self.reach.patience.spacing;
        }
    }

    fn address(&self, prefix: usize, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        let given: Vec<String> = url.path().split('/').filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect();
        // What the operator gave may be the beginning of the API already.
        let prefix = PREFIXES.get(prefix).copied().unwrap_or_default();
        let whole = prefix.iter().position(|part| given.last().is_some_and(|last| last == part));
        let missing = whole.map_or(prefix, |at| prefix.get(at + 1..).unwrap_or_default());
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(missing).extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    async fn read(&self, response: Response) -> Result<Option<String>, Trouble> {
        let status = response.status();
        match status.as_u16() {
            404 | 204 => return Ok(None),
            405 | 413 => return Err(Trouble::Unwilling(status.as_u16())),
            429 => return Err(Trouble::RateLimited(retry_after(&response))),
            408 | 500..=599 => return Err(Trouble::Failing(status.as_u16())),
            _ if status != StatusCode::OK => return Err(Trouble::OddStatus(status.as_u16())),
            _ => {}
        }
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.contains("html") {
            return Err(Trouble::Html);
        }
        let body = body(response).await?;
        match body.trim_start().chars().next() {
            Some('<') => Err(Trouble::Html),
            Some('[' | '{') => Ok(Some(body)),
            _ => Err(Trouble::Unreadable("it is no JSON".to_owned())),
        }
    }

    fn note(&self, result: Result<(), Trouble>) -> Trouble {
        let mut health = self.lock();
        match &result {
            Ok(()) => health.failures = 0,
            Err(Trouble::RateLimited(pause)) => health.paused_until = Some(Instant::now() + *pause),
            Err(trouble) if trouble.is_general() => health.failures += 1,
            Err(_) => {}
        }
        let trouble = result.clone().err().unwrap_or(Trouble::Resting);
        health.latest = Some(result);
        trouble
    }

    fn lock(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn body(mut response: Response) -> Result<String, Trouble> {
    let mut bytes = Vec::new();
    let broken = |error: reqwest::Error| Trouble::Unreadable(format!("it broke off ({})", cause(&error)));
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if bytes.len() + chunk.len() > BODY_LIMIT {
            return Err(Trouble::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Trouble::Unreadable("it is not UTF-8".to_owned()))
}

fn unreachable(error: &reqwest::Error) -> Trouble {
    if error.is_body() || error.is_decode() {
        return Trouble::Unreadable(quote(&error.to_string()));
    }
    Trouble::Unreachable(cause(error))
}

/// Seconds; anything else, or more, is the usual pause.
fn retry_after(response: &Response) -> Duration {
    let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    seconds.map_or(PAUSE, |seconds| Duration::from_secs(seconds).min(PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(base: &str, prefix: usize) -> String {
        let reach = Reach::default();
        let explorer = Explorer::new(reach.client(false).unwrap(), base.parse().unwrap(), false, reach);
        explorer.address(prefix, &["address", "a/b", "txs"], &[("after_txid", "x")]).to_string()
    }

    #[test]
    fn the_beginning_of_the_api_is_added_once() {
        let of = |base, prefix| address(base, prefix).replace("/address/a%2Fb/txs?after_txid=x", "|");
        assert_eq!(of("https://h", 0), "https://h/api/v1|");
        assert_eq!(of("https://h/", 1), "https://h/api|");
        assert_eq!(of("https://h", 2), "https://h|");
        assert_eq!(of("https://h/api", 0), "https://h/api/v1|");
        assert_eq!(of("https://h/api/v1", 0), "https://h/api/v1|");
        assert_eq!(of("https://h/api/", 1), "https://h/api|");
        assert_eq!(of("https://h/x", 0), "https://h/x/api/v1|");
    }
}
