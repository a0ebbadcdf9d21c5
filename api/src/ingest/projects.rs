//! Writing a project: its investments through the same code as invoices, and the project itself beside them, in one
//! transaction, so that its figures always equal its roll-ups. Imported through [`super`].

use std::collections::{HashMap, HashSet};

use shared::ProjectSource;

use super::{Applied, InvoiceUpdate, apply};
use crate::domain::investment::{self, Investment};
use crate::domain::{Invoice, Project, ProjectFigures, Zone};
use crate::store::{DbConn, StoreError, invoices, projects, stores};

/// Investments read at a time.
const PIECE: i64 = 500;

/// A project as a source saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectUpdate {
    /// The project; its figures are made anew from the investments.
    pub project: Project,
    /// All of its investments, unsound ones too: one that is known and not among them is no longer on the chain.
    pub investments: Vec<Investment>,
    /// What the source checked it by, as the source writes it.
    pub evidence: String,
}

/// Writes inside the writer's transaction. `now_ms` is the clock.
pub(super) fn apply(conn: &mut DbConn, update: &ProjectUpdate, zone: Zone, now_ms: i64) -> Result<Applied, StoreError> {
    let mut project = update.project.clone();
    let source = match project.source {
        ProjectSource::Angor => stores::ANGOR,
        ProjectSource::Demo => stores::ANGOR_DEMO,
    };
    stores::ensure(conn, &project.id, source)?;
    let known = known(conn, &project.id)?;
    let investments: Vec<Investment> = update
        .investments
        .iter()
        .map(|investment| match project.source {
            ProjectSource::Angor => remember_first_seen(investment, known.get(&investment.txid)),
            // The demo moves on with the calendar.
            ProjectSource::Demo => investment.clone(),
        })
        .collect();
    project.figures = ProjectFigures::of(&investments, project.stages.len())?;
    let sound = investments.iter().filter(|investment| investment.sound);
    let mut invoices = sound.map(|investment| investment.to_invoice(&project.id)).collect::<Result<Vec<_>, _>>()?;
    let seen: HashSet<String> = invoices.iter().map(|invoice| invoice.id.clone()).collect();
    invoices.extend(known.into_values().filter(|invoice| !seen.contains(&invoice.id)).map(investment::withdrawn));
    let updates: Vec<InvoiceUpdate> =
        invoices.into_iter().map(|invoice| InvoiceUpdate { invoice, observed_ms: project.fetched_ms }).collect();
    let applied = apply::apply(conn, &project.id, &updates, zone, now_ms)?;
    projects::upsert(conn, &project, &investments, &update.evidence)?;
    Ok(applied)
}

/// An unconfirmed transaction has no time of its own: the one at which we first saw it stays.
fn remember_first_seen(investment: &Investment, earlier: Option<&Invoice>) -> Investment {
    let mut investment = investment.clone();
    if let Some(earlier) = earlier {
        investment.first_seen = investment.first_seen.min(earlier.created_at);
    }
    investment
}

/// The investments of a project in the ledger, by transaction.
fn known(conn: &mut DbConn, project_id: &str) -> Result<HashMap<String, Invoice>, StoreError> {
    let mut known = HashMap::new();
    let mut after = String::new();
    loop {
        let piece = invoices::after(conn, project_id, &after, PIECE)?;
        let Some(last) = piece.last() else { return Ok(known) };
        after.clone_from(&last.invoice.id);
        known.extend(piece.into_iter().map(|stored| (stored.invoice.id.clone(), stored.invoice)));
    }
}
