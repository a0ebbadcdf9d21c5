//! Demo data on their way into the database: [`Demo::fill`] for the server, [`Demo::seed`] for the command. Both write
//! through [`Ingest`]. Imported by `startup`, `routes` and `main`.
//!
//! What was written is kept as a record, so that time that has passed since is appended, invoices move on, and nothing
//! comes twice. A row that somebody else changed, by a webhook sent by hand, is left as it is.

mod fill;
mod seed;

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::{Applied, Ingest, now_ms};
use crate::sources::demo::Plan;
use crate::store::{Store, StoreError, meta, stores};
use crate::supervise::Stop;

pub use seed::{SeedError, SeedRequest, Seeded};

/// What is known about the demo data in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    plan: Plan,
    /// The rows stand as at this instant, UTC seconds; none while they are written for the first time.
    done: Option<i64>,
    /// While rows are written: some of them stand as at this one already.
    doing: Option<i64>,
}

impl Record {
    /// Nothing of the plan is written yet.
    const fn new(plan: Plan) -> Self {
        Self { plan, done: None, doing: None }
    }
}

/// What a filling did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filled {
    /// Demo data are there, up to now.
    Written(Applied),
    /// Nothing, because the database holds a live store's invoices.
    LiveRows,
    /// Nothing, because the database holds demo rows that this program did not plan.
    OtherRows,
}

/// Writes demo data. Cheap to clone.
#[derive(Clone)]
pub struct Demo {
    ingest: Ingest,
    store: Store,
    /// One at a time.
    turn: Arc<Mutex<()>>,
}

impl Demo {
    /// Prepares; nothing is written yet.
    #[must_use]
    pub fn new(ingest: Ingest, store: Store) -> Self {
        Self { ingest, store, turn: Arc::default() }
    }

    /// Fills a database that is empty with the days up to `now`, UTC seconds; where demo data are, appends what is missing
    /// since and lets open invoices move on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn fill(&self, now: i64) -> Result<Filled, StoreError> {
        let _turn = self.turn.lock().await;
        fill::fill(self, now).await
    }

    /// Appends at every interval, until the stop, which may interrupt it.
    pub async fn run_in_background(self, interval: Duration, stop: Stop) {
        let mut ticks = tokio::time::interval(interval);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            if let Some(Err(error)) = stop.run_until_cancelled(self.fill(now_ms() / 1_000)).await {
                tracing::warn!("No demo data could be added: {error}");
            }
        }
    }

    /// Writes demo data as a person asked for; see [`SeedRequest`]. Rows of an earlier plan that are not in the new one go.
    /// `progress` is told how many invoices are written.
    ///
    /// # Errors
    /// [`SeedError`].
    pub async fn seed(&self, request: SeedRequest, now: i64, progress: impl Fn(u64)) -> Result<Seeded, SeedError> {
        let _turn = self.turn.lock().await;
        seed::seed(self, request, now, progress).await
    }

    async fn record(&self) -> Result<Option<Record>, StoreError> {
        let text = self.store.read(|conn| meta::get(conn, meta::DEMO)).await?;
        // A record of another version is as good as none.
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    async fn note(&self, record: Record) -> Result<(), StoreError> {
        let text = serde_json::to_string(&record).unwrap_or_default();
        self.store.write(move |conn| meta::set(conn, meta::DEMO, &text)).await
    }

    /// Whether a BTCPay store's invoices are here; if not, stores without any are forgotten, so that they hide nothing.
    async fn live_rows(&self) -> Result<bool, StoreError> {
        let live = self.store.read(stores::any_live_invoice).await?;
        if !live {
            self.store.write(stores::forget_unused).await?;
        }
        Ok(live)
    }
}
