//! Light, dark or the system's choice, kept in this browser; `theme.js` applies it before the first paint.

use leptos::prelude::*;

use crate::base::document;
use crate::components::{Icon, IconName};

const STORAGE_KEY: &str = "theme";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    fn stored() -> Self {
        let stored = storage().and_then(|storage| storage.get_item(STORAGE_KEY).ok().flatten());
        match stored.as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    const fn icon(self) -> IconName {
        match self {
            Self::System => IconName::System,
            Self::Light => IconName::Sun,
            Self::Dark => IconName::Moon,
        }
    }

    /// Storage can be forbidden; the theme then lasts as long as the page.
    fn apply(self) {
        if let Some(root) = document().and_then(|document| document.document_element()) {
            let _ = match self {
                Self::System => root.remove_attribute("data-theme"),
                chosen => root.set_attribute("data-theme", chosen.name()),
            };
        }
        if let Some(storage) = storage() {
            let _ = match self {
                Self::System => storage.remove_item(STORAGE_KEY),
                chosen => storage.set_item(STORAGE_KEY, chosen.name()),
            };
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window().and_then(|window| window.local_storage().ok().flatten())
}

/// Goes round system, light, dark.
#[component]
pub fn ThemeToggle() -> impl IntoView {
    let theme = RwSignal::new(Theme::stored());
    let label = move || format!("Theme: {}. Switch to {}", theme.get().name(), theme.get().next().name());
    let turn = move |_| {
        theme.update(|theme| *theme = theme.next());
        theme.get_untracked().apply();
    };
    view! {
        <button type="button" class="icon-button theme-toggle" aria-label=label title=label on:click=turn>
            {move || view! { <Icon name=theme.get().icon() /> }}
        </button>
    }
}
