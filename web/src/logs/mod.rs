//! The page `/logs`: webhook deliveries, filters, and one delivery with its payload.

mod detail;
mod filter;
mod filter_form;
mod json;
mod strip;
mod table;

use leptos::prelude::*;
use shared::{LogItem, Mode};

use self::detail::LogView;
use self::filter::Filter;
use self::filter_form::{FilterForm, chips};
use self::strip::WebhookStrip;
use self::table::LogTable;
use crate::api;
use crate::components::{
    DrawerDialog, Empty, FilterChips, HandMadeEvent, ListSkeleton, Loading, NoMatch, PagedList, WebhookSecret,
    WebhookSteps,
};
use crate::paged::{Paged, Row};
use crate::query::{Step, use_url_query};
use crate::remote::Remote;
use crate::state::use_app;

impl Row for LogItem {
    const PATH: &'static str = "api/logs";
    const NAMES: (&'static str, &'static str) = ("delivery", "deliveries");

    fn id(&self) -> &str {
        &self.id
    }
}

/// The list, filtered by the URL; `?open=` shows one delivery above it.
#[component]
pub fn Logs() -> impl IntoView {
    let app = use_app();
    app.page_title.set("Webhook logs");
    let query = use_url_query();
    let drawer = query.drawer();
    let (outcome, event_type, text) = (query.get("outcome"), query.get("event_type"), query.get("q"));
    let filter = Memo::new(move |_| {
        Filter::from_url(outcome.get().as_deref(), event_type.get().as_deref(), text.get().as_deref())
    });
    query.keep(move || {
        let mut understood = filter.get().in_url();
        understood.push(("open", drawer.id.get()));
        understood
    });
    let choose = move |filter: Filter| query.set(filter.in_url(), Step::Replace);
    let clear = move || choose(Filter::default());
    let list = Paged::<LogItem>::new(move || Some(filter.get().in_api()));
    // Whatever the filters say.
    let newest = Remote::new(
        move || Some(app.revision.get()),
        |_| api::list::<LogItem>(LogItem::PATH, vec![("limit", "1".to_owned())]),
    );
    let empty = move || {
        if filter.get().is_narrowing() {
            view! { <NoMatch title="No delivery matches" text="None fits all the filters above." on_clear=clear /> }
                .into_any()
        } else {
            view! { <FirstEvent /> }.into_any()
        }
    };
    view! {
        <div class="page-head">
            <h1>"Webhook logs"</h1>
        </div>
        <WebhookStrip newest />
        <FilterForm filter on_choose=choose />
        <FilterChips chips=Memo::new(move |_| chips(&filter.get())) on_choose=choose on_clear=clear />
        <Loading remote=list.remote() what="The deliveries" skeleton=|| view! { <ListSkeleton /> }>
            <PagedList list more="More deliveries" empty>
                <LogTable list drawer />
            </PagedList>
        </Loading>
        <DrawerDialog drawer labelled_by="drawer-title" content=move |id| view! { <LogView id drawer /> }.into_any() />
    }
}

/// The way to the first event.
#[component]
fn FirstEvent() -> impl IntoView {
    let app = use_app();
    let settings = Memo::new(move |_| app.settings.read(Clone::clone));
    view! {
        <Empty title="No event has come in yet">
            <p>
                "BTCPay tells this program by webhook what happens to an invoice. Each event appears here, "
                "with what became of it. Three steps to the first one:"
            </p>
            {move || settings.get().map(|settings| {
                let url = settings.webhook_url.clone();
                let demo = settings.mode == Mode::Demo;
                view! {
                    <div class="empty-help">
                        <WebhookSteps url=url.clone() />
                        {demo.then(|| view! {
                            <h3>"Without a BTCPay"</h3>
                            <HandMadeEvent url secret=settings.demo_webhook_secret.clone() />
                        })}
                        {(!demo && !settings.webhook_secret_set).then(|| view! { <WebhookSecret settings=settings.clone() /> })}
                    </div>
                }
            })}
        </Empty>
    }
}
