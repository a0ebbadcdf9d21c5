//! Contributions, their median and the people behind them. Imported through [`super`].
//!
//! Neither medians nor people can be added up. So contributions are kept packed, a row for each day, and read whole: for a range
//! of weeks that is a few rows. For all time the sizes of all contributions tell in which class the median lies, and people are
//! counted already.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use diesel::dsl::{max, min};
use diesel::prelude::*;

use super::{GAP, Whose};
use crate::domain::cover::{Cover, Pieces};
use crate::domain::figures::{FigureQuery, Figures};
use crate::domain::rollup::{Sizes, read_sheet};
use crate::domain::time::{day_number, day_of_number};
use crate::domain::{ContributionMethod, Tier};
use crate::store::schema::{contributions, rollup_backer_counts, rollup_people, rollup_sheets, rollup_sizes};
use crate::store::{DbConn, StoreError};

/// Up to so many days are read whole.
const READ_WHOLE: i64 = 400;

pub(super) fn add(
    conn: &mut DbConn,
    whose: &Whose<'_>,
    query: &FigureQuery,
    cover: &Cover,
    figures: &mut Figures,
) -> Result<(), StoreError> {
    let number = |at: i64| day_number(query.display_zone.day_of(at));
    let (first, end) = (number(query.start()), number(query.until - 1) + 1);
    if let [scope] = whose.scopes.as_slice()
        && end.saturating_sub(first) > READ_WHOLE
        && covers_everything(conn, *scope, query)?
    {
        return of_all_time(conn, *scope, query, cover, figures);
    }
    let mut found = Found::default();
    read_days(conn, &whose.scopes, query.method, (first, end), |at, msat, backer, count| {
        if let Some(bucket) = query.bucket_of(at) {
            figures.buckets.get_mut(bucket).into_iter().for_each(|sums| sums.contributions += count);
            found.add(msat, backer, count);
        }
    })?;
    found.tell(figures);
    Ok(())
}

/// What the contributions of a range come to.
#[derive(Default)]
struct Found {
    amounts: Vec<i64>,
    backers: HashSet<i64, BuildHasherDefault<AlreadyEven>>,
    anonymous: i64,
}

impl Found {
    fn add(&mut self, msat: i64, backer: Option<i64>, count: i64) {
        self.amounts.extend((0..count).map(|_| msat));
        match backer {
            Some(backer) => drop(self.backers.insert(backer)),
            None => self.anonymous += count,
        }
    }

    fn tell(mut self, figures: &mut Figures) {
        let count = self.amounts.len();
        figures.contributions = i64::try_from(count).unwrap_or(i64::MAX);
        figures.anonymous = self.anonymous;
        figures.identified_backers = i64::try_from(self.backers.len()).unwrap_or(i64::MAX);
        figures.contributed_msat = self.amounts.iter().map(|msat| i128::from(*msat)).sum();
        if count > 0 {
            let (below, middle, _) = self.amounts.select_nth_unstable(count / 2);
            let lower = if count.is_multiple_of(2) { below.iter().max().copied() } else { None };
            figures.middle_msat = Some((lower.unwrap_or(*middle), *middle));
        }
    }
}

/// Keys of people are cut from a hash already.
#[derive(Default)]
struct AlreadyEven(u64);

impl Hasher for AlreadyEven {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_i64(&mut self, key: i64) {
        self.0 = key.cast_unsigned();
    }
}

/// Hands out the contributions of some days of the display zone: time, msat, person, and how many there are of it.
fn read_days(
    conn: &mut DbConn,
    scopes: &[i64],
    method: ContributionMethod,
    (first, end): (i64, i64),
    mut with: impl FnMut(i64, i64, Option<i64>, i64),
) -> Result<(), StoreError> {
    let sheets: Vec<Vec<u8>> = rollup_sheets::table
        .filter(rollup_sheets::scope.eq_any(scopes))
        .filter(rollup_sheets::method.eq(method.as_str()))
        .filter(rollup_sheets::bucket.ge(first))
        .filter(rollup_sheets::bucket.lt(end))
        .select(rollup_sheets::sheet)
        .load(conn)?;
    for sheet in sheets {
        read_sheet(&sheet, |entry, count| with(entry.first_at, entry.msat, entry.backer, count))
            .map_err(|error| StoreError::corrupt("day of contributions", error))?;
    }
    Ok(())
}

/// Whether no contribution of the scope lies outside the range.
fn covers_everything(conn: &mut DbConn, scope: i64, query: &FigureQuery) -> Result<bool, StoreError> {
    let of = || {
        rollup_people::table
            .filter(rollup_people::scope.eq(scope))
            .filter(rollup_people::tier.eq(Tier::Day.as_str()))
            .filter(rollup_people::method.eq(query.method.as_str()))
    };
    // Asked one by one: each is then a step or two in the index.
    let first: Option<i64> = of().select(min(rollup_people::bucket)).first(conn)?;
    let last: Option<i64> = of().select(max(rollup_people::bucket)).first(conn)?;
    let start_of = |number: i64| query.display_zone.start_of_day(day_of_number(number));
    Ok(first.is_none_or(|day| query.start() <= start_of(day))
        && last.is_none_or(|day| start_of(day + 1) <= query.until))
}

fn of_all_time(
    conn: &mut DbConn,
    scope: i64,
    query: &FigureQuery,
    cover: &Cover,
    figures: &mut Figures,
) -> Result<(), StoreError> {
    let method = query.method.as_str();
    for (tier, pieces) in [(Tier::Month, &cover.months), (Tier::Day, &cover.days)] {
        for (first, end) in pieces.runs(GAP) {
            let rows: Vec<(i64, i64, i64, i64)> = rollup_people::table
                .filter(rollup_people::scope.eq(scope))
                .filter(rollup_people::tier.eq(tier.as_str()))
                .filter(rollup_people::bucket.ge(first))
                .filter(rollup_people::bucket.lt(end))
                .filter(rollup_people::method.eq(method))
                .select((
                    rollup_people::bucket,
                    rollup_people::contributions,
                    rollup_people::anonymous,
                    rollup_people::msat,
                ))
                .load(conn)?;
            for (number, contributions, anonymous, msat) in rows {
                let Some(bucket) = pieces.bucket_of(number) else { continue };
                put(figures, bucket, contributions, anonymous, msat.into());
            }
        }
    }
    for (first, end) in days_of(&cover.spans, query) {
        read_days(conn, &[scope], query.method, (first, end), |at, msat, backer, count| {
            if let Some(bucket) = cover.spans.bucket_of(at) {
                let anonymous = if backer.is_none() { count } else { 0 };
                put(figures, bucket, count, anonymous, i128::from(msat) * i128::from(count));
            }
        })?;
    }
    figures.identified_backers = rollup_backer_counts::table
        .filter(rollup_backer_counts::scope.eq(scope))
        .filter(rollup_backer_counts::method.eq(method))
        .select(rollup_backer_counts::backers)
        .first(conn)
        .optional()?
        .unwrap_or_default();
    figures.middle_msat = middle_of_all_time(conn, scope, method, figures.contributions)?;
    Ok(())
}

fn put(figures: &mut Figures, bucket: usize, contributions: i64, anonymous: i64, msat: i128) {
    figures.buckets.get_mut(bucket).into_iter().for_each(|sums| sums.contributions += contributions);
    figures.contributions += contributions;
    figures.anonymous += anonymous;
    figures.contributed_msat += msat;
}

/// The days of the display zone that spans of seconds touch, in runs.
fn days_of(spans: &Pieces, query: &FigureQuery) -> Vec<(i64, i64)> {
    let number = |at: i64| day_number(query.display_zone.day_of(at));
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for (start, end) in spans.runs(0) {
        let (first, after) = (number(start), number(end - 1) + 1);
        match runs.last_mut() {
            Some((_, end)) if first <= *end => *end = after,
            _ => runs.push((first, after)),
        }
    }
    runs
}

/// The two middle amounts of all contributions of a scope.
fn middle_of_all_time(
    conn: &mut DbConn,
    scope: i64,
    method: &str,
    contributions: i64,
) -> Result<Option<(i64, i64)>, StoreError> {
    if contributions <= 0 {
        return Ok(None);
    }
    let packed: Vec<u8> = rollup_sizes::table
        .filter(rollup_sizes::scope.eq(scope))
        .filter(rollup_sizes::method.eq(method))
        .select(rollup_sizes::sizes)
        .first(conn)?;
    let sizes = Sizes::unpack(&packed).map_err(|error| StoreError::corrupt("sizes of contributions", error))?;
    let lower = amount_at(conn, scope, method, &sizes, (contributions - 1) / 2)?;
    let upper = if contributions % 2 == 0 { amount_at(conn, scope, method, &sizes, contributions / 2)? } else { lower };
    Ok(lower.zip(upper))
}

/// The amount of the given rank, counted from 0.
fn amount_at(conn: &mut DbConn, scope: i64, method: &str, sizes: &Sizes, rank: i64) -> Result<Option<i64>, StoreError> {
    let mut before = 0;
    for (class, count) in sizes.iter() {
        if rank < before + count {
            return Ok(contributions::table
                .filter(contributions::scope.eq(scope))
                .filter(contributions::method.eq(method))
                .filter(contributions::class.eq(class))
                .order(contributions::msat)
                .offset(rank - before)
                .select(contributions::msat)
                .first(conn)
                .optional()?);
        }
        before += count;
    }
    Ok(None)
}
