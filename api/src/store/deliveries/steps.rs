//! What happened to a delivery after it came in, step by step. Imported through [`super`].

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::store::connection::{ROWS_PER_STATEMENT, on_each};
use crate::store::schema::delivery_steps;
use crate::store::{DbConn, StoreError};

/// Steps kept of one delivery; what comes after takes the place of the last one.
const STEPS: i64 = 50;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = delivery_steps, treat_none_as_default_value = false)]
pub struct StepRow {
    /// Our id of the delivery.
    pub delivery: String,
    /// Counts from 0.
    pub step: i64,
    /// When it happened first, UTC milliseconds.
    pub first_ms: i64,
    /// When it happened last, UTC milliseconds.
    pub last_ms: i64,
    /// How often in a row.
    pub times: i64,
    /// A sentence.
    pub message: String,
}

/// Adds a step to each of some deliveries, given as id and message; where it is the same as the one before, that one is
/// counted up. Ids must be distinct.
///
/// # Errors
/// Those of the database.
pub fn add(conn: &mut DbConn, steps: &[(String, String)], at_ms: i64) -> Result<(), StoreError> {
    for steps in steps.chunks(ROWS_PER_STATEMENT) {
        let ids: Vec<&str> = steps.iter().map(|(id, _)| id.as_str()).collect();
        let known: Vec<StepRow> = delivery_steps::table
            .filter(delivery_steps::delivery.eq_any(ids))
            .select(StepRow::as_select())
            .load(conn)?;
        let mut last: HashMap<&str, &StepRow> = HashMap::new();
        for row in &known {
            let latest = last.entry(&row.delivery).or_insert(row);
            if row.step > latest.step {
                *latest = row;
            }
        }
        let rows: Vec<StepRow> =
            steps.iter().map(|(id, message)| next(id, last.get(id.as_str()).copied(), message, at_ms)).collect();
        on_each!(conn, |c| diesel::insert_into(delivery_steps::table)
            .values(&rows)
            .on_conflict((delivery_steps::delivery, delivery_steps::step))
            .do_update()
            .set((
                delivery_steps::first_ms.eq(excluded(delivery_steps::first_ms)),
                delivery_steps::last_ms.eq(excluded(delivery_steps::last_ms)),
                delivery_steps::times.eq(excluded(delivery_steps::times)),
                delivery_steps::message.eq(excluded(delivery_steps::message)),
            ))
            .execute(c))?;
    }
    Ok(())
}

fn next(delivery: &str, last: Option<&StepRow>, message: &str, at_ms: i64) -> StepRow {
    match last {
        Some(last) if last.message == message => {
            StepRow { last_ms: at_ms, times: last.times.saturating_add(1), ..last.clone() }
        }
        _ => StepRow {
            delivery: delivery.to_owned(),
            step: last.map_or(0, |last| last.step.saturating_add(1).min(STEPS - 1)),
            first_ms: at_ms,
            last_ms: at_ms,
            times: 1,
            message: message.to_owned(),
        },
    }
}

/// The steps of a delivery, oldest first.
///
/// # Errors
/// Those of the database.
pub fn of(conn: &mut DbConn, delivery: &str) -> Result<Vec<StepRow>, StoreError> {
    Ok(delivery_steps::table
        .filter(delivery_steps::delivery.eq(delivery))
        .order(delivery_steps::step)
        .select(StepRow::as_select())
        .load(conn)?)
}
