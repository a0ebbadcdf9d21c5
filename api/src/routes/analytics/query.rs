//! The parameters of `GET /api/analytics`, which its explanation shares. Imported through [`super`].

use shared::{Compare, Freshness, Interval, Mode, SourceFilter};

use crate::analytics::Question;
use crate::analytics::range::{From, RangeRequest, Resolved};
use crate::domain::figures::FigureQuery;
use crate::domain::{ContributionMethod, Scope, Zone, currency};
use crate::error::ApiError;
use crate::ingest::now_ms;
use crate::routes::App;
use crate::routes::params::{Params, wrong};
use crate::routes::scopes::{self, Chosen};
use crate::store::figures;

/// Names of the shared parameters and some more.
pub(super) fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let shared =
        ["source", "store", "campaign", "method", "from", "to", "tz", "interval", "compare", "weekdays", "currency"];
    shared.into_iter().chain(more.iter().copied()).collect()
}

/// What was asked for, with the days found out.
pub(super) struct Asked {
    pub source: SourceFilter,
    pub mode: Mode,
    pub freshness: Freshness,
    pub scopes: Vec<Scope>,
    pub method: ContributionMethod,
    pub request: RangeRequest,
    pub currency: Option<String>,
    pub range: Resolved,
    pub compared: Option<Resolved>,
}

impl Asked {
    /// Reads the parameters; asks the database for the first known day where that is wanted.
    pub(super) async fn read(app: &App, params: &Params) -> Result<Self, ApiError> {
        let source = params.get("source")?.unwrap_or(SourceFilter::Btcpay);
        let request = range_request(params, app.config.display_zone)?;
        let method = params.method()?.unwrap_or(ContributionMethod::Any);
        let currency = currency(params)?;
        let Chosen { scopes, mode, freshness } = scopes::choose(app, params, source).await?;
        let first = match request.from {
            Some(From::First) => {
                let scopes = scopes.clone();
                app.store.read(move |conn| figures::first_activity(conn, &scopes)).await?
            }
            _ => None,
        };
        let now = now_ms() / 1_000;
        let range = request.resolve(now, first)?;
        let compared = request.compared_with(&range, now);
        Ok(Self { source, mode, freshness, scopes, method, request, currency, range, compared })
    }

    /// What the database is asked about a range.
    pub(super) fn figures_of(&self, range: &Resolved, display_zone: Zone) -> FigureQuery {
        let query = FigureQuery::new(self.scopes.clone(), display_zone, range.buckets.clone());
        let until = range.stops_at.unwrap_or(query.until);
        FigureQuery { method: self.method, zone: self.request.zone, until, currency: self.currency.clone(), ..query }
    }

    /// What the answer repeats.
    pub(super) fn question(&self) -> Question<'_> {
        Question { mode: self.mode, source: self.source, request: &self.request, currency: self.currency.as_deref() }
    }
}

fn range_request(params: &Params, display_zone: Zone) -> Result<RangeRequest, ApiError> {
    let from = match params.text("from") {
        Some("first") => Some(From::First),
        _ => params.day("from")?.map(From::Day),
    };
    Ok(RangeRequest {
        from,
        to: params.day("to")?,
        zone: params.zone(display_zone)?,
        interval: params.get("interval")?.unwrap_or(Interval::Day),
        compare: params.get("compare")?.unwrap_or(Compare::None),
        weekdays: params.get("weekdays")?.unwrap_or(false),
    })
}

/// A code of ISO 4217, in upper case. Bitcoin is none: its figures are the others.
fn currency(params: &Params) -> Result<Option<String>, ApiError> {
    let Some(text) = params.text("currency") else { return Ok(None) };
    let code = text.to_uppercase();
    if currency::is_bitcoin(&code) || !currency::is_iso(&code) {
        return Err(wrong("currency", text, "use a code of ISO 4217 such as EUR; bitcoin is in the figures in sats"));
    }
    Ok(Some(code))
}
