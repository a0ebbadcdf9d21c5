//! Webhook deliveries. `ingest` writes, everybody reads.

use diesel::prelude::*;

use super::schema::deliveries;
use super::{DbConn, StoreError};

/// A delivery as the page of an invoice lists it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = deliveries)]
pub struct DeliveryRow {
    /// Our id.
    pub id: String,
    /// When it came in, UTC milliseconds.
    pub received_ms: i64,
    /// BTCPay's event name.
    pub event_type: String,
    /// What became of it.
    pub outcome: String,
}

/// The latest hundred that named an invoice, newest first.
///
/// # Errors
/// Those of the database.
pub fn of_invoice(conn: &mut DbConn, invoice_id: &str) -> Result<Vec<DeliveryRow>, StoreError> {
    Ok(deliveries::table
        .filter(deliveries::invoice_id.eq(invoice_id))
        .order((deliveries::received_ms.desc(), deliveries::id.desc()))
        .limit(100)
        .select((deliveries::id, deliveries::received_ms, deliveries::event_type, deliveries::outcome))
        .load(conn)?)
}
