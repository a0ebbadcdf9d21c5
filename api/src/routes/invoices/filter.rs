//! The parameters that lists and exports of invoices share. Imported through [`super`].

use shared::InvoiceStatus;

use crate::analytics::range::RangeError;
use crate::domain::Zone;
use crate::error::ApiError;
use crate::routes::App;
use crate::routes::params::{Params, wrong};
use crate::store::invoice_list::{InvoiceFilter, Sort, SortBy};
use crate::store::stores;

/// Longest text to search for, in characters.
const SEARCH_LIMIT: usize = 200;

/// Names of the shared parameters and some more.
pub(super) fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let shared = ["status", "q", "from", "to", "tz", "basis", "store", "campaign", "method", "sort"];
    shared.into_iter().chain(more.iter().copied()).collect()
}

/// Which invoices, and in which order.
pub(super) async fn read(app: &App, params: &Params) -> Result<(InvoiceFilter, Sort), ApiError> {
    let sort = sort(params)?;
    let mut filter = filter(params, app.config.display_zone)?;
    filter.stores = params.stores(&app.store.read(stores::visible).await?)?;
    params.no_campaign()?;
    Ok((filter, sort))
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
        search: search(params)?,
        created,
        paid,
        method: params.method()?,
    })
}

fn search(params: &Params) -> Result<Option<String>, ApiError> {
    let Some(text) = params.text("q") else { return Ok(None) };
    if text.chars().count() > SEARCH_LIMIT {
        return Err(wrong("q", text, "search for at most 200 characters"));
    }
    Ok(Some(text.trim().to_lowercase()).filter(|text| !text.is_empty()))
}

/// Days as instants; open at the ends that are not given.
fn span(params: &Params, zone: Zone) -> Result<Option<(i64, i64)>, ApiError> {
    let (from, to) = (params.day("from")?, params.day("to")?);
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err(RangeError::Backwards(from, to).into());
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
