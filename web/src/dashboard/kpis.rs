//! The row of key figures: one card for each of the API's KPIs, in its order.

use leptos::prelude::*;
use shared::{Analytics, Kpi, KpiUnit, analytics::KpiValue};

use crate::components::Unknown;
use crate::format::number;
use crate::remote::Remote;

/// A card's content; also the key by which an unchanged card stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Card {
    id: String,
    label: String,
    /// As the API writes it, for `data-value`.
    raw: String,
    /// As people read it; none when unknown.
    figure: Option<String>,
    unit: &'static str,
    lines: Vec<String>,
}

/// All cards.
#[component]
pub fn KpiRow(figures: Remote<Analytics>) -> impl IntoView {
    let cards = move || {
        figures
            .read(|figures| figures.kpis.iter().map(|kpi| card(kpi, figures)).collect::<Vec<_>>())
            .unwrap_or_default()
    };
    view! {
        <section aria-label="Key figures">
            <ul class="kpis">
                <For each=cards key=Card::clone children=|card| view! { <KpiCard card /> } />
            </ul>
        </section>
    }
}

#[component]
fn KpiCard(card: Card) -> impl IntoView {
    let reason = unknown_because(&card.id);
    // Where buyers without an e-mail count one each, the figure is an upper bound.
    let at_most = (card.id == "contributors" && card.figure.is_some()).then_some("at most ");
    view! {
        <li class="card kpi" data-kpi=card.id data-value=card.raw>
            <h2 class="kpi-label">{card.label}</h2>
            <p class="kpi-value">
                {match card.figure {
                    Some(figure) => {
                        view! {
                            {at_most.map(|words| view! { <span class="kpi-bound">{words}</span> })}
                            {figure}
                            {(!card.unit.is_empty()).then(|| view! { "\u{202f}" <span class="kpi-unit">{card.unit}</span> })}
                        }
                        .into_any()
                    }
                    None => view! { <Unknown reason /> }.into_any(),
                }}
            </p>
            {card.lines.into_iter().map(|line| view! { <p class="kpi-line">{line}</p> }).collect_view()}
        </li>
    }
}

fn card(kpi: &Kpi, figures: &Analytics) -> Card {
    let (figure, unit) = match (kpi.unit, kpi.value) {
        (_, None) => (None, ""),
        (KpiUnit::Sats, Some(KpiValue::Whole(sats))) => (Some(number::whole(sats)), number::sat_unit(sats)),
        (KpiUnit::Count, Some(KpiValue::Whole(count))) => (Some(number::whole(count)), ""),
        (KpiUnit::Ratio, Some(ratio)) => (Some(number::share(ratio)), ""),
        // Not in the contract; shown as it came rather than not at all.
        (_, Some(value)) => (Some(value.to_string()), ""),
    };
    Card {
        id: kpi.id.clone(),
        label: kpi.label.clone(),
        raw: kpi.value.map(|value| value.to_string()).unwrap_or_default(),
        lines: if figure.is_some() { lines(&kpi.id, figures) } else { vec![unknown_because(&kpi.id).to_owned()] },
        figure,
        unit,
    }
}

/// What the figure means, in small print.
fn lines(id: &str, figures: &Analytics) -> Vec<String> {
    let fiat = |pick: fn(&shared::FiatTotal) -> &String| -> Vec<String> {
        let some = figures.fiat.iter().filter(|total| number::is_nonzero(pick(total)));
        let sums: Vec<_> = some.map(|total| number::money(pick(total), &total.currency)).collect();
        if sums.is_empty() { sums } else { vec![format!("{} at the invoices\u{2019} rates", sums.join(", "))] }
    };
    let words = match id {
        "raised" => return fiat(|total| &total.raised),
        "pending" => return fiat(|total| &total.pending),
        "invoices" => "created in this range",
        "contributions" => "invoices with money in",
        "average" | "median" => "per contribution",
        "conversion" => "settled, of all that ended",
        "contributors" => "those without an e-mail count one each",
        _ => return Vec::new(),
    };
    vec![words.to_owned()]
}

fn unknown_because(id: &str) -> &'static str {
    match id {
        "average" | "median" => "no contribution in this range",
        "conversion" => "no invoice of this range has ended",
        "contributors" => "buyer data are switched off",
        _ => "not known",
    }
}

/// As many and as high as the cards, so that nothing jumps when they come.
#[component]
pub fn KpiSkeleton() -> impl IntoView {
    let cards = (0..8).map(|_| view! { <li class="card kpi bone"></li> });
    view! { <ul class="kpis" aria-hidden="true">{cards.collect_view()}</ul> }
}
