//! `GET /api/logs` and `GET /api/logs/{id}`: webhook deliveries and what became of them.

mod cursor;
mod dto;

use actix_web::HttpRequest;
use actix_web::web::{Json, Path};
use shared::{DeliveryOutcome, LogDetail, LogItem, Page};

use super::AppData;
use super::params::{Params, wrong};
use crate::error::ApiError;
use crate::store::StoreError;
use crate::store::deliveries::{self, LogFilter};

const PARAMETERS: &[&str] = &["limit", "cursor", "outcome", "event_type", "q"];
/// Rows of a page where nothing is said.
const DEFAULT_LIMIT: i64 = 50;

/// A page of deliveries, newest first.
#[utoipa::path(get, path = "/api/logs", tag = "webhook",
    params(
        ("outcome" = Option<String>, Query, description = "Outcomes, comma-separated: processed, pending, ignored, duplicate, unknown_invoice, failed, bad_signature"),
        ("event_type" = Option<String>, Query, description = "BTCPay's event names, comma-separated"),
        ("q" = Option<String>, Query, description = "Part of an invoice id, a delivery id, an event name or the signature's beginning"),
        ("limit" = Option<i64>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, body = Page<LogItem>), (status = 400, body = shared::ErrorBody)))]
pub async fn list_logs(app: AppData, request: HttpRequest) -> Result<Json<Page<LogItem>>, ApiError> {
    let params = Params::parse(request.query_string(), PARAMETERS)?;
    let limit = match params.get::<i64>("limit")? {
        None => DEFAULT_LIMIT,
        Some(limit @ 1..=200) => limit,
        Some(other) => return Err(wrong("limit", &other.to_string(), "use a number from 1 to 200")),
    };
    let after = params.text("cursor").map(cursor::parse).transpose()?;
    let filter = LogFilter {
        outcomes: params.list::<DeliveryOutcome>("outcome")?,
        event_types: event_types(&params)?,
        search: params.text("q").map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty()),
    };
    let page = app
        .store
        .read(move |conn| {
            // One more than asked for tells whether there is a next page.
            let mut rows = deliveries::page(conn, &filter, after.as_ref(), limit + 1)?;
            let more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
            if more {
                rows.pop();
            }
            let next_cursor = rows.last().filter(|_| more).map(cursor::after);
            let items = rows.into_iter().map(dto::item).collect::<Result<Vec<_>, StoreError>>()?;
            Ok(Page { items, next_cursor, total: None })
        })
        .await?;
    Ok(Json(page))
}

/// One delivery: its body, what happened to it, and other attempts of the same.
#[utoipa::path(get, path = "/api/logs/{id}", tag = "webhook",
    params(("id" = String, Path, description = "Our id of the delivery")),
    responses((status = 200, body = LogDetail), (status = 404, body = shared::ErrorBody)))]
pub async fn find_log(app: AppData, request: HttpRequest, id: Path<String>) -> Result<Json<LogDetail>, ApiError> {
    Params::parse(request.query_string(), &[])?;
    let id = id.into_inner();
    let none = || ApiError::NotFound("There is no such delivery here.".to_owned());
    if id.contains('\0') {
        return Err(none());
    }
    let found = app
        .store
        .read(move |conn| {
            let Some(row) = deliveries::find(conn, &id)? else { return Ok(None) };
            let related = deliveries::related(conn, &row)?;
            let steps = deliveries::steps_of(conn, &row.id)?;
            dto::detail(row, steps, related).map(Some)
        })
        .await?;
    found.map(Json).ok_or_else(none)
}

fn event_types(params: &Params) -> Result<Vec<String>, ApiError> {
    let names: Vec<String> = params.list("event_type")?;
    match names.iter().find(|name| name.trim().is_empty()) {
        Some(empty) => Err(wrong("event_type", empty, "use names such as InvoiceSettled, separated by commas")),
        None => Ok(names),
    }
}
