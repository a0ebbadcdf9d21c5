//! An address that no page has.

use leptos::prelude::*;

use crate::base::link;
use crate::state::use_app;

/// Keeps the shell, so that every page is one step away.
#[component]
pub fn NotFound() -> impl IntoView {
    use_app().page_title.set("Page not found");
    view! {
        <h1>"Page not found"</h1>
        <p>"No page of this program has this address. It may have been mistyped, or belong to another version."</p>
        <p><a href=link("/")>"Go to the dashboard"</a></p>
    }
}
