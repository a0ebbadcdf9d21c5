//! What became of the invoices created in the range: ring, legend and table.

use leptos::either::Either;
use leptos::prelude::*;
use shared::{InvoiceStatus, SourceFilter, StatusTotal};

use super::daily::Waiting;
use super::figures::Figures;
use super::range::RangeChoice;
use super::shares::percentages;
use crate::base::link;
use crate::charts::status;
use crate::components::StatusChip;
use crate::components::chart::{ChartCanvas, ChartFigure, Draw, caption_id};
use crate::format::number::{compact, whole};
use crate::format::{UNKNOWN, counted, number};
use crate::remote::Remote;

const NAME: &str = "status";

/// What the slices measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Measure {
    Count,
    Value,
}

impl Measure {
    const ALL: [(Self, &'static str); 2] = [(Self::Count, "Invoices"), (Self::Value, "Raised")];

    const fn of(self, total: &StatusTotal) -> i64 {
        match self {
            Self::Count => total.count,
            Self::Value => total.raised_sats,
        }
    }
}

/// A status with its part.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Part {
    status: InvoiceStatus,
    count: i64,
    raised_sats: i64,
    /// Of the measure shown, in percent.
    share: i64,
}

/// The figure; mounted before the first answer, like [`super::daily::DailyRaised`].
#[component]
pub fn Statuses(figures: Remote<Figures>) -> impl IntoView {
    let measure = RwSignal::new(Measure::Count);
    let totals = Memo::new(move |_| figures.read(in_order).unwrap_or_else(nothing_known));
    let sizes = Memo::new(move |_| totals.with(|totals| sizes(totals, measure.get())));
    let parts = Memo::new(move |_| totals.with(|totals| parts(totals, measure.get())));
    let draw = move || -> Draw {
        Box::new(move |area, look| {
            status::draw(area, &sizes.get(), look).map(|()| None).map_err(|error| error.to_string())
        })
    };
    let words = Signal::derive(move || figures.read(summary).unwrap_or_default());
    let chart = move || {
        view! {
            <div class="ring">
                <ChartCanvas draw=draw() label=caption_id(NAME) supersample=true>
                    <Centre figures totals measure />
                    <Waiting figures />
                </ChartCanvas>
                <Legend figures parts measure />
            </div>
        }
        .into_any()
    };
    view! {
        <ChartFigure
            name=NAME
            title="Invoices by status"
            summary=words
            tools=move || view! { <MeasureSwitch measure /> }.into_any()
            chart
            table=move || view! { <StatusTable parts /> }.into_any()
        />
    }
}

/// Before the first answer: five statuses, so that the figure is as high as it will be.
fn nothing_known() -> Vec<StatusTotal> {
    status::ORDER.map(|status| StatusTotal { status, count: 0, raised_sats: 0 }).to_vec()
}

/// By ring order; what the API does not tell is zero.
fn in_order(figures: &Figures) -> Vec<StatusTotal> {
    let of = |status: InvoiceStatus| {
        let told = figures.answer.statuses.iter().find(|total| total.status == status).cloned();
        told.unwrap_or(StatusTotal { status, count: 0, raised_sats: 0 })
    };
    status::ORDER.map(of).to_vec()
}

fn sizes(totals: &[StatusTotal], measure: Measure) -> [i64; 5] {
    let mut sizes = [0; 5];
    for (size, total) in sizes.iter_mut().zip(totals) {
        *size = measure.of(total);
    }
    sizes
}

fn parts(totals: &[StatusTotal], measure: Measure) -> Vec<Part> {
    let shares = percentages(&totals.iter().map(|total| measure.of(total)).collect::<Vec<_>>());
    let part = |(total, share): (&StatusTotal, i64)| Part {
        status: total.status,
        count: total.count,
        raised_sats: total.raised_sats,
        share,
    };
    totals.iter().zip(shares).map(part).collect()
}

/// `42 invoices were created in this range, 30 of them settled.`
fn summary(figures: &Figures) -> String {
    let totals = in_order(figures);
    let count: i64 = totals.iter().map(|total| total.count).sum();
    if count == 0 {
        return match (figures.answer.source, figures.asked) {
            (SourceFilter::Angor, _) => "Angor has no invoices.",
            (_, RangeChoice::All) => "No invoices yet.",
            _ => "No invoices in this range.",
        }
        .to_owned();
    }
    let settled = totals.iter().find(|total| total.status == InvoiceStatus::Settled).map_or(0, |total| total.count);
    let verb = if count == 1 { "was" } else { "were" };
    let invoices = counted(count, "invoice", "invoices");
    format!("{invoices} {verb} created in this range, {} of them settled.", whole(settled))
}

/// The total, in the hole of the ring.
#[component]
fn Centre(figures: Remote<Figures>, totals: Memo<Vec<StatusTotal>>, measure: RwSignal<Measure>) -> impl IntoView {
    let total = Memo::new(move |_| {
        let measure = measure.get();
        totals.with(|totals| totals.iter().map(|total| measure.of(total)).fold(0, i64::saturating_add))
    });
    let label = move || match measure.get() {
        Measure::Count if total.get() == 1 => "invoice",
        Measure::Count => "invoices",
        Measure::Value => number::sat_unit(total.get()),
    };
    let figure = move || match total.get() {
        _ if !figures.is_loaded() => UNKNOWN.to_owned(),
        total if total < 100_000 => whole(total),
        total => compact(total),
    };
    view! {
        <p class="ring-centre">
            <strong>{figure}</strong>
            <span>{label}</span>
        </p>
    }
}

/// Colour, name, count and share; the count leads to the list.
#[component]
fn Legend(figures: Remote<Figures>, parts: Memo<Vec<Part>>, measure: RwSignal<Measure>) -> impl IntoView {
    // None before the first answer.
    let days = Memo::new(move |_| figures.read(|figures| (figures.answer.range.from, figures.answer.range.to)));
    let item = move |part: Part| {
        let href = days
            .get_untracked()
            .map(|(from, to)| link(&format!("/invoices?range={from}..{to}&status={}", part.status.as_str())));
        let figure = match measure.get_untracked() {
            _ if href.is_none() => UNKNOWN.to_owned(),
            Measure::Count => whole(part.count),
            Measure::Value => number::sats(part.raised_sats),
        };
        let figure = match href.filter(|_| part.count > 0) {
            Some(href) => {
                let name = format!("{} {}, list them", figure, part.status.as_str());
                Either::Left(view! { <a href=href aria-label=name>{figure}</a> })
            }
            None => Either::Right(figure),
        };
        let share = days.get_untracked().map(|_| format!("{} %", part.share));
        view! {
            <li data-status=part.status.as_str()>
                <StatusChip status=part.status />
                <span class="number">{figure}</span>
                <span class="number muted">{share}</span>
            </li>
        }
    };
    view! {
        <ul class="ring-legend">
            <For each=move || parts.get() key=move |part| (part.clone(), measure.get(), days.get()) children=item />
        </ul>
    }
}

#[component]
fn MeasureSwitch(measure: RwSignal<Measure>) -> impl IntoView {
    let radios = Measure::ALL.map(|(choice, name)| {
        view! {
            <label>
                <input
                    type="radio"
                    name="measure"
                    prop:checked=move || measure.get() == choice
                    on:change=move |_| measure.set(choice)
                />
                <span>{name}</span>
            </label>
        }
    });
    view! { <div class="segments radios" role="radiogroup" aria-label="Slices show">{radios.into_iter().collect_view()}</div> }
}

/// A row for each status, zeros too.
#[component]
fn StatusTable(parts: Memo<Vec<Part>>) -> impl IntoView {
    let sum = move |pick: fn(&Part) -> i64| move || whole(parts.with(|parts| parts.iter().map(pick).sum()));
    view! {
        <table data-table="statuses">
            <caption>"Invoices created in this range, with all they were ever paid."</caption>
            <thead>
                <tr>
                    <th scope="col">"Status"</th>
                    <th scope="col" class="number">"Invoices"</th>
                    <th scope="col" class="number">"Raised, sats"</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || parts.get() key=Part::clone children=|part: Part| {
                    view! {
                        <tr data-status=part.status.as_str()>
                            <th scope="row"><StatusChip status=part.status /></th>
                            <td class="number">{whole(part.count)}</td>
                            <td class="number">{whole(part.raised_sats)}</td>
                        </tr>
                    }
                } />
            </tbody>
            <tfoot>
                <tr>
                    <th scope="row">"Total"</th>
                    <td class="number">{sum(|part| part.count)}</td>
                    <td class="number">{sum(|part| part.raised_sats)}</td>
                </tr>
            </tfoot>
        </table>
    }
}
