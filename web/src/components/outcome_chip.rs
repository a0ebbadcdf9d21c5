//! What became of a webhook delivery, and whether its signature was good.

use leptos::prelude::*;
use shared::DeliveryOutcome;

use super::{Icon, IconName};

/// In words. "Failed" is the signature's word, so none of these is.
pub const fn outcome_name(outcome: DeliveryOutcome) -> &'static str {
    match outcome {
        DeliveryOutcome::Processed => "Processed",
        DeliveryOutcome::Pending => "Pending",
        DeliveryOutcome::Ignored => "Ignored",
        DeliveryOutcome::Duplicate => "Duplicate",
        DeliveryOutcome::UnknownInvoice => "Unknown invoice",
        DeliveryOutcome::Failed => "Not processed",
        DeliveryOutcome::BadSignature => "Bad signature",
    }
}

/// A dot in the colour of the matter, and its name.
#[component]
pub fn OutcomeChip(outcome: DeliveryOutcome) -> impl IntoView {
    view! {
        <span class="chip">
            <span class="dot" data-outcome=outcome.as_str() aria-hidden="true"></span>
            {outcome_name(outcome)}
        </span>
    }
}

/// "Verified" or "Failed".
#[component]
pub fn SignatureMark(verified: bool) -> impl IntoView {
    let (icon, word) = if verified { (IconName::Check, "Verified") } else { (IconName::Alert, "Failed") };
    view! {
        <span class="verdict" class:verdict-ok=verified class:verdict-bad=!verified>
            <Icon name=icon />
            {word}
        </span>
    }
}
