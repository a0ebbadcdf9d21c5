//! The bar on top: name, refresh with the data's age, theme.

use leptos::prelude::*;

use super::age::Age;
use super::refresh::{Refresh, RefreshButton};
use super::theme::ThemeToggle;
use crate::base::link;
use crate::state::APP_NAME;

/// Sticky on wide screens; two rows on narrow ones.
#[component]
pub fn Header(refresh: Refresh) -> impl IntoView {
    view! {
        <header class="header">
            <a class="brand" href=link("/")>
                <svg class="brand-mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
                    <path
                        d="M4 24l8-9 5.5 4.5L28 8"
                        fill="none"
                        stroke="currentColor"
                        stroke-width="3.6"
                        stroke-linecap="round"
                        stroke-linejoin="round"
                    />
                </svg>
                <span>{APP_NAME}</span>
            </a>
            <div class="header-tools">
                <Age />
                <RefreshButton refresh />
                <ThemeToggle />
            </div>
            <div class="progress" class:progress-on=move || refresh.is_running() aria-hidden="true"></div>
        </header>
    }
}
