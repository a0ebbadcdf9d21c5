//! The Greenfield routes: who may ask, which rows are meant, in which order they come.

use std::cmp::Reverse;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};

use super::http::{Request, Response, decode};
use super::invoice::Invoice;
use super::methods::payment_methods;
use super::render;
use super::version::Version;
use super::{API_KEY, STORE_ID, State};

/// A route this server has. Ids are decoded.
#[derive(Debug, PartialEq, Eq)]
pub enum Route {
    Health,
    ServerInfo,
    List(String),
    One(String, String),
    PaymentMethods(String, String),
}

impl Route {
    /// None is a 404 without a body, as below the wrong sub-path or for another method than GET.
    pub fn of(request: &Request, sub_path: &str) -> Option<Self> {
        let path = request.path.strip_prefix(sub_path)?.strip_prefix("/api/v1/")?;
        if request.method != "GET" {
            return None;
        }
        // Split before decoding: an id may hold a slash.
        let parts: Vec<String> = path.split('/').map(decode).collect();
        let names: Vec<&str> = parts.iter().map(String::as_str).collect();
        match names.as_slice() {
            ["health"] => Some(Self::Health),
            ["server", "info"] => Some(Self::ServerInfo),
            ["stores", store, "invoices"] => Some(Self::List((*store).to_owned())),
            ["stores", store, "invoices", id] => Some(Self::One((*store).to_owned(), (*id).to_owned())),
            ["stores", store, "invoices", id, "payment-methods"] => {
                Some(Self::PaymentMethods((*store).to_owned(), (*id).to_owned()))
            }
            _ => None,
        }
    }
}

/// The real answer, or the endless first page.
pub fn answer(state: &State, request: &Request, sub_path: &str, same_page: bool) -> Response {
    let Some(route) = Route::of(request, sub_path) else { return Response::empty(404) };
    if route == Route::Health {
        return Response::json(200, &json!({ "synchronized": true }));
    }
    if !authenticated(state, request) {
        return unauthenticated(state.version);
    }
    let base = format!("http://{}{sub_path}", request.header("host").unwrap_or_default());
    match route {
        Route::Health | Route::ServerInfo => Response::json(200, &render::server_info(state.version)),
        Route::List(store) | Route::One(store, _) | Route::PaymentMethods(store, _) if store != STORE_ID => forbidden(),
        Route::List(_) => list(state, request, &base, same_page).unwrap_or_else(|invalid| invalid),
        Route::One(_, id) => state.invoices.get(&id).map_or_else(not_found, |invoice| {
            let with_payments = flag(request, "includePaymentMethods", false);
            Response::json(200, &render::invoice(invoice, state.version, &base, STORE_ID, with_payments))
        }),
        Route::PaymentMethods(_, id) => state.invoices.get(&id).map_or_else(not_found, |invoice| {
            let only_accounted = flag(request, "onlyAccountedPayments", true);
            Response::json(200, &Value::from(payment_methods(invoice, state.version, only_accounted)))
        }),
    }
}

/// `Authorization: token KEY`; the scheme's case does not matter, `Bearer` works from 2.0.6.
fn authenticated(state: &State, request: &Request) -> bool {
    let Some((scheme, key)) = request.header("authorization").and_then(|header| header.split_once(' ')) else {
        return false;
    };
    let known =
        scheme.eq_ignore_ascii_case("token") || (scheme.eq_ignore_ascii_case("bearer") && state.version.is_2x());
    known && !state.key_revoked && key.trim() == API_KEY
}

fn unauthenticated(version: Version) -> Response {
    // Only 2.3 and later give the reason.
    let message = if version >= Version::V2_4_1 {
        "ApiKey authentication failed: Unknown API Key"
    } else {
        "Authentication is required for accessing this endpoint"
    };
    Response::json(401, &json!({ "code": "unauthenticated", "message": message }))
}

/// Also for a store that does not exist: the server does not tell.
fn forbidden() -> Response {
    let permission = "btcpay.store.canviewinvoices";
    let message = format!(
        "Insufficient API Permissions. Please use an API key with permission \"{permission}\". You can create an API \
         key in your account's settings / Api Keys."
    );
    Response::json(403, &json!({ "missingPermission": permission, "code": "missing-permission", "message": message }))
}

fn not_found() -> Response {
    Response::json(404, &json!({ "code": "invoice-not-found", "message": "The invoice was not found" }))
}

fn flag(request: &Request, name: &str, default: bool) -> bool {
    request.first(name).map_or(default, |text| text.eq_ignore_ascii_case("true"))
}

/// A whole number of the query, or the array of a 422.
fn whole<T: std::str::FromStr>(request: &Request, name: &str, message: &str) -> Result<Option<T>, Response> {
    let Some(text) = request.first(name) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| invalid(name, message))
}

fn invalid(path: &str, message: &str) -> Response {
    Response::json(422, &json!([{ "path": path, "message": message }]))
}

fn list(state: &State, request: &Request, base: &str, same_page: bool) -> Result<Response, Response> {
    let skip: Option<usize> = whole(request, "skip", "The value is not valid.")?;
    let take: Option<usize> = whole(request, "take", "The value is not valid.")?;
    let start: Option<i64> = whole(request, "startDate", "Invalid unix timestamp")?;
    let end: Option<i64> = whole(request, "endDate", "Invalid unix timestamp")?;
    if start.zip(end).is_some_and(|(start, end)| start > end) {
        return Err(invalid("startDate", "The start date must not be after the end date"));
    }
    let statuses = request.all("status");
    let archived = flag(request, "includeArchived", false);
    // Both ends are inclusive.
    let in_window = |at: i64| same_page || (start.is_none_or(|start| at >= start) && end.is_none_or(|end| at <= end));
    let meant = |invoice: &&Invoice| {
        (archived || !invoice.archived)
            && in_window(invoice.created)
            && status_fits(state.version, &statuses, &invoice.status)
    };
    let mut rows: Vec<&Invoice> = state.invoices.values().filter(meant).collect();
    // Within a second PostgreSQL returns what its plan happens to give, and the plan depends on the limit.
    rows.sort_by_cached_key(|invoice| {
        let mut hasher = DefaultHasher::new();
        (&invoice.id, take).hash(&mut hasher);
        (Reverse(invoice.created), hasher.finish())
    });
    if same_page {
        let full = take.unwrap_or(rows.len());
        rows = rows.iter().copied().cycle().take(full).collect();
    } else {
        rows = rows.into_iter().skip(skip.unwrap_or(0)).take(take.unwrap_or(usize::MAX)).collect();
    }
    let with_payments = flag(request, "includePaymentMethods", false);
    let rows = rows.into_iter().map(|row| render::invoice(row, state.version, base, STORE_ID, with_payments));
    Ok(Response::json(200, &rows.collect()))
}

/// The status filter with its traps: 2.x drops words it does not know, and shows everything if none is left.
fn status_fits(version: Version, wanted: &[&str], status: &str) -> bool {
    let known = |word: &&&str| {
        ["new", "processing", "expired", "invalid", "settled", "paid", "complete", "confirmed"]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(word))
    };
    let wanted: Vec<&&str> = wanted.iter().filter(|word| !version.is_2x() || known(word)).collect();
    wanted.is_empty() || wanted.iter().any(|word| word_fits(version, word, status))
}

fn word_fits(version: Version, word: &str, status: &str) -> bool {
    // Before 1.11.2 these three matched only in lower case.
    if version == Version::V1_7_12 && ["New", "Expired", "Invalid"].contains(&word) {
        return false;
    }
    let name = match word.to_lowercase().as_str() {
        "paid" if version.is_2x() => "processing".to_owned(),
        "complete" | "confirmed" if version.is_2x() => "settled".to_owned(),
        lower => lower.to_owned(),
    };
    status.eq_ignore_ascii_case(&name)
}
