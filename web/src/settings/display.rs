//! How pages look: theme and zone.

use leptos::prelude::*;
use shared::Settings;

use super::Section;
use crate::state::use_app;
use crate::theme::Theme;

/// Theme of this browser, zone of the server.
#[component]
pub fn DisplaySection(settings: Settings) -> impl IntoView {
    let app = use_app();
    let themes = Theme::ALL.map(|theme| {
        let name = match theme {
            Theme::System => "As the system",
            Theme::Light => "Light",
            Theme::Dark => "Dark",
        };
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="theme"
                    value=theme.name()
                    prop:checked=move || app.theme.get() == theme
                    on:change=move |_| app.choose_theme(theme)
                />
                {name}
            </label>
        }
    });
    view! {
        <Section id="display">
            <fieldset class="checks">
                <legend>"Theme, in this browser"</legend>
                {themes.into_iter().collect_view()}
            </fieldset>
            <dl class="facts">
                <dt>"Time zone"</dt>
                <dd class="breaking">
                    <bdi>{settings.display_timezone}</bdi>
                    ": days begin at its midnight, and times are shown in it (" <code>"DISPLAY_TIMEZONE"</code> ")"
                </dd>
            </dl>
        </Section>
    }
}
