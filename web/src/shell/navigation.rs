//! Links to the pages that exist: a rail beside the page, a bar below it on narrow screens.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::base::link;
use crate::components::{Icon, IconName};

const PAGES: [(&str, &str, IconName); 5] = [
    ("/", "Dashboard", IconName::Dashboard),
    ("/invoices", "Invoices", IconName::Invoices),
    ("/angor", "Angor", IconName::Projects),
    ("/logs", "Logs", IconName::Logs),
    ("/settings", "Settings", IconName::Settings),
];

/// The main navigation.
#[component]
pub fn Navigation() -> impl IntoView {
    let here = use_location().pathname;
    let items = PAGES.map(|(path, name, icon)| {
        let href = link(path);
        let target = href.clone();
        // The address may end in a slash, or go on to one thing of the page.
        let is_here = move || {
            here.with(|here| {
                let rest = here.strip_prefix(target.trim_end_matches('/'));
                rest.is_some_and(|rest| rest.is_empty() || rest == "/" || (path != "/" && rest.starts_with('/')))
            })
        };
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
