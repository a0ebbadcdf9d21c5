//! The roll-up tables: a change is merged into the rows it touches; a rebuild compares all of them. `ingest` writes.
//!
//! Every table is an instance of `Table`: load the rows of some keys, put rows, delete rows. Sums are added in Rust,
//! where overflow is an error and fiat keeps every digit.

mod contributions;
mod tables;

use std::collections::BTreeMap;

use super::{DbConn, StoreError};
use crate::domain::rollup::{Cell, Sums, add_one};
use crate::domain::{ContributionMethod, Rollups};

pub use contributions::replace as replace_contributions;
use tables::Table;
pub use tables::{AllSizes, BackerCounts, Backers, Created, Money, People, Sheets};

/// Adds a change to the sums of a scope.
///
/// # Errors
/// Those of the database, and sums that overflow.
pub fn apply(conn: &mut DbConn, scope: i64, change: &Rollups) -> Result<(), StoreError> {
    merge::<Money>(conn, scope, &change.money)?;
    merge::<People>(conn, scope, &change.people)?;
    merge::<Created>(conn, scope, &change.created)?;
    merge::<Sheets>(conn, scope, &change.sheets)?;
    merge::<AllSizes>(conn, scope, &change.sizes)?;
    let Merged { appeared, gone } = merge::<Backers>(conn, scope, &change.backers)?;
    let mut counts = count_backers(&appeared)?;
    for (method, count) in count_backers(&gone)? {
        add_one(&mut counts, method, &-count)?;
    }
    merge::<BackerCounts>(conn, scope, &counts).map(|_| ())
}

/// Makes the sums of a scope equal to `wanted` and tells how many rows differed.
///
/// # Errors
/// Those of the database.
pub fn mend(conn: &mut DbConn, scope: i64, wanted: &Rollups) -> Result<usize, StoreError> {
    Ok(mend_table::<Money>(conn, scope, &wanted.money)?
        + mend_table::<People>(conn, scope, &wanted.people)?
        + mend_table::<Created>(conn, scope, &wanted.created)?
        + mend_table::<Sheets>(conn, scope, &wanted.sheets)?
        + mend_table::<AllSizes>(conn, scope, &wanted.sizes)?
        + mend_table::<Backers>(conn, scope, &wanted.backers)?
        + mend_table::<BackerCounts>(conn, scope, &count_backers(wanted.backers.keys())?)?)
}

/// Everything kept for a scope.
///
/// # Errors
/// Those of the database.
pub fn load_all(conn: &mut DbConn, scope: i64) -> Result<Rollups, StoreError> {
    Ok(Rollups {
        money: Money::load_all(conn, scope)?,
        people: People::load_all(conn, scope)?,
        created: Created::load_all(conn, scope)?,
        sheets: Sheets::load_all(conn, scope)?,
        sizes: AllSizes::load_all(conn, scope)?,
        backers: Backers::load_all(conn, scope)?,
    })
}

/// Keys that were not there before a change, or are there no longer.
struct Merged<K> {
    appeared: Vec<K>,
    gone: Vec<K>,
}

fn merge<T: Table>(
    conn: &mut DbConn,
    scope: i64,
    change: &Sums<T::Key, T::Cell>,
) -> Result<Merged<T::Key>, StoreError> {
    let mut merged = Merged { appeared: Vec::new(), gone: Vec::new() };
    if change.is_empty() {
        return Ok(merged);
    }
    let mut rows = T::load_touched(conn, scope, change)?;
    let mut put = BTreeMap::new();
    for (key, cell) in change {
        let known = rows.contains_key(key);
        add_one(&mut rows, key.clone(), cell)?;
        match rows.remove(key) {
            Some(sum) => {
                put.insert(key.clone(), sum);
                merged.appeared.extend((!known).then(|| key.clone()));
            }
            None => merged.gone.extend(known.then(|| key.clone())),
        }
    }
    T::put(conn, scope, &put)?;
    T::delete(conn, scope, &merged.gone)?;
    Ok(merged)
}

/// How many persons there are for each filter.
fn count_backers<'a>(
    keys: impl IntoIterator<Item = &'a (ContributionMethod, i64)>,
) -> Result<Sums<ContributionMethod, i64>, StoreError> {
    let mut counts = Sums::new();
    for (method, _) in keys {
        add_one(&mut counts, *method, &1)?;
    }
    Ok(counts)
}

fn mend_table<T: Table>(conn: &mut DbConn, scope: i64, wanted: &Sums<T::Key, T::Cell>) -> Result<usize, StoreError> {
    let kept = T::load_all(conn, scope)?;
    let wrong: Sums<T::Key, T::Cell> = wanted
        .iter()
        .filter(|(key, cell)| kept.get(key) != Some(cell))
        .map(|(key, cell)| (key.clone(), cell.clone()))
        .collect();
    let surplus: Vec<T::Key> = kept.into_keys().filter(|key| !wanted.contains_key(key)).collect();
    T::put(conn, scope, &wrong)?;
    T::delete(conn, scope, &surplus)?;
    Ok(wrong.len() + surplus.len())
}

/// What the tables need of a cell.
pub trait Sum: Cell + PartialEq {}
impl<C: Cell + PartialEq> Sum for C {}
