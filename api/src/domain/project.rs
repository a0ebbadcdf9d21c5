//! An Angor project and the figures made of its investments. Everybody may import it.
//!
//! Angor keeps no status and no sums: both follow from the project's own words, its investments and the clock. A [`Project`] is
//! what a source understood; it is stored whole, as JSON.

mod figures;
pub mod id;
pub mod schedule;
mod status;

use serde::{Deserialize, Serialize};
use shared::{ProjectSource, ProjectType, SpentFigures, Verification};

pub use figures::ProjectFigures;
pub use status::EXPIRED;

/// Flag: a version or kind that this program does not know.
pub const UNSUPPORTED: &str = "unsupported";
/// Flag: whether the target was meant in bitcoin or in sats had to be guessed.
pub const TARGET_UNIT_INFERRED: &str = "target_unit_inferred";
/// Flag: the explorer gave no complete list of transactions.
pub const TRUNCATED: &str = "truncated";

/// Longest title, in characters.
const TITLE_LIMIT: usize = 120;

/// A project as last read. Amounts are sats, times UTC seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// `angor1…`, or `demo-…`.
    pub id: String,
    /// Real or made up.
    pub source: ProjectSource,
    /// `mainnet`, `angornet` or `demo`.
    pub network: String,
    /// `None` where this program does not know the kind.
    pub kind: Option<ProjectType>,
    /// How far it was checked.
    pub verified: Verification,
    /// The key that speaks for it on relays, 64 hex digits.
    pub nostr_key: Option<String>,
    /// Plain text, never empty.
    pub title: String,
    /// One paragraph, plain text.
    pub about: Option<String>,
    /// The long text, plain.
    pub description: Option<String>,
    /// An http or https address.
    pub website: Option<String>,
    /// `None` for none, or for one that nobody can mean.
    pub target_sats: Option<i64>,
    /// Stages by share; empty for Fund and Subscribe, whose dates follow from each investment.
    pub stages: Vec<Stage>,
    /// Start of the funding window.
    pub starts_at: Option<i64>,
    /// End of the funding window as the project says.
    pub ends_at: Option<i64>,
    /// When investors can take back what was not released.
    pub expires_at: Option<i64>,
    /// Block time of the creation transaction.
    pub created_at: Option<i64>,
    /// Those that do not depend on the clock.
    pub flags: Vec<String>,
    /// Sums over its investments.
    pub figures: ProjectFigures,
    /// What became of the money; `None` until read.
    pub spent: Option<SpentFigures>,
    /// When it was read, UTC milliseconds.
    pub fetched_ms: i64,
}

/// A stage of an Invest project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Its share in millionths of a percent: shares have decimals, such as 33.33.
    pub share: i64,
    /// When the founder may take it.
    pub releases_at: Option<i64>,
}

impl Project {
    /// A title that is never empty: the given one cut to its length, or else the id's first 10 and last 4 characters.
    #[must_use]
    pub fn title_or_id(title: Option<&str>, id: &str) -> String {
        let title: String = title.unwrap_or_default().trim().chars().take(TITLE_LIMIT).collect();
        let title = title.trim_end();
        if !title.is_empty() {
            return title.to_owned();
        }
        let characters: Vec<char> = id.chars().collect();
        match characters.len().checked_sub(4) {
            Some(tail) if tail > 10 => {
                let (first, last) = (characters.iter().take(10), characters.iter().skip(tail));
                first.chain(&['…']).chain(last).collect()
            }
            _ => id.to_owned(),
        }
    }

    /// Whether anybody may see it without asking for unverified ones.
    #[must_use]
    pub const fn is_verified(&self) -> bool {
        matches!(self.verified, Verification::ChainAndEvent | Verification::Demo)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_never_empty_and_never_long() {
        let id = "angor1qnaqyj6r5avqlh3538xf9xx2az3q9rkgwuppu4m";
        assert_eq!(Project::title_or_id(Some("  Roof "), id), "Roof");
        assert_eq!(Project::title_or_id(Some(" "), id), "angor1qnaq…pu4m");
        assert_eq!(Project::title_or_id(None, "demo-x"), "demo-x");
        assert_eq!(Project::title_or_id(Some(&"ä".repeat(500)), id).chars().count(), TITLE_LIMIT);
    }
}
