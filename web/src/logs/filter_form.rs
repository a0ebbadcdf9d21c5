//! Outcome boxes, event type and search. They change the URL; the list follows it.

use leptos::prelude::*;
use shared::DeliveryOutcome;

use super::filter::{EVENT_TYPES, Filter};
use crate::components::{Chip, OutcomeChip, Search, SearchField, outcome_name};

/// The form; nothing in it needs to be sent.
#[component]
pub fn FilterForm(filter: Memo<Filter>, on_choose: impl Fn(Filter) + Copy + Send + Sync + 'static) -> impl IntoView {
    let search =
        Search::new(move || filter.get().text, move |text| on_choose(Filter { text, ..filter.get_untracked() }));
    let boxes = DeliveryOutcome::ALL.iter().map(|outcome| {
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    name="outcome"
                    value=outcome.as_str()
                    prop:checked=move || filter.get().outcomes.contains(outcome)
                    on:change=move |_| on_choose(filter.get_untracked().toggled(*outcome))
                />
                <OutcomeChip outcome=*outcome />
            </label>
        }
    });
    // One from a pasted link is offered too.
    let event_type = Memo::new(move |_| filter.get().event_type);
    let odd = move || Some(event_type.get()).filter(|name| !name.is_empty() && !EVENT_TYPES.contains(&name.as_str()));
    let choose_type =
        move |event| on_choose(Filter { event_type: event_target_value(&event), ..filter.get_untracked() });
    view! {
        <form
            class="filters"
            role="search"
            aria-label="Filter deliveries"
            on:submit=move |event| {
                event.prevent_default();
                search.now();
            }
        >
            <SearchField search placeholder="Invoice id, delivery id" />
            <label class="field">
                <span>"Event"</span>
                <select name="event_type" on:change=choose_type prop:value=move || event_type.get()>
                    <option value="" selected=move || event_type.get().is_empty()>"Any event"</option>
                    {EVENT_TYPES
                        .map(|name| view! { <option value=name selected=move || event_type.get() == name>{name}</option> })
                        .into_iter()
                        .collect_view()}
                    {move || odd().map(|name| view! { <option value=name.clone() selected=true>{name.clone()}</option> })}
                </select>
            </label>
            <fieldset class="checks">
                <legend>"Result"</legend>
                {boxes.collect_view()}
            </fieldset>
        </form>
    }
}

/// The filters in force, in words.
pub fn chips(filter: &Filter) -> Vec<Chip<Filter>> {
    let mut chips: Vec<Chip<Filter>> = filter
        .outcomes
        .iter()
        .map(|outcome| Chip {
            name: format!("Result: {}", outcome_name(*outcome)),
            without: filter.clone().toggled(*outcome),
        })
        .collect();
    if !filter.event_type.is_empty() {
        let without = Filter { event_type: String::new(), ..filter.clone() };
        chips.push(Chip { name: format!("Event: {}", filter.event_type), without });
    }
    if !filter.text.is_empty() {
        let without = Filter { text: String::new(), ..filter.clone() };
        chips.push(Chip { name: format!("Text: \u{201c}{}\u{201d}", filter.text), without });
    }
    chips
}
