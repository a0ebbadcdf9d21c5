//! Bringing the rows of a plan up to an instant. Imported through [`super`].

use std::sync::Arc;

use super::{Demo, Filled, Record};
use crate::domain::time::days_before;
use crate::domain::{Invoice, Zone};
use crate::ingest::{Applied, CHUNK, InvoiceUpdate};
use crate::sources::demo::{DEFAULT_DAYS, DEFAULT_INVOICES, DEFAULT_SEED, Generator, Plan};
use crate::store::stores::{self, DEMO_STORE};
use crate::store::{StoreError, invoices};

/// Invoices looked at in one go, changed or not.
const STRIDE: u64 = 20_000;

pub(super) async fn fill(demo: &Demo, now: i64) -> Result<Filled, StoreError> {
    if demo.live_rows().await? {
        return Ok(Filled::LiveRows);
    }
    let record = match demo.record().await? {
        Some(record) => record,
        None if demo.store.read(|conn| stores::has_invoices(conn, DEMO_STORE)).await? => return Ok(Filled::OtherRows),
        None => Record::new(last_days(now, demo.ingest.display_zone)),
    };
    advance(demo, record, now, now, |_| ()).await.map(Filled::Written)
}

/// The demo that nobody asked for: the last days up to now.
fn last_days(now: i64, zone: Zone) -> Plan {
    let first = days_before(zone.day_of(now), DEFAULT_DAYS - 1);
    Plan { seed: DEFAULT_SEED, invoices: DEFAULT_INVOICES, start: zone.start_of_day(first), end: now.saturating_add(1) }
}

/// Writes what differs between the instant at which the rows stand and `until`; `now` is the clock. May be interrupted at
/// any point and repeated: what was begun is finished first, so a row stands at one of two instants, never a third.
pub(super) async fn advance(
    demo: &Demo,
    mut record: Record,
    until: i64,
    now: i64,
    progress: impl Fn(u64),
) -> Result<Applied, StoreError> {
    demo.ingest.ensure_store(DEMO_STORE, stores::DEMO).await?;
    let mut total = Applied::default();
    while let Some(instant) = record.doing.or((record.done.is_none_or(|done| done < until)).then_some(until)) {
        record.doing = Some(instant);
        demo.note(record).await?;
        total.add(write(demo, record, instant, now, &progress).await?);
        record = Record { done: Some(instant), doing: None, ..record };
        demo.note(record).await?;
    }
    Ok(total)
}

async fn write(
    demo: &Demo,
    record: Record,
    instant: i64,
    now: i64,
    progress: &impl Fn(u64),
) -> Result<Applied, StoreError> {
    let step =
        Arc::new(Step { generator: Generator::new(DEMO_STORE, record.plan, instant), done: record.done, instant });
    let end = step.generator.count_at(instant);
    let mut next = record.done.map_or(0, |done| step.generator.finished_at(done));
    let mut total = Applied::default();
    let mut changes = Vec::new();
    loop {
        // The next invoices are made while the last ones are written.
        let (made, written) = tokio::join!(
            Step::make(Arc::clone(&step), next, end),
            submit(demo, record, std::mem::take(&mut changes), now)
        );
        total.add(written?);
        progress(next);
        let Some((looked_at, made)) = made? else { return Ok(total) };
        (next, changes) = (looked_at, made);
    }
}

/// From one instant to a later one.
struct Step {
    generator: Generator,
    done: Option<i64>,
    instant: i64,
}

/// An invoice that is not what it was.
struct Change {
    new: Invoice,
    old: Option<Invoice>,
}

impl Step {
    /// Up to a chunk of changes from invoice `next` on, and the invoice after the last one looked at; `None` at the end.
    async fn make(self: Arc<Self>, next: u64, end: u64) -> Result<Option<(u64, Vec<Change>)>, StoreError> {
        if next >= end {
            return Ok(None);
        }
        tokio::task::spawn_blocking(move || Some(self.changes(next, end))).await.map_err(|_| StoreError::Panicked)
    }

    fn changes(&self, mut next: u64, end: u64) -> (u64, Vec<Change>) {
        let (mut changes, limit) = (Vec::new(), end.min(next.saturating_add(STRIDE)));
        while next < limit && changes.len() < CHUNK {
            let old = self.done.and_then(|done| self.generator.invoice(next, done));
            let new = self.generator.invoice(next, self.instant);
            changes.extend(new.filter(|new| old.as_ref() != Some(new)).map(|new| Change { new, old }));
            next += 1;
        }
        (next, changes)
    }
}

/// Writes changes but for rows that somebody else touched meanwhile.
async fn submit(demo: &Demo, record: Record, changes: Vec<Change>, now: i64) -> Result<Applied, StoreError> {
    if changes.is_empty() {
        return Ok(Applied::default());
    }
    let known = match record.done {
        // The first time everything is ours.
        None => Default::default(),
        Some(_) => {
            let ids: Vec<String> = changes.iter().map(|change| change.new.id.clone()).collect();
            demo.store.read(move |conn| invoices::find_many(conn, DEMO_STORE, &ids)).await?
        }
    };
    let ours = |change: &Change| known.get(&change.new.id).is_none_or(|row| change.old.as_ref() == Some(&row.invoice));
    let observed_ms = now.saturating_mul(1_000);
    let updates =
        changes.into_iter().filter(ours).map(|change| InvoiceUpdate { invoice: change.new, observed_ms }).collect();
    demo.ingest.submit(DEMO_STORE, updates).await
}
