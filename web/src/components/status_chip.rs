//! An invoice's status: a dot in its colour, its name, and BTCPay's additional status as a small tag.

use leptos::prelude::*;
use shared::{AdditionalStatus, InvoiceStatus};

/// The colour is never the only carrier: the name always stands beside it.
#[component]
pub fn StatusChip(
    status: InvoiceStatus,
    #[prop(default = AdditionalStatus::None)] additional: AdditionalStatus,
) -> impl IntoView {
    let tag = match additional {
        AdditionalStatus::None => None,
        AdditionalStatus::PaidLate => Some("paid late"),
        AdditionalStatus::PaidPartial => Some("paid in part"),
        AdditionalStatus::Marked => Some("marked by hand"),
        AdditionalStatus::Invalid => Some("invalid"),
        AdditionalStatus::PaidOver => Some("overpaid"),
    };
    view! {
        <span class="chip">
            <span class="dot" data-status=status.as_str() aria-hidden="true"></span>
            {status.as_str()}
        </span>
        {tag.map(|tag| view! { " " <span class="tag">{tag}</span> })}
    }
}
