//! Loads the sums behind analytics: a few rows of the tiers that fit, never all invoices. Everybody may import it.

mod created;
mod money;
mod people;

use diesel::prelude::*;
use shared::InvoiceStatus;

use super::schema::{rollup_created, rollup_money};
use super::{DbConn, StoreError, scopes};
use crate::domain::cover::Cover;
use crate::domain::figures::{BucketSums, FigureQuery, Figures};
use crate::domain::time::SLOT_SECONDS;
use crate::domain::{Scope, Tier};

/// Days, slots or seconds that nobody asked for and that are read all the same, to ask once instead of twice.
const GAP: i64 = 32;

/// Whose figures: the numbers of their scopes, and the stores where single rows have to be read.
struct Whose<'a> {
    scopes: Vec<i64>,
    stores: Vec<&'a str>,
}

/// The figures of a range.
///
/// # Errors
/// Those of the database.
pub fn load(conn: &mut DbConn, query: &FigureQuery) -> Result<Figures, StoreError> {
    let whose = Whose {
        scopes: scopes::find_all(conn, &query.scopes)?,
        stores: query.scopes.iter().map(|Scope::Store(id)| id.as_str()).collect(),
    };
    let cover = Cover::of(query);
    let mut figures = Figures { buckets: vec![BucketSums::default(); query.buckets.len()], ..Figures::default() };
    money::add(conn, &whose, query, &cover, &mut figures)?;
    created::add(conn, &whose, query, &cover, &mut figures)?;
    people::add(conn, &whose, query, &cover, &mut figures)?;
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
        .filter(rollup_created::tier.eq(Tier::Month.as_str()))
        .filter(rollup_created::status.eq_any(all.iter().map(|status| status.as_str())))
        .select(rollup_created::invoices)
        .load(conn)?;
    Ok(counts.into_iter().sum())
}

/// The tiers of a cover, with their pieces.
fn tiers(cover: &Cover) -> [(Tier, &crate::domain::cover::Pieces); 3] {
    [(Tier::Month, &cover.months), (Tier::Day, &cover.days), (Tier::Slot, &cover.slots)]
}
