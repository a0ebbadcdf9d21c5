//! The small print below a key figure. Imported through [`super`].

use shared::{InvoiceStatus, Kpi, SourceFilter, analytics::KpiValue};

use crate::dashboard::figures::Figures;
use crate::format::{counted, number};

/// Fewer ended invoices make a rate that the next one turns over.
const ENDED_FOR_A_RATE: i64 = 10;
/// Fewer contributions make an average of accidents.
const CONTRIBUTIONS_FOR_AN_AVERAGE: i64 = 5;

/// What the figure means, and what stands beside it.
pub(super) fn lines(kpi: &Kpi, figures: &Figures) -> Vec<String> {
    let value = |id: &str| whole(figures, id);
    let few = || few_contributions(value("contributions"));
    let words = match kpi.id.as_str() {
        "raised" => return fiat(figures, whole_of(kpi), |total| &total.raised),
        "pending" => return fiat(figures, whole_of(kpi), |total| &total.pending),
        "contributions" => {
            let people = match value("contributors") {
                None => "contributors are not known".to_owned(),
                Some(0) => "no contributors".to_owned(),
                Some(people) => format!("at most {}", counted(people, "contributor", "contributors")),
            };
            return vec![people];
        }
        "average" => {
            let median = value("median").map(|median| format!("median {}", number::sats(median)));
            return median.into_iter().chain(few()).collect();
        }
        "median" => return std::iter::once("half gave this or less".to_owned()).chain(few()).collect(),
        "conversion" => {
            let few = few_ended(figures);
            return std::iter::once("settled, of all that ended".to_owned()).chain(few).collect();
        }
        "invoices" if figures.answer.source == SourceFilter::Angor => "Angor has none",
        "invoices" => "created in this range",
        "contributors" => "those without an e-mail count one each",
        _ => return Vec::new(),
    };
    vec![words.to_owned()]
}

/// Why there is no figure.
pub(super) fn unknown_because(id: &str) -> &'static str {
    match id {
        "average" | "median" => "no contribution in this range",
        "conversion" => "no invoice of this range has ended",
        "contributors" => "buyer data are switched off",
        _ => "not known",
    }
}

/// The other denomination: what it was worth when it was paid, else in bitcoin.
fn fiat(figures: &Figures, sats: Option<i64>, pick: fn(&shared::FiatTotal) -> &String) -> Vec<String> {
    let some = figures.answer.fiat.iter().filter(|total| number::is_nonzero(pick(total)));
    let sums: Vec<_> = some.map(|total| number::money(pick(total), &total.currency)).collect();
    if sums.is_empty() {
        return sats.map(number::btc).into_iter().collect();
    }
    vec![format!("\u{2248} {} at payment time", sums.join(", "))]
}

fn few_contributions(count: Option<i64>) -> Option<String> {
    let count = count.filter(|count| *count < CONTRIBUTIONS_FOR_AN_AVERAGE)?;
    Some(format!("too few to mean much: {}", counted(count, "contribution", "contributions")))
}

fn few_ended(figures: &Figures) -> Option<String> {
    let ended = [InvoiceStatus::Settled, InvoiceStatus::Expired, InvoiceStatus::Invalid];
    let of_those = figures.answer.statuses.iter().filter(|total| ended.contains(&total.status));
    let count: i64 = of_those.map(|total| total.count).sum();
    (count < ENDED_FOR_A_RATE)
        .then(|| format!("needs {ENDED_FOR_A_RATE} invoices to mean much, has {}", number::whole(count)))
}

fn whole(figures: &Figures, id: &str) -> Option<i64> {
    figures.answer.kpis.iter().find(|kpi| kpi.id == id).and_then(whole_of)
}

fn whole_of(kpi: &Kpi) -> Option<i64> {
    match kpi.value {
        Some(KpiValue::Whole(value)) => Some(value),
        Some(KpiValue::Ratio(_) | KpiValue::Decimal(_)) | None => None,
    }
}
