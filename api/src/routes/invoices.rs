//! `GET /api/invoices` and `GET /api/invoices/{id}`.

mod cursor;
mod dto;
pub mod export;
mod filter;

use actix_web::HttpRequest;
use actix_web::web::{Json, Path};
use shared::{InvoiceDetail, InvoiceItem, Page};

use super::AppData;
use super::params::{Params, wrong};
use crate::error::ApiError;
use crate::store::{deliveries, invoice_list, invoices, stores};
use cursor::Cursor;

/// Rows of a page where nothing is said.
const DEFAULT_LIMIT: i64 = 50;

/// A page of invoices.
#[utoipa::path(get, path = "/api/invoices", tag = "invoices",
    params(
        ("status" = Option<String>, Query, description = "Statuses, comma-separated"),
        ("q" = Option<String>, Query, description = "Part of an id, order id, product, e-mail or payment id"),
        ("from" = Option<String>, Query, description = "First day"),
        ("to" = Option<String>, Query, description = "Last day"),
        ("tz" = Option<String>, Query, description = "IANA zone in which days begin"),
        ("basis" = Option<String>, Query, description = "created (default) or paid: what `from` and `to` are about"),
        ("store" = Option<String>, Query, description = "Store ids, comma-separated"),
        ("campaign" = Option<String>, Query, description = "Campaign id"),
        ("method" = Option<String>, Query, description = "onchain or lightning"),
        ("sort" = Option<String>, Query, description = "-created (default), created, -raised or raised"),
        ("limit" = Option<i64>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, body = Page<InvoiceItem>), (status = 400, body = shared::ErrorBody)))]
pub async fn list_invoices(app: AppData, request: HttpRequest) -> Result<Json<Page<InvoiceItem>>, ApiError> {
    let params = Params::parse(request.query_string(), &filter::with(&["limit", "cursor"]))?;
    let limit = limit(&params)?;
    let (filter, sort) = filter::read(&app, &params).await?;
    let after = params.text("cursor").map(|text| Cursor::parse(text, sort)).transpose()?;

    let page = app
        .store
        .read(move |conn| {
            // One more than asked for tells whether there is a next page.
            let mut rows = invoice_list::page(conn, &filter, sort, after.as_ref(), limit + 1)?;
            let more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
            if more {
                rows.pop();
            }
            let total = invoice_list::total(conn, &filter)?;
            let next_cursor = rows.last().filter(|_| more).map(|row| Cursor::after(row, sort));
            let items = dto::items(conn, &filter, &rows)?;
            Ok(Page { items, next_cursor, total })
        })
        .await?;
    Ok(Json(page))
}

/// One invoice: its payments and why each counts as it does.
#[utoipa::path(get, path = "/api/invoices/{id}", tag = "invoices",
    params(("id" = String, Path, description = "BTCPay's invoice id")),
    responses((status = 200, body = InvoiceDetail), (status = 404, body = shared::ErrorBody)))]
pub async fn find_invoice(
    app: AppData,
    request: HttpRequest,
    id: Path<String>,
) -> Result<Json<InvoiceDetail>, ApiError> {
    Params::parse(request.query_string(), &[])?;
    let id = id.into_inner();
    let wanted = id.clone();
    let found = app
        .store
        .read(move |conn| {
            let visible = stores::visible(conn)?;
            let Some((row, stored)) = invoices::find(conn, &wanted, &visible)? else { return Ok(None) };
            let deliveries = deliveries::of_invoice(conn, &wanted)?;
            Ok(Some((dto::item(&row)?, stored, deliveries)))
        })
        .await?;
    let (item, stored, deliveries) =
        found.ok_or_else(|| ApiError::NotFound("There is no such invoice here.".to_owned()))?;
    Ok(Json(dto::detail(&app.config, item, &stored, deliveries)))
}

fn limit(params: &Params) -> Result<i64, ApiError> {
    match params.get::<i64>("limit")? {
        None => Ok(DEFAULT_LIMIT),
        Some(limit @ 1..=200) => Ok(limit),
        Some(other) => Err(wrong("limit", &other.to_string(), "use a number from 1 to 200")),
    }
}
