//! The list of deliveries: filters and keyset paging, newest first. Imported through [`super`].

use diesel::prelude::*;
use shared::DeliveryOutcome;

use super::DeliveryRow;
use crate::store::invoice_list::escape_like;
use crate::store::schema::deliveries;
use crate::store::{DbConn, StoreError};

/// Attempts of the same original delivery that are shown beside one of them.
const RELATED: i64 = 100;

/// Which deliveries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogFilter {
    /// With one of these outcomes; any where empty.
    pub outcomes: Vec<DeliveryOutcome>,
    /// Of one of these event names; any where empty.
    pub event_types: Vec<String>,
    /// Containing this, in lower case: an id, the event's name or the signature's beginning.
    pub search: Option<String>,
}

/// Place after the last row of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// When it came in, UTC milliseconds.
    pub received_ms: i64,
    /// Its id.
    pub id: String,
}

/// A row of the list: everything but the body.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = deliveries)]
#[expect(missing_docs, reason = "columns are described in the migration")]
pub struct LogRow {
    pub id: String,
    pub received_ms: i64,
    pub event_type: Option<String>,
    pub invoice_id: Option<String>,
    pub delivery_id: Option<String>,
    pub original_delivery_id: Option<String>,
    pub verified: bool,
    pub outcome: String,
    pub signature_preview: Option<String>,
}

impl LogRow {
    /// What became of it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a name that this program does not write.
    pub fn outcome(&self) -> Result<DeliveryOutcome, StoreError> {
        super::named(&self.outcome)
    }
}

/// Rows after a place, newest first.
///
/// # Errors
/// Those of the database.
pub fn page(
    conn: &mut DbConn,
    filter: &LogFilter,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<LogRow>, StoreError> {
    let mut query = deliveries::table.into_boxed();
    if !filter.outcomes.is_empty() {
        query = query.filter(deliveries::outcome.eq_any(filter.outcomes.iter().map(|outcome| outcome.as_str())));
    }
    if !filter.event_types.is_empty() {
        query = query.filter(deliveries::event_type.eq_any(&filter.event_types));
    }
    if let Some(search) = &filter.search {
        query = query.filter(deliveries::search.like(format!("%{}%", escape_like(search))).escape('\\'));
    }
    if let Some(after) = after {
        query = query.filter(
            deliveries::received_ms
                .lt(after.received_ms)
                .or(deliveries::received_ms.eq(after.received_ms).and(deliveries::id.lt(&after.id))),
        );
    }
    Ok(query
        .order((deliveries::received_ms.desc(), deliveries::id.desc()))
        .limit(limit)
        .select(LogRow::as_select())
        .load(conn)?)
}

/// One delivery, whole.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut DbConn, id: &str) -> Result<Option<DeliveryRow>, StoreError> {
    Ok(deliveries::table.find(id).select(DeliveryRow::as_select()).first(conn).optional()?)
}

/// The other attempts of the same original delivery, newest first, at most a hundred.
///
/// # Errors
/// Those of the database.
pub fn related(conn: &mut DbConn, row: &DeliveryRow) -> Result<Vec<LogRow>, StoreError> {
    let Some(key) = &row.dedup_key else { return Ok(Vec::new()) };
    Ok(deliveries::table
        .filter(deliveries::dedup_key.eq(key))
        .filter(deliveries::id.ne(&row.id))
        .order((deliveries::received_ms.desc(), deliveries::id.desc()))
        .limit(RELATED)
        .select(LogRow::as_select())
        .load(conn)?)
}
