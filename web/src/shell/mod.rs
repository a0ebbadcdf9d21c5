//! What stands around every page: skip link, header, navigation, notices, footer and the one live region.

mod age;
mod header;
mod navigation;
mod notices;
mod refresh;
mod theme;

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::base::{document, focus_element};
use crate::state::{APP_NAME, use_app};

/// Frames the page. Only under the router.
#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let app = use_app();
    let refresh = refresh::Refresh::new(app);
    follow_title();
    follow_route();
    let skip = move |event: leptos::ev::MouseEvent| {
        // Followed as a link, `#main` would lead to the base's page, not to this one.
        event.prevent_default();
        focus_element("main");
    };
    let version = move || app.settings.read(|settings| format!(" {}", settings.version));
    view! {
        <a class="skip-link" href="#main" rel="external" on:click=skip>"Skip to content"</a>
        <header::Header refresh />
        <div class="frame">
            <navigation::Navigation />
            <div class="column">
                <notices::Notices />
                <refresh::RefreshOutcome refresh />
                <main id="main" tabindex="-1">{children()}</main>
                <footer class="footer">
                    <p>{APP_NAME} {version} " · free software under the MIT licence"</p>
                </footer>
            </div>
        </div>
        <p class="visually-hidden" role="status" aria-live="polite">{move || app.announcement.get()}</p>
    }
}

/// `[Demo] Page - Subject - Name`, so that a tab and a printed page tell it too.
fn follow_title() {
    let app = use_app();
    Effect::new(move |_| {
        let demo = if app.is_demo() { "[Demo] " } else { "" };
        let subject = app.page_subject.get().map(|subject| format!(" - {subject}")).unwrap_or_default();
        let title = format!("{demo}{}{subject} - {APP_NAME}", app.page_title.get());
        if let Some(document) = document() {
            document.set_title(&title);
        }
    });
}

/// Another page: reading starts at its beginning, and its name is said.
fn follow_route() {
    let app = use_app();
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            app.page_subject.set(None);
            focus_element("main");
            // The page is made after the path has changed, and names itself then.
            let say = move || app.announcement.set(app.page_title.get_untracked().to_owned());
            set_timeout(say, Duration::from_millis(50));
        }
        path
    });
}
