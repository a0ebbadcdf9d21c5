//! Answer of `GET /api/analytics`. Anyone may import it; what each figure means is told in `docs/FIGURES.md`.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::UnknownName;
use crate::status::{InvoiceStatus, names};

names! {
    /// Width of a bucket in the series.
    Interval, "interval" {
        /// Clock hours of the zone.
        Hour = "hour",
        /// Calendar days of the zone.
        Day = "day",
        /// Weeks from Monday.
        Week = "week",
        /// Calendar months.
        Month = "month",
    }
}

names! {
    /// Whose money is asked for.
    SourceFilter, "source" {
        /// BTCPay Server.
        Btcpay = "btcpay",
        /// Angor.
        Angor = "angor",
        /// Both.
        All = "all",
    }
}

names! {
    /// Whether figures are somebody's or made up.
    Mode, "mode" {
        /// Nothing is connected.
        Demo = "demo",
        /// A BTCPay store is configured.
        Live = "live",
    }
}

names! {
    /// What a KPI's value counts.
    KpiUnit, "unit" {
        /// Integer satoshi.
        Sats = "sats",
        /// Integer number of things.
        Count = "count",
        /// 0 to 1.
        Ratio = "ratio",
    }
}

/// Figures of one range of days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Analytics {
    /// Demo or live.
    pub mode: Mode,
    /// Whose money.
    pub source: SourceFilter,
    /// The days asked for.
    pub range: Range,
    /// Always the same ids, in the order in which they are shown.
    pub kpis: Vec<Kpi>,
    /// Money in the currencies of the invoices, by currency code; zero ones left out.
    pub fiat: Vec<FiatTotal>,
    /// Every bucket of the range, in order.
    pub series: Vec<SeriesPoint>,
    /// Every status, in the order of [`InvoiceStatus::ALL`], of the invoices created in the range.
    pub statuses: Vec<StatusTotal>,
    /// How old the data are.
    pub freshness: Freshness,
}

/// Days, both inclusive, in a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Range {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// IANA name of the zone in which days begin.
    pub tz: String,
    /// Width of a bucket.
    pub interval: Interval,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Kpi {
    /// Stable name.
    pub id: String,
    /// For people.
    pub label: String,
    /// What `value` counts.
    pub unit: KpiUnit,
    /// Null when unknown: there is nothing to take an average of.
    pub value: Option<KpiValue>,
    /// The same figure of the range compared with; null without a comparison.
    pub previous: Option<KpiValue>,
}

/// An integer for `sats` and `count`; for `ratio` a number from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum KpiValue {
    /// Satoshi or a number of things.
    Whole(i64),
    /// Never money.
    Ratio(f64),
}

impl std::fmt::Display for KpiValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(value) => value.fmt(f),
            Self::Ratio(value) => value.fmt(f),
        }
    }
}

/// Money in one currency, always with that currency's digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FiatTotal {
    /// ISO code, upper case.
    pub currency: String,
    /// Settled payments at their invoices' rates.
    pub raised: String,
    /// Payments not confirmed yet, likewise.
    pub pending: String,
}

/// One bucket of the series.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeriesPoint {
    /// The day, the week's Monday or the month's first day; for hours RFC 3339 with the zone's offset.
    pub bucket: String,
    /// Sums up over the range to the KPI `raised`, to the satoshi.
    pub raised_sats: i64,
    /// Sums up to `pending`.
    pub pending_sats: i64,
    /// Contributions whose first counted payment is in this bucket.
    pub contributions: i64,
    /// Invoices created in this bucket.
    pub created: i64,
}

/// Invoices of one status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusTotal {
    /// Which.
    pub status: InvoiceStatus,
    /// Invoices created in the range.
    pub count: i64,
    /// All their counted payments, whenever received.
    pub raised_sats: i64,
}

/// How old the data are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Freshness {
    /// End of the last sync that went through; null before the first.
    pub synced_at: Option<DateTime<Utc>>,
    /// Older than three sync intervals, or the last try failed.
    pub stale: bool,
}

impl Analytics {
    /// KPIs by id.
    #[must_use]
    pub fn kpis_by_id(&self) -> BTreeMap<&str, &Kpi> {
        self.kpis.iter().map(|kpi| (kpi.id.as_str(), kpi)).collect()
    }
}
