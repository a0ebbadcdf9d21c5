//! One conversation with one relay: questions one after the other, with limits on everything. Imported through [`super`].

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::{Client, Upgraded, Url};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::collector::Taken;
use super::{Collector, End, Question, RelayReport, socket};
use crate::domain::text::quote;
use crate::sources::angor::Event;
use crate::sources::angor::reach::Reach;

/// Events of a page; relays may give fewer.
pub(super) const PAGE: usize = 100;
/// Pages of one question.
const PAGES: usize = 50;
/// Events taken from one relay in one conversation.
const EVENTS: usize = 10_000;
/// Messages larger than this are not looked at.
const MESSAGE: usize = 320 * 1_024;

/// Asks one relay everything, within its time. What it sent until something went wrong is kept.
pub(super) async fn run(
    client: &Client,
    reach: &Reach,
    url: &Url,
    questions: &[Question],
    collector: &Collector,
) -> RelayReport {
    let mut report = RelayReport { url: url.to_string(), end: End::Done, events: 0, forged: 0 };
    if !reach.allows(url) {
        report.end = End::Unreachable("an onion address needs SOCKS_PROXY".to_owned());
        return report;
    }
    let socket = match timeout(reach.patience.connect, socket::connect(client, url)).await {
        Ok(Ok(socket)) => socket,
        Ok(Err(end)) => return RelayReport { end, ..report },
        Err(_) => return RelayReport { end: End::Unreachable("it does not answer".to_owned()), ..report },
    };
    let mut talk = Talk { socket, report: &mut report, collector, notice: None, refused: None };
    let end = match timeout(reach.patience.relay, talk.through(questions)).await {
        Ok(Ok(())) => talk.refused.take().unwrap_or(End::Done),
        Ok(Err(end)) => end,
        Err(_) => End::Silent(talk.notice.take()),
    };
    report.end = end;
    tracing::debug!(relay.url = report.url, "{}: {}", report.url, report.message());
    report
}

struct Talk<'a> {
    socket: WebSocketStream<Upgraded>,
    report: &'a mut RelayReport,
    collector: &'a Collector,
    notice: Option<String>,
    /// The first refusal; the other questions are asked all the same.
    refused: Option<End>,
}

/// What became of one page.
struct Page {
    /// Events on it.
    events: usize,
    /// Those not seen on an earlier page.
    fresh: usize,
    /// Time of the oldest one.
    oldest: Option<i64>,
}

/// One message of a relay.
enum Said {
    Event(Box<Event>),
    /// An event that cannot be one of ours.
    Unreadable,
    EndOfStored,
    Closed(String),
    Notice(String),
    Other,
}

impl Talk<'_> {
    async fn through(&mut self, questions: &[Question]) -> Result<(), End> {
        for (number, question) in questions.iter().enumerate() {
            self.ask(number, question).await?;
        }
        let _ = self.socket.close(None).await;
        Ok(())
    }

    async fn ask(&mut self, number: usize, question: &Question) -> Result<(), End> {
        let mut seen = std::collections::HashSet::new();
        let mut until: Option<i64> = None;
        let mut stuck = false;
        for page_number in 0..PAGES {
            let name = format!("q{number}p{page_number}");
            let page = match self.page(&name, &question.filter, until, &mut seen).await {
                Ok(page) => page,
                Err(end @ (End::Refused(_) | End::Login)) => {
                    self.refused.get_or_insert(end);
                    return Ok(());
                }
                Err(end) => return Err(end),
            };
            let Some(oldest) = page.oldest.filter(|_| question.paged && page.events > 0) else { return Ok(()) };
            // `until` is inclusive. A page that repeats may be full of one second: what is older is asked for once more.
            if page.fresh == 0 && stuck {
                return Ok(());
            }
            stuck = page.fresh == 0;
            until = Some(if stuck { oldest.saturating_sub(1) } else { oldest });
        }
        Ok(())
    }

    async fn page(
        &mut self,
        name: &str,
        filter: &Value,
        until: Option<i64>,
        seen: &mut std::collections::HashSet<String>,
    ) -> Result<Page, End> {
        let mut filter = filter.clone();
        if let (Some(until), Some(fields)) = (until, filter.as_object_mut()) {
            fields.insert("until".to_owned(), until.into());
        }
        self.send(&json!(["REQ", name, filter])).await?;
        let mut page = Page { events: 0, fresh: 0, oldest: None };
        loop {
            match self.hear(name).await? {
                Said::Event(event) => {
                    page.events += 1;
                    page.oldest = Some(page.oldest.map_or(event.created_at, |oldest| oldest.min(event.created_at)));
                    self.count()?;
                    if seen.insert(event.id.clone()) {
                        page.fresh += 1;
                        if self.collector.take(*event) == Taken::Forged {
                            self.report.forged += 1;
                        }
                    }
                }
                Said::Unreadable => self.count()?,
                Said::EndOfStored => {
                    self.send(&json!(["CLOSE", name])).await?;
                    return Ok(page);
                }
                Said::Closed(words) if words.starts_with("auth-required") => return Err(End::Login),
                Said::Closed(words) => return Err(End::Refused(words)),
                Said::Notice(words) => self.notice = Some(words),
                Said::Other => {}
            }
        }
    }

    fn count(&mut self) -> Result<(), End> {
        self.report.events += 1;
        if self.report.events >= EVENTS { Err(End::Flood) } else { Ok(()) }
    }

    async fn send(&mut self, message: &Value) -> Result<(), End> {
        self.socket.send(Message::text(message.to_string())).await.map_err(|_| End::Cut)
    }

    /// The next message about this question.
    async fn hear(&mut self, name: &str) -> Result<Said, End> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) if text.len() > MESSAGE => return Ok(Said::Unreadable),
                Some(Ok(Message::Text(text))) => return Ok(understood(&text, name)),
                // Pings are answered by the library.
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Cut),
            }
        }
    }
}

fn understood(text: &str, name: &str) -> Said {
    let Ok(parts) = serde_json::from_str::<Vec<&RawValue>>(text) else { return Said::Other };
    let word = |at: usize| parts.get(at).and_then(|part| serde_json::from_str::<String>(part.get()).ok());
    let ours = word(1).is_some_and(|subscription| subscription == name);
    match word(0).as_deref() {
        Some("EVENT") if ours => match parts.get(2).and_then(|event| serde_json::from_str(event.get()).ok()) {
            Some(event) => Said::Event(Box::new(event)),
            None => Said::Unreadable,
        },
        Some("EOSE") if ours => Said::EndOfStored,
        Some("CLOSED") if ours => Said::Closed(quote(&word(2).unwrap_or_default())),
        Some("NOTICE") => Said::Notice(quote(&word(1).unwrap_or_default())),
        _ => Said::Other,
    }
}
