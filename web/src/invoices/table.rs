//! The rows. On narrow screens CSS turns each into a card; `data-label` then names its cells. The roles say what the
//! elements say anyway: browsers forget it as soon as CSS takes a table apart.

use leptos::prelude::*;
use shared::{InvoiceItem, InvoiceType, MethodFamily};

use super::filter::Filter;
use crate::components::{Instant, StatusChip, Unknown};
use crate::format::{number, short_id};
use crate::state::use_app;

/// Method in words.
pub const fn method_name(method: MethodFamily) -> &'static str {
    match method {
        MethodFamily::Onchain => "On-chain",
        MethodFamily::Lightning => "Lightning",
        MethodFamily::Other => "Other",
    }
}

/// Whole rows open the invoice for the mouse; the id is the button for everybody.
#[component]
pub fn InvoiceTable(
    items: Signal<Vec<InvoiceItem>>,
    filter: Memo<Filter>,
    on_open: impl Fn(String) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let app = use_app();
    let sorted = move |up: &'static str, down: &'static str| {
        let sort = filter.get().sort;
        if sort == up {
            Some("ascending")
        } else if sort == down {
            Some("descending")
        } else {
            None
        }
    };
    view! {
        <div class="card table-region" role="region" aria-label="Invoices" tabindex="0">
            <table data-table="invoices" class="stacking" role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col" aria-sort=move || sorted("created", "-created")>
                            "Created, " {move || app.zone()}
                        </th>
                        <th role="columnheader" scope="col">"Order id"</th>
                        <th role="columnheader" scope="col">"Status"</th>
                        <th role="columnheader" scope="col" class="number">"Amount"</th>
                        <th role="columnheader" scope="col" class="number" aria-sort=move || sorted("raised", "-raised")>"Raised, sats"</th>
                        <th role="columnheader" scope="col" class="number">"Pending, sats"</th>
                        <th role="columnheader" scope="col" class="number">"Paid"</th>
                        <th role="columnheader" scope="col">"Method"</th>
                        <th role="columnheader" scope="col">"Buyer"</th>
                        <th role="columnheader" scope="col">"Invoice"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For
                        each=move || items.get()
                        key=|item| {
                            let paid = (item.raised_sats, item.pending_sats, item.paid_fiat.clone());
                            (item.id.clone(), item.status, item.additional_status, paid)
                        }
                        children=move |item| view! { <Row item on_open /> }
                    />
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(item: InvoiceItem, on_open: impl Fn(String) + Copy + 'static) -> impl IntoView {
    let (row_id, button_id) = (item.id.clone(), item.id.clone());
    let row_open = move |_| {
        // Text is being marked, not a row pressed.
        let marking = window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
        if !marking {
            on_open(row_id.clone());
        }
    };
    let button_open = move |event: leptos::ev::MouseEvent| {
        event.stop_propagation();
        on_open(button_id.clone());
    };
    view! {
        <tr role="row" on:click=row_open>
            <td role="cell" data-label="Created"><Instant at=item.created_at /></td>
            <td role="cell" data-label="Order id" class="breaking">{text_or(item.order_id, "no order id")}</td>
            <td role="cell" data-label="Status"><StatusChip status=item.status additional=item.additional_status /></td>
            <td role="cell" data-label="Amount" class="number">
                {number::money(&item.amount, &item.currency)}
                {(item.kind == InvoiceType::TopUp).then(|| view! { " " <span class="tag">"top-up"</span> })}
            </td>
            <td role="cell" data-label="Raised, sats" class="number strong">{number::whole(item.raised_sats)}</td>
            <td role="cell" data-label="Pending, sats" class="number">{number::whole(item.pending_sats)}</td>
            <td role="cell" data-label="Paid" class="number">
                {text_or(item.paid_fiat.map(|paid| number::money(&paid, &item.currency)), "priced in bitcoin")}
            </td>
            <td role="cell" data-label="Method"><Methods methods=item.methods /></td>
            <td role="cell" data-label="Buyer" class="breaking">{text_or(item.buyer_email, "no e-mail given")}</td>
            <td role="cell" data-label="Invoice">
                <button type="button" class="link-button" title=item.id.clone() aria-haspopup="dialog" on:click=button_open>
                    <span class="visually-hidden">"Details of invoice "</span>
                    <span class="id">{short_id(&item.id)}</span>
                </button>
            </td>
        </tr>
    }
}

#[component]
fn Methods(methods: Vec<MethodFamily>) -> impl IntoView {
    if methods.is_empty() {
        return view! { <Unknown reason="not paid" /> }.into_any();
    }
    let names = methods.into_iter().map(|method| view! { <span class="nowrap">{method_name(method)}</span> " " });
    names.collect_view().into_any()
}

/// The text, or a dash with the reason why there is none.
pub fn text_or(text: Option<String>, reason: &'static str) -> AnyView {
    match text {
        Some(text) => text.into_any(),
        None => view! { <Unknown reason /> }.into_any(),
    }
}
