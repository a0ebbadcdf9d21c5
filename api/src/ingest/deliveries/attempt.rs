//! One try to work off the deliveries of an invoice, and what is noted of it. Imported through [`super`].

use std::sync::Arc;
use std::time::Duration;

use shared::{AdditionalStatus, DeliveryOutcome};

use super::{Inner, Upstream, demo};
use crate::domain::Invoice;
use crate::domain::text::quote;
use crate::ingest::{Applied, InvoiceUpdate, now_ms};
use crate::sources::SourceError;
use crate::sources::btcpay::{Btcpay, webhook};
use crate::store::deliveries::{self, Pending};
use crate::store::{DbConn, StoreError};

/// Deliveries of one invoice that are worked off together; more follow in the next try.
const TOGETHER: i64 = 500;

/// How a try went.
pub(super) enum Went {
    /// BTCPay answered.
    Well,
    /// This invoice cannot be read, or nothing waited for it: it says nothing about others.
    Aside,
    /// No invoice can be read at the moment.
    Outage(Trouble),
}

/// Why a try failed.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    message: String,
    /// How long BTCPay wants us to wait.
    retry_after: Option<Duration>,
    /// When the try began, UTC milliseconds.
    began_ms: i64,
}

/// Works off what waits for some invoices: of the demo many, of BTCPay one.
pub(super) async fn work(inner: Arc<Inner>, invoices: Vec<String>) -> Result<Went, StoreError> {
    match &inner.upstream {
        Upstream::Demo => demo::work(&inner, invoices).await,
        Upstream::Live(btcpay) => {
            let mut went = Went::Well;
            for id in invoices {
                went = read_one(&inner, btcpay, &id).await?;
            }
            Ok(went)
        }
    }
}

async fn read_one(inner: &Inner, btcpay: &Btcpay, id: &str) -> Result<Went, StoreError> {
    // Deliveries first, the invoice after: what it says then is at least as new as each of them.
    let pending = pending(inner, id).await?;
    if pending.is_empty() {
        return Ok(Went::Aside);
    }
    let began_ms = now_ms();
    let trouble = |message: String, retry_after| Trouble { message, retry_after, began_ms };
    match btcpay.invoice(id).await {
        Ok(Ok(invoice)) => store(inner, btcpay.store_id(), invoice, &pending, began_ms).await,
        Ok(Err(message)) => {
            let message = format!("BTCPay's answer for this invoice cannot be read: {}.", quote(&message));
            fail(inner, tries(&pending), trouble(message, None)).await?;
            Ok(Went::Aside)
        }
        Err(error @ SourceError::NotFound(_)) => {
            let message = format!("{error} Nothing more is tried.");
            finish(inner, &pending, DeliveryOutcome::UnknownInvoice, message).await?;
            Ok(Went::Well)
        }
        Err(error) => {
            let trouble = trouble(error.to_string(), error.retry_after());
            fail(inner, tries(&pending), trouble.clone()).await?;
            Ok(if error.concerns_all() { Went::Outage(trouble) } else { Went::Aside })
        }
    }
}

/// Stores an invoice that was read, and notes so at its deliveries.
async fn store(
    inner: &Inner,
    store_id: &str,
    invoice: Invoice,
    pending: &[Pending],
    observed_ms: i64,
) -> Result<Went, StoreError> {
    let seen = summary(&invoice);
    let ahead = |delivery: &&Pending| {
        !delivery.behind && delivery.payload.as_deref().is_some_and(|payload| webhook::is_ahead_of(payload, &invoice))
    };
    let (early, done): (Vec<&Pending>, Vec<&Pending>) = pending.iter().partition(ahead);
    let (early, done) = (ids(early), ids(done));
    let applied = inner.ingest.submit(store_id, vec![InvoiceUpdate { invoice, observed_ms }]).await?;
    if let Some((_, message)) = applied.refused.first() {
        let trouble = Trouble { message: refused(message), retry_after: None, began_ms: observed_ms };
        fail(inner, tries(pending), trouble).await?;
        return Ok(Went::Aside);
    }
    let what = effect(&applied);
    let now = now_ms();
    let again_ms = inner.schedule.again_ms(now);
    inner
        .store
        .write(move |conn| {
            note(conn, &done, &format!("Read from BTCPay: {seen}. {what}"), now)?;
            deliveries::finish(conn, &done, DeliveryOutcome::Processed)?;
            note(
                conn,
                &early,
                &format!("Read from BTCPay: {seen}. That is older than this event; it is read once more in a moment."),
                now,
            )?;
            deliveries::read_again(conn, &early, again_ms)
        })
        .await?;
    Ok(Went::Well)
}

/// Tells the other deliveries that are due now of an outage, instead of asking for each of them.
pub(super) async fn spread(inner: &Inner, busy: Vec<String>, trouble: Trouble) -> Result<(), StoreError> {
    let now = now_ms();
    let due = inner.store.read(move |conn| deliveries::due(conn, now, &busy, TOGETHER)).await?;
    fail(inner, due, trouble).await
}

/// After a bug in a try: the log of the program has the place.
pub(super) async fn interrupted(inner: &Inner, invoices: &[String]) -> Result<Went, StoreError> {
    let message = "An internal error interrupted the work; the server's log has the reason.".to_owned();
    let trouble = Trouble { message, retry_after: None, began_ms: now_ms() };
    for id in invoices {
        fail(inner, tries(&pending(inner, id).await?), trouble.clone()).await?;
    }
    Ok(Went::Aside)
}

async fn pending(inner: &Inner, invoice_id: &str) -> Result<Vec<Pending>, StoreError> {
    let id = invoice_id.to_owned();
    inner.store.read(move |conn| deliveries::pending_of(conn, &id, TOGETHER)).await
}

/// Notes a failed try and when the next one is due, or that there is none.
async fn fail(inner: &Inner, tries: Vec<(String, i64)>, trouble: Trouble) -> Result<(), StoreError> {
    if tries.is_empty() {
        return Ok(());
    }
    let now = now_ms();
    let (mut later, mut given_up) = (Vec::new(), Vec::new());
    for (id, attempts) in &tries {
        let failed = attempts.saturating_add(1);
        match inner.schedule.next_ms(failed, trouble.began_ms, now, trouble.retry_after) {
            Some(next_ms) => later.push((id.clone(), failed, next_ms)),
            None => given_up.push(id.clone()),
        }
    }
    let all: Vec<String> = tries.into_iter().map(|(id, _)| id).collect();
    inner
        .store
        .write(move |conn| {
            note(conn, &all, &trouble.message, now)?;
            deliveries::postpone(conn, &later)?;
            note(conn, &given_up, "Given up after a week. Send it again in BTCPay to try once more.", now)?;
            deliveries::finish(conn, &given_up, DeliveryOutcome::Failed)
        })
        .await
}

async fn finish(
    inner: &Inner,
    pending: &[Pending],
    outcome: DeliveryOutcome,
    message: String,
) -> Result<(), StoreError> {
    let (ids, now) = (ids(pending), now_ms());
    inner
        .store
        .write(move |conn| {
            note(conn, &ids, &message, now)?;
            deliveries::finish(conn, &ids, outcome)
        })
        .await
}

fn note(conn: &mut DbConn, ids: &[String], message: &str, at_ms: i64) -> Result<(), StoreError> {
    let steps: Vec<(String, String)> = ids.iter().map(|id| (id.clone(), message.to_owned())).collect();
    deliveries::add_steps(conn, &steps, at_ms)
}

fn ids<'a>(pending: impl IntoIterator<Item = &'a Pending>) -> Vec<String> {
    pending.into_iter().map(|delivery| delivery.id.clone()).collect()
}

fn tries(pending: &[Pending]) -> Vec<(String, i64)> {
    pending.iter().map(|delivery| (delivery.id.clone(), delivery.attempts)).collect()
}

/// An invoice in a few words.
pub(super) fn summary(invoice: &Invoice) -> String {
    let additional = match invoice.additional_status {
        AdditionalStatus::None => String::new(),
        other => format!(" ({other})"),
    };
    let payments = match invoice.payments.len() {
        0 => "no payment".to_owned(),
        1 => "1 payment".to_owned(),
        more => format!("{more} payments"),
    };
    format!("{}{additional}, {payments}", invoice.status)
}

/// What writing it did.
pub(super) const fn effect(applied: &Applied) -> &'static str {
    if applied.inserted > 0 {
        "It was new here."
    } else if applied.updated > 0 {
        "It had changed."
    } else {
        "Nothing had changed."
    }
}

/// Why an invoice was not written.
pub(super) fn refused(message: &str) -> String {
    format!("The invoice could not be stored: {}.", quote(message))
}
