//! The rows. On narrow screens CSS turns each into a card; `data-label` then names its cells. The roles say what the
//! elements say anyway: browsers forget it as soon as CSS takes a table apart.

use leptos::prelude::*;
use shared::{InvoiceItem, InvoiceType, MethodFamily};

use super::filter::{Filter, SORTS};
use crate::components::{Instant, StatusChip, Unknown, text_or};
use crate::format::{number, short_id};
use crate::paged::Paged;
use crate::query::Drawer;
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
    list: Paged<InvoiceItem>,
    filter: Memo<Filter>,
    on_choose: impl Fn(Filter) + Copy + Send + Sync + 'static,
    drawer: Drawer,
) -> impl IntoView {
    let app = use_app();
    view! {
        <div class="card table-region" role="region" aria-label="Invoices" tabindex="0">
            <table data-table="invoices" class="stacking" role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <SortHead key="created" filter on_choose>"Created, " {move || app.zone()}</SortHead>
                        <th role="columnheader" scope="col">"Order id"</th>
                        <th role="columnheader" scope="col">"Status"</th>
                        <th role="columnheader" scope="col" class="number">"Amount"</th>
                        <SortHead key="raised" filter on_choose number=true>"Raised, sats"</SortHead>
                        <th role="columnheader" scope="col" class="number">"Pending, sats"</th>
                        <th role="columnheader" scope="col" class="number">"Paid"</th>
                        <th role="columnheader" scope="col">"Method"</th>
                        <th role="columnheader" scope="col">"Buyer"</th>
                        <th role="columnheader" scope="col">"Invoice"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For
                        each=move || list.items()
                        key=|item| {
                            let paid = (item.raised_sats, item.pending_sats, item.paid_fiat.clone());
                            (item.id.clone(), item.status, item.additional_status, item.archived, paid)
                        }
                        children=move |item| view! { <Row item on_open=move |id| drawer.open(id) /> }
                    />
                </tbody>
            </table>
        </div>
    }
}

/// A heading that sorts: first downwards, then upwards.
#[component]
fn SortHead(
    key: &'static str,
    filter: Memo<Filter>,
    on_choose: impl Fn(Filter) + Copy + Send + Sync + 'static,
    #[prop(default = false)] number: bool,
    children: Children,
) -> impl IntoView {
    let order = move || match filter.get().sort.strip_prefix('-') {
        Some(sort) if sort == key => Some("descending"),
        None if filter.get().sort == key => Some("ascending"),
        _ => None,
    };
    let turn = move |_| {
        let filter = filter.get_untracked();
        let wanted = |sort: &str| sort.trim_start_matches('-') == key && sort != filter.sort;
        if let Some((sort, _)) = SORTS.into_iter().find(|(sort, _)| wanted(sort)) {
            on_choose(Filter { sort, ..filter });
        }
    };
    view! {
        <th role="columnheader" scope="col" class:number=number aria-sort=order>
            <button type="button" class="sort-head" on:click=turn>{children()}</button>
        </th>
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
            <td role="cell" data-label="Order id" class="breaking"><Short text=item.order_id reason="no order id" /></td>
            <td role="cell" data-label="Status"><StatusChip status=item.status additional=item.additional_status /></td>
            <td role="cell" data-label="Amount" class="number">
                <Money amount=item.amount currency=item.currency.clone() />
                {(item.kind == InvoiceType::TopUp).then(|| view! { " " <span class="tag">"top-up"</span> })}
            </td>
            <td role="cell" data-label="Raised, sats" class="number strong">{number::whole(item.raised_sats)}</td>
            <td role="cell" data-label="Pending, sats" class="number">{number::whole(item.pending_sats)}</td>
            <td role="cell" data-label="Paid" class="number">
                {match item.paid_fiat {
                    Some(amount) => view! { <Money amount currency=item.currency /> }.into_any(),
                    None => view! { <Unknown reason="priced in bitcoin" /> }.into_any(),
                }}
            </td>
            <td role="cell" data-label="Method"><Methods methods=item.methods /></td>
            <td role="cell" data-label="Buyer" class="breaking"><Short text=item.buyer_email reason="no e-mail given" /></td>
            <td role="cell" data-label="Invoice">
                <button type="button" class="link-button" title=item.id.clone() aria-haspopup="dialog" on:click=button_open>
                    <span class="visually-hidden">"Details of invoice "</span>
                    <bdi class="id">{short_id(&item.id)}</bdi>
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

/// A currency may be any text: what is no code must not widen the table.
#[component]
fn Money(amount: String, currency: String) -> impl IntoView {
    let odd = currency.chars().count() > 8 || amount.chars().count() > 30;
    let text = number::money(&amount, &currency);
    view! { <bdi class:breaking=odd class:clamped=odd title=odd.then(|| text.clone())>{text.clone()}</bdi> }
}

/// A few lines of it; the drawer has the whole.
#[component]
fn Short(text: Option<String>, reason: &'static str) -> impl IntoView {
    let title = text.clone().filter(|text| text.chars().count() > 60);
    view! { <span class="clamped" title=title>{text_or(text, reason)}</span> }
}
