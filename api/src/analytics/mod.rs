//! From sums to the answer of `GET /api/analytics`: pure functions over [`Figures`], rounding once, at the end.
//!
//! A KPI is one line in [`kpis`]. Imports `domain` and `shared`; `routes` import it.

pub mod kpis;
pub mod range;
pub mod series;

use shared::{Analytics, FiatTotal, Freshness, InvoiceStatus, Mode, SourceFilter, StatusTotal};

use crate::domain::currency;
use crate::domain::figures::{FiatSums, Figures};
use crate::domain::money::floor_sats;
use crate::domain::time::Bucket;

/// The answer.
#[must_use]
pub fn answer(
    mode: Mode,
    source: SourceFilter,
    range: shared::Range,
    buckets: &[Bucket],
    figures: &Figures,
    freshness: Freshness,
) -> Analytics {
    Analytics {
        mode,
        source,
        range,
        kpis: kpis::all(figures),
        fiat: fiat(figures),
        series: series::points(buckets, figures),
        statuses: statuses(figures),
        freshness,
    }
}

/// Currencies with money in them, each rounded once.
fn fiat(figures: &Figures) -> Vec<FiatTotal> {
    let has_money = |sums: &FiatSums| !sums.raised.is_zero() || !sums.pending.is_zero();
    figures
        .fiat
        .iter()
        .filter(|(_, sums)| has_money(sums))
        .map(|(code, sums)| {
            let digits = currency::digits(code);
            FiatTotal { currency: code.clone(), raised: sums.raised.round(digits), pending: sums.pending.round(digits) }
        })
        .collect()
}

fn statuses(figures: &Figures) -> Vec<StatusTotal> {
    InvoiceStatus::ALL
        .iter()
        .zip(figures.statuses)
        .map(|(status, sums)| StatusTotal {
            status: *status,
            count: sums.invoices,
            raised_sats: floor_sats(sums.raised_msat),
        })
        .collect()
}
