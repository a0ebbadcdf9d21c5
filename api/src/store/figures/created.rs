//! Invoices by time created: sums of the tiers, and the invoices of a slot that the query cuts. Imported through [`super`].

use diesel::prelude::*;
use shared::{InvoiceStatus, InvoiceType, MethodFamily};

use super::{GAP, Whose, tiers};
use crate::domain::cover::Cover;
use crate::domain::figures::{FigureQuery, Figures};
use crate::domain::rollup::status_index;
use crate::domain::{ContributionMethod, MoneyState};
use crate::store::schema::{invoices, payments, rollup_created};
use crate::store::{DbConn, StoreError};

pub(super) fn add(
    conn: &mut DbConn,
    whose: &Whose<'_>,
    query: &FigureQuery,
    cover: &Cover,
    figures: &mut Figures,
) -> Result<(), StoreError> {
    for (tier, pieces) in tiers(cover) {
        for (first, end) in pieces.runs(GAP) {
            let rows: Vec<(i64, String, i64, i64, i64, i64)> = rollup_created::table
                .filter(rollup_created::scope.eq_any(&whose.scopes))
                .filter(rollup_created::tier.eq(tier.as_str()))
                .filter(rollup_created::bucket.ge(first))
                .filter(rollup_created::bucket.lt(end))
                .select((
                    rollup_created::bucket,
                    rollup_created::status,
                    rollup_created::invoices,
                    rollup_created::onchain_msat,
                    rollup_created::lightning_msat,
                    rollup_created::other_msat,
                ))
                .load(conn)?;
            for (number, status, invoices, onchain, lightning, other) in rows {
                let Some(bucket) = pieces.bucket_of(number) else { continue };
                let raised = match query.method {
                    ContributionMethod::Any => i128::from(onchain) + i128::from(lightning) + i128::from(other),
                    ContributionMethod::Onchain => i128::from(onchain),
                    ContributionMethod::Lightning => i128::from(lightning),
                };
                put(figures, bucket, &status, invoices, raised)?;
            }
        }
    }
    for piece in cover.rows.as_slice() {
        add_single_invoices(conn, whose, query, piece.bucket, (piece.first, piece.end), figures)?;
    }
    Ok(())
}

fn put(figures: &mut Figures, bucket: usize, status: &str, invoices: i64, raised: i128) -> Result<(), StoreError> {
    if let Some(bucket) = figures.buckets.get_mut(bucket) {
        bucket.created += invoices;
    }
    let status: InvoiceStatus = status.parse().map_err(|_| StoreError::corrupt("invoice status", status))?;
    if let Some(sums) = figures.statuses.get_mut(status_index(status)) {
        sums.invoices += invoices;
        sums.raised_msat += raised;
    }
    Ok(())
}

/// The invoices created in a span of seconds, and what came in for them, whenever.
fn add_single_invoices(
    conn: &mut DbConn,
    whose: &Whose<'_>,
    query: &FigureQuery,
    bucket: usize,
    (from, until): (i64, i64),
    figures: &mut Figures,
) -> Result<(), StoreError> {
    let created = || {
        invoices::table
            .filter(invoices::store_id.eq_any(&whose.stores))
            // Investments are money and no invoices, as in the sums.
            .filter(invoices::kind.ne(InvoiceType::Investment.as_str()))
            .filter(invoices::created_at.ge(from))
            .filter(invoices::created_at.lt(until))
    };
    let statuses: Vec<String> = created().select(invoices::status).load(conn)?;
    for status in statuses {
        put(figures, bucket, &status, 1, 0)?;
    }
    let families =
        MethodFamily::ALL.iter().filter(|family| query.method.admits(**family)).map(|family| family.as_str());
    let raised: Vec<(String, i64)> = created()
        .inner_join(
            payments::table.on(payments::store_id.eq(invoices::store_id).and(payments::invoice_id.eq(invoices::id))),
        )
        .filter(payments::state.eq(MoneyState::Raised.as_str()))
        .filter(payments::family.eq_any(families))
        .select((invoices::status, payments::net_msat))
        .load(conn)?;
    for (status, msat) in raised {
        put(figures, bucket, &status, 0, msat.into())?;
    }
    Ok(())
}
