//! Angor projects as the API lists and shows them. Anyone may import these.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::UnknownName;
use crate::status::names;

names! {
    /// Where a project's rows come from.
    ProjectSource, "project source" {
        /// Relays and an explorer, now or earlier.
        Angor = "angor",
        /// The file that is shipped with the program; nothing in it is real.
        Demo = "demo",
    }
}

names! {
    /// Angor's kinds of project.
    ProjectType, "project type" {
        /// Released in stages after the funding window.
        Invest = "invest",
        /// Open-ended.
        Fund = "fund",
        /// Regular payments.
        Subscribe = "subscribe",
    }
}

names! {
    /// How far a project was checked.
    Verification, "verification" {
        /// A confirmed creation transaction names the event, and everything else holds.
        ChainAndEvent = "chain+event",
        /// Seen on the chain, without the event it names.
        ChainOnly = "chain_only",
        /// Seen on a relay, without a creation transaction.
        EventOnly = "event_only",
        /// Made up.
        Demo = "demo",
    }
}

names! {
    /// Where a project's figures come from.
    ProjectFreshnessState, "freshness" {
        /// Read by this process's last refresh.
        Live = "live",
        /// From the database, not confirmed by the last refresh.
        Cached = "cached",
        /// Made up.
        Demo = "demo",
    }
}

/// One row of `GET /api/projects`. Amounts are satoshi.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectItem {
    /// `angor1…`; demo projects have ids of their own.
    pub id: String,
    /// Plain text, never empty, at most 120 characters.
    pub title: String,
    /// Real or made up.
    pub source: ProjectSource,
    /// `mainnet`, `angornet` or `demo`.
    pub network: String,
    /// Null where this program does not know the kind.
    #[serde(rename = "type")]
    pub kind: Option<ProjectType>,
    /// How far it was checked.
    pub verified: Verification,
    /// Null for none, or for one that nobody can mean.
    pub target_sats: Option<i64>,
    /// The headline: equal to `raised.net_confirmed_sats`.
    pub raised_sats: i64,
    /// Investments not confirmed yet, net.
    pub pending_sats: i64,
    /// Confirmed and pending ones.
    pub investments: i64,
    /// Distinct investors among them.
    pub investors: i64,
    /// Transactions that do not pass the sanity rule; in no other figure.
    pub unverified: UnverifiedInvestments,
    /// The meanings that `raised` has in Angor, side by side.
    pub raised: RaisedFigures,
    /// In order.
    pub stages: Vec<ProjectStage>,
    /// Start of the funding window.
    pub starts_at: Option<DateTime<Utc>>,
    /// End of the funding window; null for Fund and Subscribe.
    pub ends_at: Option<DateTime<Utc>>,
    /// When investors can take back what was not released.
    pub expires_at: Option<DateTime<Utc>>,
    /// Block time of the creation transaction.
    pub created_at: Option<DateTime<Utc>>,
    /// Null where the kind is not known.
    pub status: Option<String>,
    /// `expired`, `unsupported`, `target_unit_inferred`, `truncated`.
    pub flags: Vec<String>,
    /// How old the figures are.
    pub freshness: ProjectFreshness,
}

/// Transactions to a project's address that are no sound investments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnverifiedInvestments {
    /// How many.
    pub investments: i64,
    /// What they hold, net.
    pub net_sats: i64,
}

/// The meanings that `raised` has in Angor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RaisedFigures {
    /// Stage outputs of confirmed investments.
    pub net_confirmed_sats: i64,
    /// Stage outputs of all investments.
    pub net_all_sats: i64,
    /// Confirmed investments with Angor's fee.
    pub gross_confirmed_sats: i64,
    /// Fee times a hundred: what some indexers show.
    pub fee_x100_sats: i64,
}

/// One stage of a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectStage {
    /// Share of the money; null for Fund and Subscribe.
    pub percent: Option<Percent>,
    /// When the founder may take it.
    pub releases_at: Option<DateTime<Utc>>,
    /// Confirmed outputs of this stage.
    pub raised_sats: i64,
}

/// A share in percent: a whole number where it is one, else with its decimals. Never money.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Percent {
    /// Most are.
    Whole(i64),
    /// Such as 33.33.
    Fraction(f64),
}

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(value) => value.fmt(f),
            Self::Fraction(value) => value.fmt(f),
        }
    }
}

/// How old a project's figures are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectFreshness {
    /// Live, cached or demo.
    pub state: ProjectFreshnessState,
    /// When they were read.
    pub as_of: Option<DateTime<Utc>>,
    /// Why they are not live, once a refresh failed.
    pub reason: Option<String>,
}

/// Answer of `GET /api/projects/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectDetail {
    /// The row as the list shows it.
    #[serde(flatten)]
    pub project: ProjectItem,
    /// One paragraph, plain text.
    pub about: Option<String>,
    /// The long text, plain.
    pub description: Option<String>,
    /// An http or https address.
    pub website: Option<String>,
    /// What became of the money; null until read.
    pub spent: Option<SpentFigures>,
}

/// What became of a project's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SpentFigures {
    /// Taken by the founder.
    pub founder_sats: i64,
    /// Taken back by investors, locked for the penalty time.
    pub penalty_sats: i64,
    /// How many did.
    pub penalty_count: i64,
    /// Given back by the founder's consent.
    pub refunded_sats: i64,
    /// Taken back after expiry or below the target.
    pub exited_sats: i64,
}
