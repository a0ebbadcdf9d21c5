//! Which colours the page is in: the reader's choice, else the system's. Imported through [`super`].

use leptos::prelude::*;
use leptos_use_media_query::use_media_query;

use crate::charts;
use crate::state::use_app;
use crate::theme::Theme;

/// Colours of the charts, followed.
pub fn use_colours() -> Memo<charts::Theme> {
    let app = use_app();
    let system_dark = use_media_query("(prefers-color-scheme: dark)");
    let contrast = use_media_query("(prefers-contrast: more)");
    Memo::new(move |_| {
        let dark = match app.theme.get() {
            Theme::System => system_dark.get(),
            Theme::Light => false,
            Theme::Dark => true,
        };
        charts::Theme::of(dark, contrast.get())
    })
}

/// The system paints everything in colours of its own: a chart would be of one colour.
pub fn use_forced_colours() -> Signal<bool> {
    use_media_query("(forced-colors: active)")
}
