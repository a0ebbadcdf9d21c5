//! Webhook deliveries: what came in, what became of it, and what is still to do. `ingest` writes, everybody reads.

mod due;
mod log;
mod steps;
mod write;

use diesel::prelude::*;
use shared::DeliveryOutcome;

use super::schema::deliveries;
use super::{DbConn, StoreError};

pub use due::{
    Known, Pending, due, due_invoices, finish, known_of, make_all_due, next_due, pending_of, postpone, read_again,
};
pub use log::{After, LogFilter, LogRow, find, page, related};
pub use steps::{StepRow, add as add_steps, of as steps_of};
pub use write::{Taken, accept, insert_refused};

/// A row of `deliveries`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "columns are described in the migration")]
pub struct DeliveryRow {
    pub id: String,
    pub dedup_key: Option<String>,
    pub repeat_id: String,
    pub original_delivery_id: Option<String>,
    pub delivery_id: Option<String>,
    pub store_id: Option<String>,
    pub invoice_id: Option<String>,
    pub event_type: Option<String>,
    pub received_ms: i64,
    pub verified: bool,
    pub outcome: String,
    pub signature_preview: Option<String>,
    pub payload: Option<String>,
    pub note: Option<String>,
    pub attempts: i64,
    pub behind: bool,
    pub next_ms: Option<i64>,
    pub search: String,
}

impl DeliveryRow {
    /// What became of it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a name that this program does not write.
    pub fn outcome(&self) -> Result<DeliveryOutcome, StoreError> {
        named(&self.outcome)
    }
}

fn named(outcome: &str) -> Result<DeliveryOutcome, StoreError> {
    outcome.parse().map_err(|_| StoreError::corrupt("delivery outcome", outcome))
}

/// A delivery as the page of an invoice lists it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Mention {
    /// Our id.
    pub id: String,
    /// When it came in, UTC milliseconds.
    pub received_ms: i64,
    /// BTCPay's event name.
    pub event_type: Option<String>,
    /// What became of it.
    pub outcome: String,
}

/// The latest hundred that named an invoice, newest first.
///
/// # Errors
/// Those of the database.
pub fn of_invoice(conn: &mut DbConn, invoice_id: &str) -> Result<Vec<Mention>, StoreError> {
    Ok(deliveries::table
        .filter(deliveries::invoice_id.eq(invoice_id))
        .order((deliveries::received_ms.desc(), deliveries::id.desc()))
        .limit(100)
        .select((deliveries::id, deliveries::received_ms, deliveries::event_type, deliveries::outcome))
        .load(conn)?)
}
