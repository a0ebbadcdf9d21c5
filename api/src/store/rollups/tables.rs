//! The tables of sums. Imported through [`super`].
//!
//! A row struct, its key and cell, and the `table!`'s column names are all that differs; the rest is one macro.

use super::Sum;
use crate::domain::ContributionMethod;
use crate::domain::rollup::Sums;
use crate::store::{DbConn, StoreError};

/// A table of sums by key, for each scope.
pub trait Table {
    /// What is summed by.
    type Key: Ord + Clone;
    /// What is summed.
    type Cell: Sum;

    /// The rows that a change may touch, perhaps some more.
    ///
    /// # Errors
    /// Those of the database.
    fn load_touched(
        conn: &mut DbConn,
        scope: i64,
        change: &Sums<Self::Key, Self::Cell>,
    ) -> Result<Sums<Self::Key, Self::Cell>, StoreError>;

    /// All rows of the scope.
    ///
    /// # Errors
    /// Those of the database.
    fn load_all(conn: &mut DbConn, scope: i64) -> Result<Sums<Self::Key, Self::Cell>, StoreError>;

    /// Writes whole cells.
    ///
    /// # Errors
    /// Those of the database.
    fn put(conn: &mut DbConn, scope: i64, rows: &Sums<Self::Key, Self::Cell>) -> Result<(), StoreError>;

    /// Removes rows.
    ///
    /// # Errors
    /// Those of the database.
    fn delete(conn: &mut DbConn, scope: i64, keys: &[Self::Key]) -> Result<(), StoreError>;
}

/// Implements [`Table`] over a row struct: `$touched` is the column by which touched rows are found, `$touch` gives its
/// value from a key; `$prefix` is the column before it in the primary key, named with all its values so that the
/// databases can use that key.
macro_rules! sums_table {
    (
        $(#[$meta:meta])* $name:ident, $table:ident, $row:ty, $key:ty => $cell:ty,
        keys ($($key_column:ident),+), cells ($($cell_column:ident),+),
        prefix $prefix:ident in $prefixes:expr,
        touched $touched:ident by $touch:expr
    ) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $name;

        impl Table for $name {
            type Key = $key;
            type Cell = $cell;

            fn load_touched(
                conn: &mut DbConn,
                scope: i64,
                change: &Sums<$key, $cell>,
            ) -> Result<Sums<$key, $cell>, StoreError> {
                let touch: fn(&$key) -> _ = $touch;
                let values: Vec<_> = change.keys().map(touch).collect::<BTreeSet<_>>().into_iter().collect();
                let mut found = Sums::new();
                for values in values.chunks(ROWS_PER_STATEMENT) {
                    let rows = $table::table
                        .filter($table::scope.eq(scope))
                        .filter($table::$prefix.eq_any($prefixes))
                        .filter($table::$touched.eq_any(values))
                        .select(<$row>::as_select())
                        .load(conn)?;
                    for row in rows {
                        let (key, cell) = row.into_sum()?;
                        found.insert(key, cell);
                    }
                }
                Ok(found)
            }

            fn load_all(conn: &mut DbConn, scope: i64) -> Result<Sums<$key, $cell>, StoreError> {
                let rows = $table::table.filter($table::scope.eq(scope)).select(<$row>::as_select()).load(conn)?;
                rows.into_iter().map(<$row>::into_sum).collect()
            }

            fn put(conn: &mut DbConn, scope: i64, rows: &Sums<$key, $cell>) -> Result<(), StoreError> {
                let rows: Vec<$row> = rows.iter().map(|(key, cell)| <$row>::of(scope, key, cell)).collect();
                for rows in rows.chunks(ROWS_PER_STATEMENT) {
                    on_each!(conn, |c| diesel::insert_into($table::table)
                        .values(rows)
                        .on_conflict(($table::scope, $($table::$key_column),+))
                        .do_update()
                        .set(($($table::$cell_column.eq(excluded($table::$cell_column)),)+))
                        .execute(c))?;
                }
                Ok(())
            }

            fn delete(conn: &mut DbConn, scope: i64, keys: &[$key]) -> Result<(), StoreError> {
                for key in keys {
                    let row = <$row>::of(scope, key, &<$cell>::default());
                    diesel::delete(
                        $table::table
                            .filter($table::scope.eq(scope))
                            $(.filter($table::$key_column.eq(&row.$key_column)))+,
                    )
                    .execute(conn)?;
                }
                Ok(())
            }
        }
    };
}

// After the macro, which they use.
mod by_time;
mod of_people;

pub use by_time::{Created, Money, People};
pub use of_people::{AllSizes, BackerCounts, Backers, Sheets};

fn filter_method(name: &str) -> Result<ContributionMethod, StoreError> {
    one_of("contribution method", &ContributionMethod::ALL, ContributionMethod::as_str, name)
}

/// The value that the database calls `name`.
fn one_of<T: Copy>(what: &'static str, all: &[T], name_of: fn(T) -> &'static str, name: &str) -> Result<T, StoreError> {
    all.iter().copied().find(|value| name_of(*value) == name).ok_or_else(|| StoreError::corrupt(what, name))
}
