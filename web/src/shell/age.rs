//! How old the data are, re-read every half minute.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::RunState;

use crate::format::time::{age, exact};
use crate::state::use_app;

/// `Updated 2 min ago`; amber when the server calls the data stale.
#[component]
pub fn Age() -> impl IntoView {
    let app = use_app();
    let synced = Memo::new(move |_| {
        let by_figures = app.freshness.get().and_then(|freshness| Some((freshness.synced_at?, freshness.stale)));
        let by_run = app.sync.read(|run| run.finished_at.filter(|_| run.state == RunState::Idle)).flatten();
        newest(by_figures, by_run)
    });
    view! {
        <span class="age" class:age-stale=move || synced.get().is_some_and(|(_, stale)| stale)>
            {move || match synced.get() {
                Some((at, stale)) => {
                    let text = move || age(at, app.now.get());
                    view! {
                        "Updated "
                        <time datetime=exact(at) title=exact(at)>{text}</time>
                        {stale.then_some(", stale")}
                    }
                    .into_any()
                }
                None if app.is_demo() => "Demo data".into_any(),
                None if app.sync.is_loaded() => "Not updated yet".into_any(),
                None => ().into_any(),
            }}
        </span>
    }
}

/// A run that ended after the figures were read makes them fresh: they are being asked for again.
fn newest(by_figures: Option<(DateTime<Utc>, bool)>, by_run: Option<DateTime<Utc>>) -> Option<(DateTime<Utc>, bool)> {
    match (by_figures, by_run) {
        (Some((at, _)), Some(run)) if run > at => Some((run, false)),
        (Some(figures), _) => Some(figures),
        (None, run) => run.map(|at| (at, false)),
    }
}
