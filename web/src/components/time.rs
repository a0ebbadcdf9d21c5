//! An instant in the server's zone, exact in `datetime` and `title`.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::format::time::{Stamp, exact};
use crate::state::use_app;

/// `2026-03-04 15:20` in the display zone, or only its day.
#[component]
pub fn Instant(at: DateTime<Utc>, #[prop(default = false)] day_only: bool) -> impl IntoView {
    let app = use_app();
    let text = move || {
        let text = Stamp::new(&app.zone()).write(at);
        match text.split_once(' ') {
            Some((day, _)) if day_only => day.to_owned(),
            _ => text,
        }
    };
    view! { <time datetime=exact(at) title=exact(at)>{text}</time> }
}
