//! The page `/`: figures of a range of days.

mod buckets;
mod custom_range;
mod daily;
mod figures;
mod kpis;
mod range;
mod range_picker;
mod shares;
mod source;
mod statuses;

use leptos::prelude::*;

use self::daily::DailyRaised;
use self::figures::{Question, fetch};
use self::kpis::{KpiRow, KpiSkeleton};
use self::range::RangeChoice;
use self::range_picker::RangePicker;
use self::source::SourceSwitch;
use self::statuses::Statuses;
use crate::components::Loading;
use crate::format::time;
use crate::query::{Step, use_url_query};
use crate::remote::Remote;
use crate::state::use_app;

/// Key figures, what was raised day by day, and what became of the invoices.
#[component]
pub fn Dashboard() -> impl IntoView {
    let app = use_app();
    app.page_title.set("Dashboard");
    let query = use_url_query();
    let (written_range, written_source) = (query.get("range"), query.get("src"));
    let range =
        Memo::new(move |_| written_range.get().and_then(|text| text.parse().ok()).unwrap_or(RangeChoice::DEFAULT));
    let source = Memo::new(move |_| source::from_url(written_source.get()));

    // What is not a range or a source, or is the one that needs no words, leaves the URL.
    query.keep(move || vec![("src", source::in_url(source.get())), ("range", range.get().in_url())]);
    let choose_range = move |choice: RangeChoice| query.set(vec![("range", choice.in_url())], Step::Replace);
    let choose_source = move |choice| query.set(vec![("src", source::in_url(choice))], Step::Replace);

    // A memo, so that a tick of settings asks again only where it changes the question.
    let question = Memo::new(move |_| {
        let known = app.settings.is_loaded() || app.settings.failure().is_some();
        let today = known.then(|| time::today(&app.zone()));
        let (source, range) = (source.get(), range.get());
        range.in_api(today).map(|pairs| Question { revision: app.revision.get(), source, range, pairs })
    });
    let figures = Remote::new(move || question.get(), fetch);
    Effect::new(move |_| {
        if let Some(freshness) = figures.read(|figures| figures.answer.freshness.clone()) {
            app.freshness.set(Some(freshness));
        }
    });
    let failed = Memo::new(move |_| figures.failure().is_some());

    view! {
        <div class="page-head">
            <h1>"Dashboard"</h1>
            <div class="controls">
                <SourceSwitch source on_choose=choose_source />
                <RangePicker range figures on_choose=choose_range />
            </div>
        </div>
        <Loading remote=figures what="The figures" ages=true skeleton=|| view! { <KpiSkeleton /> }>
            <KpiRow figures />
        </Loading>
        <div class="charts" class:loading-old=move || failed.get()>
            <DailyRaised figures on_range=choose_range />
            <Statuses figures />
        </div>
    }
}
