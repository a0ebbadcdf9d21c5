//! One invoice: its facts, its payments with the reason why each counts, and the webhook deliveries that named it.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::{DeliverySummary, InvoiceDetail};

use super::payments::Payments;
use crate::api;
use crate::base::link;
use crate::components::{Instant, Loading, StatusChip, Unknown, outcome_name, text_or, web_address};
use crate::format::{number, short_id};
use crate::remote::Remote;
use crate::state::use_app;

/// Asks for the invoice by itself; made anew for each id.
#[component]
pub fn InvoiceView(id: String) -> impl IntoView {
    let app = use_app();
    let title = short_id(&id);
    let full = id.clone();
    let invoice = Remote::new(
        move || {
            app.revision.track();
            Some(id.clone())
        },
        api::invoice,
    );
    view! {
        <h2 id="drawer-title" title=full>"Invoice " <bdi>{title}</bdi></h2>
        <Loading remote=invoice what="The invoice" skeleton=|| view! { <div class="bone bone-block"></div> }>
            {move || invoice.read(|detail| view! { <Facts detail=detail.clone() /> })}
        </Loading>
    }
}

#[component]
fn Facts(detail: InvoiceDetail) -> impl IntoView {
    let item = detail.invoice;
    let instant = |at: Option<DateTime<Utc>>, reason: &'static str| match at {
        Some(at) => view! { <Instant at /> }.into_any(),
        None => view! { <Unknown reason /> }.into_any(),
    };
    let paid = item.paid_fiat.map(|paid| number::money(&paid, &item.currency));
    view! {
        {detail.upstream_missing.then(|| {
            view! {
                <div class="notice notice-warn">
                    <p>"BTCPay Server has this invoice no longer. It is kept here and still counted."</p>
                </div>
            }
        })}
        <dl class="facts">
            <dt>"Status"</dt>
            <dd>
                <StatusChip status=item.status additional=item.additional_status />
                {item.archived.then(|| view! { " " <span class="tag">"archived"</span> })}
            </dd>
            <dt>"Amount"</dt>
            <dd class="breaking"><bdi>{number::money(&item.amount, &item.currency)}</bdi></dd>
            <dt>"Raised"</dt>
            <dd>{number::sats(item.raised_sats)}</dd>
            <dt>"Pending"</dt>
            <dd>{number::sats(item.pending_sats)}</dd>
            <dt>"Paid at its rates"</dt>
            <dd class="breaking">{text_or(paid, "priced in bitcoin")}</dd>
            <dt>"Created"</dt>
            <dd>{instant(Some(item.created_at), "")}</dd>
            <dt>"Pay until"</dt>
            <dd>{instant(item.expires_at, "no time limit")}</dd>
            <dt>"First payment"</dt>
            <dd>{instant(item.paid_at, "none yet")}</dd>
            <dt>"Order id"</dt>
            <dd class="breaking">{text_or(item.order_id, "none")}</dd>
            <dt>"Item"</dt>
            <dd class="breaking">{text_or(item.item_code, "none")}</dd>
            <dt>"Buyer"</dt>
            <dd class="breaking">{text_or(item.buyer_email, "no e-mail given")}</dd>
            <dt>"Invoice id"</dt>
            <dd class="breaking"><code class="whole">{item.id}</code></dd>
            <dt>"Last change seen"</dt>
            <dd>{instant(Some(detail.updated_at), "")}</dd>
        </dl>
        {detail.btcpay_url.and_then(|url| web_address(&url)).map(|url| {
            view! {
                <p>
                    <a href=url target="_blank" rel="noopener noreferrer external">
                        "Open in BTCPay Server" <span class="visually-hidden">" (new tab)"</span>
                    </a>
                </p>
            }
        })}
        <Payments payments=detail.payments />
        <Deliveries deliveries=detail.deliveries />
    }
}

#[component]
fn Deliveries(deliveries: Vec<DeliverySummary>) -> impl IntoView {
    let empty = deliveries.is_empty();
    let rows = deliveries.into_iter().map(|delivery| {
        view! {
            <li>
                <Instant at=delivery.received_at />
                " "
                <a class="breaking" href=format!("{}?open={}", link("/logs"), crate::api::escaped(&delivery.id))>
                    <bdi>{delivery.event_type}</bdi>
                </a>
                ": "
                {delivery.outcome.parse().map_or(delivery.outcome.clone(), |outcome| outcome_name(outcome).to_owned())}
            </li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <h3>"Webhook deliveries"</h3>
        {if empty {
            view! { <p class="muted">"No webhook delivery has named this invoice."</p> }.into_any()
        } else {
            view! { <ul class="plain-list">{rows}</ul> }.into_any()
        }}
    }
}
