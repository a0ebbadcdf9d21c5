//! Loads the sums behind analytics: a few rows of the tier that fits, never the invoices. Everybody may import it.

mod people;

use diesel::prelude::*;
use shared::{InvoiceStatus, MethodFamily};

use super::schema::{rollup_created, rollup_money, rollup_people};
use super::{DbConn, StoreError, scopes};
use crate::domain::figures::{BucketSums, FigureQuery, Figures};
use crate::domain::rollup::status_index;
use crate::domain::time::{SLOT_SECONDS, day_number, instant};
use crate::domain::{ContributionMethod, ExactFiat, MoneyState, Scope, Tier, Zone, currency};

/// The figures of a range.
///
/// # Errors
/// Those of the database.
pub fn load(conn: &mut DbConn, query: &FigureQuery) -> Result<Figures, StoreError> {
    let scopes = scopes::find_all(conn, &query.scopes)?;
    let span = Span::of(query);
    let mut figures = Figures { buckets: vec![BucketSums::default(); query.buckets.len()], ..Figures::default() };
    add_money(conn, &scopes, query, &span, &mut figures)?;
    add_people(conn, &scopes, query, &span, &mut figures)?;
    add_created(conn, &scopes, query, &span, &mut figures)?;
    figures.identified_backers = people::distinct_backers(conn, &scopes, query)?;
    figures.middle_msat = people::middle_amounts(conn, &scopes, query, figures.contributions)?;
    Ok(figures)
}

/// First instant of the first slot in which anything happened, UTC seconds; `None` before there is anything.
///
/// # Errors
/// Those of the database.
pub fn first_activity(conn: &mut DbConn, wanted: &[Scope]) -> Result<Option<i64>, StoreError> {
    let slot = Tier::Slot.as_str();
    let mut first: Option<i64> = None;
    for scope in scopes::find_all(conn, wanted)? {
        let created: Option<i64> = rollup_created::table
            .filter(rollup_created::scope.eq(scope))
            .filter(rollup_created::tier.eq(slot))
            .select(diesel::dsl::min(rollup_created::bucket))
            .first(conn)?;
        let paid: Option<i64> = rollup_money::table
            .filter(rollup_money::scope.eq(scope))
            .filter(rollup_money::tier.eq(slot))
            .select(diesel::dsl::min(rollup_money::bucket))
            .first(conn)?;
        first = first.into_iter().chain(created).chain(paid).min();
    }
    Ok(first.map(|slot| slot.saturating_mul(SLOT_SECONDS)))
}

/// Number of invoices, of some statuses only where any are named.
///
/// # Errors
/// Those of the database.
pub fn invoice_count(conn: &mut DbConn, wanted: &[Scope], statuses: &[InvoiceStatus]) -> Result<i64, StoreError> {
    let scopes = scopes::find_all(conn, wanted)?;
    let all = if statuses.is_empty() { InvoiceStatus::ALL } else { statuses };
    let counts: Vec<i64> = rollup_created::table
        .filter(rollup_created::scope.eq_any(scopes))
        .filter(rollup_created::tier.eq(Tier::Day.as_str()))
        .filter(rollup_created::status.eq_any(all.iter().map(|status| status.as_str())))
        .select(rollup_created::invoices)
        .load(conn)?;
    Ok(counts.into_iter().sum())
}

/// The tier that serves a query and the rows of it that lie in the range.
struct Span {
    tier: Tier,
    first: i64,
    /// First one after the range.
    end: i64,
}

impl Span {
    /// Days where the range consists of days of the display zone, else slots.
    fn of(query: &FigureQuery) -> Self {
        if query.whole_days && query.zone == query.display_zone {
            let number = |at: i64| Tier::Day.bucket(at, query.display_zone);
            Self { tier: Tier::Day, first: number(query.start()), end: number(query.end()) }
        } else {
            Self {
                tier: Tier::Slot,
                first: Tier::Slot.bucket(query.start(), Zone::UTC),
                end: Tier::Slot.bucket(query.end(), Zone::UTC),
            }
        }
    }

    /// An instant inside the row's bucket, by which the row finds its bucket of the series.
    fn instant_in(&self, row: i64, zone: Zone) -> i64 {
        match self.tier {
            Tier::Slot => row.saturating_mul(SLOT_SECONDS),
            Tier::Day => {
                let date = instant(row.saturating_mul(86_400)).date_naive();
                debug_assert_eq!(day_number(date), row);
                zone.start_of_day(date)
            }
        }
    }
}

/// Finds buckets of the series for rows that come in order; a row of the same slot or day asks only once.
struct Placer<'a> {
    query: &'a FigureQuery,
    span: &'a Span,
    last: Option<(i64, Option<usize>)>,
}

impl<'a> Placer<'a> {
    const fn new(query: &'a FigureQuery, span: &'a Span) -> Self {
        Self { query, span, last: None }
    }

    fn bucket<'f>(&mut self, row: i64, figures: &'f mut Figures) -> Option<&'f mut BucketSums> {
        let index = match self.last {
            Some((seen, index)) if seen == row => index,
            _ => {
                let index = self.query.bucket_of(self.span.instant_in(row, self.query.display_zone));
                self.last = Some((row, index));
                index
            }
        };
        figures.buckets.get_mut(index?)
    }
}

fn add_money(
    conn: &mut DbConn,
    scopes: &[i64],
    query: &FigureQuery,
    span: &Span,
    figures: &mut Figures,
) -> Result<(), StoreError> {
    let families: Vec<&str> =
        MethodFamily::ALL.iter().filter(|family| query.method.admits(**family)).map(|family| family.as_str()).collect();
    let rows: Vec<(i64, String, String, i64, String)> = rollup_money::table
        .filter(rollup_money::scope.eq_any(scopes))
        .filter(rollup_money::tier.eq(span.tier.as_str()))
        .filter(rollup_money::bucket.ge(span.first))
        .filter(rollup_money::bucket.lt(span.end))
        .filter(rollup_money::method.eq_any(families))
        .order(rollup_money::bucket)
        .select((
            rollup_money::bucket,
            rollup_money::state,
            rollup_money::currency,
            rollup_money::msat,
            rollup_money::fiat,
        ))
        .load(conn)?;
    let mut placer = Placer::new(query, span);
    for (row, state, currency, msat, fiat) in rows {
        let raised = state == MoneyState::Raised.as_str();
        if let Some(bucket) = placer.bucket(row, figures) {
            let heap = if raised { &mut bucket.raised_msat } else { &mut bucket.pending_msat };
            *heap += i128::from(msat);
        }
        if !currency::is_bitcoin(&currency) {
            let fiat: ExactFiat = fiat.parse().map_err(|_| StoreError::corrupt("fiat sum", &fiat))?;
            let sums = figures.fiat.entry(currency).or_default();
            if raised { sums.raised.add(&fiat) } else { sums.pending.add(&fiat) }
        }
    }
    Ok(())
}

fn add_people(
    conn: &mut DbConn,
    scopes: &[i64],
    query: &FigureQuery,
    span: &Span,
    figures: &mut Figures,
) -> Result<(), StoreError> {
    let rows: Vec<(i64, i64, i64, i64)> = rollup_people::table
        .filter(rollup_people::scope.eq_any(scopes))
        .filter(rollup_people::tier.eq(span.tier.as_str()))
        .filter(rollup_people::bucket.ge(span.first))
        .filter(rollup_people::bucket.lt(span.end))
        .filter(rollup_people::method.eq(query.method.as_str()))
        .order(rollup_people::bucket)
        .select((rollup_people::bucket, rollup_people::contributions, rollup_people::anonymous, rollup_people::msat))
        .load(conn)?;
    let mut placer = Placer::new(query, span);
    for (row, contributions, anonymous, msat) in rows {
        if let Some(bucket) = placer.bucket(row, figures) {
            bucket.contributions += contributions;
        }
        figures.contributions += contributions;
        figures.anonymous += anonymous;
        figures.contributed_msat += i128::from(msat);
    }
    Ok(())
}

fn add_created(
    conn: &mut DbConn,
    scopes: &[i64],
    query: &FigureQuery,
    span: &Span,
    figures: &mut Figures,
) -> Result<(), StoreError> {
    let rows: Vec<(i64, String, i64, i64, i64, i64)> = rollup_created::table
        .filter(rollup_created::scope.eq_any(scopes))
        .filter(rollup_created::tier.eq(span.tier.as_str()))
        .filter(rollup_created::bucket.ge(span.first))
        .filter(rollup_created::bucket.lt(span.end))
        .order(rollup_created::bucket)
        .select((
            rollup_created::bucket,
            rollup_created::status,
            rollup_created::invoices,
            rollup_created::onchain_msat,
            rollup_created::lightning_msat,
            rollup_created::other_msat,
        ))
        .load(conn)?;
    let mut placer = Placer::new(query, span);
    for (row, status, invoices, onchain, lightning, other) in rows {
        if let Some(bucket) = placer.bucket(row, figures) {
            bucket.created += invoices;
        }
        let status: InvoiceStatus = status.parse().map_err(|_| StoreError::corrupt("invoice status", &status))?;
        let raised = match query.method {
            ContributionMethod::Any => i128::from(onchain) + i128::from(lightning) + i128::from(other),
            ContributionMethod::Onchain => i128::from(onchain),
            ContributionMethod::Lightning => i128::from(lightning),
        };
        if let Some(sums) = figures.statuses.get_mut(status_index(status)) {
            sums.invoices += invoices;
            sums.raised_msat += raised;
        }
    }
    Ok(())
}
