//! From sums to the answer of `GET /api/analytics`: pure functions over [`Figures`], rounding once, at the end.
//!
//! A KPI is one line in [`kpis`]. Imports `domain` and `shared`; `routes` import it.

mod compare;
pub mod kpis;
pub mod range;
pub mod series;

use shared::{Analytics, Comparison, FiatTotal, Freshness, InvoiceStatus, Mode, SourceFilter, StatusTotal};

use crate::domain::figures::Figures;
use crate::domain::money::floor_sats;
use crate::domain::time::instant;
use crate::domain::{ExactFiat, currency};
use range::{RangeRequest, Resolved};

/// What an answer is made of.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Demo or live.
    pub mode: Mode,
    /// Whose money.
    pub source: SourceFilter,
    /// Zone, width of buckets, and what is compared.
    pub request: &'a RangeRequest,
    /// Currency of which all sums are wanted.
    pub currency: Option<&'a str>,
}

/// The answer about a range, and the range compared with, if any.
#[must_use]
pub fn answer(
    question: Question<'_>,
    (range, figures): (&Resolved, &Figures),
    compared: Option<(&Resolved, &Figures)>,
    freshness: Freshness,
) -> Analytics {
    let Question { mode, source, request, currency } = question;
    Analytics {
        mode,
        source,
        range: days(range, request),
        kpis: kpis::all(figures, compared.map(|(_, figures)| figures), currency),
        fiat: fiat(figures),
        series: series::points(&range.buckets, figures, currency),
        statuses: statuses(figures),
        other_currencies: currency.map(|code| other_currencies(figures, code)),
        comparison: compared.map(|(range, figures)| Comparison {
            mode: request.compare,
            range: days(range, request),
            until: range.stops_at.map(instant),
            series: series::points(&range.buckets, figures, currency),
        }),
        freshness,
    }
}

fn days(range: &Resolved, request: &RangeRequest) -> shared::Range {
    shared::Range { from: range.from, to: range.to, tz: request.zone.to_string(), interval: request.interval }
}

/// The currencies with money in them that one leaves out.
fn other_currencies(figures: &Figures, code: &str) -> Vec<String> {
    let others = figures.currencies.iter().filter(|(other, sums)| *other != code && !sums.is_zero());
    others.map(|(other, _)| other.clone()).collect()
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
