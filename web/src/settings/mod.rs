//! The pages `/settings` and `/settings/{section}`: how this program is set up. Everything is read-only but the theme.

mod about;
mod angor;
mod connection;
mod data;
mod display;
mod environment;
mod webhook;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use shared::Settings;

use self::about::About;
use self::angor::AngorSection;
use self::connection::ConnectionSection;
use self::data::DataSection;
use self::display::DisplaySection;
use self::environment::EnvironmentSection;
use self::webhook::WebhookSection;
use crate::base::{focus_element, link};
use crate::components::Loading;
use crate::state::use_app;

/// Sections with their names, in their order; the path names one.
const SECTIONS: [(&str, &str); 7] = [
    ("btcpay", "BTCPay Server"),
    ("webhook", "Webhook"),
    ("angor", "Angor"),
    ("data", "Data"),
    ("display", "Display"),
    ("environment", "Environment"),
    ("about", "About"),
];

/// All sections; the one that the path names is scrolled to and focused.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let app = use_app();
    app.page_title.set("Settings");
    let params = use_params_map();
    let wanted = Memo::new(move |_| params.with(|params| params.get("section")));
    let section = Memo::new(move |_| {
        let wanted = wanted.get();
        SECTIONS.iter().map(|(key, _)| *key).find(|key| wanted.as_deref() == Some(*key))
    });
    let go = use_navigate();
    let loaded = Memo::new(move |_| app.settings.is_loaded());
    Effect::new(move |_| {
        if wanted.with(Option::is_some) && section.get().is_none() {
            go("/settings", NavigateOptions { replace: true, ..NavigateOptions::default() });
        } else if let Some(section) = section.get().filter(|_| loaded.get()) {
            // After the shell, which takes the reader to the start of a new page.
            request_animation_frame(move || focus_element(section));
        }
    });
    let links = SECTIONS.map(|(key, name)| {
        view! {
            <li>
                <a
                    href=format!("{}/{key}", link("/settings"))
                    aria-current=move || (section.get() == Some(key)).then_some("true")
                    // The same address again would change nothing.
                    on:click=move |_| if section.get_untracked() == Some(key) { focus_element(key) }
                >
                    {name}
                </a>
            </li>
        }
    });
    view! {
        <div class="page-head">
            <h1>"Settings"</h1>
        </div>
        <nav class="sections" aria-label="Sections of the settings">
            <ul>{links.into_iter().collect_view()}</ul>
        </nav>
        <Loading remote=app.settings what="The settings" skeleton=|| view! { <div class="bone bone-block"></div> }>
            <Sections />
        </Loading>
    }
}

#[component]
fn Sections() -> impl IntoView {
    let app = use_app();
    // A memo, so that a beat without news leaves the page alone.
    let settings = Memo::new(move |_| app.settings.read(Clone::clone));
    move || {
        settings.get().map(|settings: Settings| {
            view! {
                <ConnectionSection settings=settings.clone() />
                <WebhookSection settings=settings.clone() />
                <AngorSection angor=settings.angor.clone() />
                <DataSection settings=settings.clone() />
                <DisplaySection settings=settings.clone() />
                <EnvironmentSection settings=settings.clone() />
                <About version=settings.version />
            }
        })
    }
}

/// A card with a heading that can be linked to.
#[component]
fn Section(id: &'static str, children: Children) -> impl IntoView {
    let title = SECTIONS.iter().find(|(key, _)| *key == id).map_or(id, |(_, name)| *name);
    view! {
        <section class="card section" aria-labelledby=id>
            <h2 id=id tabindex="-1">{title}</h2>
            {children()}
        </section>
    }
}
