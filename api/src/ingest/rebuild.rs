//! Making the roll-ups anew from the rows: the oracle of the differences that `apply` writes, and the repair after a change
//! of the display zone. Imported through [`super`].

use crate::domain::rollup::{Contribution, Rollups, Scope};
use crate::domain::{Invoice, Zone};
use crate::store::{DbConn, StoreError, invoices, rollups, scopes, stores};

/// Invoices read at a time.
const PIECE: i64 = 500;

/// What a rebuild found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rebuilt {
    /// Invoices read.
    pub invoices: usize,
    /// Rows of the roll-ups that differed and were mended.
    pub mended: usize,
}

/// Reads all invoices, adds them up and mends what differs. One transaction: readers never see half of it.
pub(super) fn rebuild(conn: &mut DbConn, zone: Zone) -> Result<Rebuilt, StoreError> {
    let mut rebuilt = Rebuilt::default();
    for store_id in stores::all_ids(conn)? {
        let mut sums = Rollups::default();
        let scope = scopes::ensure(conn, &Scope::Store(store_id.clone()))?;
        rebuilt.invoices += for_each_piece(conn, &store_id, |conn, piece| {
            let mut contributions = Vec::new();
            for invoice in piece {
                sums.add(&Rollups::of(invoice, zone)?)?;
                contributions.push((invoice.id.as_str(), Contribution::all_of(invoice)?));
            }
            rollups::replace_contributions(conn, scope, &contributions)
        })?;
        rebuilt.mended += rollups::mend(conn, scope, &sums)?;
    }
    Ok(rebuilt)
}

/// Walks over the invoices of a store; tells how many there were.
fn for_each_piece(
    conn: &mut DbConn,
    store_id: &str,
    mut work: impl FnMut(&mut DbConn, &[Invoice]) -> Result<(), StoreError>,
) -> Result<usize, StoreError> {
    let mut after = String::new();
    let mut count = 0;
    loop {
        let piece: Vec<Invoice> =
            invoices::after(conn, store_id, &after, PIECE)?.into_iter().map(|stored| stored.invoice).collect();
        let Some(last) = piece.last() else { return Ok(count) };
        after.clone_from(&last.id);
        count += piece.len();
        work(conn, &piece)?;
    }
}
