//! Pulling from BTCPay. `POST /api/refresh`, `btc-crowdfund sync` and the background interval all go through
//! [`Sync::start`]; one run at a time. Imported by `startup`, `routes` and `main`.

mod contact;
mod report;
mod run;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::{Ingest, now_ms};
use crate::sources::btcpay::Btcpay;
use crate::store::runs::{self, RunRow};
use crate::store::{Store, StoreError};
use crate::supervise::{Stop, Supervisor};

use contact::Contact;
pub use report::{Failure, Outcome, Progress, Report};

/// How far back a run reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What can have changed by itself: two days, and back to the oldest invoice that is still open. Everything where
    /// nothing has been read yet.
    Recent,
    /// As `Recent`, and now and then further, since manual marks, archiving and metadata change at any time: 35 days once
    /// a day, everything once a week.
    Scheduled,
    /// Everything.
    Full,
}

/// A run is under way already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A sync is running already; its progress is at /api/sync.")]
pub struct AlreadyRunning;

/// Syncs one store. Cheap to clone.
#[derive(Clone)]
pub struct Sync {
    inner: Arc<Inner>,
}

struct Inner {
    btcpay: Btcpay,
    ingest: Ingest,
    store: Store,
    contact: Contact,
    current: Mutex<Option<watch::Receiver<Progress>>>,
    /// Runs outlive the worker thread whose request started them.
    supervisor: Supervisor,
}

/// A run that was started.
pub struct Started {
    /// Names it.
    pub run_id: String,
    /// How it goes; closes with [`Progress::outcome`] set.
    pub progress: watch::Receiver<Progress>,
}

impl Started {
    /// Waits for the end.
    pub async fn outcome(mut self) -> Outcome {
        let progress = self.progress.wait_for(|progress| progress.outcome.is_some()).await;
        match progress.map(|progress| progress.outcome.clone()) {
            Ok(Some(outcome)) => outcome,
            _ => Err(Failure::interrupted()),
        }
    }
}

impl Sync {
    /// Prepares syncing; nothing runs yet.
    #[must_use]
    pub fn new(btcpay: Btcpay, ingest: Ingest, store: Store, supervisor: Supervisor) -> Self {
        let (contact, current) = (Contact::default(), Mutex::new(None));
        Self { inner: Arc::new(Inner { btcpay, ingest, store, contact, current, supervisor }) }
    }

    /// The store that is synced.
    #[must_use]
    pub fn store_id(&self) -> &str {
        self.inner.btcpay.store_id()
    }

    /// Starts a run in the background.
    ///
    /// # Errors
    /// [`AlreadyRunning`].
    pub fn start(&self, depth: Depth) -> Result<Started, AlreadyRunning> {
        let run_id = uuid::Uuid::new_v4().to_string();
        let (sender, receiver) = watch::channel(Progress::new(run_id.clone(), now_ms()));
        {
            let mut current = self.inner.current.lock().unwrap_or_else(PoisonError::into_inner);
            if current
                .as_ref()
                .is_some_and(|running| running.borrow().outcome.is_none() && running.has_changed().is_ok())
            {
                return Err(AlreadyRunning);
            }
            *current = Some(receiver.clone());
        }
        let inner = Arc::clone(&self.inner);
        self.inner.supervisor.spawn(async move { inner.supervise(depth, sender).await });
        Ok(Started { run_id, progress: receiver })
    }

    /// The run under way.
    #[must_use]
    pub fn running(&self) -> Option<Progress> {
        let current = self.inner.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().map(|progress| progress.borrow().clone()).filter(|progress| progress.outcome.is_none())
    }

    /// The latest run as recorded.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn latest(&self) -> Result<Option<RunRow>, StoreError> {
        let store_id = self.store_id().to_owned();
        self.inner.store.read(move |conn| runs::latest(conn, &store_id)).await
    }

    /// Whether BTCPay answers, from the latest contact or, where that is old, by asking.
    pub async fn contact(&self) -> Result<(), crate::sources::SourceError> {
        self.inner.contact.check(&self.inner.btcpay).await
    }

    /// Runs at once and then at every interval, until the stop.
    pub async fn run_in_background(self, interval: Duration, stop: Stop) {
        let mut ticks = tokio::time::interval(interval);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            if let Ok(started) = self.start(Depth::Scheduled) {
                // The outcome is recorded and logged by the run itself.
                let _ = started.outcome().await;
            }
        }
    }
}

impl Inner {
    /// Runs, and makes sure that even a bug in the run, or the end of the server, ends it properly.
    async fn supervise(self: Arc<Self>, depth: Depth, progress: watch::Sender<Progress>) {
        let progress = Arc::new(progress);
        let worker = tokio::spawn(run::run(Arc::clone(&self), depth, Arc::clone(&progress)));
        let abort = worker.abort_handle();
        let outcome = match self.supervisor.stopping().run_until_cancelled(worker).await {
            Some(ended) => ended.unwrap_or_else(|_| Err(Failure::interrupted())),
            None => {
                // What is at the writer by now is still committed; the next run reads the rest.
                abort.abort();
                Err(Failure::Stopping)
            }
        };
        match &outcome {
            Ok(report) => tracing::info!(
                run.id = report.run_id,
                run.fetched = report.fetched,
                run.inserted = report.inserted,
                run.updated = report.updated,
                run.skipped = report.skipped,
                run.took_ms = report.took_ms,
                "Sync read {} invoices: {} new, {} changed, {} unreadable",
                report.fetched,
                report.inserted,
                report.updated,
                report.skipped,
            ),
            Err(failure) => tracing::warn!(run.error = failure.code(), "Sync failed: {failure}"),
        }
        if let Err(failure) = &outcome {
            // A run that failed before it could record itself still ends on record.
            let row = progress.borrow().row(self.btcpay.store_id(), Some(failure));
            let _ = self.store.write(move |conn| runs::update(conn, &row)).await;
        }
        progress.send_modify(|progress| progress.outcome = Some(outcome));
    }
}
