//! Preset ranges, and which days they came to in which zone.

use leptos::prelude::*;
use shared::Analytics;

use super::range::RangeChoice;
use crate::format::time;
use crate::remote::Remote;
use crate::state::use_app;

/// A group of buttons; the days and their zone stand below.
#[component]
pub fn RangePicker(
    range: Memo<RangeChoice>,
    figures: Remote<Analytics>,
    on_choose: impl Fn(RangeChoice) + Copy + 'static,
) -> impl IntoView {
    let app = use_app();
    let presets = RangeChoice::PRESETS.map(|(choice, name)| {
        view! {
            <button
                type="button"
                aria-pressed=move || (range.get() == choice).to_string()
                on:click=move |_| on_choose(choice)
            >
                {name}
            </button>
        }
    });
    let days = move || {
        let shown = figures.read(|figures| figures.range.clone());
        match shown {
            Some(range) => format!("{} – {} · {}", time::day(range.from), time::day(range.to), range.tz),
            None => app.zone(),
        }
    };
    view! {
        <div class="range">
            <div class="segments" role="group" aria-label="Range">{presets.into_iter().collect_view()}</div>
            <p class="muted range-days">{days}</p>
        </div>
    }
}
