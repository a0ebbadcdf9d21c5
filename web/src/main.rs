//! The single-page app: the figures of the API in `shared`'s DTOs, rendered in the browser.
//!
//! Layers, each importing only those before it: `format`, `base`; `api`, `query`, `remote`; `state`; `components`;
//! `shell` and the pages (`dashboard`, `invoices`, `not_found`); `app`. Pages do not import one another.

mod api;
mod app;
mod base;
mod components;
mod crash;
mod dashboard;
mod format;
mod invoices;
mod not_found;
mod query;
mod remote;
mod shell;
mod state;

fn main() {
    crash::install();
    leptos::mount::mount_to_body(app::App);
    base::remove_element("boot");
}
