//! An instant in the server's zone, exact in `datetime` and `title`.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::format::time::{Stamp, exact};
use crate::state::use_app;

/// `2026-03-04 15:20` in the display zone.
#[component]
pub fn Instant(at: DateTime<Utc>) -> impl IntoView {
    let app = use_app();
    let text = move || Stamp::new(&app.zone()).write(at);
    view! { <time datetime=exact(at) title=exact(at)>{text}</time> }
}
