//! What stands around the rows of a list: their number, the button for more, and the failure of that.

use leptos::prelude::*;

use super::Failure;
use crate::paged::{PAGE_ROWS, Paged, Row};

/// Count, rows, more; or `empty`, where there is no row.
#[component]
pub fn PagedList<T: Row>(
    list: Paged<T>,
    /// "More invoices".
    more: &'static str,
    #[prop(into)] empty: ViewFn,
    children: ChildrenFn,
) -> impl IntoView {
    let nothing = Memo::new(move |_| list.is_empty());
    let has_more = Memo::new(move |_| list.has_more());
    let failed = Memo::new(move |_| list.more_failure().is_some());
    let busy = Signal::derive(move || list.is_loading_more());
    let failure = move || {
        let error = Signal::derive(move || list.more_failure());
        let kept = Signal::derive(|| false);
        view! { <Failure what=more error busy on_retry=move || list.load_more() kept /> }.into_any()
    };
    let button = move || {
        view! {
            <button
                type="button"
                class="button"
                aria-disabled=move || busy.get().to_string()
                on:click=move |_| list.load_more()
            >
                {move || if busy.get() { "Loading …".to_owned() } else { format!("Load {PAGE_ROWS} more") }}
            </button>
        }
        .into_any()
    };
    move || {
        if nothing.get() {
            return empty.run();
        }
        view! {
            <p class="muted list-count">{move || list.counts()}</p>
            {children()}
            {move || {
                if failed.get() {
                    Some(failure())
                } else {
                    has_more.get().then(button)
                }
            }}
        }
        .into_any()
    }
}

/// About as high as a first screen of rows.
#[component]
pub fn ListSkeleton() -> impl IntoView {
    let rows = (0..8).map(|_| view! { <div class="bone bone-row"></div> });
    view! { <div class="card" aria-hidden="true">{rows.collect_view()}</div> }
}
