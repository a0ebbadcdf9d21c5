//! Taking deliveries in. Imported through [`super`].

use diesel::prelude::*;
use shared::DeliveryOutcome;

use super::DeliveryRow;
use crate::store::connection::on_each;
use crate::store::schema::deliveries;
use crate::store::{DbConn, StoreError};

/// Whether a delivery was known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// The first of its key: its row is as given.
    First,
    /// A repeat, recorded as such.
    Repeat {
        /// The first one had been given up; it is tried again now.
        revived: bool,
    },
}

/// Writes a delivery that is signed, whole or as a repeat of one that is known. One statement where it is new.
///
/// # Errors
/// Those of the database.
pub fn accept(conn: &mut DbConn, row: &DeliveryRow) -> Result<Taken, StoreError> {
    let inserted = on_each!(conn, |c| diesel::insert_into(deliveries::table)
        .values(row)
        .on_conflict((deliveries::dedup_key, deliveries::repeat_id))
        .do_nothing()
        .execute(c))?;
    if inserted > 0 {
        return Ok(Taken::First);
    }
    let revived = revive(conn, row)?;
    let note = if revived {
        "A repeat of a delivery that had been given up: its invoice is read again."
    } else {
        "A repeat of a delivery that is known: recorded here, and nothing is done twice."
    };
    let repeat = DeliveryRow {
        repeat_id: row.id.clone(),
        outcome: DeliveryOutcome::Duplicate.as_str().to_owned(),
        note: Some(note.to_owned()),
        next_ms: None,
        ..row.clone()
    };
    diesel::insert_into(deliveries::table).values(&repeat).execute(conn)?;
    Ok(Taken::Repeat { revived })
}

/// A repeat of a delivery that failed for good is a wish to try again: whoever sent it pressed a button in BTCPay.
fn revive(conn: &mut DbConn, repeat: &DeliveryRow) -> Result<bool, StoreError> {
    let revived = diesel::update(
        deliveries::table
            .filter(deliveries::dedup_key.eq(&repeat.dedup_key))
            .filter(deliveries::repeat_id.eq(""))
            .filter(deliveries::outcome.eq(DeliveryOutcome::Failed.as_str())),
    )
    .set((
        deliveries::outcome.eq(DeliveryOutcome::Pending.as_str()),
        deliveries::attempts.eq(0),
        deliveries::next_ms.eq(Some(repeat.received_ms)),
    ))
    .execute(conn)?;
    Ok(revived > 0)
}

/// Writes rows of requests that were refused (they have no key), and of each outcome keeps only the newest `keep`: a
/// stranger must not be able to fill the disk.
///
/// # Errors
/// Those of the database.
pub fn insert_refused(conn: &mut DbConn, rows: &[DeliveryRow], keep: i64) -> Result<(), StoreError> {
    on_each!(conn, |c| diesel::insert_into(deliveries::table).values(rows).execute(c))?;
    let mut outcomes: Vec<&str> = rows.iter().map(|row| row.outcome.as_str()).collect();
    outcomes.sort_unstable();
    outcomes.dedup();
    for outcome in outcomes {
        let refused =
            || deliveries::table.filter(deliveries::outcome.eq(outcome)).filter(deliveries::dedup_key.is_null());
        let oldest_to_go: Option<(i64, String)> = refused()
            .order((deliveries::received_ms.desc(), deliveries::id.desc()))
            .offset(keep)
            .limit(1)
            .select((deliveries::received_ms, deliveries::id))
            .first(conn)
            .optional()?;
        let Some((received_ms, id)) = oldest_to_go else { continue };
        diesel::delete(
            refused().filter(
                deliveries::received_ms
                    .lt(received_ms)
                    .or(deliveries::received_ms.eq(received_ms).and(deliveries::id.le(id))),
            ),
        )
        .execute(conn)?;
    }
    Ok(())
}
