//! Demo data as a person asks for them. Imported through [`super`].

use chrono::NaiveDate;

use super::{Demo, Record, fill};
use crate::domain::Zone;
use crate::domain::time::days_before;
use crate::ingest::{Applied, CHUNK};
use crate::sources::demo::{DEFAULT_DAYS, DEFAULT_INVOICES, DEFAULT_SEED, Generator, Plan};
use crate::store::StoreError;
use crate::store::stores::DEMO_STORE;

/// What to write. Ids and amounts follow from the seed alone; the rest says when it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeedRequest {
    /// How many invoices; at least one.
    pub invoices: u64,
    /// Over how many days, the last one included; at least one.
    pub days: u64,
    /// Chooses everything but the times.
    pub seed: u64,
    /// The last day, in the display zone; today if none is given. A day in the future is refused.
    pub until: Option<NaiveDate>,
}

impl Default for SeedRequest {
    fn default() -> Self {
        Self { invoices: DEFAULT_INVOICES, days: DEFAULT_DAYS, seed: DEFAULT_SEED, until: None }
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seeded {
    /// Whether all of it was there already.
    pub known: bool,
    /// Of the invoices.
    pub applied: Applied,
    /// Rows of an earlier plan that are gone.
    pub removed: usize,
    /// First and last day, in the display zone.
    pub days: (NaiveDate, NaiveDate),
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// Real books and made-up ones never share a database.
    #[error(
        "this database holds invoices of a BTCPay store, and demo data never mix with them; set DATABASE_URL to another database, for example sqlite://var/demo.db"
    )]
    LiveRows,
    /// Nothing is dated in the future.
    #[error("--until {0} is in the future; the last day can be today, {1}")]
    Future(NaiveDate, NaiveDate),
    /// Before the first block.
    #[error("the demo would begin on {0}, before there was bitcoin; take fewer --days or a later --until")]
    TooEarly(NaiveDate),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(super) async fn seed(
    demo: &Demo,
    request: SeedRequest,
    now: i64,
    progress: impl Fn(u64),
) -> Result<Seeded, SeedError> {
    let zone = demo.ingest.display_zone;
    let (plan, days) = plan(request, now, zone)?;
    if demo.live_rows().await? {
        return Err(SeedError::LiveRows);
    }
    let old = demo.record().await?;
    let same = old.filter(|old| is_same(&old.plan, &plan, zone));
    let removed = match old {
        Some(old) if same.is_none() => remove(demo, old, plan).await?,
        _ => 0,
    };
    let record = same.unwrap_or(Record::new(plan));
    let known = record.done.is_some();
    let applied = fill::advance(demo, record, record.plan.end - 1, now, progress).await?;
    Ok(Seeded { known, applied, removed, days })
}

fn plan(request: SeedRequest, now: i64, zone: Zone) -> Result<(Plan, (NaiveDate, NaiveDate)), SeedError> {
    let today = zone.day_of(now);
    let last = request.until.unwrap_or(today);
    if last > today {
        return Err(SeedError::Future(last, today));
    }
    let first = days_before(last, request.days.saturating_sub(1));
    // The day of the first block.
    if NaiveDate::from_ymd_opt(2009, 1, 3).is_some_and(|genesis| first < genesis) {
        return Err(SeedError::TooEarly(first));
    }
    let start = zone.start_of_day(first);
    let end = zone.end_of_day(last).min(now.saturating_add(1)).max(start.saturating_add(1));
    Ok((Plan { seed: request.seed, invoices: request.invoices, start, end }, (first, last)))
}

/// The same invoices over the same days: a plan that ends today ends a little later each time.
fn is_same(old: &Plan, new: &Plan, zone: Zone) -> bool {
    let last_day = |plan: &Plan| zone.day_of(plan.end - 1);
    Plan { end: new.end, ..*old } == *new && last_day(old) == last_day(new)
}

/// Takes out the rows of an old plan that the new one does not have.
async fn remove(demo: &Demo, old: Record, new: Plan) -> Result<usize, StoreError> {
    let Some(instant) = old.done.max(old.doing) else { return Ok(0) };
    let generator = Generator::new(DEMO_STORE, old.plan, instant);
    let (mut next, end) = (if old.plan.seed == new.seed { new.invoices } else { 0 }, generator.count_at(instant));
    let mut removed = 0;
    while next < end {
        let after = end.min(next.saturating_add(u64::try_from(CHUNK).unwrap_or(1)));
        let ids = (next..after).map(|k| generator.id(k)).collect();
        removed += demo.ingest.remove(DEMO_STORE, ids).await?;
        next = after;
    }
    Ok(removed)
}
