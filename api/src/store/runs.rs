//! Sync runs. `ingest` writes, everybody reads.

use diesel::prelude::*;

use super::schema::sync_runs;
use super::{DbConn, StoreError};

/// One run, as far as it got.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sync_runs, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct RunRow {
    /// The store it read.
    pub store_id: String,
    /// Names it.
    pub id: String,
    /// `running`, `done` or `failed`.
    pub state: String,
    /// UTC milliseconds.
    pub started_ms: i64,
    /// UTC milliseconds; none while it runs.
    pub finished_ms: Option<i64>,
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
    /// Why it failed, for programs.
    pub error_code: Option<String>,
    /// Why it failed, for people.
    pub error_message: Option<String>,
}

/// State of a run under way.
pub const RUNNING: &str = "running";
/// State of a run that went through.
pub const DONE: &str = "done";
/// State of a run that did not.
pub const FAILED: &str = "failed";

/// Records a run that begins.
///
/// # Errors
/// Those of the database.
pub fn insert(conn: &mut DbConn, run: &RunRow) -> Result<(), StoreError> {
    diesel::insert_into(sync_runs::table).values(run).execute(conn)?;
    Ok(())
}

/// Records how a run stands.
///
/// # Errors
/// Those of the database.
pub fn update(conn: &mut DbConn, run: &RunRow) -> Result<(), StoreError> {
    diesel::update(sync_runs::table.find((&run.store_id, &run.id))).set(run).execute(conn)?;
    Ok(())
}

/// Runs that a crash left as running are failed ones.
///
/// # Errors
/// Those of the database.
pub fn fail_interrupted(conn: &mut DbConn, now_ms: i64) -> Result<(), StoreError> {
    diesel::update(sync_runs::table.filter(sync_runs::state.eq(RUNNING)))
        .set((
            sync_runs::state.eq(FAILED),
            sync_runs::finished_ms.eq(Some(now_ms)),
            sync_runs::error_code.eq(Some("interrupted")),
            sync_runs::error_message.eq(Some("The server was stopped while this run was under way.")),
        ))
        .execute(conn)?;
    Ok(())
}

/// The latest run of a store.
///
/// # Errors
/// Those of the database.
pub fn latest(conn: &mut DbConn, store_id: &str) -> Result<Option<RunRow>, StoreError> {
    Ok(sync_runs::table
        .filter(sync_runs::store_id.eq(store_id))
        .order((sync_runs::started_ms.desc(), sync_runs::id.desc()))
        .select(RunRow::as_select())
        .first(conn)
        .optional()?)
}

/// When the latest run that went through ended, UTC milliseconds.
///
/// # Errors
/// Those of the database.
pub fn latest_success_ms(conn: &mut DbConn, store_id: &str) -> Result<Option<i64>, StoreError> {
    Ok(sync_runs::table
        .filter(sync_runs::store_id.eq(store_id))
        .filter(sync_runs::state.eq(DONE))
        .order((sync_runs::started_ms.desc(), sync_runs::id.desc()))
        .select(sync_runs::finished_ms)
        .first(conn)
        .optional()?
        .flatten())
}
