//! An unknown value: an en dash with the reason, for eyes in the tooltip and for screen readers as text.

use leptos::prelude::*;

use crate::format::UNKNOWN;

/// `–`, because zero would be a claim.
#[component]
pub fn Unknown(reason: &'static str) -> impl IntoView {
    view! {
        <span class="unknown" title=reason>
            <span aria-hidden="true">{UNKNOWN}</span>
            <span class="visually-hidden">{reason}</span>
        </span>
    }
}
