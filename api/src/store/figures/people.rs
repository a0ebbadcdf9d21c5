//! The two figures that cannot be added up: the median and the number of people. Imported through [`super`].

use std::collections::BTreeMap;

use diesel::dsl::{count, max, min};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::domain::figures::FigureQuery;
use crate::domain::time::{Zone, day_number, next_day};
use crate::store::schema::{contributions, rollup_backers, rollup_sizes};
use crate::store::{DbConn, StoreError};

/// Number of distinct e-mails among the contributions of the range.
pub(super) fn distinct_backers(conn: &mut DbConn, scopes: &[i64], query: &FigureQuery) -> Result<i64, StoreError> {
    // All of one scope: its people are counted already.
    if let [scope] = scopes
        && covers_everything(conn, *scope, query)?
    {
        return Ok(rollup_backers::table
            .filter(rollup_backers::scope.eq(scope))
            .filter(rollup_backers::method.eq(query.method.as_str()))
            .count()
            .get_result(conn)?);
    }
    Ok(contributions::table
        .filter(contributions::scope.eq_any(scopes))
        .filter(contributions::method.eq(query.method.as_str()))
        .filter(contributions::first_at.ge(query.start()))
        .filter(contributions::first_at.lt(query.end()))
        .filter(contributions::backer.is_not_null())
        .select(count(contributions::backer).aggregate_distinct())
        .first(conn)?)
}

fn covers_everything(conn: &mut DbConn, scope: i64, query: &FigureQuery) -> Result<bool, StoreError> {
    let of = || {
        contributions::table
            .filter(contributions::scope.eq(scope))
            .filter(contributions::method.eq(query.method.as_str()))
    };
    // Asked one by one: each is then a single step in the index.
    let first: Option<i64> = of().select(min(contributions::first_at)).first(conn)?;
    let last: Option<i64> = of().select(max(contributions::first_at)).first(conn)?;
    Ok(first.is_none_or(|at| query.start() <= at) && last.is_none_or(|at| at < query.end()))
}

/// The two middle amounts of the range's contributions, in msat. Size classes tell in which class the middle lies; only the
/// rows of that class are read.
pub(super) fn middle_amounts(
    conn: &mut DbConn,
    scopes: &[i64],
    query: &FigureQuery,
    contributions: i64,
) -> Result<Option<(i64, i64)>, StoreError> {
    if contributions <= 0 {
        return Ok(None);
    }
    let classes = class_counts(conn, scopes, query)?;
    let lower = amount_at(conn, scopes, query, &classes, (contributions - 1) / 2)?;
    let upper =
        if contributions % 2 == 0 { amount_at(conn, scopes, query, &classes, contributions / 2)? } else { lower };
    Ok(lower.zip(upper))
}

/// How many contributions each size class has: whole days from the roll-up, the rest of the range from the rows.
fn class_counts(conn: &mut DbConn, scopes: &[i64], query: &FigureQuery) -> Result<BTreeMap<i64, i64>, StoreError> {
    let days = WholeDays::within(query.start(), query.end(), query.display_zone);
    let method = query.method.as_str();
    let mut counts: BTreeMap<i64, i64> = rollup_sizes::table
        .filter(rollup_sizes::scope.eq_any(scopes))
        .filter(rollup_sizes::method.eq(method))
        .filter(rollup_sizes::bucket.ge(days.first))
        .filter(rollup_sizes::bucket.lt(days.end))
        .group_by(rollup_sizes::class)
        // A sum of BIGINTs is NUMERIC in PostgreSQL.
        .select((rollup_sizes::class, diesel::dsl::sql::<BigInt>("CAST(SUM(contributions) AS BIGINT)")))
        .load::<(i64, i64)>(conn)?
        .into_iter()
        .collect();
    for (from, until) in days.edges {
        let classes: Vec<i64> = contributions::table
            .filter(contributions::scope.eq_any(scopes))
            .filter(contributions::method.eq(method))
            .filter(contributions::first_at.ge(from))
            .filter(contributions::first_at.lt(until))
            .select(contributions::class)
            .load(conn)?;
        for class in classes {
            *counts.entry(class).or_default() += 1;
        }
    }
    Ok(counts)
}

/// The amount of the given rank, counted from 0.
fn amount_at(
    conn: &mut DbConn,
    scopes: &[i64],
    query: &FigureQuery,
    classes: &BTreeMap<i64, i64>,
    rank: i64,
) -> Result<Option<i64>, StoreError> {
    let mut before = 0;
    for (class, count) in classes {
        if rank < before + count {
            return Ok(contributions::table
                .filter(contributions::scope.eq_any(scopes))
                .filter(contributions::method.eq(query.method.as_str()))
                .filter(contributions::class.eq(class))
                .filter(contributions::first_at.ge(query.start()))
                .filter(contributions::first_at.lt(query.end()))
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

/// The whole days inside a range, by number, and what is left of it at the edges.
struct WholeDays {
    first: i64,
    end: i64,
    edges: Vec<(i64, i64)>,
}

impl WholeDays {
    fn within(start: i64, end: i64, zone: Zone) -> Self {
        let mut first = zone.day_of(start);
        if zone.start_of_day(first) < start {
            first = next_day(first);
        }
        // The day in which the range ends is the first one that is not whole.
        let after = zone.day_of(end);
        if first >= after {
            return Self { first: 0, end: 0, edges: vec![(start, end)] };
        }
        let edges = [(start, zone.start_of_day(first)), (zone.start_of_day(after), end)];
        Self {
            first: day_number(first),
            end: day_number(after),
            edges: edges.into_iter().filter(|(from, until)| from < until).collect(),
        }
    }
}
