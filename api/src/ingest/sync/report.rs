//! How a run goes and how it ended. Imported through [`super`].

use std::sync::Arc;

use shared::Problem;

use crate::domain::text::quote;
use crate::ingest::{Applied, now_ms};
use crate::sources::SourceError;
use crate::store::StoreError;
use crate::store::runs::{self, RunRow};

/// Problems kept by name; all are counted.
const PROBLEMS: usize = 100;

/// A run so far.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Names the run.
    pub run_id: String,
    /// When it began, UTC milliseconds.
    pub started_ms: i64,
    /// Invoices read.
    pub fetched: i64,
    /// Not known before.
    pub inserted: i64,
    /// Known and changed.
    pub updated: i64,
    /// Known and the same.
    pub unchanged: i64,
    /// Could not be read.
    pub skipped: i64,
    /// The first of those.
    pub problems: Vec<Problem>,
    /// Set when it is over.
    pub outcome: Option<Outcome>,
}

/// How a run ended.
pub type Outcome = Result<Report, Failure>;

/// What a run that went through did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in shared::RefreshResult")]
pub struct Report {
    pub run_id: String,
    pub fetched: i64,
    pub inserted: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub skipped: i64,
    pub problems: Vec<Problem>,
    pub took_ms: i64,
}

/// Why a run did not go through.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// BTCPay's side.
    #[error(transparent)]
    Upstream(#[from] SourceError),
    /// Ours.
    #[error("{0}")]
    Store(Arc<StoreError>),
    /// The server was told to stop.
    #[error("the server was stopped meanwhile")]
    Stopping,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl Failure {
    /// The run's task ended without a word.
    pub(super) fn interrupted() -> Self {
        Self::Store(Arc::new(StoreError::Panicked))
    }

    /// `snake_case`, for the API and the log.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Upstream(error) => error.code(),
            Self::Store(_) => "database_error",
            Self::Stopping => "shutting_down",
        }
    }
}

impl Progress {
    pub(super) const fn new(run_id: String, started_ms: i64) -> Self {
        Self {
            run_id,
            started_ms,
            fetched: 0,
            inserted: 0,
            updated: 0,
            unchanged: 0,
            skipped: 0,
            problems: Vec::new(),
            outcome: None,
        }
    }

    /// Counts what was written.
    pub(super) fn count(&mut self, applied: Applied) {
        self.inserted += applied.inserted;
        self.updated += applied.updated;
        self.unchanged += applied.unchanged;
        for (id, message) in applied.refused {
            self.skip(id, message);
        }
    }

    /// Counts, names and logs an invoice that could not be taken.
    pub(super) fn skip(&mut self, invoice_id: String, message: String) {
        let (invoice_id, message) = (quote(&invoice_id), quote(&message));
        self.skipped += 1;
        if self.problems.len() < PROBLEMS {
            tracing::warn!(invoice.id = invoice_id, "Invoice {invoice_id} was skipped: {message}");
            self.problems.push(Problem { invoice_id, message });
        }
    }

    pub(super) fn report(&self) -> Report {
        Report {
            run_id: self.run_id.clone(),
            fetched: self.fetched,
            inserted: self.inserted,
            updated: self.updated,
            unchanged: self.unchanged,
            skipped: self.skipped,
            problems: self.problems.clone(),
            took_ms: now_ms().saturating_sub(self.started_ms).max(0),
        }
    }

    /// The run as recorded: running without a failure and an end, see `finished`.
    pub(super) fn row(&self, store_id: &str, failure: Option<&Failure>) -> RunRow {
        RunRow {
            store_id: store_id.to_owned(),
            id: self.run_id.clone(),
            state: if failure.is_some() { runs::FAILED } else { runs::RUNNING }.to_owned(),
            started_ms: self.started_ms,
            finished_ms: failure.map(|_| now_ms()),
            fetched: self.fetched,
            inserted: self.inserted,
            updated: self.updated,
            unchanged: self.unchanged,
            skipped: self.skipped,
            error_code: failure.map(|failure| failure.code().to_owned()),
            error_message: failure.map(ToString::to_string),
        }
    }

    /// The run as recorded when it went through.
    pub(super) fn finished(&self, store_id: &str) -> RunRow {
        RunRow { state: runs::DONE.to_owned(), finished_ms: Some(now_ms()), ..self.row(store_id, None) }
    }
}
