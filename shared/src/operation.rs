//! Sync runs, settings and probes as the API tells them. Anyone may import these.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::status::names;
use crate::{ErrorDetail, Mode, UnknownName};

names! {
    /// Where sync stands.
    RunState, "run state" {
        /// Nothing runs; the last run went through, or there was none.
        Idle = "idle",
        /// A run is under way.
        Running = "running",
        /// The last run failed.
        Failed = "failed",
    }
}

names! {
    /// Whether BTCPay answers us.
    ConnectionState, "connection state" {
        /// No store is configured.
        Demo = "demo",
        /// The last call went through.
        Connected = "connected",
        /// BTCPay refuses the key, or there is none.
        Unauthorized = "unauthorized",
        /// No connection, no such host, no trusted certificate.
        Unreachable = "unreachable",
        /// BTCPay answered something we cannot use.
        Error = "error",
    }
}

/// Answer of `POST /api/refresh`: what one run did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefreshResult {
    /// Names the run; null in demo mode, where nothing runs.
    pub run_id: Option<String>,
    /// Demo or live.
    pub mode: Mode,
    /// Invoices read from BTCPay.
    pub fetched: i64,
    /// Not known before.
    pub inserted: i64,
    /// Known, and changed since.
    pub updated: i64,
    /// Known and the same.
    pub unchanged: i64,
    /// Could not be read; the rest was taken.
    pub skipped: i64,
    /// The first hundred of the skipped ones, with the reason.
    pub problems: Vec<Problem>,
    /// How long it took.
    pub took_ms: i64,
    /// What reading Angor gave, in a sentence; null where it is switched off.
    pub angor: Option<String>,
}

/// One invoice that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Its id, or where it stood if it has none.
    pub invoice_id: String,
    /// Why.
    pub message: String,
}

/// Answer 202 of `POST /api/refresh`: the run goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefreshAccepted {
    /// Names the run in `GET /api/sync`.
    pub run_id: String,
}

/// Answer of `GET /api/sync`: the running or last run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SyncStatus {
    /// Null before the first run.
    pub run_id: Option<String>,
    /// Where it stands.
    pub state: RunState,
    /// Invoices read so far.
    pub fetched: i64,
    /// Not known before.
    pub inserted: i64,
    /// Known, and changed since.
    pub updated: i64,
    /// Could not be read.
    pub skipped: i64,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended; null while it runs.
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it failed.
    pub error: Option<SyncError>,
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SyncError {
    /// `upstream_…`, as in the answer of `POST /api/refresh`.
    pub code: String,
    /// For people.
    pub message: String,
}

/// Answer of `GET /api/settings`. No secret is ever in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Settings {
    /// Demo or live.
    pub mode: Mode,
    /// Variables without which it cannot be live.
    pub missing_for_live: Vec<String>,
    /// Whether BTCPay answers.
    pub connection: Connection,
    /// Base URL the server calls.
    pub btcpay_host: Option<String>,
    /// Base URL for links into BTCPay.
    pub btcpay_public_url: Option<String>,
    /// The store.
    pub store_id: Option<String>,
    /// `…` and the key's last four characters.
    pub api_key_masked: Option<String>,
    /// Whether a webhook secret is set.
    pub webhook_secret_set: bool,
    /// Whether deliveries are taken, in a sentence with what to do.
    pub webhook_message: String,
    /// In demo mode without a secret of one's own: what signs webhooks that are sent by hand. Everybody may know it.
    pub demo_webhook_secret: Option<String>,
    /// Where BTCPay is to send its webhooks.
    pub webhook_url: String,
    /// Where Angor is read.
    pub angor: AngorSettings,
    /// IANA zone in which a day begins.
    pub display_timezone: String,
    /// Seconds between two background runs; 0 is off.
    pub sync_interval_seconds: u64,
    /// `sqlite` or `postgres`.
    pub database: String,
    /// This program's version.
    pub version: String,
    /// Variables that are set, by name; a file's twin is named with `_FILE`.
    pub from_environment: Vec<FromEnvironment>,
}

/// Where Angor is read, and whether they answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AngorSettings {
    /// Whether anything is asked at all.
    pub enabled: bool,
    /// `mainnet` or `angornet`.
    pub network: String,
    /// In a sentence: what is shown, and what to do to see more.
    pub message: String,
    /// Nostr relays.
    pub relays: Vec<AngorEndpoint>,
    /// Explorers, in the order in which they are asked.
    pub explorers: Vec<AngorEndpoint>,
}

names! {
    /// Whether a relay or an explorer answers.
    EndpointState, "endpoint state" {
        /// Reading Angor is switched off.
        Off = "off",
        /// Not asked yet.
        Unknown = "unknown",
        /// Answered when it was last asked.
        Connected = "connected",
        /// No connection, or no answer in time.
        Unreachable = "unreachable",
        /// Answered something we cannot use, or refused.
        Error = "error",
    }
}

/// A relay or an explorer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AngorEndpoint {
    /// Its address.
    pub url: String,
    /// In a word.
    pub state: EndpointState,
    /// In a sentence, with what to do.
    pub message: String,
}

/// A variable that is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FromEnvironment {
    /// Its name.
    pub name: String,
    /// Its value; null for a secret.
    pub value: Option<String>,
}

/// Whether BTCPay answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Connection {
    /// In a word.
    pub state: ConnectionState,
    /// In a sentence, with what to do.
    pub message: String,
}

/// Answer of `GET /health`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// Always `ok`: the process lives.
    pub status: String,
    /// This program's version.
    pub version: String,
    /// Demo or live.
    pub mode: Mode,
}

/// Answer of `GET /ready`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ready {
    /// All parts work.
    pub ready: bool,
    /// Database, migrations, writer.
    pub parts: Vec<ReadyPart>,
    /// With status 503: the parts that fail, as every error is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorDetail>,
}

/// One part that must work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReadyPart {
    /// Which.
    pub name: String,
    /// Whether it works.
    pub ok: bool,
    /// What fails.
    pub message: Option<String>,
}
