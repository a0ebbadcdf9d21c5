//! The page `/invoices`: list, filters, and one invoice with its payments.

mod detail;
mod dialog;
mod filter;
mod filter_form;
mod listing;
mod payments;
mod table;

use leptos::prelude::*;

use self::dialog::InvoiceDialog;
use self::filter::Filter;
use self::filter_form::FilterForm;
use self::listing::{Listing, ListingSkeleton, ListingView};
use crate::components::Loading;
use crate::query::{Step, use_url_query};
use crate::state::use_app;

/// The list, filtered by the URL; `?open=` shows one invoice above it.
#[component]
pub fn Invoices() -> impl IntoView {
    use_app().page_title.set("Invoices");
    let query = use_url_query();
    let (status, text, sort) = (query.get("status"), query.get("q"), query.get("sort"));
    let filter = Memo::new(move |_| Filter::from_url(status.get(), text.get(), sort.get()));
    // What is no status or no order leaves the URL.
    Effect::new(move |_| {
        let [canonical_status, _, canonical_sort] = filter.get().in_url();
        if status.get() != canonical_status.1 || sort.get() != canonical_sort.1 {
            query.set(vec![canonical_status, canonical_sort], Step::Replace);
        }
    });
    let choose = move |filter: Filter| query.set(filter.in_url().to_vec(), Step::Replace);
    let listing = Listing::new(filter);
    let open = query.get("open");
    view! {
        <div class="page-head">
            <h1>"Invoices"</h1>
        </div>
        <FilterForm filter on_choose=choose />
        <Loading remote=listing.remote() what="The invoices" skeleton=|| view! { <ListingSkeleton /> }>
            <ListingView
                listing
                on_open=move |id| query.set(vec![("open", Some(id))], Step::Push)
                on_clear=move || choose(filter.get_untracked().cleared())
            />
        </Loading>
        <InvoiceDialog open on_close=move || query.set(vec![("open", None)], Step::Replace) />
    }
}
