//! The page `/invoices`: list, filters, and one invoice with its payments.

mod chips;
mod days;
mod detail;
mod filter;
mod filter_form;
mod payments;
mod table;

use leptos::prelude::*;
use shared::InvoiceItem;

use self::detail::InvoiceView;
use self::filter::{Filter, KEYS};
use self::filter_form::FilterForm;
use self::table::InvoiceTable;
use crate::base::link;
use crate::components::{DrawerDialog, Empty, FilterChips, ListSkeleton, Loading, NoMatch, PagedList};
use crate::format::time;
use crate::paged::{Paged, Row};
use crate::query::{Step, use_url_query};
use crate::state::use_app;

impl Row for InvoiceItem {
    const PATH: &'static str = "api/invoices";
    const NAMES: (&'static str, &'static str) = ("invoice", "invoices");

    fn id(&self) -> &str {
        &self.id
    }
}

/// The list, filtered by the URL; `?open=` shows one invoice above it.
#[component]
pub fn Invoices() -> impl IntoView {
    let app = use_app();
    app.page_title.set("Invoices");
    let query = use_url_query();
    let drawer = query.drawer();
    let values = KEYS.map(|key| query.get(key));
    let filter = Memo::new(move |_| Filter::from_url(values.map(|value| value.get())));
    query.keep(move || {
        let mut understood = filter.get().in_url();
        understood.push(("open", drawer.id.get()));
        understood
    });
    let choose = move |filter: Filter| query.set(filter.in_url(), Step::Replace);
    let clear = move || choose(filter.get_untracked().cleared());
    let list = Paged::<InvoiceItem>::new(move || {
        let known = app.settings.is_loaded() || app.settings.failure().is_some();
        filter.get().in_api(known.then(|| time::today(&app.zone())))
    });
    let empty = move || {
        if filter.get().is_narrowing() {
            view! { <NoMatch title="No invoice matches" text="None fits all the filters above." on_clear=clear /> }
                .into_any()
        } else {
            view! { <NoInvoices /> }.into_any()
        }
    };
    view! {
        <div class="page-head">
            <h1>"Invoices"</h1>
        </div>
        <FilterForm filter on_choose=choose />
        <FilterChips chips=Memo::new(move |_| chips::chips(&filter.get())) on_choose=choose on_clear=clear />
        <Loading remote=list.remote() what="The invoices" ages=true skeleton=|| view! { <ListSkeleton /> }>
            <PagedList list more="More invoices" empty>
                <InvoiceTable list filter on_choose=choose drawer />
            </PagedList>
        </Loading>
        <DrawerDialog drawer labelled_by="drawer-title" content=move |id| view! { <InvoiceView id /> }.into_any() />
    }
}

#[component]
fn NoInvoices() -> impl IntoView {
    let app = use_app();
    view! {
        <Empty title="No invoices yet">
            {move || {
                if app.is_demo() {
                    view! {
                        <p>"Each invoice of a BTCPay store appears here, paid or not. No store is connected yet."</p>
                        <p><a class="button" href=link("/settings/btcpay")>"Connect BTCPay"</a></p>
                    }
                    .into_any()
                } else {
                    view! {
                        <p>
                            "Each invoice of the BTCPay store appears here, paid or not. "
                            "\u{201c}Refresh data\u{201d} fetches them now; new ones come by themselves."
                        </p>
                    }
                    .into_any()
                }
            }}
        </Empty>
    }
}
