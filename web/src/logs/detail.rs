//! One delivery: its facts, what happened to it here, its payload, and other attempts of the same event.

use leptos::prelude::*;
use shared::{LogDetail, LogEvent, LogItem};

use super::json::laid_out;
use super::table::{InvoiceLink, is_again};
use crate::api;
use crate::components::{CopyText, Instant, Loading, OutcomeChip, SignatureMark, text_or};
use crate::query::Drawer;
use crate::remote::Remote;
use crate::state::use_app;

/// More of a payload than this is not laid out on screen; the button copies it whole.
const SHOWN_LETTERS: usize = 50_000;

/// Asks for the delivery by itself; made anew for each id.
#[component]
pub fn LogView(id: String, drawer: Drawer) -> impl IntoView {
    let app = use_app();
    let delivery = Remote::new(
        move || {
            app.revision.track();
            Some(id.clone())
        },
        api::log,
    );
    view! {
        <h2 id="drawer-title">"Webhook delivery"</h2>
        <Loading remote=delivery what="The delivery" skeleton=|| view! { <div class="bone bone-block"></div> }>
            {move || delivery.read(|detail| view! { <Facts detail=detail.clone() drawer /> })}
        </Loading>
    }
}

#[component]
fn Facts(detail: LogDetail, drawer: Drawer) -> impl IntoView {
    let item = detail.log;
    let again = is_again(item.delivery_id.as_ref(), item.original_delivery_id.as_ref());
    view! {
        <dl class="facts">
            <dt>"Event"</dt>
            <dd class="breaking">{text_or(item.event_type, "not read: its signature is bad")}</dd>
            <dt>"Signature"</dt>
            <dd class="in-line">
                <SignatureMark verified=item.verified />
                {item.signature_preview.map(|digits| view! { <code class="muted">{digits} "…"</code> })}
            </dd>
            <dt>"Result"</dt>
            <dd><OutcomeChip outcome=item.outcome /></dd>
            {detail.next_attempt_at.map(|at| view! { <dt>"Next try"</dt> <dd><Instant at /></dd> })}
            <dt>"Received"</dt>
            <dd><Instant at=item.received_at /></dd>
            <dt>"Invoice"</dt>
            <dd><InvoiceLink id=item.invoice_id /></dd>
            <dt>"Store"</dt>
            <dd class="breaking">{text_or(detail.store_id, "none named")}</dd>
            <dt>"Delivery id"</dt>
            <dd class="breaking"><code class="whole">{text_or(item.delivery_id, "not read")}</code></dd>
            {again.then(|| view! {
                <dt>"First attempt"</dt>
                <dd class="breaking"><code class="whole">{text_or(item.original_delivery_id, "not read")}</code></dd>
            })}
        </dl>
        <History events=detail.history />
        <Payload payload=detail.payload verified=item.verified />
        <Related related=detail.related drawer />
    }
}

#[component]
fn History(events: Vec<LogEvent>) -> impl IntoView {
    let empty = events.is_empty();
    let rows = events.into_iter().map(|event| {
        view! { <li><Instant at=event.at /> <p class="breaking"><bdi>{event.message}</bdi></p></li> }
    });
    let rows = rows.collect_view();
    view! {
        <h3>"What happened here"</h3>
        {if empty {
            view! { <p class="muted">"Nothing is noted."</p> }.into_any()
        } else {
            view! { <ol class="timeline">{rows}</ol> }.into_any()
        }}
    }
}

#[component]
fn Payload(payload: Option<String>, verified: bool) -> impl IntoView {
    let body = match payload {
        None if verified => view! { <p class="muted">"It is not kept any longer."</p> }.into_any(),
        None => view! { <p class="muted">"What carries a bad signature is not kept."</p> }.into_any(),
        Some(raw) => {
            let long = raw.chars().count() > SHOWN_LETTERS;
            let laid = if long { None } else { laid_out(&raw) };
            let shown = laid.unwrap_or_else(|| raw.chars().take(SHOWN_LETTERS).collect());
            view! {
                {long.then(|| view! { <p class="muted">"Only its beginning is shown; the button copies it whole."</p> })}
                <CopyText
                    text=Signal::stored(raw)
                    shown=Signal::stored(shown)
                    name="the payload as it came"
                    field="payload"
                    block=true
                />
            }
            .into_any()
        }
    };
    view! {
        <h3>"Payload"</h3>
        {body}
    }
}

#[component]
fn Related(related: Vec<LogItem>, drawer: Drawer) -> impl IntoView {
    (!related.is_empty()).then(|| {
        let rows = related.into_iter().map(|item| {
            let id = item.id;
            view! {
                <li>
                    <button type="button" class="link-button" on:click=move |_| drawer.open(id.clone())>
                        <Instant at=item.received_at />
                    </button>
                    " " <OutcomeChip outcome=item.outcome />
                </li>
            }
        });
        view! {
            <h3>"Other attempts of the same event"</h3>
            <ul class="plain-list">{rows.collect_view()}</ul>
        }
    })
}
