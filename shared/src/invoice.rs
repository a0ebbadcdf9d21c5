//! Invoices as the API lists and shows them. Anyone may import these.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::UnknownName;
use crate::status::{AdditionalStatus, InvoiceStatus, InvoiceType, PaymentStatus, names};

names! {
    /// How a payment travelled; BTCPay's Lightning and LNURL are one family.
    MethodFamily, "payment method" {
        /// A transaction on the chain.
        Onchain = "onchain",
        /// Lightning or LNURL.
        Lightning = "lightning",
        /// Anything else, for example a plugin's own method.
        Other = "other",
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Hand it back as `cursor` for the next page; null on the last.
    pub next_cursor: Option<String>,
    /// Rows that match, over all pages; left out where counting is dear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
}

/// One row of `GET /api/invoices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvoiceItem {
    /// BTCPay's invoice id.
    pub id: String,
    /// BTCPay's store id.
    pub store_id: String,
    /// Where the invoice stands.
    pub status: InvoiceStatus,
    /// What BTCPay adds to it.
    pub additional_status: AdditionalStatus,
    /// Standard or top-up.
    #[serde(rename = "type")]
    pub kind: InvoiceType,
    /// Price, a decimal string in `currency`, as BTCPay wrote it.
    pub amount: String,
    /// Currency of the price: an ISO code, `BTC`, `SATS` or anything BTCPay allows.
    pub currency: String,
    /// Counted payments, net, rounded down.
    pub raised_sats: i64,
    /// Payments not confirmed yet, net, rounded down.
    pub pending_sats: i64,
    /// Counted and unconfirmed payments at the invoice's rates, in `currency`; null for invoices priced in bitcoin.
    pub paid_fiat: Option<String>,
    /// Families of the counted and unconfirmed payments.
    pub methods: Vec<MethodFamily>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When the time to pay ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When its first counted payment came in, or, as long as there is none, its first unconfirmed one.
    pub paid_at: Option<DateTime<Utc>>,
    /// The creator's own number for it.
    pub order_id: Option<String>,
    /// Product or perk.
    pub item_code: Option<String>,
    /// Ids of the campaigns it belongs to.
    pub campaigns: Vec<String>,
    /// Put away in BTCPay; still counted.
    pub archived: bool,
    /// As the buyer gave it.
    pub buyer_email: Option<String>,
    /// With `basis=paid`: counted payments received in the range, in millisatoshi.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised_msat_in_range: Option<i64>,
}

/// Answer of `GET /api/invoices/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvoiceDetail {
    /// The row as the list shows it.
    #[serde(flatten)]
    pub invoice: InvoiceItem,
    /// BTCPay has it no longer; kept and counted here.
    pub upstream_missing: bool,
    /// When this program last saw it change.
    pub updated_at: DateTime<Utc>,
    /// The merchant's page of it in BTCPay.
    pub btcpay_url: Option<String>,
    /// By time received.
    pub payments: Vec<PaymentItem>,
    /// Webhook deliveries that named it, newest first.
    pub deliveries: Vec<DeliverySummary>,
}

/// One payment and why it counts as it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaymentItem {
    /// Transaction id and output, or payment hash.
    pub id: String,
    /// BTCPay's method id in the spelling of version 2, for example `BTC-CHAIN`.
    pub method_id: String,
    /// Family of the method.
    pub method: MethodFamily,
    /// Coin of `value`, upper case.
    pub coin: String,
    /// Where it stands.
    pub status: PaymentStatus,
    /// When BTCPay saw it.
    pub received_at: DateTime<Utc>,
    /// What arrived, a decimal string in `coin`.
    pub value: String,
    /// Part of `value` that was a network-fee surcharge, in `coin`.
    pub fee: String,
    /// `value` less `fee` in millisatoshi; null for other coins.
    pub net_msat: Option<i64>,
    /// The invoice's currency for one coin, fixed when the invoice was made.
    pub rate: Option<String>,
    /// Whether it is in the figure `raised`.
    pub counted: bool,
    /// `settled`, `late`, `pending`, `disowned`, `other_coin` or `replaced`.
    pub reason: String,
    /// The reason as a sentence.
    pub sentence: String,
}

/// A webhook delivery that named an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliverySummary {
    /// Our id of it.
    pub id: String,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// BTCPay's event name.
    pub event_type: String,
    /// What became of it.
    pub outcome: String,
}
