//! The filters that are set, each with a button that takes it off.

use leptos::prelude::*;

use super::{Icon, IconName};

/// One filter in words, and the choice without it.
#[derive(Debug, Clone, PartialEq)]
pub struct Chip<F> {
    /// "Status: New".
    pub name: String,
    /// What remains.
    pub without: F,
}

/// Nothing where no filter is set.
#[component]
pub fn FilterChips<F>(
    chips: Memo<Vec<Chip<F>>>,
    on_choose: impl Fn(F) + Copy + Send + Sync + 'static,
    on_clear: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView
where
    F: Clone + PartialEq + Send + Sync + 'static,
{
    let some = Memo::new(move |_| !chips.with(Vec::is_empty));
    let one = move |chip: Chip<F>| {
        let without = chip.without;
        view! {
            <li>
                <button type="button" class="filter-chip" on:click=move |_| on_choose(without.clone())>
                    <span class="visually-hidden">"Remove filter "</span>
                    <bdi>{chip.name}</bdi>
                    <Icon name=IconName::Close />
                </button>
            </li>
        }
    };
    move || {
        some.get().then(|| {
            view! {
                <ul class="filter-chips" aria-label="Filters that are set">
                    {move || chips.get().into_iter().map(one).collect_view()}
                    <li>
                        <button type="button" class="link-button" on:click=move |_| on_clear()>"Clear filters"</button>
                    </li>
                </ul>
            }
        })
    }
}
