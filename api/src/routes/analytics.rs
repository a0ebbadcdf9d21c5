//! `GET /api/analytics`.

use actix_web::HttpRequest;
use actix_web::web::Json;
use shared::{Analytics, Interval, SourceFilter};

use super::AppData;
use super::params::{Params, wrong};
use super::scopes;
use crate::analytics::{
    self,
    range::{From, RangeRequest},
};
use crate::domain::figures::FigureQuery;
use crate::domain::{ContributionMethod, Zone};
use crate::error::ApiError;
use crate::ingest::now_ms;
use crate::store::figures;

const PARAMETERS: &[&str] =
    &["source", "store", "campaign", "method", "from", "to", "tz", "interval", "compare", "weekdays", "currency"];

/// Figures of a range of days.
#[utoipa::path(get, path = "/api/analytics", tag = "analytics",
    params(
        ("source" = Option<SourceFilter>, Query, description = "Whose money; default btcpay"),
        ("store" = Option<String>, Query, description = "Ids of stores or Angor projects, comma-separated; default all"),
        ("campaign" = Option<String>, Query, description = "Campaign id"),
        ("method" = Option<String>, Query, description = "onchain or lightning: which payments are looked at"),
        ("from" = Option<String>, Query, description = "First day, YYYY-MM-DD, or `first` for the first known day; default 29 days before `to`"),
        ("to" = Option<String>, Query, description = "Last day; default today"),
        ("tz" = Option<String>, Query, description = "IANA zone in which days begin; default DISPLAY_TIMEZONE"),
        ("interval" = Option<Interval>, Query, description = "Width of a bucket; default day, at most 2,000 buckets"),
        ("compare" = Option<String>, Query, description = "none; previous and year are not offered yet"),
        ("weekdays" = Option<bool>, Query, description = "Used with `compare`"),
        ("currency" = Option<String>, Query, description = "Not offered yet"),
    ),
    responses((status = 200, body = Analytics), (status = 400, body = shared::ErrorBody)))]
pub async fn get_analytics(app: AppData, request: HttpRequest) -> Result<Json<Analytics>, ApiError> {
    let params = Params::parse(request.query_string(), PARAMETERS)?;
    refuse_what_is_not_offered(&params)?;
    let source = params.get("source")?.unwrap_or(SourceFilter::Btcpay);
    let range_request = range_request(&params, app.config.display_zone)?;
    let method = params.method()?.unwrap_or(ContributionMethod::Any);

    let scopes::Chosen { scopes, mode, freshness } = scopes::choose(&app, &params, source).await?;
    let first = match range_request.from {
        Some(From::First) => {
            let scopes = scopes.clone();
            app.store.read(move |conn| figures::first_activity(conn, &scopes)).await?
        }
        _ => None,
    };
    let range = range_request.resolve(now_ms() / 1_000, first)?;
    let query = FigureQuery {
        method,
        zone: range_request.zone,
        ..FigureQuery::new(scopes, app.config.display_zone, range.buckets.clone())
    };
    let figures = app.store.read(move |conn| figures::load(conn, &query)).await?;
    let days = shared::Range {
        from: range.from,
        to: range.to,
        tz: range_request.zone.to_string(),
        interval: range_request.interval,
    };
    Ok(Json(analytics::answer(mode, source, days, &range.buckets, &figures, freshness)))
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
    })
}

fn refuse_what_is_not_offered(params: &Params) -> Result<(), ApiError> {
    match params.text("compare") {
        None | Some("none") => {}
        Some("previous" | "year") => return Err(ApiError::NotYet("compare")),
        Some(other) => return Err(wrong("compare", other, "use none, previous or year")),
    }
    params.get::<bool>("weekdays")?;
    if params.text("currency").is_some() {
        return Err(ApiError::NotYet("currency"));
    }
    Ok(())
}
