//! A project put together from its own words, the chain, and its profile. Imported through [`super`] and by `ingest`.

mod assemble;
mod chain;
#[cfg(test)]
pub(super) mod fixtures;
mod info;

use serde::{Deserialize, Serialize};

use super::Event;

pub use assemble::{Pieces, assemble};
pub use chain::{Block, Creation, Output, Tx, creation, investments};
pub use info::ProjectInfo;

/// What a project was checked by. It never changes once it is there, so it is kept and not asked for again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// The transaction that made it, once it is in a block.
    pub creation: Option<Creation>,
    /// The event that this transaction names; without a creation the newest claim.
    pub event: Option<Event>,
}

impl Evidence {
    /// Whether the event is the one that the chain names, and all that it says fits.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.info().is_some_and(|info| {
            self.creation.as_ref().is_some_and(|creation| {
                self.event.as_ref().is_some_and(|event| event.id == creation.event_id)
                    && info.founder_key == creation.founder_key
            })
        })
    }

    /// What the event says.
    #[must_use]
    pub fn info(&self) -> Option<ProjectInfo> {
        ProjectInfo::parse(self.event.as_ref()?)
    }
}
