//! Single values about the database itself. `ingest` writes, everybody reads.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::connection::on_each;
use super::schema::meta;
use super::{DbConn, StoreError};

/// Name of the zone in which the day tier of the roll-ups is cut.
pub const DAY_ZONE: &str = "day_zone";
/// Name of what is known about the demo data that were written.
pub const DEMO: &str = "demo";

/// Before the name of a network: when Angor was last read there in full, UTC milliseconds.
pub const ANGOR_READ: &str = "angor_read:";

/// A value, if it was ever set.
///
/// # Errors
/// Those of the database.
pub fn get(conn: &mut DbConn, name: &str) -> Result<Option<String>, StoreError> {
    Ok(meta::table.find(name).select(meta::value).first(conn).optional()?)
}

/// Sets a value.
///
/// # Errors
/// Those of the database.
pub fn set(conn: &mut DbConn, name: &str, value: &str) -> Result<(), StoreError> {
    on_each!(conn, |c| diesel::insert_into(meta::table)
        .values((meta::name.eq(name), meta::value.eq(value)))
        .on_conflict(meta::name)
        .do_update()
        .set(meta::value.eq(excluded(meta::value)))
        .execute(c))?;
    Ok(())
}

/// Writes so many bytes and takes them back, so that the database has to show that it can.
pub(super) fn leave_no_trace(conn: &mut DbConn, size: usize) -> Result<(), StoreError> {
    const NAME: &str = "probe";
    set(conn, NAME, &"0".repeat(size))?;
    diesel::delete(meta::table.find(NAME)).execute(conn)?;
    Ok(())
}
