//! The page `/`: figures of a range of days.

mod kpis;
mod range;
mod range_picker;
mod statuses;

use leptos::prelude::*;

use self::kpis::{KpiRow, KpiSkeleton};
use self::range::RangeChoice;
use self::range_picker::RangePicker;
use self::statuses::{StatusTable, StatusTableSkeleton};
use crate::api;
use crate::components::Loading;
use crate::format::time;
use crate::query::{Step, use_url_query};
use crate::remote::Remote;
use crate::state::use_app;

/// Key figures and what became of the invoices.
#[component]
pub fn Dashboard() -> impl IntoView {
    let app = use_app();
    app.page_title.set("Dashboard");
    let query = use_url_query();
    let written = query.get("range");
    let range = Memo::new(move |_| written.get().and_then(|text| text.parse().ok()).unwrap_or(RangeChoice::DEFAULT));

    // What is not a range, or is the one that needs no words, leaves the URL.
    Effect::new(move |_| {
        let canonical = range.get().in_url();
        if written.get() != canonical {
            query.set(vec![("range", canonical)], Step::Replace);
        }
    });

    // A memo, so that a tick of settings asks again only where it changes the question.
    let question = Memo::new(move |_| {
        let known = app.settings.is_loaded() || app.settings.failure().is_some();
        let today = known.then(|| time::today(&app.zone()));
        range.get().in_api(today).map(|pairs| (app.revision.get(), api::query_string(pairs)))
    });
    let figures = Remote::new(move || question.get(), |(_, query)| api::analytics(query));
    Effect::new(move |_| {
        if let Some(freshness) = figures.read(|figures| figures.freshness.clone()) {
            app.freshness.set(Some(freshness));
        }
    });

    view! {
        <div class="page-head">
            <h1>"Dashboard"</h1>
            <RangePicker range figures on_choose=move |choice: RangeChoice| {
                query.set(vec![("range", choice.in_url())], Step::Replace);
            } />
        </div>
        <Loading remote=figures what="The figures" skeleton=|| {
            view! { <KpiSkeleton /> <StatusTableSkeleton /> }
        }>
            <KpiRow figures />
            <StatusTable figures />
        </Loading>
    }
}
