//! Links to the pages that exist: a rail beside the page, a bar below it on narrow screens.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::base::link;
use crate::components::{Icon, IconName};

const PAGES: [(&str, &str, IconName); 2] =
    [("/", "Dashboard", IconName::Dashboard), ("/invoices", "Invoices", IconName::Invoices)];

/// The main navigation.
#[component]
pub fn Navigation() -> impl IntoView {
    let here = use_location().pathname;
    let items = PAGES.map(|(path, name, icon)| {
        let href = link(path);
        let target = href.clone();
        // The address may or may not end in a slash.
        let is_here = move || here.with(|here| here.trim_end_matches('/') == target.trim_end_matches('/'));
        view! {
            <li>
                <a href=href aria-current=move || is_here().then_some("page")>
                    <Icon name=icon />
                    <span>{name}</span>
                </a>
            </li>
        }
    });
    view! {
        <nav class="nav" aria-label="Main">
            <ul>{items.into_iter().collect_view()}</ul>
        </nav>
    }
}
