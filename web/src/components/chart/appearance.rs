//! Which colours the page is in: the reader's choice on `<html>`, else the system's. Imported through [`super`].

use leptos::prelude::*;
use leptos_use_element::{UseMutationObserverOptions, use_mutation_observer_with_options};
use leptos_use_media_query::use_media_query;

use crate::base::document;
use crate::charts::Theme;

const ATTRIBUTE: &str = "data-theme";

/// Colours of the charts, followed.
pub fn use_theme() -> Memo<Theme> {
    let system_dark = use_media_query("(prefers-color-scheme: dark)");
    let contrast = use_media_query("(prefers-contrast: more)");
    let chosen = RwSignal::new(chosen_dark());
    let root: Vec<web_sys::Element> = document().and_then(|document| document.document_element()).into_iter().collect();
    let options = UseMutationObserverOptions::default().attributes(true).attribute_filter(vec![ATTRIBUTE.to_owned()]);
    let follow = move |_, _| {
        chosen.try_set(chosen_dark());
    };
    use_mutation_observer_with_options(root, follow, options);
    Memo::new(move |_| Theme::of(chosen.get().unwrap_or_else(|| system_dark.get()), contrast.get()))
}

/// The system paints everything in colours of its own: a chart would be of one colour.
pub fn use_forced_colours() -> Signal<bool> {
    use_media_query("(forced-colors: active)")
}

/// Whether the reader chose dark; none where the system decides.
fn chosen_dark() -> Option<bool> {
    let root = document()?.document_element()?;
    match root.get_attribute(ATTRIBUTE)?.as_str() {
        "dark" => Some(true),
        "light" => Some(false),
        _ => None,
    }
}
