//! Payments of one invoice, each with the reason why it counts or not.

use leptos::prelude::*;
use shared::PaymentItem;

use super::table::method_name;
use crate::components::Instant;
use crate::format::{number, short_id};

/// By time received, as the API lists them.
#[component]
pub fn Payments(payments: Vec<PaymentItem>) -> impl IntoView {
    let empty = payments.is_empty();
    let rows = payments.into_iter().map(|payment| view! { <Payment payment /> }).collect_view();
    view! {
        <h3>"Payments"</h3>
        {if empty {
            view! { <p class="muted">"Nothing has been paid to this invoice."</p> }.into_any()
        } else {
            view! { <ul class="payments">{rows}</ul> }.into_any()
        }}
    }
}

#[component]
fn Payment(payment: PaymentItem) -> impl IntoView {
    let verdict = if payment.counted { "Counted" } else { "Not counted" };
    let rate = payment.rate.map(|rate| format!("Rate {} for one {}", number::decimal(&rate), payment.coin));
    let fee = number::is_nonzero(&payment.fee)
        .then(|| format!("Network fee {} of it", number::money(&payment.fee, &payment.coin)));
    let extras = [fee, rate].into_iter().flatten().map(|text| view! { <p class="muted">{text}</p> });
    view! {
        <li class="payment">
            <p>
                <strong class="breaking">{number::money(&payment.value, &payment.coin)}</strong>
                " "
                <span class="tag" class:tag-ok=payment.counted>{verdict}</span>
            </p>
            <p>{payment.sentence}</p>
            <p class="muted">
                {method_name(payment.method)} " (" <bdi class="breaking">{payment.method_id}</bdi> "), "
                <Instant at=payment.received_at />
            </p>
            {extras.collect_view()}
            <p class="muted">"Payment " <code title=payment.id.clone()><bdi>{short_id(&payment.id)}</bdi></code></p>
        </li>
    }
}
