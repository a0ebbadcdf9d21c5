//! Status boxes, search and order. They change the URL; the list follows it.

use std::time::Duration;

use leptos::prelude::*;
use shared::InvoiceStatus;

use super::filter::{Filter, SORTS};
use crate::components::StatusChip;

/// Long enough that a typed word is one question.
const TYPING_PAUSE: Duration = Duration::from_millis(300);

/// The form; nothing in it needs to be sent.
#[component]
pub fn FilterForm(filter: Memo<Filter>, on_choose: impl Fn(Filter) + Copy + Send + Sync + 'static) -> impl IntoView {
    let typed = RwSignal::new(filter.get_untracked().text);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    // Cleared or changed through the address: the field follows, unless it says the same already.
    Effect::new(move |_| {
        let text = filter.get().text;
        if typed.with_untracked(|typed| typed.trim() != text) {
            typed.set(text);
        }
    });
    let stop_waiting = move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    on_cleanup(stop_waiting);
    let search_now = move || {
        stop_waiting();
        let text = typed.get_untracked().trim().to_owned();
        on_choose(Filter { text, ..filter.get_untracked() });
    };
    let search_soon = move |event| {
        stop_waiting();
        typed.set(event_target_value(&event));
        waiting.set_value(set_timeout_with_handle(search_now, TYPING_PAUSE).ok());
    };
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
    let orders = SORTS.map(|(key, name)| {
        view! { <option value=key selected=move || filter.get().sort == key>{name}</option> }
    });
    let order = move |event| {
        let chosen = event_target_value(&event);
        if let Some((sort, _)) = SORTS.into_iter().find(|(key, _)| *key == chosen) {
            on_choose(Filter { sort, ..filter.get_untracked() });
        }
    };
    view! {
        <form
            class="filters"
            role="search"
            aria-label="Filter invoices"
            on:submit=move |event| {
                event.prevent_default();
                search_now();
            }
        >
            <fieldset class="checks">
                <legend>"Status"</legend>
                {boxes.collect_view()}
            </fieldset>
            <label class="field field-wide">
                <span>"Search"</span>
                <input
                    type="search"
                    name="q"
                    autocomplete="off"
                    placeholder="Order id, invoice id, e-mail"
                    prop:value=move || typed.get()
                    on:input=search_soon
                />
            </label>
            <label class="field">
                <span>"Order"</span>
                <select name="sort" on:change=order>{orders.into_iter().collect_view()}</select>
            </label>
        </form>
    }
}
