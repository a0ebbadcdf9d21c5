//! The list as far as it is loaded: first page, further pages, and the words for an empty one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{InvoiceItem, Page};

use super::filter::Filter;
use super::table::InvoiceTable;
use crate::api::{self, ApiError};
use crate::components::Failure;
use crate::format::{counted, number::whole};
use crate::remote::Remote;
use crate::state::use_app;

/// Rows that one question asks for.
const PAGE_ROWS: usize = 50;

/// The rows at hand; Copy.
#[derive(Clone, Copy)]
pub struct Listing {
    filter: Memo<Filter>,
    pages: Remote<Page<InvoiceItem>>,
    more: RwSignal<More>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum More {
    Idle,
    Busy,
    Failed(ApiError),
}

impl Listing {
    /// Follows the filter, and the server's new data without giving up rows already loaded.
    pub fn new(filter: Memo<Filter>) -> Self {
        let app = use_app();
        let shown = StoredValue::new(None::<(Filter, usize)>);
        let more = RwSignal::new(More::Idle);
        let pages = Remote::new(
            move || Some((app.revision.get(), filter.get())),
            move |(_, filter)| {
                more.set(More::Idle);
                let rows = shown.with_value(|shown| match shown {
                    Some((of, rows)) if *of == filter => *rows,
                    _ => 0,
                });
                first_rows(filter, rows)
            },
        );
        Effect::new(move |_| {
            if let Some((rows, total)) = pages.read(|page| (page.items.len(), page.total)) {
                shown.set_value(Some((filter.get_untracked(), rows)));
                app.announcement.set(counts(rows, total));
            }
        });
        Self { filter, pages, more }
    }

    /// The answer as the server gives it.
    pub fn remote(self) -> Remote<Page<InvoiceItem>> {
        self.pages
    }

    fn load_more(self) {
        let Some(cursor) = untrack(|| self.pages.read(|page| page.next_cursor.clone())).flatten() else { return };
        if self.more.get_untracked() == More::Busy {
            return;
        }
        self.more.set(More::Busy);
        let filter = self.filter.get_untracked();
        spawn_local(async move {
            let query = api::query_string(filter.in_api(PAGE_ROWS, Some(&cursor)));
            let answer = api::invoices(query).await;
            // The page is gone, or the list is another one by now.
            if self.filter.try_get_untracked() != Some(filter) || self.more.get_untracked() != More::Busy {
                return;
            }
            match answer {
                Ok(next) => {
                    self.more.set(More::Idle);
                    self.pages.change(|page| {
                        if page.next_cursor.as_ref() == Some(&cursor) {
                            append(page, next);
                        }
                    });
                }
                Err(error) => self.more.set(More::Failed(error)),
            }
        });
    }
}

/// As many rows as were on screen, so that a refresh takes none away.
async fn first_rows(filter: Filter, wanted: usize) -> Result<Page<InvoiceItem>, ApiError> {
    let ask = |cursor: Option<String>| {
        let query = api::query_string(filter.in_api(PAGE_ROWS, cursor.as_deref()));
        api::invoices(query)
    };
    let mut page = ask(None).await?;
    while page.items.len() < wanted
        && let Some(cursor) = page.next_cursor.clone()
    {
        append(&mut page, ask(Some(cursor)).await?);
    }
    Ok(page)
}

/// A row that moved between two questions is kept once.
fn append(page: &mut Page<InvoiceItem>, next: Page<InvoiceItem>) {
    page.next_cursor = next.next_cursor;
    for item in next.items {
        if page.items.iter().all(|known| known.id != item.id) {
            page.items.push(item);
        }
    }
}

fn counts(rows: usize, total: Option<i64>) -> String {
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    match total {
        Some(total) if total > rows => {
            format!("{} of {} shown", whole(rows), counted(total, "invoice", "invoices"))
        }
        Some(total) => counted(total, "invoice", "invoices"),
        None => format!("{} shown", counted(rows, "invoice", "invoices")),
    }
}

/// Table, count and the button for more; or why there is none.
#[component]
pub fn ListingView(
    listing: Listing,
    on_open: impl Fn(String) + Copy + Send + Sync + 'static,
    on_clear: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let pages = listing.pages;
    let items = Signal::derive(move || pages.read(|page| page.items.clone()).unwrap_or_default());
    let empty = Memo::new(move |_| pages.read(|page| page.items.is_empty()).unwrap_or(false));
    let count = move || pages.read(|page| counts(page.items.len(), page.total));
    let has_more = Memo::new(move |_| pages.read(|page| page.next_cursor.is_some()).unwrap_or(false));
    let failure = Signal::derive(move || match listing.more.get() {
        More::Failed(error) => Some(error),
        More::Idle | More::Busy => None,
    });
    let failed = Memo::new(move |_| failure.with(Option::is_some));
    let busy = Signal::derive(move || listing.more.get() == More::Busy);
    move || {
        if empty.get() {
            return view! { <NothingHere narrowed=listing.filter.get().is_narrowing() on_clear /> }.into_any();
        }
        view! {
            <p class="muted list-count">{count}</p>
            <InvoiceTable items filter=listing.filter on_open />
            {move || failed.get().then(|| {
                let kept = Signal::derive(|| false);
                view! { <Failure what="More invoices" error=failure busy on_retry=move || listing.load_more() kept /> }
            })}
            <Show when=move || has_more.get()>
                <button
                    type="button"
                    class="button"
                    aria-disabled=move || busy.get().to_string()
                    on:click=move |_| listing.load_more()
                >
                    {move || if busy.get() { "Loading …" } else { "Load 50 more" }}
                </button>
            </Show>
        }
        .into_any()
    }
}

#[component]
fn NothingHere(narrowed: bool, on_clear: impl Fn() + 'static) -> impl IntoView {
    if narrowed {
        return view! {
            <div class="empty">
                <h2>"No invoice matches"</h2>
                <p>"None has this status and this text."</p>
                <button type="button" class="button" on:click=move |_| on_clear()>"Clear filters"</button>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="empty">
            <h2>"No invoices yet"</h2>
            <p>"Each invoice of the BTCPay store appears here, paid or not. \u{201c}Refresh data\u{201d} fetches them now."</p>
        </div>
    }
    .into_any()
}

/// About as high as a first screen of rows.
#[component]
pub fn ListingSkeleton() -> impl IntoView {
    let rows = (0..8).map(|_| view! { <div class="bone bone-row"></div> });
    view! { <div class="card" aria-hidden="true">{rows.collect_view()}</div> }
}
