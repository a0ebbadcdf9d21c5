//! Contributions packed by day and by size, and people. Imported through [`super`].

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::{Table, filter_method};
use crate::domain::ContributionMethod;
use crate::domain::rollup::{Sheet, SheetKey, Sizes, Sums};
use crate::store::connection::{ROWS_PER_STATEMENT, on_each};
use crate::store::schema::{rollup_backer_counts, rollup_backers, rollup_sheets, rollup_sizes};
use crate::store::{DbConn, StoreError};

sums_table!(
    /// The contributions of each day.
    Sheets, rollup_sheets, SheetRow, SheetKey => Sheet,
    keys (method, bucket), cells (sheet),
    prefix method in ContributionMethod::ALL.map(ContributionMethod::as_str),
    touched bucket by |key| key.day
);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = rollup_sheets, treat_none_as_default_value = false)]
struct SheetRow {
    scope: i64,
    method: String,
    bucket: i64,
    sheet: Vec<u8>,
}

impl SheetRow {
    fn of(scope: i64, key: &SheetKey, sheet: &Sheet) -> Self {
        Self { scope, method: key.method.as_str().to_owned(), bucket: key.day, sheet: sheet.pack() }
    }

    fn into_sum(self) -> Result<(SheetKey, Sheet), StoreError> {
        let key = SheetKey { day: self.bucket, method: filter_method(&self.method)? };
        let sheet = Sheet::unpack(&self.sheet).map_err(|error| StoreError::corrupt("day of contributions", error))?;
        Ok((key, sheet))
    }
}

sums_table!(
    /// Sizes of the contributions of all time.
    AllSizes, rollup_sizes, SizesRow, ContributionMethod => Sizes,
    keys (method), cells (sizes),
    prefix method in ContributionMethod::ALL.map(ContributionMethod::as_str),
    touched method by |key| key.as_str()
);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = rollup_sizes, treat_none_as_default_value = false)]
struct SizesRow {
    scope: i64,
    method: String,
    sizes: Vec<u8>,
}

impl SizesRow {
    fn of(scope: i64, method: &ContributionMethod, sizes: &Sizes) -> Self {
        Self { scope, method: method.as_str().to_owned(), sizes: sizes.pack() }
    }

    fn into_sum(self) -> Result<(ContributionMethod, Sizes), StoreError> {
        let sizes = Sizes::unpack(&self.sizes).map_err(|error| StoreError::corrupt("sizes of contributions", error))?;
        Ok((filter_method(&self.method)?, sizes))
    }
}

sums_table!(
    /// Contributions by person.
    Backers, rollup_backers, BackerRow, (ContributionMethod, i64) => i64,
    keys (method, backer), cells (contributions),
    prefix method in ContributionMethod::ALL.map(ContributionMethod::as_str),
    touched backer by |key| key.1
);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = rollup_backers, treat_none_as_default_value = false)]
struct BackerRow {
    scope: i64,
    method: String,
    backer: i64,
    contributions: i64,
}

impl BackerRow {
    fn of(scope: i64, key: &(ContributionMethod, i64), contributions: &i64) -> Self {
        Self { scope, method: key.0.as_str().to_owned(), backer: key.1, contributions: *contributions }
    }

    fn into_sum(self) -> Result<((ContributionMethod, i64), i64), StoreError> {
        Ok(((filter_method(&self.method)?, self.backer), self.contributions))
    }
}

sums_table!(
    /// Number of persons.
    BackerCounts, rollup_backer_counts, BackerCountRow, ContributionMethod => i64,
    keys (method), cells (backers),
    prefix method in ContributionMethod::ALL.map(ContributionMethod::as_str),
    touched method by |key| key.as_str()
);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = rollup_backer_counts, treat_none_as_default_value = false)]
struct BackerCountRow {
    scope: i64,
    method: String,
    backers: i64,
}

impl BackerCountRow {
    fn of(scope: i64, method: &ContributionMethod, backers: &i64) -> Self {
        Self { scope, method: method.as_str().to_owned(), backers: *backers }
    }

    fn into_sum(self) -> Result<(ContributionMethod, i64), StoreError> {
        Ok((filter_method(&self.method)?, self.backers))
    }
}
