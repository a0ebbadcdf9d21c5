//! Money by time received: sums of the tiers, and the payments of a slot that the query cuts. Imported through [`super`].

use diesel::prelude::*;
use rust_decimal::Decimal;
use shared::MethodFamily;

use super::{GAP, Whose, tiers};
use crate::domain::cover::Cover;
use crate::domain::figures::{FigureQuery, Figures};
use crate::domain::{ExactFiat, MoneyState, Payment};
use crate::store::schema::{invoices, payments, rollup_money};
use crate::store::{DbConn, StoreError};

/// Money of one bucket, heap and currency.
struct Sum {
    bucket: usize,
    raised: bool,
    currency: String,
    msat: i64,
    fiat: ExactFiat,
}

pub(super) fn add(
    conn: &mut DbConn,
    whose: &Whose<'_>,
    query: &FigureQuery,
    cover: &Cover,
    figures: &mut Figures,
) -> Result<(), StoreError> {
    let families: Vec<&str> =
        MethodFamily::ALL.iter().filter(|family| query.method.admits(**family)).map(|family| family.as_str()).collect();
    for (tier, pieces) in tiers(cover) {
        for (first, end) in pieces.runs(GAP) {
            let rows: Vec<(i64, String, String, i64, String)> = rollup_money::table
                .filter(rollup_money::scope.eq_any(&whose.scopes))
                .filter(rollup_money::tier.eq(tier.as_str()))
                .filter(rollup_money::bucket.ge(first))
                .filter(rollup_money::bucket.lt(end))
                .filter(rollup_money::method.eq_any(&families))
                .select((
                    rollup_money::bucket,
                    rollup_money::state,
                    rollup_money::currency,
                    rollup_money::msat,
                    rollup_money::fiat,
                ))
                .load(conn)?;
            for (number, state, currency, msat, fiat) in rows {
                let Some(bucket) = pieces.bucket_of(number) else { continue };
                let fiat = fiat.parse().map_err(|_| StoreError::corrupt("fiat sum", &fiat))?;
                put(query, figures, Sum { bucket, raised: state == MoneyState::Raised.as_str(), currency, msat, fiat });
            }
        }
    }
    for piece in cover.rows.as_slice() {
        for (raised, currency, msat, fiat) in single_payments(conn, whose, &families, piece.first, piece.end)? {
            put(query, figures, Sum { bucket: piece.bucket, raised, currency, msat, fiat });
        }
    }
    Ok(())
}

fn put(query: &FigureQuery, figures: &mut Figures, sum: Sum) {
    let Sum { bucket, raised, currency, msat, fiat } = sum;
    if let Some(bucket) = figures.buckets.get_mut(bucket) {
        let heap = if raised { &mut bucket.raised_msat } else { &mut bucket.pending_msat };
        *heap += i128::from(msat);
        if query.currency.as_deref() == Some(currency.as_str()) {
            bucket.fiat.add(raised, &fiat);
        }
    }
    figures.currencies.entry(currency).or_default().add(raised, &fiat);
}

/// The payments that are money in a span of seconds: heap, currency, msat and fiat of each.
fn single_payments(
    conn: &mut DbConn,
    whose: &Whose<'_>,
    families: &[&str],
    from: i64,
    until: i64,
) -> Result<Vec<(bool, String, i64, ExactFiat)>, StoreError> {
    let states = [MoneyState::Raised, MoneyState::Pending].map(MoneyState::as_str);
    let rows: Vec<(String, i64, String, String, Option<String>, String)> = payments::table
        .inner_join(
            invoices::table.on(invoices::store_id.eq(payments::store_id).and(invoices::id.eq(payments::invoice_id))),
        )
        .filter(payments::store_id.eq_any(&whose.stores))
        .filter(payments::state.eq_any(states))
        .filter(payments::received_at.ge(from))
        .filter(payments::received_at.lt(until))
        .filter(payments::family.eq_any(families))
        .select((
            payments::state,
            payments::net_msat,
            payments::value,
            payments::fee,
            payments::rate,
            invoices::currency,
        ))
        .load(conn)?;
    let decimal = |text: &str| Decimal::from_str_exact(text).map_err(|_| StoreError::corrupt("payment", text));
    rows.into_iter()
        .map(|(state, msat, value, fee, rate, currency)| {
            let rate = rate.as_deref().map(decimal).transpose()?;
            let fiat = Payment::fiat_of(decimal(&value)?, decimal(&fee)?, rate);
            Ok((state == MoneyState::Raised.as_str(), currency, msat, fiat))
        })
        .collect()
}
