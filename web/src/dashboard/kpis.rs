//! The row of key figures: one card for each of the API's KPIs, in its order.

mod lines;

use chrono::NaiveDate;
use leptos::either::Either;
use leptos::prelude::*;
use shared::{Kpi, KpiUnit, SourceFilter, analytics::KpiValue};

use self::lines::{lines, unknown_because};
use super::figures::Figures;
use crate::base::link;
use crate::charts::spark;
use crate::components::Unknown;
use crate::format::number;
use crate::remote::Remote;

/// A card's content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Card {
    id: String,
    label: String,
    /// As the API writes it, for `data-value`.
    raw: String,
    /// As people read it; none when unknown.
    figure: Option<String>,
    unit: &'static str,
    lines: Vec<String>,
    /// Path of the small line; none where there is nothing to draw.
    spark: Option<String>,
    /// The invoices behind the figure.
    href: Option<String>,
}

/// All cards.
#[component]
pub fn KpiRow(figures: Remote<Figures>) -> impl IntoView {
    let cards = Memo::new(move |_| {
        let all = |figures: &Figures| figures.answer.kpis.iter().map(|kpi| card(kpi, figures)).collect::<Vec<_>>();
        figures.read(all).unwrap_or_default()
    });
    let ids = move || cards.with(|cards| cards.iter().map(|card| card.id.clone()).collect::<Vec<_>>());
    view! {
        <section aria-label="Key figures">
            <ul class="kpis">
                // By id: a new value changes the card in place, and with it nobody's place on the page.
                <For each=ids key=String::clone children=move |id| {
                    let find = move |cards: &Vec<Card>| cards.iter().find(|card| card.id == id).cloned();
                    let card = Memo::new(move |_| cards.with(&find).unwrap_or_default());
                    view! { <KpiCard card /> }
                } />
            </ul>
        </section>
    }
}

#[component]
fn KpiCard(card: Memo<Card>) -> impl IntoView {
    let href = Memo::new(move |_| card.with(|card| card.href.clone()));
    view! {
        <li class="card kpi" data-kpi=move || card.with(|card| card.id.clone()) data-value=move || card.with(|card| card.raw.clone())>
            {move || match href.get() {
                Some(href) => Either::Left(view! { <a class="kpi-link" href=href><KpiContent card /></a> }),
                None => Either::Right(view! { <KpiContent card /> }),
            }}
        </li>
    }
}

#[component]
fn KpiContent(card: Memo<Card>) -> impl IntoView {
    let figure = Memo::new(move |_| card.with(|card| (card.figure.clone(), card.unit)));
    let spark = Memo::new(move |_| card.with(|card| card.spark.clone()));
    // A value that took another's place lights up for a moment.
    let before = StoredValue::new(None);
    let value = move || {
        let now = figure.get();
        let changed = before.get_value().is_some_and(|before| before != now);
        before.set_value(Some(now.clone()));
        view! { <Value card=card.get_untracked() changed /> }
    };
    view! {
        <h2 class="kpi-label">{move || card.with(|card| card.label.clone())}</h2>
        <p class="kpi-value">{value}</p>
        {move || {
            let lines = card.with(|card| card.lines.clone());
            lines.into_iter().map(|line| view! { <p class="kpi-line">{line}</p> }).collect_view()
        }}
        {move || spark.get().map(|path| {
            view! {
                <svg
                    class="spark"
                    viewBox=format!("0 0 {} {}", spark::WIDTH, spark::HEIGHT)
                    preserveAspectRatio="none"
                    aria-hidden="true"
                    focusable="false"
                >
                    <path d=path fill="none" stroke="currentColor" stroke-width="1.5" vector-effect="non-scaling-stroke" />
                </svg>
            }
        })}
    }
}

#[component]
fn Value(card: Card, changed: bool) -> impl IntoView {
    let Card { id, figure, unit, .. } = card;
    let Some(figure) = figure else {
        return Either::Left(view! { <Unknown reason=unknown_because(&id) /> });
    };
    // Where buyers without an e-mail count one each, the figure is an upper bound.
    let at_most = (id == "contributors" && figure != "0").then(|| view! { <span class="kpi-bound">"at most "</span> });
    let unit = (!unit.is_empty()).then(|| view! { "\u{202f}" <span class="kpi-unit">{unit}</span> });
    Either::Right(view! { <span class:fresh=changed>{at_most} {figure} {unit}</span> })
}

fn card(kpi: &Kpi, figures: &Figures) -> Card {
    let (figure, unit) = match (&kpi.unit, &kpi.value) {
        (_, None) => (None, ""),
        (KpiUnit::Sats, Some(KpiValue::Whole(sats))) => (Some(number::whole(*sats)), number::sat_unit(*sats)),
        (KpiUnit::Count, Some(KpiValue::Whole(count))) => (Some(number::whole(*count)), ""),
        (KpiUnit::Currency(code), Some(KpiValue::Decimal(amount))) => (Some(number::money(amount, code)), ""),
        (KpiUnit::Ratio, Some(ratio)) => (Some(number::share(ratio)), ""),
        // Not in the contract; shown as it came rather than not at all.
        (_, Some(value)) => (Some(value.to_string()), ""),
    };
    Card {
        id: kpi.id.clone(),
        label: kpi.label.clone(),
        raw: kpi.value.as_ref().map(ToString::to_string).unwrap_or_default(),
        lines: if figure.is_some() { lines(kpi, figures) } else { vec![unknown_because(&kpi.id).to_owned()] },
        figure,
        unit,
        spark: small_line(&kpi.id, figures),
        href: invoices_behind(&kpi.id, figures),
    }
}

fn small_line(id: &str, figures: &Figures) -> Option<String> {
    let pick = match id {
        "raised" => |point: &shared::SeriesPoint| point.raised_sats,
        "contributions" => |point: &shared::SeriesPoint| point.contributions,
        _ => return None,
    };
    // What is still to come does not fall to zero.
    let come = |point: &&shared::SeriesPoint| point.bucket.parse().is_ok_and(|day: NaiveDate| day <= figures.today);
    spark::path(&figures.answer.series.iter().filter(come).map(pick).collect::<Vec<_>>())
}

/// The list that adds up to the figure; only BTCPay has invoices.
fn invoices_behind(id: &str, figures: &Figures) -> Option<String> {
    if figures.answer.source == SourceFilter::Angor {
        return None;
    }
    let range = &figures.answer.range;
    let more = match id {
        "raised" | "contributions" | "average" | "median" | "contributors" => "&basis=paid",
        "pending" => "&status=Processing",
        "invoices" | "conversion" => "",
        _ => return None,
    };
    Some(link(&format!("/invoices?range={}..{}{more}", range.from, range.to)))
}

/// As many and as high as the cards, so that nothing jumps when they come.
#[component]
pub fn KpiSkeleton() -> impl IntoView {
    let cards = (0..8).map(|_| view! { <li class="card kpi bone"></li> });
    view! { <ul class="kpis" aria-hidden="true">{cards.collect_view()}</ul> }
}
