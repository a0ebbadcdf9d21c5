//! Status boxes, search, method, days and order. They change the URL; the list follows it.

use chrono::NaiveDate;
use leptos::prelude::*;
use shared::InvoiceStatus;

use super::days::DayRange;
use super::filter::{Filter, METHODS, SORTS};
use crate::components::{Search, SearchField, StatusChip};
use crate::format::time;
use crate::state::use_app;

/// The form; nothing in it needs to be sent.
#[component]
pub fn FilterForm(filter: Memo<Filter>, on_choose: impl Fn(Filter) + Copy + Send + Sync + 'static) -> impl IntoView {
    let search =
        Search::new(move || filter.get().text, move |text| on_choose(Filter { text, ..filter.get_untracked() }));
    let boxes = InvoiceStatus::ALL.iter().map(|status| {
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    name="status"
                    value=status.as_str()
                    prop:checked=move || filter.get().statuses.contains(status)
                    on:change=move |_| on_choose(filter.get_untracked().toggled(*status))
                />
                <StatusChip status=*status />
            </label>
        }
    });
    // What is set inside is never hidden at the start.
    let opened = {
        let filter = filter.get_untracked();
        filter.method.is_some() || filter.paid || filter.days != DayRange::All
    };
    view! {
        <form
            class="filters"
            role="search"
            aria-label="Filter invoices"
            on:submit=move |event| {
                event.prevent_default();
                search.now();
            }
        >
            <SearchField search placeholder="Order id, invoice id, e-mail" />
            <Choice
                name="sort"
                label="Order"
                options=SORTS.to_vec()
                chosen=Signal::derive(move || filter.get().sort)
                on_choose=move |sort| on_choose(Filter { sort, ..filter.get_untracked() })
            />
            <fieldset class="checks">
                <legend>"Status"</legend>
                {boxes.collect_view()}
            </fieldset>
            <details class="more-filters" open=opened>
                <summary>"More filters"</summary>
                <div class="filters">
                    <Choice
                        name="method"
                        label="Paid by"
                        options=[("", "Any method")].into_iter().chain(METHODS).collect()
                        chosen=Signal::derive(move || filter.get().method.unwrap_or_default())
                        on_choose=move |method: &'static str| {
                            let method = Some(method).filter(|method| !method.is_empty());
                            on_choose(Filter { method, ..filter.get_untracked() });
                        }
                    />
                    <Choice
                        name="basis"
                        label="Days of"
                        options=vec![("", "Creation"), ("paid", "Payment")]
                        chosen=Signal::derive(move || if filter.get().paid { "paid" } else { "" })
                        on_choose=move |basis: &'static str| {
                            on_choose(Filter { paid: basis == "paid", ..filter.get_untracked() });
                        }
                    />
                    <DayFields filter on_choose />
                </div>
            </details>
        </form>
    }
}

#[component]
fn DayFields(filter: Memo<Filter>, on_choose: impl Fn(Filter) + Copy + Send + Sync + 'static) -> impl IntoView {
    let app = use_app();
    let ends = Memo::new(move |_| {
        let today = app.settings.is_loaded().then(|| time::today(&app.zone()));
        filter.get().days.ends(today).unwrap_or_default()
    });
    let wrong = RwSignal::new(false);
    let choose = move |from: Option<NaiveDate>, to: Option<NaiveDate>| {
        let backwards = matches!((from, to), (Some(from), Some(to)) if from > to);
        wrong.set(backwards);
        if !backwards {
            on_choose(Filter { days: DayRange::between(from, to), ..filter.get_untracked() });
        }
    };
    let text = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let set_from = move |event| choose(event_target_value(&event).parse().ok(), ends.get_untracked().1);
    let set_to = move |event| choose(ends.get_untracked().0, event_target_value(&event).parse().ok());
    let described = move || wrong.get().then_some("days-wrong");
    view! {
        <label class="field">
            <span>"From"</span>
            <input
                type="date"
                name="from"
                aria-invalid=move || wrong.get().then_some("true")
                aria-describedby=described
                prop:value=move || text(ends.get().0)
                on:change=set_from
            />
        </label>
        <label class="field">
            <span>"To"</span>
            <input
                type="date"
                name="to"
                aria-invalid=move || wrong.get().then_some("true")
                aria-describedby=described
                prop:value=move || text(ends.get().1)
                on:change=set_to
            />
        </label>
        <p class="field-error" id="days-wrong" role="alert">
            {move || wrong.get().then_some("The first day is after the last: change one of them.")}
        </p>
    }
}

/// A list of words, one of them chosen.
#[component]
fn Choice(
    name: &'static str,
    label: &'static str,
    options: Vec<(&'static str, &'static str)>,
    chosen: Signal<&'static str>,
    on_choose: impl Fn(&'static str) + 'static,
) -> impl IntoView {
    let keys: Vec<&'static str> = options.iter().map(|(key, _)| *key).collect();
    let options = options.into_iter().map(|(key, name)| {
        view! { <option value=key selected=move || chosen.get() == key>{name}</option> }
    });
    let change = move |event| {
        let value = event_target_value(&event);
        if let Some(key) = keys.iter().find(|key| **key == value) {
            on_choose(key);
        }
    };
    view! {
        <label class="field">
            <span>{label}</span>
            <select name=name on:change=change prop:value=move || chosen.get()>{options.collect_view()}</select>
        </label>
    }
}
