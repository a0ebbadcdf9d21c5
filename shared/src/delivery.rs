//! Webhook deliveries as the API lists and shows them. Anyone may import these.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::UnknownName;
use crate::status::names;

names! {
    /// What became of a delivery.
    DeliveryOutcome, "delivery outcome" {
        /// The invoice was read from BTCPay and stored.
        Processed = "processed",
        /// On disk; the invoice has not been read yet, or reading it is tried again.
        Pending = "pending",
        /// On disk; nothing follows from it: an event of a kind that is not about invoices, a test, another store's.
        Ignored = "ignored",
        /// A repeat of one that is known.
        Duplicate = "duplicate",
        /// BTCPay has no such invoice.
        UnknownInvoice = "unknown_invoice",
        /// It could not be taken; its history says why.
        Failed = "failed",
        /// Not from BTCPay, or signed with another secret.
        BadSignature = "bad_signature",
    }
}

/// Answer of `POST /webhook` to a delivery that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookReceipt {
    /// `accepted`, `duplicate` or `ignored`.
    pub status: String,
}

/// One row of `GET /api/logs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogItem {
    /// Our id of it.
    pub id: String,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// BTCPay's event name; null where the body was not read because its signature is bad.
    pub event_type: Option<String>,
    /// The invoice it names.
    pub invoice_id: Option<String>,
    /// BTCPay's id of this attempt.
    pub delivery_id: Option<String>,
    /// BTCPay's id of the first attempt: what makes a repeat a repeat.
    pub original_delivery_id: Option<String>,
    /// The signature was good.
    pub verified: bool,
    /// What became of it.
    pub outcome: DeliveryOutcome,
    /// First 8 digits of the signature that came with it.
    pub signature_preview: Option<String>,
}

/// Answer of `GET /api/logs/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogDetail {
    /// The row as the list shows it.
    #[serde(flatten)]
    pub log: LogItem,
    /// The store that the event names.
    pub store_id: Option<String>,
    /// The body as it came, to the byte; null for what was not verified.
    pub payload: Option<String>,
    /// When the next try is due; null when nothing is left to do.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// What happened to it here, oldest first.
    pub history: Vec<LogEvent>,
    /// Other attempts of the same original delivery, newest first, at most a hundred.
    pub related: Vec<LogItem>,
}

/// One step in the life of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// What, as a sentence.
    pub message: String,
}
