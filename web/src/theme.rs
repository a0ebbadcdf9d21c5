//! Light, dark or the system's choice, kept in this browser; `theme.js` applies it before the first paint. Shell and
//! pages may import it.

use crate::base::{document, storage};

const STORAGE_KEY: &str = "theme";

/// The reader's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// In the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// What this browser remembers.
    pub fn stored() -> Self {
        let stored = storage().and_then(|storage| storage.get_item(STORAGE_KEY).ok().flatten());
        match stored.as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// In a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The one after it, round and round.
    pub const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    /// Storage can be forbidden; the theme then lasts as long as the page.
    pub fn apply(self) {
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
