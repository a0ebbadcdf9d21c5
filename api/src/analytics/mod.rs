//! From sums to the answer of `GET /api/analytics`: pure functions over [`Figures`], rounding once, at the end.
//!
//! A KPI is one line in [`kpis`]. Imports `domain` and `shared`; `routes` import it.

pub mod kpis;
pub mod range;
pub mod series;

use shared::{Analytics, FiatTotal, Freshness, InvoiceStatus, Mode, SourceFilter, StatusTotal};

use crate::domain::figures::Figures;
use crate::domain::money::floor_sats;
use crate::domain::time::Bucket;
use crate::domain::{ExactFiat, currency};

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
    let zero = |code: &str| ExactFiat::default().round(currency::digits(code));
    figures
        .currencies
        .iter()
        .filter(|(code, _)| !currency::is_bitcoin(code))
        .map(|(code, sums)| {
            let digits = currency::digits(code);
            FiatTotal { currency: code.clone(), raised: sums.raised.round(digits), pending: sums.pending.round(digits) }
        })
        .filter(|total| [&total.raised, &total.pending].into_iter().any(|sum| *sum != zero(&total.currency)))
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
