//! How old the data are, re-read every half minute.

use leptos::prelude::*;

use crate::format::time::{age, exact};
use crate::state::use_app;

/// `Updated 2 min ago`; amber when the server calls the data stale.
#[component]
pub fn Age() -> impl IntoView {
    let app = use_app();
    let synced = Memo::new(move |_| app.data_age());
    view! {
        <span class="age" class:age-stale=move || synced.get().is_some_and(|age| age.stale)>
            {move || match synced.get() {
                Some(synced) => {
                    let text = move || age(synced.at, app.now.get());
                    view! {
                        "Updated "
                        <time datetime=exact(synced.at) title=exact(synced.at)>{text}</time>
                        {synced.stale.then_some(", stale")}
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
