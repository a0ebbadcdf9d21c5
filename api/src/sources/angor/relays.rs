//! Nostr relays: all are asked at once, each has its own time, and how each of them ended is told apart: an empty answer and no
//! answer are not the same. Imported by `ingest`.

mod collector;
mod session;
mod socket;

use std::sync::Arc;

use reqwest::{Client, Url};
use serde_json::{Value, json};
use shared::EndpointState;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

pub use collector::Collector;

use super::event::{DETAILS, LIST, PROFILE, PROJECT};
use super::reach::Reach;
use crate::domain::text::quote;

/// Ids or authors of one filter.
const BATCH: usize = 50;
/// Relays that must have told everything before the rest is not waited for much longer.
const ENOUGH: usize = 2;

/// One question to a relay.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    filter: Value,
    /// Asked again for what is older, until there is nothing more.
    paged: bool,
}

impl Question {
    /// Everything of the kind that projects have. Other programs use it too.
    #[must_use]
    pub fn projects() -> Self {
        Self { filter: json!({"kinds": [PROJECT], "limit": session::PAGE}), paged: true }
    }

    /// Projects by their ids: those that junk of the same kind pushed out of the pages.
    #[must_use]
    pub fn projects_named(ids: &[String]) -> Vec<Self> {
        batches(ids, |ids| json!({"kinds": [PROJECT], "#d": ids}))
    }

    /// Single events.
    #[must_use]
    pub fn events(ids: &[String]) -> Vec<Self> {
        batches(ids, |ids| json!({"ids": ids}))
    }

    /// Profiles and long texts of authors.
    #[must_use]
    pub fn texts(authors: &[String]) -> Vec<Self> {
        let mut all = batches(authors, |authors| json!({"kinds": [PROFILE], "authors": authors}));
        all.extend(batches(
            authors,
            |authors| json!({"kinds": [DETAILS], "authors": authors, "#d": [collector::DESCRIPTION]}),
        ));
        all
    }

    /// A moderator's list of denied projects.
    #[must_use]
    pub fn denied_by(moderator: &str) -> Self {
        Self { filter: json!({"kinds": [LIST], "authors": [moderator], "#d": [collector::DENIED]}), paged: false }
    }
}

fn batches(values: &[String], filter: impl Fn(&[String]) -> Value) -> Vec<Question> {
    values.chunks(BATCH).map(|values| Question { filter: filter(values), paged: false }).collect()
}

/// How it went with a relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayReport {
    /// Its address.
    pub url: String,
    /// The outcome.
    pub end: End,
    /// Events it sent.
    pub events: usize,
    /// Those of them that were forged.
    pub forged: usize,
}

/// How a conversation with a relay ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It told everything it has.
    Done,
    /// It refused a question, in its own words.
    Refused(String),
    /// It wants us to log in.
    Login,
    /// It said nothing more, without saying that this was all; the last notice it gave.
    Silent(Option<String>),
    /// It closed the connection in the middle.
    Cut,
    /// It sends without end.
    Flood,
    /// What answers there is no relay.
    NotARelay(String),
    /// Nobody answers.
    Unreachable(String),
}

impl RelayReport {
    /// In a word.
    #[must_use]
    pub const fn state(&self) -> EndpointState {
        match self.end {
            End::Done => EndpointState::Connected,
            End::Unreachable(_) => EndpointState::Unreachable,
            _ => EndpointState::Error,
        }
    }

    /// In a sentence.
    #[must_use]
    pub fn message(&self) -> String {
        let events = self.events;
        let said = match &self.end {
            End::Done => format!("Answered in full: {events} events."),
            End::Refused(words) if words.is_empty() => "Refused the question.".to_owned(),
            End::Refused(words) => format!("Refused the question: {}.", quote(words)),
            End::Login => "Wants a login, which this program does not have; use another relay.".to_owned(),
            End::Silent(None) => format!("Sent {events} events and then fell silent."),
            End::Silent(Some(notice)) => format!("Fell silent after saying: {}.", quote(notice)),
            End::Cut => format!("Closed the connection after {events} events."),
            End::Flood => format!("Sent more than {events} events; the rest was left."),
            End::NotARelay(what) => format!("Does not speak Nostr there: {what}. Check ANGOR_RELAYS."),
            End::Unreachable(cause) => format!("Cannot be reached: {cause}."),
        };
        if self.forged > 0 { format!("{said} {} of its events were forged and dropped.", self.forged) } else { said }
    }
}

/// The relays of a network.
pub struct Relays {
    client: Client,
    urls: Vec<Url>,
    reach: Reach,
}

impl Relays {
    /// Prepares; nothing is asked yet.
    ///
    /// # Errors
    /// A sentence when TLS or the proxy cannot be set up.
    pub fn new(urls: Vec<Url>, reach: Reach) -> Result<Self, String> {
        Ok(Self { client: reach.client(true)?, urls, reach })
    }

    /// Their addresses.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.urls.iter().map(Url::as_str)
    }

    /// Asks all relays but those in `without`; what they send goes to the collector as it comes.
    #[must_use]
    pub fn ask(&self, questions: Vec<Question>, collector: &Arc<Collector>, without: &[String]) -> Round {
        let questions: Arc<[Question]> = questions.into();
        let mut sessions = JoinSet::new();
        for url in self.urls.iter().filter(|url| !without.iter().any(|other| other == url.as_str())) {
            let (client, reach, url) = (self.client.clone(), self.reach.clone(), url.clone());
            let (questions, collector) = (Arc::clone(&questions), Arc::clone(collector));
            sessions.spawn(async move { session::run(&client, &reach, &url, &questions, &collector).await });
        }
        Round { sessions, reports: Vec::new(), stragglers: self.reach.patience.stragglers }
    }
}

/// Relays that were asked.
pub struct Round {
    sessions: JoinSet<RelayReport>,
    reports: Vec<RelayReport>,
    stragglers: std::time::Duration,
}

impl Round {
    /// Waits until enough was told: by all, or by two and a little longer. The others go on.
    pub async fn enough(&mut self) {
        let mut deadline: Option<Instant> = None;
        loop {
            let next = self.sessions.join_next();
            let ended = match deadline {
                None => next.await,
                Some(deadline) => tokio::select! {
                    ended = next => ended,
                    () = sleep_until(deadline) => return,
                },
            };
            let Some(ended) = ended else { return };
            self.reports.extend(ended.ok());
            let done = self.reports.iter().filter(|report| report.end == End::Done).count();
            if done >= ENOUGH && deadline.is_none() {
                deadline = Some(Instant::now() + self.stragglers);
            }
        }
    }

    /// Those that have ended so far.
    #[must_use]
    pub fn so_far(&self) -> &[RelayReport] {
        &self.reports
    }

    /// Waits for all; each has its own time limit.
    pub async fn all(mut self) -> Vec<RelayReport> {
        while let Some(ended) = self.sessions.join_next().await {
            self.reports.extend(ended.ok());
        }
        self.reports
    }
}
