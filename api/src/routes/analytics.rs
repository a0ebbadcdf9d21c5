//! `GET /api/analytics`.

mod query;

use actix_web::HttpRequest;
use actix_web::web::Json;
use shared::{Analytics, Compare, Interval, SourceFilter};

use super::AppData;
use super::params::Params;
use crate::analytics;
use crate::error::ApiError;
use crate::store::figures;
use query::Asked;

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
        ("compare" = Option<Compare>, Query, description = "Fills `previous` of the KPIs and `comparison`: as many days directly before, or the same dates a year earlier. If the range ends today, both stop at the same local time of day"),
        ("weekdays" = Option<bool>, Query, description = "Compares with equal weekdays: whole weeks before, or 52 weeks earlier"),
        ("currency" = Option<String>, Query, description = "ISO code: adds the KPI `raised_fiat`, `raised_fiat` and `pending_fiat` of the series, and `other_currencies`"),
    ),
    responses((status = 200, body = Analytics), (status = 400, body = shared::ErrorBody)))]
pub async fn get_analytics(app: AppData, request: HttpRequest) -> Result<Json<Analytics>, ApiError> {
    let params = Params::parse(request.query_string(), &query::with(&[]))?;
    let asked = Asked::read(&app, &params).await?;
    let zone = app.config.display_zone;
    let query = asked.figures_of(&asked.range, zone);
    let earlier = asked.compared.as_ref().map(|range| asked.figures_of(range, zone));
    let (figures, earlier) = app
        .store
        .read(move |conn| {
            let figures = figures::load(conn, &query)?;
            Ok((figures, earlier.map(|query| figures::load(conn, &query)).transpose()?))
        })
        .await?;
    let compared = asked.compared.as_ref().zip(earlier.as_ref());
    Ok(Json(analytics::answer(asked.question(), (&asked.range, &figures), compared, asked.freshness.clone())))
}
