//! What was raised, bucket by bucket: the line, its words and its table.

mod table;
mod words;

use leptos::prelude::*;

use self::table::SeriesTable;
use self::words::{not_loaded, note, spot, summary};
use super::buckets::{BucketState, Row, rows};
use super::figures::Figures;
use super::range::RangeChoice;
use crate::base::link;
use crate::charts::daily_raised::{self, Bucket, Series};
use crate::charts::{Host, Plot};
use crate::components::chart::{ChartCanvas, ChartFigure, Draw, Inspector, caption_id};
use crate::format::number;
use crate::remote::Remote;

const NAME: &str = "daily-raised";

/// The figure; mounted before the first answer, so that the canvas is there once and for all.
#[component]
pub fn DailyRaised(
    figures: Remote<Figures>,
    on_range: impl Fn(RangeChoice) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let buckets = Memo::new(move |_| figures.read(rows).unwrap_or_default());
    let series = Memo::new(move |_| buckets.with(|rows| series(rows)));
    let (plot, host) = (RwSignal::new(None::<Plot>), RwSignal::new(Host::default()));
    let open = use_open_day(figures, buckets);
    let draw = move || -> Draw {
        Box::new(move |area, look| {
            let drawn = series.with(|series| daily_raised::draw(area, series, &number::compact, look));
            drawn.map_err(|error| error.to_string())
        })
    };
    let count = Signal::derive(move || buckets.with(Vec::len));
    let words =
        Signal::derive(move || figures.read(|figures| buckets.with(|rows| summary(figures, rows))).unwrap_or_default());
    let chart = move || {
        view! {
            <ChartCanvas draw=draw() label=caption_id(NAME) plot host>
                <Inspector
                    label="Inspect daily raised"
                    plot
                    host
                    count
                    spot=move |at| buckets.with(|rows| rows.get(at).map(spot))
                    on_open=open
                />
                <Note figures buckets on_range />
                <Waiting figures />
            </ChartCanvas>
            <Legend buckets />
        }
        .into_any()
    };
    view! {
        <ChartFigure name=NAME title="Daily raised" summary=words chart table=move || {
            view! { <SeriesTable figures buckets /> }.into_any()
        } />
    }
}

fn series(rows: &[Row]) -> Series {
    let bucket =
        |row: &Row| Bucket { label: row.label.clone(), anchor: row.anchor, value: row.known_sats(), compare: None };
    Series {
        buckets: rows.iter().map(bucket).collect(),
        open: rows.iter().position(|row| row.state == BucketState::Open),
    }
}

/// Opens the invoices that were paid in a bucket.
fn use_open_day(figures: Remote<Figures>, buckets: Memo<Vec<Row>>) -> impl Fn(usize) + Copy {
    let go = leptos_router::hooks::use_navigate();
    let go = StoredValue::new_local(go);
    move |at: usize| {
        let has_invoices =
            untrack(|| figures.read(|figures| figures.answer.source)) != Some(shared::SourceFilter::Angor);
        let days = buckets.with_untracked(|rows| rows.get(at).and_then(|row| row.day.zip(row.last_day)));
        if let Some((from, to)) = days.filter(|_| has_invoices) {
            let url = link(&format!("/invoices?range={from}..{to}&basis=paid"));
            let options = leptos_router::NavigateOptions { resolve: false, ..Default::default() };
            go.with_value(|go| go(&url, options));
        }
    }
}

/// Above the plot where there is nothing to see in it.
#[component]
fn Note(
    figures: Remote<Figures>,
    buckets: Memo<Vec<Row>>,
    on_range: impl Fn(RangeChoice) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let note = Memo::new(move |_| match figures.read(|figures| buckets.with(|rows| note(figures, rows))) {
        Some(note) => note,
        None => figures.failure().map(|_| not_loaded()),
    });
    move || {
        note.get().map(|note| {
            let all = note.offers_all_time.then(|| {
                let choose = move |_| on_range(RangeChoice::All);
                view! { <button type="button" class="button" on:click=choose>"Show all time"</button> }
            });
            view! { <div class="chart-note"><p>{note.text}</p>{all}</div> }
        })
    }
}

/// In place of the first answer.
#[component]
pub fn Waiting(figures: Remote<Figures>) -> impl IntoView {
    let waiting = Memo::new(move |_| !figures.is_loaded() && figures.failure().is_none());
    view! {
        <Show when=move || waiting.get()>
            <div class="chart-waiting skeleton" aria-hidden="true"><div class="bone"></div></div>
        </Show>
    }
}

/// What the strokes mean, as far as they are there.
#[component]
fn Legend(buckets: Memo<Vec<Row>>) -> impl IntoView {
    let has = move |states: &[BucketState]| buckets.with(|rows| rows.iter().any(|row| states.contains(&row.state)));
    let open = Memo::new(move |_| has(&[BucketState::Open]));
    let unread = Memo::new(move |_| has(&[BucketState::NotRead]));
    let ahead = Memo::new(move |_| has(&[BucketState::Ahead]));
    view! {
        <ul class="legend">
            <li><span class="key key-line" aria-hidden="true"></span>"Raised, sats"</li>
            <Show when=move || open.get()>
                <li><span class="key key-open" aria-hidden="true"></span>"so far"</li>
            </Show>
            <Show when=move || unread.get()>
                <li><span class="key key-hatch" aria-hidden="true"></span>"no data yet"</li>
            </Show>
            <Show when=move || ahead.get()>
                <li><span class="key key-hatch" aria-hidden="true"></span>"still to come"</li>
            </Show>
        </ul>
    }
}
