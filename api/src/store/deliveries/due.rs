//! What is still to do about deliveries, and how it went. Imported through [`super`].

use std::collections::BTreeMap;

use diesel::prelude::*;
use shared::DeliveryOutcome;

use crate::store::connection::ROWS_PER_STATEMENT;
use crate::store::schema::deliveries;
use crate::store::{DbConn, StoreError};

type Backend = <DbConn as Connection>::Backend;

/// A delivery whose invoice is to be read.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Pending {
    /// Our id.
    pub id: String,
    /// The body.
    pub payload: Option<String>,
    /// Failed tries so far.
    pub attempts: i64,
    /// Read once already, and the invoice was behind the event.
    pub behind: bool,
}

/// A delivery of the demo, done or not: its event is part of what its invoice is made of.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Known {
    /// Our id.
    pub id: String,
    /// The invoice it names.
    pub invoice_id: Option<String>,
    /// The body.
    pub payload: Option<String>,
    /// UTC milliseconds.
    pub received_ms: i64,
    /// Set while it is to be done.
    pub next_ms: Option<i64>,
}

/// Invoices whose reading is due, the longest waiting first, without those that are being read. A time further ahead than
/// `latest_ms` was written by a clock that has been set back since: it is due too.
///
/// # Errors
/// Those of the database.
pub fn due_invoices(
    conn: &mut DbConn,
    now_ms: i64,
    latest_ms: i64,
    busy: &[String],
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    let rows: Vec<Option<String>> = waiting(busy)
        .filter(deliveries::next_ms.le(now_ms).or(deliveries::next_ms.gt(latest_ms)))
        .order(deliveries::next_ms)
        .limit(limit)
        .select(deliveries::invoice_id)
        .load(conn)?;
    let mut invoices: Vec<String> = Vec::new();
    for id in rows.into_iter().flatten() {
        if !invoices.contains(&id) {
            invoices.push(id);
        }
    }
    Ok(invoices)
}

/// Deliveries that are due, by id, with their failed tries; without those of invoices that are being read.
///
/// # Errors
/// Those of the database.
pub fn due(conn: &mut DbConn, now_ms: i64, busy: &[String], limit: i64) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(waiting(busy)
        .filter(deliveries::next_ms.le(now_ms))
        .order(deliveries::next_ms)
        .limit(limit)
        .select((deliveries::id, deliveries::attempts))
        .load(conn)?)
}

/// When the next reading is due, UTC milliseconds.
///
/// # Errors
/// Those of the database.
pub fn next_due(conn: &mut DbConn, busy: &[String]) -> Result<Option<i64>, StoreError> {
    let next: Option<Option<i64>> =
        waiting(busy).order(deliveries::next_ms).select(deliveries::next_ms).first(conn).optional()?;
    Ok(next.flatten())
}

fn waiting(busy: &[String]) -> deliveries::BoxedQuery<'_, Backend> {
    let query = deliveries::table.filter(deliveries::next_ms.is_not_null()).into_boxed();
    if busy.is_empty() { query } else { query.filter(deliveries::invoice_id.ne_all(busy)) }
}

/// The deliveries of an invoice that wait for its reading, in the order in which they came.
///
/// # Errors
/// Those of the database.
pub fn pending_of(conn: &mut DbConn, invoice_id: &str, limit: i64) -> Result<Vec<Pending>, StoreError> {
    Ok(deliveries::table
        .filter(deliveries::invoice_id.eq(invoice_id))
        .filter(deliveries::next_ms.is_not_null())
        .order((deliveries::received_ms, deliveries::id))
        .limit(limit)
        .select((deliveries::id, deliveries::payload, deliveries::attempts, deliveries::behind))
        .load(conn)?)
}

/// The events of some invoices: those that wait and those that were processed, without repeats, in the order in which they
/// came. Where there are more than `limit`, the latest.
///
/// # Errors
/// Those of the database.
pub fn known_of(conn: &mut DbConn, invoice_ids: &[String], limit: i64) -> Result<Vec<Known>, StoreError> {
    let outcomes = [DeliveryOutcome::Pending.as_str(), DeliveryOutcome::Processed.as_str()];
    let mut known: Vec<Known> = deliveries::table
        .filter(deliveries::invoice_id.eq_any(invoice_ids))
        .filter(deliveries::repeat_id.eq(""))
        .filter(deliveries::outcome.eq_any(outcomes))
        .order((deliveries::received_ms.desc(), deliveries::id.desc()))
        .limit(limit)
        .select((
            deliveries::id,
            deliveries::invoice_id,
            deliveries::payload,
            deliveries::received_ms,
            deliveries::next_ms,
        ))
        .load(conn)?;
    known.reverse();
    Ok(known)
}

/// Sets the outcome of deliveries; nothing is left to do about them.
///
/// # Errors
/// Those of the database.
pub fn finish(conn: &mut DbConn, ids: &[String], outcome: DeliveryOutcome) -> Result<(), StoreError> {
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids)))
            .set((deliveries::outcome.eq(outcome.as_str()), deliveries::next_ms.eq(None::<i64>)))
            .execute(conn)?;
    }
    Ok(())
}

/// Counts a failed try and sets when the next one is due: by id, number of failed tries, UTC milliseconds.
///
/// # Errors
/// Those of the database.
pub fn postpone(conn: &mut DbConn, tries: &[(String, i64, i64)]) -> Result<(), StoreError> {
    // Deliveries with as many tries are due together: few statements.
    let mut alike: BTreeMap<(i64, i64), Vec<&str>> = BTreeMap::new();
    for (id, attempts, next_ms) in tries {
        alike.entry((*attempts, *next_ms)).or_default().push(id);
    }
    for ((attempts, next_ms), ids) in alike {
        for ids in ids.chunks(ROWS_PER_STATEMENT) {
            diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids)))
                .set((deliveries::attempts.eq(attempts), deliveries::next_ms.eq(Some(next_ms))))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// Notes that the invoice was behind the event and when it is to be read again, UTC milliseconds.
///
/// # Errors
/// Those of the database.
pub fn read_again(conn: &mut DbConn, ids: &[String], next_ms: i64) -> Result<(), StoreError> {
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids)))
            .set((deliveries::behind.eq(true), deliveries::next_ms.eq(Some(next_ms))))
            .execute(conn)?;
    }
    Ok(())
}

/// Makes everything that waits for a later try due now: what was in the way is gone.
///
/// # Errors
/// Those of the database.
pub fn make_all_due(conn: &mut DbConn, now_ms: i64) -> Result<(), StoreError> {
    diesel::update(deliveries::table.filter(deliveries::next_ms.gt(now_ms)))
        .set(deliveries::next_ms.eq(Some(now_ms)))
        .execute(conn)?;
    Ok(())
}
