//! The stores whose invoices are here. `ingest` writes, everybody reads.

use diesel::prelude::*;

use super::connection::on_each;
use super::schema::{invoices, stores};
use super::{DbConn, StoreError};

/// Source of rows that come from a BTCPay Server.
pub const BTCPAY: &str = "btcpay";
/// Source of rows that are made up.
pub const DEMO: &str = "demo";
/// Source of Angor projects: each is a store of its own, whose invoices are the investments.
pub const ANGOR: &str = "angor";
/// Source of projects that are made up.
pub const ANGOR_DEMO: &str = "angor_demo";
/// Id of the one store of the demo.
pub const DEMO_STORE: &str = "demo-store";

/// Makes sure that a store is known.
///
/// # Errors
/// Those of the database.
pub fn ensure(conn: &mut DbConn, id: &str, source: &str) -> Result<(), StoreError> {
    on_each!(conn, |c| diesel::insert_into(stores::table)
        .values((stores::id.eq(id), stores::source.eq(source)))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

fn ids(conn: &mut DbConn, source: &str) -> Result<Vec<String>, StoreError> {
    Ok(stores::table.filter(stores::source.eq(source)).order(stores::id).select(stores::id).load(conn)?)
}

/// Ids of the BTCPay stores that figures are about: live ones hide those of the demo. Angor projects are never among them.
///
/// # Errors
/// Those of the database.
pub fn visible(conn: &mut DbConn) -> Result<Vec<String>, StoreError> {
    let live = ids(conn, BTCPAY)?;
    if live.is_empty() { ids(conn, DEMO) } else { Ok(live) }
}

/// Ids of the stores of a BTCPay Server.
///
/// # Errors
/// Those of the database.
pub fn live(conn: &mut DbConn) -> Result<Vec<String>, StoreError> {
    ids(conn, BTCPAY)
}

/// Whether a store of a BTCPay Server ever brought an invoice.
///
/// # Errors
/// Those of the database.
pub fn any_live_invoice(conn: &mut DbConn) -> Result<bool, StoreError> {
    for id in ids(conn, BTCPAY)? {
        if has_invoices(conn, &id)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a store has an invoice.
///
/// # Errors
/// Those of the database.
pub fn has_invoices(conn: &mut DbConn, id: &str) -> Result<bool, StoreError> {
    let found = invoices::table.filter(invoices::store_id.eq(id)).select(invoices::id).first::<String>(conn);
    Ok(found.optional()?.is_some())
}

/// Forgets stores of a BTCPay Server that never brought an invoice, so that they hide nothing.
///
/// # Errors
/// Those of the database.
pub fn forget_unused(conn: &mut DbConn) -> Result<(), StoreError> {
    for id in ids(conn, BTCPAY)? {
        if !has_invoices(conn, &id)? {
            diesel::delete(stores::table.find(&id)).execute(conn)?;
        }
    }
    Ok(())
}

/// Ids of all stores.
///
/// # Errors
/// Those of the database.
pub fn all_ids(conn: &mut DbConn) -> Result<Vec<String>, StoreError> {
    Ok(stores::table.order(stores::id).select(stores::id).load(conn)?)
}

/// When the latest walks over all invoices and over those of the last 35 days began, UTC seconds.
///
/// # Errors
/// Those of the database.
pub fn walks(conn: &mut DbConn, id: &str) -> Result<(Option<i64>, Option<i64>), StoreError> {
    let found = stores::table.find(id).select((stores::full_walk_at, stores::month_walk_at)).first(conn).optional()?;
    Ok(found.unwrap_or_default())
}

/// Notes that a walk over all invoices, which began at `at`, went through; with `full` unset, one over 35 days.
///
/// # Errors
/// Those of the database.
pub fn note_walk(conn: &mut DbConn, id: &str, at: i64, full: bool) -> Result<(), StoreError> {
    let store = diesel::update(stores::table.find(id));
    if full {
        store.set((stores::full_walk_at.eq(Some(at)), stores::month_walk_at.eq(Some(at)))).execute(conn)?;
    } else {
        store.set(stores::month_walk_at.eq(Some(at))).execute(conn)?;
    }
    Ok(())
}
