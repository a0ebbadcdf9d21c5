//! The rows. On narrow screens CSS turns each into a card; `data-label` then names its cells. The roles say what the
//! elements say anyway: browsers forget it as soon as CSS takes a table apart.

use leptos::prelude::*;
use shared::LogItem;

use crate::api::escaped;
use crate::base::link;
use crate::components::{Instant, OutcomeChip, SignatureMark, Unknown, text_or};
use crate::format::short_id;
use crate::paged::Paged;
use crate::query::Drawer;
use crate::state::use_app;

/// Whole rows open the delivery for the mouse; its event is the button for everybody.
#[component]
pub fn LogTable(list: Paged<LogItem>, drawer: Drawer) -> impl IntoView {
    let app = use_app();
    view! {
        <div class="card table-region" role="region" aria-label="Webhook deliveries" tabindex="0">
            <table data-table="logs" class="stacking" role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">"Received, " {move || app.zone()}</th>
                        <th role="columnheader" scope="col">"Event"</th>
                        <th role="columnheader" scope="col">"Invoice"</th>
                        <th role="columnheader" scope="col">"Signature"</th>
                        <th role="columnheader" scope="col">"Result"</th>
                        <th role="columnheader" scope="col">"Delivery"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For
                        each=move || list.items()
                        key=|item| (item.id.clone(), item.outcome)
                        children=move |item| view! { <DeliveryRow item drawer /> }
                    />
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn DeliveryRow(item: LogItem, drawer: Drawer) -> impl IntoView {
    let (row_id, button_id) = (item.id.clone(), item.id.clone());
    let row_open = move |event: leptos::ev::MouseEvent| {
        // A link was followed, or text is being marked: no row was pressed.
        let on_link = event_target::<web_sys::Element>(&event).closest("a").ok().flatten().is_some();
        let marking = window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
        if !on_link && !marking {
            drawer.open(row_id.clone());
        }
    };
    let button_open = move |event: leptos::ev::MouseEvent| {
        event.stop_propagation();
        drawer.open(button_id.clone());
    };
    let event = item.event_type.unwrap_or_else(|| "not read".to_owned());
    let again = is_again(item.delivery_id.as_ref(), item.original_delivery_id.as_ref());
    view! {
        <tr role="row" on:click=row_open>
            <td role="cell" data-label="Received"><Instant at=item.received_at /></td>
            <td role="cell" data-label="Event" class="breaking">
                <button type="button" class="link-button clamped" aria-haspopup="dialog" on:click=button_open>
                    <span class="visually-hidden">"Details of event "</span>
                    <bdi>{event}</bdi>
                </button>
                {again.then(|| view! { " " <span class="tag">"sent again"</span> })}
            </td>
            <td role="cell" data-label="Invoice"><InvoiceLink id=item.invoice_id /></td>
            <td role="cell" data-label="Signature"><SignatureMark verified=item.verified /></td>
            <td role="cell" data-label="Result"><OutcomeChip outcome=item.outcome /></td>
            <td role="cell" data-label="Delivery">
                <span class="id" title=item.delivery_id>
                    {text_or(item.delivery_id.as_deref().map(short_id), "not read")}
                </span>
            </td>
        </tr>
    }
}

/// BTCPay gave this attempt another id than the first one.
pub fn is_again(delivery: Option<&String>, original: Option<&String>) -> bool {
    delivery.zip(original).is_some_and(|(delivery, original)| delivery != original)
}

/// Leads to the invoice that an event names.
#[component]
pub fn InvoiceLink(id: Option<String>) -> impl IntoView {
    match id {
        Some(id) => view! {
            <a class="id" href=format!("{}?open={}", link("/invoices"), escaped(&id)) title=id.clone()>
                <span class="visually-hidden">"Invoice "</span>
                <bdi>{short_id(&id)}</bdi>
            </a>
        }
        .into_any(),
        None => view! { <Unknown reason="no invoice named" /> }.into_any(),
    }
}
