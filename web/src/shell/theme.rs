//! The theme button of the header.

use leptos::prelude::*;

use crate::components::{Icon, IconName};
use crate::state::use_app;
use crate::theme::Theme;

const fn icon(theme: Theme) -> IconName {
    match theme {
        Theme::System => IconName::System,
        Theme::Light => IconName::Sun,
        Theme::Dark => IconName::Moon,
    }
}

/// Goes round system, light, dark.
#[component]
pub fn ThemeToggle() -> impl IntoView {
    let app = use_app();
    let label = move || {
        let theme = app.theme.get();
        format!("Theme: {}. Switch to {}", theme.name(), theme.next().name())
    };
    let turn = move |_| app.choose_theme(app.theme.get_untracked().next());
    view! {
        <button type="button" class="icon-button theme-toggle" aria-label=label title=label on:click=turn>
            {move || view! { <Icon name=icon(app.theme.get()) /> }}
        </button>
    }
}
