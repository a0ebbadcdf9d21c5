//! The words both sides speak: statuses, DTOs and error bodies of the REST API.
//!
//! `api` and `web` may import everything here; this crate imports nothing of ours. Bitcoin amounts are integers whose
//! names end in `_sats` or `_msat`; fiat amounts are decimal strings next to an ISO code; instants are RFC 3339 UTC; a day
//! is `YYYY-MM-DD` in the zone named beside it.

pub mod analytics;
pub mod delivery;
pub mod error;
pub mod invoice;
pub mod operation;
pub mod project;
pub mod status;

pub use analytics::{
    Analytics, Compare, Comparison, FiatTotal, Freshness, Interval, Kpi, KpiUnit, KpiValue, Mode, Range, SeriesPoint,
    SourceFilter, StatusTotal,
};
pub use delivery::{DeliveryOutcome, LogDetail, LogEvent, LogItem, WebhookReceipt};
pub use error::{ErrorBody, ErrorDetail};
pub use invoice::{DeliverySummary, InvoiceDetail, InvoiceItem, MethodFamily, Page, PaymentItem};
pub use operation::{
    AngorEndpoint, AngorSettings, Connection, ConnectionState, EndpointState, FromEnvironment, Health, Problem, Ready,
    ReadyPart, RefreshAccepted, RefreshResult, RunState, Settings, SyncError, SyncStatus,
};
pub use project::{
    Percent, ProjectDetail, ProjectFreshness, ProjectFreshnessState, ProjectItem, ProjectSource, ProjectStage,
    ProjectType, RaisedFigures, SpentFigures, UnverifiedInvestments, Verification,
};
pub use status::{AdditionalStatus, InvoiceStatus, InvoiceType, PaymentStatus, UnknownName};
