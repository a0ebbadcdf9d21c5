//! Webhook deliveries: checked, on disk before they are answered, and then worked off one invoice at a time.
//!
//! What a delivery says is a hint: its invoice is read from BTCPay and goes through [`Ingest::submit`] like any other. Only
//! in demo mode, where there is nothing to read from, the event's own fields make the invoice. Imported by `startup`,
//! `routes` and `error`.

mod attempt;
mod demo;
mod refusals;
mod schedule;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use shared::DeliveryOutcome;
use tokio::sync::Notify;

use super::{Ingest, now_ms};
use crate::domain::text::quote;
use crate::sources::btcpay::Btcpay;
use crate::sources::btcpay::webhook::{self, Event, Kind, Malformed, SignatureError, Verifier};
use crate::store::deliveries::{self, DeliveryRow, Taken};
use crate::store::{Store, StoreError};
use crate::supervise::Stop;

use refusals::Refusals;
use schedule::Schedule;

/// Where invoices are read.
pub enum Upstream {
    /// A store of a BTCPay Server.
    Live(Box<Btcpay>),
    /// Nowhere.
    Demo,
}

/// What became of a delivery that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// New, and its invoice will be read.
    Accepted,
    /// Known already.
    Duplicate,
    /// New, and nothing follows from it.
    Ignored,
}

/// Why a delivery was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Nobody can tell who sent it.
    #[error(
        "No webhook secret is set, so nobody can tell who sent this. Set BTCPAY_WEBHOOK_SECRET to the secret of the webhook in BTCPay; BTCPay sends it again."
    )]
    NoSecret,
    /// Not from BTCPay, or signed with another secret.
    #[error("The delivery was refused: {0}.")]
    Signature(#[from] SignatureError),
    /// Signed, but no event.
    #[error("The delivery was refused: {0}.")]
    Malformed(#[from] Malformed),
    /// Our own trouble; it has to be sent again.
    #[error("The delivery could not be stored; BTCPay sends it again.")]
    Trouble(#[source] StoreError),
}

/// Takes deliveries in and works them off. Cheap to clone.
#[derive(Clone)]
pub struct Deliveries {
    inner: Arc<Inner>,
}

struct Inner {
    ingest: Ingest,
    store: Store,
    upstream: Upstream,
    verifier: Option<Verifier>,
    refusals: Refusals,
    schedule: Schedule,
    answer_limit: Duration,
    /// Rung when there is something to do.
    bell: Notify,
}

impl Deliveries {
    /// Prepares; nothing is worked off until [`Self::work`] runs.
    #[must_use]
    pub fn new(
        ingest: Ingest,
        store: Store,
        upstream: Upstream,
        secret: Option<&SecretString>,
        answer_limit: Duration,
        retry_unit: Duration,
    ) -> Self {
        let refusals = Refusals::new(store.clone());
        let (verifier, schedule) = (secret.map(Verifier::new), Schedule::new(retry_unit));
        let bell = Notify::new();
        Self { inner: Arc::new(Inner { ingest, store, upstream, verifier, refusals, schedule, answer_limit, bell }) }
    }

    /// Takes a delivery: the values of its signature headers and its raw body. When this returns well, it is on disk.
    ///
    /// # Errors
    /// [`Refusal`]; it is in the log by then, if the database allows it.
    pub async fn receive(&self, signatures: &[&[u8]], body: Vec<u8>) -> Result<Receipt, Refusal> {
        let preview = webhook::preview(signatures);
        let taken = match self.read(signatures, body) {
            Ok((event, payload)) => self.take(event, payload, preview.clone()).await,
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = &taken {
            self.inner.refusals.record(refusal, preview).await;
        }
        taken
    }

    /// Works deliveries off until the stop. Tries under way are dropped then: they are made again at the next start.
    pub async fn work(self, stop: Stop) {
        stop.run_until_cancelled(worker::Worker::new(self.inner).run()).await;
    }

    fn read(&self, signatures: &[&[u8]], body: Vec<u8>) -> Result<(Event, String), Refusal> {
        let verifier = self.inner.verifier.as_ref().ok_or(Refusal::NoSecret)?;
        verifier.verify(signatures, &body)?;
        let payload = String::from_utf8(body).map_err(|_| Malformed::NotText)?;
        Ok((Event::parse(&payload)?, payload))
    }

    async fn take(&self, event: Event, payload: String, preview: Option<String>) -> Result<Receipt, Refusal> {
        let ignored = self.reason_to_ignore(&event);
        let receipt = if ignored.is_some() { Receipt::Ignored } else { Receipt::Accepted };
        let row = row(event, payload, preview, ignored, now_ms());
        let write = self.inner.store.write(move |conn| deliveries::accept(conn, &row));
        // A database that hangs must not hang BTCPay: what is still written after that is a duplicate next time.
        let taken = tokio::time::timeout(self.inner.answer_limit, write)
            .await
            .unwrap_or_else(|_| Err(StoreError::Unavailable("a write takes too long".to_owned())))
            .map_err(Refusal::Trouble)?;
        let (receipt, work) = match taken {
            Taken::First => (receipt, receipt == Receipt::Accepted),
            Taken::Repeat { revived } => (Receipt::Duplicate, revived),
        };
        if work {
            self.inner.bell.notify_one();
        }
        Ok(receipt)
    }

    /// Why nothing follows from an event, as a sentence.
    fn reason_to_ignore(&self, event: &Event) -> Option<String> {
        if event.is_test {
            return Some("A test was received: BTCPay reaches this server and the secret fits.".to_owned());
        }
        if event.kind == Kind::Other {
            return Some(format!("Kept, but {} is not an event from which an invoice can change.", quote(&event.name)));
        }
        if let (Upstream::Live(btcpay), Some(store_id)) = (&self.inner.upstream, &event.store_id)
            && store_id != btcpay.store_id()
        {
            return Some(format!("Kept, but it is about another store ({}).", quote(store_id)));
        }
        event.invoice_id.is_none().then(|| "Kept, but it names no invoice that BTCPay could have.".to_owned())
    }
}

fn row(event: Event, payload: String, preview: Option<String>, ignored: Option<String>, now: i64) -> DeliveryRow {
    let id = uuid::Uuid::now_v7().to_string();
    let ids = [&event.invoice_id, &event.delivery_id, &event.original_delivery_id, &preview];
    let search = std::iter::once(&event.name).chain(ids.into_iter().flatten()).map(String::as_str);
    let search = search.chain([id.as_str()]).collect::<Vec<_>>().join("\n").to_lowercase();
    DeliveryRow {
        id,
        dedup_key: Some(event.key),
        repeat_id: String::new(),
        original_delivery_id: event.original_delivery_id,
        delivery_id: event.delivery_id,
        store_id: event.store_id,
        invoice_id: event.invoice_id,
        event_type: Some(event.name),
        received_ms: now,
        verified: true,
        outcome: if ignored.is_some() { DeliveryOutcome::Ignored } else { DeliveryOutcome::Pending }
            .as_str()
            .to_owned(),
        signature_preview: preview,
        payload: Some(payload),
        next_ms: ignored.is_none().then_some(now),
        note: ignored,
        attempts: 0,
        behind: false,
        search,
    }
}
