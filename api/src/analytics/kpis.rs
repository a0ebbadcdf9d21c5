//! The KPIs, one line each: the API, the SPA's cards and the OpenAPI document follow this table. Imported through
//! [`super`].

use shared::{InvoiceStatus, Kpi, KpiUnit, KpiValue};

use crate::domain::currency;
use crate::domain::figures::Figures;
use crate::domain::money::floor_sats;
use crate::domain::rollup::status_index;

/// One KPI.
struct Entry {
    id: &'static str,
    label: &'static str,
    unit: KpiUnit,
    /// `None` when unknown.
    value: fn(&Figures) -> Option<KpiValue>,
}

/// In the order in which they are shown.
const KPIS: &[Entry] = &[
    Entry { id: "raised", label: "Raised", unit: KpiUnit::Sats, value: raised },
    Entry { id: "pending", label: "Pending", unit: KpiUnit::Sats, value: pending },
    Entry { id: "invoices", label: "Invoices", unit: KpiUnit::Count, value: invoices },
    Entry { id: "contributions", label: "Contributions", unit: KpiUnit::Count, value: contributions },
    Entry { id: "average", label: "Average contribution", unit: KpiUnit::Sats, value: average },
    Entry { id: "median", label: "Median contribution", unit: KpiUnit::Sats, value: median },
    Entry { id: "conversion", label: "Conversion", unit: KpiUnit::Ratio, value: conversion },
    Entry { id: "contributors", label: "Contributors", unit: KpiUnit::Count, value: contributors },
];

/// All of them, each with its value in the range compared with; money in a currency where one is asked for.
#[must_use]
pub fn all(figures: &Figures, previous: Option<&Figures>, currency: Option<&str>) -> Vec<Kpi> {
    let of_table = KPIS.iter().map(|entry| Kpi {
        id: entry.id.to_owned(),
        label: entry.label.to_owned(),
        unit: entry.unit.clone(),
        value: (entry.value)(figures),
        previous: previous.and_then(entry.value),
    });
    let in_currency = currency.map(|code| Kpi {
        id: "raised_fiat".to_owned(),
        label: format!("Raised in {code}"),
        unit: KpiUnit::Currency(code.to_owned()),
        value: Some(raised_fiat(figures, code)),
        previous: previous.map(|previous| raised_fiat(previous, code)),
    });
    of_table.chain(in_currency).collect()
}

/// Settled money of the invoices in a currency.
fn raised_fiat(figures: &Figures, code: &str) -> KpiValue {
    let sum = figures.currencies.get(code).map(|sums| sums.raised.clone()).unwrap_or_default();
    KpiValue::Decimal(sum.round(currency::digits(code)))
}

fn raised(figures: &Figures) -> Option<KpiValue> {
    sats(figures.buckets.iter().map(|bucket| bucket.raised_msat).sum())
}

fn pending(figures: &Figures) -> Option<KpiValue> {
    sats(figures.buckets.iter().map(|bucket| bucket.pending_msat).sum())
}

fn invoices(figures: &Figures) -> Option<KpiValue> {
    Some(KpiValue::Whole(figures.buckets.iter().map(|bucket| bucket.created).sum()))
}

fn contributions(figures: &Figures) -> Option<KpiValue> {
    Some(KpiValue::Whole(figures.contributions))
}

/// Mean of the whole amounts of the contributions dated in the range.
fn average(figures: &Figures) -> Option<KpiValue> {
    sats(figures.contributed_msat.checked_div_euclid(i128::from(figures.contributions))?)
}

/// Mean of the two middle ones where their number is even.
fn median(figures: &Figures) -> Option<KpiValue> {
    let (lower, upper) = figures.middle_msat?;
    sats((i128::from(lower) + i128::from(upper)).div_euclid(2))
}

/// Settled among the finished invoices created in the range.
fn conversion(figures: &Figures) -> Option<KpiValue> {
    let count = |status| figures.statuses.get(status_index(status)).map_or(0, |sums| sums.invoices);
    let settled = count(InvoiceStatus::Settled);
    let finished = settled + count(InvoiceStatus::Expired) + count(InvoiceStatus::Invalid);
    ratio(settled, finished).map(KpiValue::Ratio)
}

/// Distinct e-mails, and one for each contribution without: an upper bound.
fn contributors(figures: &Figures) -> Option<KpiValue> {
    Some(KpiValue::Whole(figures.identified_backers + figures.anonymous))
}

fn sats(msat: i128) -> Option<KpiValue> {
    Some(KpiValue::Whole(floor_sats(msat)))
}

#[expect(clippy::float_arithmetic, reason = "a ratio of counts, never money")]
fn ratio(part: i64, whole: i64) -> Option<f64> {
    let number = |count: i64| u32::try_from(count).ok().map(f64::from);
    (whole > 0).then(|| Some(number(part)? / number(whole)?)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::figures::StatusSums;

    fn value(figures: &Figures, id: &str) -> Option<KpiValue> {
        all(figures, None, None).into_iter().find(|kpi| kpi.id == id).unwrap().value
    }

    #[test]
    fn nothing_is_zero_and_an_average_of_nothing_unknown() {
        let nothing = Figures::default();
        for id in ["raised", "pending", "invoices", "contributions", "contributors"] {
            assert_eq!(value(&nothing, id), Some(KpiValue::Whole(0)), "{id}");
        }
        for id in ["average", "median", "conversion"] {
            assert_eq!(value(&nothing, id), None, "{id}");
        }
    }

    #[test]
    fn average_and_median_are_rounded_down_once() {
        let figures = Figures {
            contributions: 3,
            contributed_msat: 5_999,
            middle_msat: Some((1_999, 2_000)),
            ..Figures::default()
        };
        assert_eq!(value(&figures, "average"), Some(KpiValue::Whole(1)));
        assert_eq!(value(&figures, "median"), Some(KpiValue::Whole(1)));
    }

    #[test]
    fn conversion_leaves_open_invoices_out() {
        let mut figures = Figures::default();
        for (index, invoices) in [7, 5, 3, 1, 0].into_iter().enumerate() {
            figures.statuses[index] = StatusSums { invoices, raised_msat: 0 };
        }
        assert_eq!(value(&figures, "conversion"), Some(KpiValue::Ratio(0.75)));
    }
}
