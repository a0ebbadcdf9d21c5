//! The five tables of sums. Imported through [`super`].
//!
//! A row struct, its key and cell, and the `table!`'s column names are all that differs; the rest is one macro.

use std::collections::BTreeSet;
use std::str::FromStr;

use diesel::prelude::*;
use diesel::upsert::excluded;
use shared::{InvoiceStatus, MethodFamily};

use super::Sum;
use crate::domain::rollup::{CreatedCell, CreatedKey, MoneyCell, MoneyKey, PeopleCell, PeopleKey, SizeKey, Sums};
use crate::domain::{ContributionMethod, ExactFiat, MoneyState, Tier};
use crate::store::connection::{ROWS_PER_STATEMENT, on_each};
use crate::store::schema::{rollup_backers, rollup_created, rollup_money, rollup_people, rollup_sizes};
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

sums_table!(
    /// Money by time received.
    Money, rollup_money, MoneyRow, MoneyKey => MoneyCell,
    keys (tier, bucket, method, state, currency), cells (msat, fiat, payments),
    prefix tier in Tier::ALL.map(Tier::as_str),
    touched bucket by |key| key.bucket
);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = rollup_money, treat_none_as_default_value = false)]
struct MoneyRow {
    scope: i64,
    tier: String,
    bucket: i64,
    method: String,
    state: String,
    currency: String,
    msat: i64,
    fiat: String,
    payments: i64,
}

impl MoneyRow {
    fn of(scope: i64, key: &MoneyKey, cell: &MoneyCell) -> Self {
        Self {
            scope,
            tier: key.tier.as_str().to_owned(),
            bucket: key.bucket,
            method: key.method.as_str().to_owned(),
            state: key.state.as_str().to_owned(),
            currency: key.currency.clone(),
            msat: cell.msat,
            fiat: cell.fiat.to_string(),
            payments: cell.payments,
        }
    }

    fn into_sum(self) -> Result<(MoneyKey, MoneyCell), StoreError> {
        let key = MoneyKey {
            tier: one_of("tier", &Tier::ALL, Tier::as_str, &self.tier)?,
            bucket: self.bucket,
            method: one_of("payment method", MethodFamily::ALL, MethodFamily::as_str, &self.method)?,
            state: one_of("money state", &[MoneyState::Raised, MoneyState::Pending], MoneyState::as_str, &self.state)?,
            currency: self.currency,
        };
        let fiat = ExactFiat::from_str(&self.fiat).map_err(|_| StoreError::corrupt("fiat sum", &self.fiat))?;
        Ok((key, MoneyCell { msat: self.msat, fiat, payments: self.payments }))
    }
}

sums_table!(
    /// Contributions by the time of their first counted payment.
    People, rollup_people, PeopleRow, PeopleKey => PeopleCell,
    keys (tier, bucket, method), cells (contributions, anonymous, msat),
    prefix tier in Tier::ALL.map(Tier::as_str),
    touched bucket by |key| key.bucket
);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = rollup_people, treat_none_as_default_value = false)]
struct PeopleRow {
    scope: i64,
    tier: String,
    bucket: i64,
    method: String,
    contributions: i64,
    anonymous: i64,
    msat: i64,
}

impl PeopleRow {
    fn of(scope: i64, key: &PeopleKey, cell: &PeopleCell) -> Self {
        Self {
            scope,
            tier: key.tier.as_str().to_owned(),
            bucket: key.bucket,
            method: key.method.as_str().to_owned(),
            contributions: cell.contributions,
            anonymous: cell.anonymous,
            msat: cell.msat,
        }
    }

    fn into_sum(self) -> Result<(PeopleKey, PeopleCell), StoreError> {
        let key = PeopleKey {
            tier: one_of("tier", &Tier::ALL, Tier::as_str, &self.tier)?,
            bucket: self.bucket,
            method: filter_method(&self.method)?,
        };
        Ok((key, PeopleCell { contributions: self.contributions, anonymous: self.anonymous, msat: self.msat }))
    }
}

sums_table!(
    /// Invoices by time created.
    Created, rollup_created, CreatedRow, CreatedKey => CreatedCell,
    keys (tier, bucket, status), cells (invoices, onchain_msat, lightning_msat, other_msat),
    prefix tier in Tier::ALL.map(Tier::as_str),
    touched bucket by |key| key.bucket
);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = rollup_created, treat_none_as_default_value = false)]
struct CreatedRow {
    scope: i64,
    tier: String,
    bucket: i64,
    status: String,
    invoices: i64,
    onchain_msat: i64,
    lightning_msat: i64,
    other_msat: i64,
}

impl CreatedRow {
    fn of(scope: i64, key: &CreatedKey, cell: &CreatedCell) -> Self {
        Self {
            scope,
            tier: key.tier.as_str().to_owned(),
            bucket: key.bucket,
            status: key.status.as_str().to_owned(),
            invoices: cell.invoices,
            onchain_msat: cell.onchain_msat,
            lightning_msat: cell.lightning_msat,
            other_msat: cell.other_msat,
        }
    }

    fn into_sum(self) -> Result<(CreatedKey, CreatedCell), StoreError> {
        let key = CreatedKey {
            tier: one_of("tier", &Tier::ALL, Tier::as_str, &self.tier)?,
            bucket: self.bucket,
            status: one_of("invoice status", InvoiceStatus::ALL, InvoiceStatus::as_str, &self.status)?,
        };
        let cell = CreatedCell {
            invoices: self.invoices,
            onchain_msat: self.onchain_msat,
            lightning_msat: self.lightning_msat,
            other_msat: self.other_msat,
        };
        Ok((key, cell))
    }
}

sums_table!(
    /// Contributions by day and size class.
    Sizes, rollup_sizes, SizeRow, SizeKey => i64,
    keys (method, bucket, class), cells (contributions),
    prefix method in ContributionMethod::ALL.map(ContributionMethod::as_str),
    touched bucket by |key| key.day
);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = rollup_sizes, treat_none_as_default_value = false)]
struct SizeRow {
    scope: i64,
    method: String,
    bucket: i64,
    class: i64,
    contributions: i64,
}

impl SizeRow {
    fn of(scope: i64, key: &SizeKey, contributions: &i64) -> Self {
        Self {
            scope,
            method: key.method.as_str().to_owned(),
            bucket: key.day,
            class: key.class,
            contributions: *contributions,
        }
    }

    fn into_sum(self) -> Result<(SizeKey, i64), StoreError> {
        let key = SizeKey { day: self.bucket, method: filter_method(&self.method)?, class: self.class };
        Ok((key, self.contributions))
    }
}

sums_table!(
    /// Contributions by person.
    Backers, rollup_backers, BackerRow, (ContributionMethod, String) => i64,
    keys (method, backer), cells (contributions),
    prefix method in ContributionMethod::ALL.map(ContributionMethod::as_str),
    touched backer by |key| key.1.clone()
);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = rollup_backers, treat_none_as_default_value = false)]
struct BackerRow {
    scope: i64,
    method: String,
    backer: String,
    contributions: i64,
}

impl BackerRow {
    fn of(scope: i64, key: &(ContributionMethod, String), contributions: &i64) -> Self {
        Self { scope, method: key.0.as_str().to_owned(), backer: key.1.clone(), contributions: *contributions }
    }

    fn into_sum(self) -> Result<((ContributionMethod, String), i64), StoreError> {
        Ok(((filter_method(&self.method)?, self.backer), self.contributions))
    }
}

fn filter_method(name: &str) -> Result<ContributionMethod, StoreError> {
    one_of("contribution method", &ContributionMethod::ALL, ContributionMethod::as_str, name)
}

/// The value that the database calls `name`.
fn one_of<T: Copy>(what: &'static str, all: &[T], name_of: fn(T) -> &'static str, name: &str) -> Result<T, StoreError> {
    all.iter().copied().find(|value| name_of(*value) == name).ok_or_else(|| StoreError::corrupt(what, name))
}
