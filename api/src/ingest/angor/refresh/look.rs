//! What an explorer says about one project. Imported through [`super`].

use super::{Known, Run};
use crate::domain::project::id::address;
use crate::ingest::now_ms;
use crate::sources::angor::explorers::History;
use crate::sources::angor::project::{Creation, creation};

/// No reorganisation of the chain reaches back so far, in seconds.
const DAY: i64 = 86_400;

/// A project as the chain tells it.
pub(super) struct Seen {
    pub id: String,
    /// Its transactions, or why they could not be read.
    pub history: Result<History, String>,
    /// The transaction that made it.
    pub creation: Option<Creation>,
}

impl Run<'_> {
    /// Reads the transactions of a project and finds the one that made it.
    pub(super) async fn look(&self, id: &str) -> Seen {
        let known = self.known.get(id);
        let before = known.and_then(|known| known.evidence.creation.clone());
        let failed = |reason: String| Seen { id: id.to_owned(), history: Err(reason), creation: before.clone() };
        let Some(address) = address(id, self.source.network) else { return failed("It has no address.".to_owned()) };
        let history = match self.source.explorers.history(&address).await {
            Ok(history) => history,
            Err(trouble) => return failed(format!("No explorer told its transactions: the last one asked {trouble}")),
        };
        if history.txs.is_empty() && known.is_some_and(|known| known.evidence.is_complete()) {
            return failed("The explorer does not know a project that was on the chain before.".to_owned());
        }
        let creation = match creation(&history.txs, id, self.source.network) {
            Some(creation) => Some(creation),
            // A list that ends early may miss the oldest transaction.
            None if !history.complete => self.creation_elsewhere(id, known).await,
            // A block of the last day may have been replaced by another one; an older one was not.
            None if before.as_ref().is_some_and(|before| now_ms() / 1_000 - before.block.time > DAY) => {
                return failed("The explorer leaves out the transaction that made the project.".to_owned());
            }
            None => None,
        };
        Seen { id: id.to_owned(), history: Ok(history), creation }
    }

    /// The creation where the list of transactions does not reach back to it: as it is known, or where an explorer's own list
    /// of projects says it is.
    async fn creation_elsewhere(&self, id: &str, known: Option<&Known>) -> Option<Creation> {
        if let Some(creation) = known.and_then(|known| known.evidence.creation.clone()) {
            return Some(creation);
        }
        let txid = self.rows.get(id)?.creation.as_deref()?;
        let tx = self.source.explorers.transaction(txid).await?;
        creation(&[tx], id, self.source.network)
    }
}
