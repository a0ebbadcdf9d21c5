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
    /// Which earlier range the figures are compared with.
    Compare, "comparison" {
        /// None.
        None = "none",
        /// As many days directly before.
        Previous = "previous",
        /// The same dates a year earlier.
        Year = "year",
    }
}

/// What a KPI's value counts: `sats`, `count`, `ratio`, or the ISO code of a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum KpiUnit {
    /// Integer satoshi.
    Sats,
    /// Integer number of things.
    Count,
    /// 0 to 1.
    Ratio,
    /// Money in this currency, a decimal string.
    Currency(String),
}

impl From<String> for KpiUnit {
    fn from(name: String) -> Self {
        match name.as_str() {
            "sats" => Self::Sats,
            "count" => Self::Count,
            "ratio" => Self::Ratio,
            _ => Self::Currency(name),
        }
    }
}

impl From<KpiUnit> for String {
    fn from(unit: KpiUnit) -> Self {
        match unit {
            KpiUnit::Sats => "sats".to_owned(),
            KpiUnit::Count => "count".to_owned(),
            KpiUnit::Ratio => "ratio".to_owned(),
            KpiUnit::Currency(code) => code,
        }
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
    /// With `currency`: the currencies of the other invoices with money in the range, those priced in bitcoin included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_currencies: Option<Vec<String>>,
    /// With `compare`: the range that `previous` of the KPIs is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
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

/// The range compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comparison {
    /// How it was chosen.
    pub mode: Compare,
    /// Its days.
    pub range: Range,
    /// First instant left out, where the range ends today and both stop at the same local time of day.
    pub until: Option<DateTime<Utc>>,
    /// Every bucket of it, in order; a year with a leap day may have one more or less than the other.
    pub series: Vec<SeriesPoint>,
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
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub unit: KpiUnit,
    /// Null when unknown: there is nothing to take an average of.
    pub value: Option<KpiValue>,
    /// The same figure of the range compared with; null without a comparison.
    pub previous: Option<KpiValue>,
}

/// An integer for `sats` and `count`; for `ratio` a number from 0 to 1; for a currency a decimal string.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum KpiValue {
    /// Satoshi or a number of things.
    Whole(i64),
    /// Never money.
    Ratio(f64),
    /// Money in a currency, with all its digits.
    Decimal(String),
}

impl std::fmt::Display for KpiValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(value) => value.fmt(f),
            Self::Ratio(value) => value.fmt(f),
            Self::Decimal(value) => value.fmt(f),
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
    /// With `currency`: settled money of invoices in it; sums up to the KPI `raised_fiat`, to the last digit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised_fiat: Option<String>,
    /// With `currency`: unconfirmed money of invoices in it, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_fiat: Option<String>,
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
