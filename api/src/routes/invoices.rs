//! `GET /api/invoices` and `GET /api/invoices/{id}`.

mod cursor;
mod dto;

use actix_web::HttpRequest;
use actix_web::web::{Json, Path};
use shared::{InvoiceDetail, InvoiceItem, InvoiceStatus, Page};

use super::AppData;
use super::params::{Params, wrong};
use crate::domain::Zone;
use crate::error::ApiError;
use crate::store::invoice_list::{self, InvoiceFilter, Sort, SortBy};
use crate::store::{StoreError, deliveries, invoices, stores};
use cursor::Cursor;

const PARAMETERS: &[&str] =
    &["status", "q", "from", "to", "tz", "basis", "store", "campaign", "method", "sort", "limit", "cursor"];
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
    let params = Params::parse(request.query_string(), PARAMETERS)?;
    let sort = sort(&params)?;
    let limit = limit(&params)?;
    let after = params.text("cursor").map(|text| Cursor::parse(text, sort)).transpose()?;
    let mut filter = filter(&params, app.config.display_zone)?;
    filter.stores = params.stores(&app.store.read(stores::visible).await?)?;
    params.no_campaign()?;

    let page = app
        .store
        .read(move |conn| {
            // One more than asked for tells whether there is a next page.
            let mut rows = invoice_list::page(conn, &filter, sort, after.as_ref(), limit + 1)?;
            let more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
            if more {
                rows.pop();
            }
            // A search looks at every row; counting its hits would look at them twice.
            let total = if filter.search.is_none() { Some(invoice_list::total(conn, &filter)?) } else { None };
            let in_range = invoice_list::raised_in_range(conn, &filter, &rows)?;
            let next_cursor = rows.last().filter(|_| more).map(|row| Cursor::after(row, sort));
            let items = rows
                .iter()
                .map(|row| {
                    let mut item = dto::item(row)?;
                    if filter.paid.is_some() {
                        let key = (row.store_id.clone(), row.id.clone());
                        item.raised_msat_in_range = Some(in_range.get(&key).copied().unwrap_or_default());
                    }
                    Ok(item)
                })
                .collect::<Result<Vec<_>, StoreError>>()?;
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

fn filter(params: &Params, display_zone: Zone) -> Result<InvoiceFilter, ApiError> {
    let span = span(params, params.zone(display_zone)?)?;
    let (created, paid) = match params.text("basis") {
        None | Some("created") => (span, None),
        // Without days: any counted payment.
        Some("paid") => (None, Some(span.unwrap_or((i64::MIN, i64::MAX)))),
        Some(other) => return Err(wrong("basis", other, "use created or paid")),
    };
    Ok(InvoiceFilter {
        stores: Vec::new(),
        statuses: params.list::<InvoiceStatus>("status")?,
        search: params.text("q").map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty()),
        created,
        paid,
        method: params.method()?,
    })
}

/// Days as instants; open at the ends that are not given.
fn span(params: &Params, zone: Zone) -> Result<Option<(i64, i64)>, ApiError> {
    let (from, to) = (params.day("from")?, params.day("to")?);
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err(crate::analytics::range::RangeError::Backwards(from, to).into());
    }
    let start = from.map_or(i64::MIN, |day| zone.start_of_day(day));
    let end = to.map_or(i64::MAX, |day| zone.end_of_day(day));
    Ok((from.is_some() || to.is_some()).then_some((start, end)))
}

fn sort(params: &Params) -> Result<Sort, ApiError> {
    let (by, descending) = match params.text("sort") {
        None | Some("-created") => (SortBy::Created, true),
        Some("created") => (SortBy::Created, false),
        Some("-raised") => (SortBy::Raised, true),
        Some("raised") => (SortBy::Raised, false),
        Some(other) => return Err(wrong("sort", other, "use -created, created, -raised or raised")),
    };
    Ok(Sort { by, descending })
}

fn limit(params: &Params) -> Result<i64, ApiError> {
    match params.get::<i64>("limit")? {
        None => Ok(DEFAULT_LIMIT),
        Some(limit @ 1..=200) => Ok(limit),
        Some(other) => Err(wrong("limit", &other.to_string(), "use a number from 1 to 200")),
    }
}
