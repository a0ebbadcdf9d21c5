//! The log of what was refused: bounded, so that a stranger can neither fill the disk nor keep the writer busy. Imported
//! through [`super`].

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use shared::DeliveryOutcome;

use super::Refusal;
use crate::ingest::now_ms;
use crate::store::Store;
use crate::store::deliveries::{self, DeliveryRow};

/// Rows kept of each kind of refusal.
const KEEP: usize = 200;
/// How long a refusal waits until it is in the log; the answer does not depend on it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Records refusals. However many come at once, one write at a time is under way and holds at most as many rows as are kept.
pub(super) struct Refusals {
    store: Store,
    waiting: Mutex<VecDeque<DeliveryRow>>,
    turn: tokio::sync::Mutex<()>,
    told_ms: AtomicI64,
}

impl Refusals {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            waiting: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            told_ms: AtomicI64::new(i64::MIN),
        }
    }

    /// Puts a refusal into the log of deliveries and, at most once a second, into that of the program.
    pub(super) async fn record(&self, refusal: &Refusal, preview: Option<String>) {
        let now = now_ms();
        if now.saturating_sub(self.told_ms.swap(now, Ordering::Relaxed)) >= 1_000 {
            match refusal {
                Refusal::Trouble(error) => tracing::error!("A webhook delivery could not be stored: {error}"),
                other => tracing::warn!("A webhook delivery was not taken. {other}"),
            }
        }
        let Some(row) = row(refusal, preview, now) else { return };
        {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.push_back(row);
            if waiting.len() > KEEP {
                waiting.pop_front();
            }
        }
        // Without the row the answer is still right.
        let _ = tokio::time::timeout(PATIENCE, self.write()).await;
    }

    async fn write(&self) {
        let _turn = self.turn.lock().await;
        let rows: Vec<DeliveryRow> =
            std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner)).into();
        if rows.is_empty() {
            // Whoever had the turn before took this one along.
            return;
        }
        let keep = i64::try_from(KEEP).unwrap_or(i64::MAX);
        let written = self.store.write(move |conn| deliveries::insert_refused(conn, &rows, keep)).await;
        if let Err(error) = written {
            tracing::warn!("A refused webhook delivery is missing in the log: {error}");
        }
    }
}

fn row(refusal: &Refusal, preview: Option<String>, now: i64) -> Option<DeliveryRow> {
    let (verified, outcome, note) = match refusal {
        Refusal::NoSecret => (false, DeliveryOutcome::Failed, format!("Answered with 503. {refusal}")),
        Refusal::Signature(_) => (
            false,
            DeliveryOutcome::BadSignature,
            format!(
                "Answered with 401. {refusal} If BTCPay sent it, set BTCPAY_WEBHOOK_SECRET to the secret of its webhook, and send it again there."
            ),
        ),
        Refusal::Malformed(_) => (true, DeliveryOutcome::Failed, format!("Answered with 400. {refusal}")),
        Refusal::Trouble(_) => return None,
    };
    let id = uuid::Uuid::now_v7().to_string();
    let search = format!("{id}\n{}", preview.as_deref().unwrap_or_default());
    Some(DeliveryRow {
        id,
        dedup_key: None,
        repeat_id: String::new(),
        original_delivery_id: None,
        delivery_id: None,
        store_id: None,
        invoice_id: None,
        event_type: None,
        received_ms: now,
        verified,
        outcome: outcome.as_str().to_owned(),
        signature_preview: preview,
        payload: None,
        note: Some(note),
        attempts: 0,
        behind: false,
        next_ms: None,
        search,
    })
}
