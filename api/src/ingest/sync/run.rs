//! One run: walk, write, flag what is gone, record. Imported through [`super`].

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::watch;

use super::report::{Outcome, Progress};
use super::{Depth, Failure, Inner};
use crate::ingest::{InvoiceUpdate, now_ms};
use crate::sources::btcpay::Row;
use crate::store::{StoreError, invoices, runs, stores};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// Expiration and monitoring last about a day by default; twice that is read again at each run.
const RECENT: i64 = 2 * DAY;
/// Read again once a day.
const MONTH: i64 = 35 * DAY;
/// Everything is read again once in this time.
const WEEK: i64 = 7 * DAY;

/// What a run reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Window {
    /// All invoices.
    All,
    /// Those created since, UTC seconds; the flag says that the last 35 days are in it.
    Since(i64, bool),
}

pub(super) async fn run(sync: Arc<Inner>, depth: Depth, progress: Arc<watch::Sender<Progress>>) -> Outcome {
    let result = read_all(&sync, depth, &progress).await;
    sync.contact.note(match &result {
        Ok(()) => Ok(()),
        Err(Failure::Upstream(error)) => Err(error.clone()),
        // Our own trouble says nothing about BTCPay.
        Err(Failure::Store(_) | Failure::Stopping) => return result.map(|()| progress.borrow().report()),
    });
    result.map(|()| progress.borrow().report())
}

async fn read_all(sync: &Inner, depth: Depth, progress: &watch::Sender<Progress>) -> Result<(), Failure> {
    let store_id = sync.btcpay.store_id().to_owned();
    let started_ms = progress.borrow().started_ms;
    let begun = progress.borrow().row(&store_id, None);
    sync.store.write(move |conn| runs::insert(conn, &begun)).await?;
    sync.ingest.ensure_store(&store_id, stores::BTCPAY).await?;

    let window = window(sync, depth, started_ms / 1_000).await?;
    let from = match window {
        Window::All => None,
        Window::Since(at, _) => Some(at),
    };
    let mut walk = sync.btcpay.walk(from);
    let mut waiting: Vec<InvoiceUpdate> = Vec::new();
    loop {
        let observed_ms = now_ms();
        // The next page travels while the last one is written.
        let (page, written) = tokio::join!(walk.next(), sync.ingest.submit(&store_id, std::mem::take(&mut waiting)));
        let written = written?;
        progress.send_modify(|progress| progress.count(written));
        let Some(rows) = page? else { break };
        progress.send_modify(|progress| waiting = take(progress, rows, observed_ms));
    }
    let gone = flag_missing(sync, &store_id, from, started_ms, walk.seen()).await?;
    if gone > 0 {
        tracing::info!("{gone} invoices are no longer in BTCPay; they are kept");
    }
    let done = progress.borrow().finished(&store_id);
    sync.store
        .write(move |conn| {
            match window {
                Window::All => stores::note_walk(conn, &done.store_id, started_ms / 1_000, true)?,
                Window::Since(_, true) => stores::note_walk(conn, &done.store_id, started_ms / 1_000, false)?,
                Window::Since(_, false) => {}
            }
            runs::update(conn, &done)
        })
        .await?;
    Ok(())
}

/// Counts rows and keeps those that can be read.
fn take(progress: &mut Progress, rows: Vec<Row>, observed_ms: i64) -> Vec<InvoiceUpdate> {
    let mut updates = Vec::with_capacity(rows.len());
    for row in rows {
        progress.fetched += 1;
        match row {
            Row::Invoice(invoice) => updates.push(InvoiceUpdate { invoice: *invoice, observed_ms }),
            Row::Unreadable { id, message } => progress.skip(id, message),
        }
    }
    updates
}

async fn window(sync: &Inner, depth: Depth, now: i64) -> Result<Window, StoreError> {
    let store_id = sync.btcpay.store_id().to_owned();
    let (walks, oldest_open) = sync
        .store
        .read(move |conn| Ok((stores::walks(conn, &store_id)?, invoices::oldest_open(conn, &store_id, now)?)))
        .await?;
    let (full, month) = walks;
    let older_than = |walk: Option<i64>, limit: i64| walk.is_none_or(|at| now.saturating_sub(at) >= limit);
    let scheduled = depth == Depth::Scheduled;
    if depth == Depth::Full || full.is_none() || (scheduled && older_than(full, WEEK)) {
        return Ok(Window::All);
    }
    let month_is_due = scheduled && older_than(month, DAY);
    let recent = now - if month_is_due { MONTH } else { RECENT };
    let from = oldest_open.map_or(recent, |oldest| oldest.min(recent));
    Ok(Window::Since(from, month_is_due))
}

/// Flags invoices of the window that the walk did not meet: BTCPay deletes unpaid ones after six months.
async fn flag_missing(
    sync: &Inner,
    store_id: &str,
    from: Option<i64>,
    started_ms: i64,
    seen: &HashSet<String>,
) -> Result<usize, StoreError> {
    let store_id = store_id.to_owned();
    let known = {
        let store_id = store_id.clone();
        let from = from.unwrap_or(i64::MIN);
        sync.store.read(move |conn| invoices::present_since(conn, &store_id, from, started_ms)).await?
    };
    let gone: Vec<String> = known.into_iter().filter(|id| !seen.contains(id)).collect();
    let count = gone.len();
    if count > 0 {
        sync.store.write(move |conn| invoices::flag_missing(conn, &store_id, &gone)).await?;
    }
    Ok(count)
}
