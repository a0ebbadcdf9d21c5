//! The list of invoices: filters, order and keyset paging. Everybody may import it.

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use shared::{InvoiceStatus, MethodFamily};

use super::invoices::InvoiceRow;
use super::schema::{invoices, payments};
use super::{DbConn, StoreError, figures};
use crate::domain::{ContributionMethod, MoneyState, Scope};

type Backend = <DbConn as Connection>::Backend;
type Query<'a> = invoices::BoxedQuery<'a, Backend>;

/// Rows that are counted one by one; beyond it the number is not told.
const COUNTED: i64 = 10_000;

/// Which invoices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InvoiceFilter {
    /// Of these stores.
    pub stores: Vec<String>,
    /// In one of these; any where empty.
    pub statuses: Vec<InvoiceStatus>,
    /// Containing this, in lower case: id, order id, product, e-mail or payment id.
    pub search: Option<String>,
    /// Created in this span: start inclusive, end exclusive, UTC seconds.
    pub created: Option<(i64, i64)>,
    /// With a counted payment in this span.
    pub paid: Option<(i64, i64)>,
    /// With a payment that is money and of this method.
    pub method: Option<ContributionMethod>,
}

impl InvoiceFilter {
    /// Whether nothing but stores and statuses are asked for, which roll-ups count.
    const fn is_by_status_only(&self) -> bool {
        self.search.is_none() && self.created.is_none() && self.paid.is_none() && self.method.is_none()
    }
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// Time of creation.
    Created,
    /// Money counted.
    Raised,
}

/// Order and direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// Largest first.
    pub descending: bool,
}

/// Place after the last row of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// Its time of creation or money counted.
    pub value: i64,
    /// Its store.
    pub store_id: String,
    /// Its id.
    pub id: String,
}

impl After {
    /// The place after a row.
    #[must_use]
    pub fn row(row: &InvoiceRow, sort: Sort) -> Self {
        let value = match sort.by {
            SortBy::Created => row.created_at,
            SortBy::Raised => row.raised_msat,
        };
        Self { value, store_id: row.store_id.clone(), id: row.id.clone() }
    }
}

/// Rows after a place, in order.
///
/// # Errors
/// Those of the database.
pub fn page(
    conn: &mut DbConn,
    filter: &InvoiceFilter,
    sort: Sort,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<InvoiceRow>, StoreError> {
    /// The same order and place by one or the other column, in one or the other direction.
    macro_rules! ordered {
        ($query:expr, $column:ident, $direction:ident, $from:ident, $beyond:ident) => {{
            let query = match after {
                None => $query,
                // The first condition follows from the second, which no index understands.
                Some(after) => $query.filter(invoices::$column.$from(after.value)).filter(
                    invoices::$column.$beyond(after.value).or(invoices::$column.eq(after.value).and(
                        invoices::store_id
                            .$beyond(&after.store_id)
                            .or(invoices::store_id.eq(&after.store_id).and(invoices::id.$beyond(&after.id))),
                    )),
                ),
            };
            query.order((invoices::$column.$direction(), invoices::store_id.$direction(), invoices::id.$direction()))
        }};
    }
    let query = filtered(filter);
    let query = match (sort.by, sort.descending) {
        (SortBy::Created, true) => ordered!(query, created_at, desc, le, lt),
        (SortBy::Created, false) => ordered!(query, created_at, asc, ge, gt),
        (SortBy::Raised, true) => ordered!(query, raised_msat, desc, le, lt),
        (SortBy::Raised, false) => ordered!(query, raised_msat, asc, ge, gt),
    };
    Ok(query.limit(limit).select(InvoiceRow::as_select()).load(conn)?)
}

/// Number of rows over all pages, where it is cheap to know.
///
/// # Errors
/// Those of the database.
pub fn total(conn: &mut DbConn, filter: &InvoiceFilter) -> Result<Option<i64>, StoreError> {
    if filter.is_by_status_only() {
        let scopes: Vec<Scope> = filter.stores.iter().cloned().map(Scope::Store).collect();
        return figures::invoice_count(conn, &scopes, &filter.statuses).map(Some);
    }
    if filter.search.is_some() {
        // A search looks at every row.
        return Ok(None);
    }
    let rows: Vec<i32> = filtered(filter).select(diesel::dsl::sql::<Integer>("1")).limit(COUNTED + 1).load(conn)?;
    Ok(i64::try_from(rows.len()).ok().filter(|count| *count <= COUNTED))
}

/// Counted msat that the given invoices received in the filter's paid span, by store and id.
///
/// # Errors
/// Those of the database.
pub fn raised_in_range(
    conn: &mut DbConn,
    filter: &InvoiceFilter,
    rows: &[InvoiceRow],
) -> Result<HashMap<(String, String), i64>, StoreError> {
    let Some((from, until)) = filter.paid else { return Ok(HashMap::new()) };
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let found: Vec<(String, String, i64)> = payments::table
        .filter(payments::store_id.eq_any(&filter.stores))
        .filter(payments::invoice_id.eq_any(ids))
        .filter(payments::state.eq(MoneyState::Raised.as_str()))
        .filter(payments::received_at.ge(from))
        .filter(payments::received_at.lt(until))
        .filter(payments::family.eq_any(families(filter.method)))
        .select((payments::store_id, payments::invoice_id, payments::net_msat))
        .load(conn)?;
    let mut sums: HashMap<(String, String), i64> = HashMap::new();
    for (store_id, id, msat) in found {
        let sum = sums.entry((store_id, id)).or_default();
        *sum = sum.saturating_add(msat);
    }
    Ok(sums)
}

fn filtered(filter: &InvoiceFilter) -> Query<'_> {
    // One store as an equality: the databases then walk its index in order.
    let mut query = match filter.stores.as_slice() {
        [store] => invoices::table.filter(invoices::store_id.eq(store)).into_boxed(),
        stores => invoices::table.filter(invoices::store_id.eq_any(stores)).into_boxed(),
    };
    if !filter.statuses.is_empty() {
        query = query.filter(invoices::status.eq_any(filter.statuses.iter().map(|status| status.as_str())));
    }
    if let Some(search) = &filter.search {
        query = query.filter(invoices::search.like(format!("%{}%", escape_like(search))).escape('\\'));
    }
    if let Some((from, until)) = filter.created {
        query = query.filter(invoices::created_at.ge(from)).filter(invoices::created_at.lt(until));
    }
    with_payments(query, filter)
}

/// Only invoices with a payment as `paid` and `method` want it.
fn with_payments<'a>(mut query: Query<'a>, filter: &'a InvoiceFilter) -> Query<'a> {
    if filter.paid.is_none() && filter.method.is_none() {
        return query;
    }
    let (from, until) = filter.paid.unwrap_or((i64::MIN, i64::MAX));
    let states = match filter.paid {
        Some(_) => vec![MoneyState::Raised.as_str()],
        None => vec![MoneyState::Raised.as_str(), MoneyState::Pending.as_str()],
    };
    if from > i64::MIN && until < i64::MAX {
        // The few invoices of a span by the index of payments; the condition below makes it exact.
        let paid = payments::table
            .filter(payments::store_id.eq_any(&filter.stores))
            .filter(payments::state.eq_any(states.clone()))
            .filter(payments::received_at.ge(from))
            .filter(payments::received_at.lt(until));
        query = query.filter(invoices::id.eq_any(paid.select(payments::invoice_id)));
    }
    query.filter(exists(
        payments::table
            .filter(payments::store_id.eq(invoices::store_id))
            .filter(payments::invoice_id.eq(invoices::id))
            .filter(payments::state.eq_any(states))
            .filter(payments::family.eq_any(families(filter.method)))
            .filter(payments::received_at.ge(from))
            .filter(payments::received_at.lt(until)),
    ))
}

/// Families that a method filter lets through.
fn families(method: Option<ContributionMethod>) -> Vec<&'static str> {
    MethodFamily::ALL
        .iter()
        .filter(|family| method.is_none_or(|method| method.admits(**family)))
        .map(|family| family.as_str())
        .collect()
}

/// A text in which `%` and `_` stand for themselves.
pub(super) fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
