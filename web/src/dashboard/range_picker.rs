//! Preset ranges, days of the reader's own, and which days they came to in which zone.

use leptos::prelude::*;

use super::custom_range::CustomRange;
use super::figures::Figures;
use super::range::RangeChoice;
use crate::base::focus_element;
use crate::format::time;
use crate::remote::Remote;
use crate::state::use_app;

const CUSTOM_BUTTON: &str = "range-custom";

/// A group of buttons; the days and their zone stand below.
#[component]
pub fn RangePicker(
    range: Memo<RangeChoice>,
    figures: Remote<Figures>,
    on_choose: impl Fn(RangeChoice) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let app = use_app();
    let open = RwSignal::new(false);
    let choose = move |choice| {
        open.set(false);
        on_choose(choice);
    };
    let presets = RangeChoice::PRESETS.map(|(choice, name)| {
        view! {
            <button type="button" aria-pressed=move || (range.get() == choice).to_string() on:click=move |_| choose(choice)>
                {name}
            </button>
        }
    });
    let is_custom = move || matches!(range.get(), RangeChoice::Between(..));
    let answered = move || figures.read(|figures| figures.answer.range.clone());
    let days = move || match answered() {
        Some(range) => format!("{} – {} · {}", time::day(range.from), time::day(range.to), range.tz),
        None => app.zone(),
    };
    // The form begins with what is on screen.
    let shown = move || untrack(answered).map(|range| (range.from, range.to));
    let leave = move || {
        open.set(false);
        focus_element(CUSTOM_BUTTON);
    };
    view! {
        <div class="range">
            <div class="segments" role="group" aria-label="Range">
                {presets.into_iter().collect_view()}
                <button
                    type="button"
                    id=CUSTOM_BUTTON
                    aria-pressed=move || is_custom().to_string()
                    aria-expanded=move || open.get().to_string()
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    "Custom"
                </button>
            </div>
            {move || open.get().then(|| {
                let apply = move |choice| {
                    leave();
                    on_choose(choice);
                };
                view! { <CustomRange shown=shown() on_apply=apply on_cancel=leave /> }
            })}
            <p class="muted range-days">{days}</p>
        </div>
    }
}
