//! Sums by slot, day and month. Imported through [`super`].

use std::collections::BTreeSet;
use std::str::FromStr;

use diesel::prelude::*;
use diesel::upsert::excluded;
use shared::{InvoiceStatus, MethodFamily};

use super::{Table, filter_method, one_of};
use crate::domain::rollup::{CreatedCell, CreatedKey, MoneyCell, MoneyKey, PeopleCell, PeopleKey, Sums};
use crate::domain::{ExactFiat, MoneyState, Tier};
use crate::store::connection::{ROWS_PER_STATEMENT, on_each};
use crate::store::schema::{rollup_created, rollup_money, rollup_people};
use crate::store::{DbConn, StoreError};

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
