//! Days of the reader's own: two native date fields.

use chrono::NaiveDate;
use leptos::prelude::*;

use super::range::RangeChoice;
use crate::base::focus_element;
use crate::format::time;
use crate::state::use_app;

const FROM: &str = "range-from";
const ERROR: &str = "range-error";

/// Enter applies, Escape gives up.
#[component]
pub fn CustomRange(
    /// The days on screen.
    shown: Option<(NaiveDate, NaiveDate)>,
    on_apply: impl Fn(RangeChoice) + Copy + 'static,
    on_cancel: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let app = use_app();
    let today = move || time::today(&app.zone());
    let write = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let (from, to) = (RwSignal::new(write(shown.map(|days| days.0))), RwSignal::new(write(shown.map(|days| days.1))));
    let wrong = RwSignal::new(None::<&'static str>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match chosen(&from.get_untracked(), &to.get_untracked(), untrack(today)) {
            Ok(range) => on_apply(range),
            Err(reason) => {
                wrong.set(Some(reason));
                focus_element(FROM);
            }
        }
    };
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            on_cancel();
        }
    };
    let invalid = move || wrong.get().is_some().to_string();
    let described = move || wrong.get().is_some().then_some(ERROR);
    // The form is in the page only after this.
    request_animation_frame(|| focus_element(FROM));
    view! {
        // `novalidate`: our own words, in place, and the same in every browser.
        <form class="custom-range" novalidate aria-label="Days" on:submit=submit on:keydown=pressed>
            <label class="field">
                <span>"From"</span>
                <input
                    id=FROM
                    type="date"
                    max=move || today().to_string()
                    aria-invalid=invalid
                    aria-describedby=described
                    bind:value=from
                />
            </label>
            <label class="field">
                <span>"To"</span>
                <input
                    type="date"
                    max=move || today().to_string()
                    aria-invalid=invalid
                    aria-describedby=described
                    bind:value=to
                />
            </label>
            <button type="submit" class="button">"Apply"</button>
            <button type="button" class="button" on:click=move |_| on_cancel()>"Cancel"</button>
            <p id=ERROR class="field-error" role="alert">{move || wrong.get()}</p>
        </form>
    }
}

/// The range of two fields, or what is wrong with them.
fn chosen(from: &str, to: &str, today: NaiveDate) -> Result<RangeChoice, &'static str> {
    let day = |text: &str, missing| text.parse::<NaiveDate>().map_err(|_| missing);
    let from = day(from, "Choose the first day.")?;
    let to = day(to, "Choose the last day.")?;
    if from > to {
        return Err("The first day is after the last one. Swap them or choose others.");
    }
    if to > today {
        return Err("The last day is still to come. Choose today or a day before.");
    }
    RangeChoice::between(from, to).map_err(|_| "That is more than a chart can show. Choose at most 33 years.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_shown_is_told_in_words() {
        let today: NaiveDate = "2026-11-24".parse().unwrap();
        let told = |from, to| chosen(from, to, today).map(RangeChoice::in_url);
        assert_eq!(told("2026-11-01", "2026-11-24"), Ok(Some("2026-11-01..2026-11-24".to_owned())));
        for (from, to, word) in [
            ("", "2026-11-24", "first day"),
            ("2026-11-01", "", "last day"),
            ("2026-11-02", "2026-11-01", "after"),
            ("2026-11-01", "2026-11-25", "still to come"),
            ("1926-11-01", "2026-11-01", "more than"),
        ] {
            assert!(told(from, to).is_err_and(|reason| reason.contains(word)), "{from} {to}");
        }
    }
}
