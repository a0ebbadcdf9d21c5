//! The single-page app: the figures of the API in `shared`'s DTOs, rendered in the browser.
//!
//! Layers, each importing only those before it: `charts` (pure drawing); `format`, `base`, `theme`; `api`, `query`,
//! `remote`; `state`; `paged`; `components`; `shell` and the pages (`dashboard`, `invoices`, `angor`, `logs`, `settings`,
//! `not_found`); `app`. Pages do not import one another.

mod angor;
mod api;
mod app;
mod base;
mod charts;
mod components;
mod crash;
mod dashboard;
mod format;
mod invoices;
mod logs;
mod not_found;
mod paged;
mod query;
mod remote;
mod settings;
mod shell;
mod state;
mod theme;

/// Puts the app into the page that has loaded it.
pub fn start() {
    crash::install();
    leptos::mount::mount_to_body(app::App);
    base::remove_element("boot");
}
