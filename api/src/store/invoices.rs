//! Invoices with their payments. `ingest` writes, everybody reads.

mod rows;

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::upsert::excluded;
use shared::InvoiceStatus;

pub use rows::{InvoiceRow, PaymentRow};

use super::connection::{ROWS_PER_STATEMENT, on_each};
use super::schema::{invoices, payments};
use super::{DbConn, StoreError};
use crate::domain::Invoice;

/// An invoice as stored, with the time at which BTCPay was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The invoice.
    pub invoice: Invoice,
    /// UTC milliseconds.
    pub observed_ms: i64,
}

/// The invoices of a store with these ids, by id; those not there are left out.
///
/// # Errors
/// Those of the database.
pub fn find_many(conn: &mut DbConn, store_id: &str, ids: &[String]) -> Result<HashMap<String, Stored>, StoreError> {
    let mut found = HashMap::new();
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        let rows = invoices::table
            .filter(invoices::store_id.eq(store_id))
            .filter(invoices::id.eq_any(ids))
            .select(InvoiceRow::as_select())
            .load(conn)?;
        for stored in with_payments(conn, store_id, rows)? {
            found.insert(stored.invoice.id.clone(), stored);
        }
    }
    Ok(found)
}

/// An invoice by its id alone; where two stores had the same one, the first by store.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut DbConn, id: &str, stores: &[String]) -> Result<Option<(InvoiceRow, Stored)>, StoreError> {
    let row = invoices::table
        .filter(invoices::id.eq(id))
        .filter(invoices::store_id.eq_any(stores))
        .order(invoices::store_id)
        .select(InvoiceRow::as_select())
        .first(conn)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let stored = with_payments(conn, &row.store_id.clone(), vec![row.clone()])?.pop();
    Ok(stored.map(|stored| (row, stored)))
}

/// The next invoices of a store after `after_id`, by id: a walk over all of them in pieces.
///
/// # Errors
/// Those of the database.
pub fn after(conn: &mut DbConn, store_id: &str, after_id: &str, limit: i64) -> Result<Vec<Stored>, StoreError> {
    let rows = invoices::table
        .filter(invoices::store_id.eq(store_id))
        .filter(invoices::id.gt(after_id))
        .order(invoices::id)
        .limit(limit)
        .select(InvoiceRow::as_select())
        .load(conn)?;
    with_payments(conn, store_id, rows)
}

/// Writes invoices and replaces their payments. Ids must be distinct.
///
/// # Errors
/// Those of the database, and sums that overflow.
pub fn upsert(conn: &mut DbConn, store_id: &str, changed: &[Stored]) -> Result<(), StoreError> {
    for chunk in changed.chunks(ROWS_PER_STATEMENT) {
        let ids: Vec<&str> = chunk.iter().map(|stored| stored.invoice.id.as_str()).collect();
        let rows = chunk.iter().map(InvoiceRow::of).collect::<Result<Vec<_>, _>>()?;
        upsert_rows(conn, &rows)?;
        diesel::delete(
            payments::table.filter(payments::store_id.eq(store_id)).filter(payments::invoice_id.eq_any(&ids)),
        )
        .execute(conn)?;
        let rows: Vec<PaymentRow> = chunk.iter().flat_map(|stored| PaymentRow::all_of(&stored.invoice)).collect();
        for rows in rows.chunks(ROWS_PER_STATEMENT) {
            on_each!(conn, |c| diesel::insert_into(payments::table).values(rows).execute(c))?;
        }
    }
    Ok(())
}

/// Deletes invoices and their payments; only those of the demo ever go.
///
/// # Errors
/// Those of the database.
pub fn delete(conn: &mut DbConn, store_id: &str, ids: &[String]) -> Result<(), StoreError> {
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        let payments = payments::table.filter(payments::store_id.eq(store_id));
        diesel::delete(payments.filter(payments::invoice_id.eq_any(ids))).execute(conn)?;
        let invoices = invoices::table.filter(invoices::store_id.eq(store_id));
        diesel::delete(invoices.filter(invoices::id.eq_any(ids))).execute(conn)?;
    }
    Ok(())
}

fn upsert_rows(conn: &mut DbConn, rows: &[InvoiceRow]) -> Result<(), StoreError> {
    /// `column = excluded.column` for each.
    macro_rules! overwrite {
        ($($column:ident),+) => { ($(invoices::$column.eq(excluded(invoices::$column))),+) };
    }
    on_each!(conn, |c| diesel::insert_into(invoices::table)
        .values(rows)
        .on_conflict((invoices::store_id, invoices::id))
        .do_update()
        .set(overwrite!(
            status,
            additional_status,
            kind,
            amount,
            currency,
            created_at,
            expires_at,
            monitored_until,
            archived,
            order_id,
            order_url,
            item_code,
            item_desc,
            buyer_email,
            upstream_missing,
            raised_msat,
            pending_msat,
            paid_fiat,
            paid_at,
            methods,
            search,
            observed_ms
        ))
        .execute(c))?;
    Ok(())
}

/// Creation time of the oldest invoice that BTCPay may still change by itself, UTC seconds: waiting or unconfirmed ones,
/// and expired or invalid ones for which it still looks for payments.
///
/// # Errors
/// Those of the database.
pub fn oldest_open(conn: &mut DbConn, store_id: &str, now: i64) -> Result<Option<i64>, StoreError> {
    let of = |status: InvoiceStatus| {
        invoices::table
            .filter(invoices::store_id.eq(store_id))
            .filter(invoices::status.eq(status.as_str()))
            .filter(invoices::upstream_missing.eq(false))
    };
    let mut oldest: Option<i64> = None;
    for status in [InvoiceStatus::New, InvoiceStatus::Processing, InvoiceStatus::Expired, InvoiceStatus::Invalid] {
        let query = of(status).order(invoices::created_at).select(invoices::created_at).into_boxed();
        let query = match status {
            InvoiceStatus::Expired | InvoiceStatus::Invalid => query.filter(invoices::monitored_until.ge(now)),
            _ => query,
        };
        let found: Option<i64> = query.first(conn).optional()?;
        oldest = oldest.into_iter().chain(found).min();
    }
    Ok(oldest)
}

/// Ids of the invoices created at or after `from` that BTCPay is thought to have and that were last seen before
/// `observed_before_ms`.
///
/// # Errors
/// Those of the database.
pub fn present_since(
    conn: &mut DbConn,
    store_id: &str,
    from: i64,
    observed_before_ms: i64,
) -> Result<Vec<String>, StoreError> {
    Ok(invoices::table
        .filter(invoices::store_id.eq(store_id))
        .filter(invoices::created_at.ge(from))
        .filter(invoices::upstream_missing.eq(false))
        .filter(invoices::observed_ms.lt(observed_before_ms))
        .select(invoices::id)
        .load(conn)?)
}

/// Flags invoices that BTCPay no longer has. Their payments stay counted.
///
/// # Errors
/// Those of the database.
pub fn flag_missing(conn: &mut DbConn, store_id: &str, ids: &[String]) -> Result<(), StoreError> {
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        diesel::update(invoices::table.filter(invoices::store_id.eq(store_id)).filter(invoices::id.eq_any(ids)))
            .set(invoices::upstream_missing.eq(true))
            .execute(conn)?;
    }
    Ok(())
}

/// Puts payments to their invoices.
fn with_payments(conn: &mut DbConn, store_id: &str, rows: Vec<InvoiceRow>) -> Result<Vec<Stored>, StoreError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let found = payments::table
        .filter(payments::store_id.eq(store_id))
        .filter(payments::invoice_id.eq_any(&ids))
        .select(PaymentRow::as_select())
        .load(conn)?;
    let mut by_invoice: BTreeMap<String, Vec<PaymentRow>> = BTreeMap::new();
    for payment in found {
        by_invoice.entry(payment.invoice_id.clone()).or_default().push(payment);
    }
    rows.into_iter()
        .map(|row| {
            let payments = by_invoice.remove(&row.id).unwrap_or_default();
            row.into_stored(payments)
        })
        .collect()
}
