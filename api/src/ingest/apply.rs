//! Writing a chunk of invoices: compare with what is there, write what differs, change the roll-ups by the difference.
//! Imported through [`super`].

use std::collections::{BTreeMap, HashMap};

use super::InvoiceUpdate;
use crate::domain::rollup::{Contribution, Rollups, Scope};
use crate::domain::{Invoice, Zone};
use crate::store::invoices::{self, Stored};
use crate::store::{DbConn, StoreError, rollups, scopes};

/// What became of a batch of invoices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// Not known before.
    pub inserted: i64,
    /// Known and changed.
    pub updated: i64,
    /// Known and the same, or older than what is known.
    pub unchanged: i64,
    /// Could not be written, by id, with the reason.
    pub refused: Vec<(String, String)>,
}

impl Applied {
    pub(super) fn add(&mut self, other: Self) {
        self.inserted += other.inserted;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.refused.extend(other.refused);
    }

    pub(super) fn refuse(&mut self, updates: &[InvoiceUpdate], error: &StoreError) {
        self.refused.extend(updates.iter().map(|update| (update.invoice.id.clone(), error.to_string())));
    }
}

/// Writes invoices of one store inside the writer's transaction. `now_ms` is the clock.
pub(super) fn apply(
    conn: &mut DbConn,
    store_id: &str,
    updates: &[InvoiceUpdate],
    zone: Zone,
    now_ms: i64,
) -> Result<Applied, StoreError> {
    let latest = latest_by_id(updates);
    let ids: Vec<String> = latest.keys().map(|id| (*id).to_owned()).collect();
    let known = invoices::find_many(conn, store_id, &ids)?;
    let mut applied = Applied::default();
    let mut changes: Vec<Change<'_>> = Vec::new();
    for (id, update) in latest {
        match known.get(id) {
            None => {
                applied.inserted += 1;
                changes.push(Change { old: None, new: update });
            }
            Some(old) if old.invoice == update.invoice || is_newer(old, update, now_ms) => applied.unchanged += 1,
            Some(old) => {
                applied.updated += 1;
                changes.push(Change { old: Some(&old.invoice), new: update });
            }
        }
    }
    write(conn, store_id, &changes, zone)?;
    Ok(applied)
}

/// Whether what is known was observed after the update. A time to come says nothing: the clock was set back since, and waiting
/// for it would leave the invoice as it is for as long.
const fn is_newer(known: &Stored, update: &InvoiceUpdate, now_ms: i64) -> bool {
    known.observed_ms > update.observed_ms && known.observed_ms <= now_ms
}

/// One invoice before and after.
struct Change<'a> {
    old: Option<&'a Invoice>,
    new: &'a InvoiceUpdate,
}

fn write(conn: &mut DbConn, store_id: &str, changes: &[Change<'_>], zone: Zone) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let rows: Vec<Stored> = changes
        .iter()
        .map(|change| Stored { invoice: change.new.invoice.clone(), observed_ms: change.new.observed_ms })
        .collect();
    invoices::upsert(conn, store_id, &rows)?;

    let mut sums: BTreeMap<Scope, Rollups> = BTreeMap::new();
    let mut contributions: HashMap<Scope, Vec<(&str, Vec<Contribution>)>> = HashMap::new();
    for change in changes {
        let new = &change.new.invoice;
        let difference = Rollups::between(change.old, Some(new), zone)?;
        for scope in Scope::of(new) {
            sums.entry(scope.clone()).or_default().add(&difference)?;
            contributions.entry(scope).or_default().push((&new.id, Contribution::all_of(new)?));
        }
    }
    write_sums(conn, &sums, &contributions)
}

/// Changes the roll-ups of each scope by the difference.
fn write_sums(
    conn: &mut DbConn,
    sums: &BTreeMap<Scope, Rollups>,
    contributions: &HashMap<Scope, Vec<(&str, Vec<Contribution>)>>,
) -> Result<(), StoreError> {
    for (scope, difference) in sums {
        let id = scopes::ensure(conn, scope)?;
        rollups::apply(conn, id, difference)?;
        if let Some(contributions) = contributions.get(scope) {
            rollups::replace_contributions(conn, id, contributions)?;
        }
    }
    Ok(())
}

/// Takes invoices of one store out again, with all that they added; tells how many were there.
pub(super) fn remove(conn: &mut DbConn, store_id: &str, ids: &[String], zone: Zone) -> Result<usize, StoreError> {
    let known = invoices::find_many(conn, store_id, ids)?;
    let mut sums: BTreeMap<Scope, Rollups> = BTreeMap::new();
    let mut contributions: HashMap<Scope, Vec<(&str, Vec<Contribution>)>> = HashMap::new();
    for old in known.values().map(|stored| &stored.invoice) {
        let difference = Rollups::between(Some(old), None, zone)?;
        for scope in Scope::of(old) {
            sums.entry(scope.clone()).or_default().add(&difference)?;
            contributions.entry(scope).or_default().push((&old.id, Vec::new()));
        }
    }
    write_sums(conn, &sums, &contributions)?;
    let ids: Vec<String> = known.keys().cloned().collect();
    invoices::delete(conn, store_id, &ids)?;
    Ok(ids.len())
}

/// The last word on each invoice; one statement must not write a row twice.
fn latest_by_id(updates: &[InvoiceUpdate]) -> BTreeMap<&str, &InvoiceUpdate> {
    let mut latest: BTreeMap<&str, &InvoiceUpdate> = BTreeMap::new();
    for update in updates {
        let entry = latest.entry(&update.invoice.id).or_insert(update);
        if update.observed_ms >= entry.observed_ms {
            *entry = update;
        }
    }
    latest
}
