//! `GET /api/openapi.json`, generated from the handlers.

use actix_web::web::Json;
use utoipa::OpenApi;
use utoipa::openapi::Server;

use super::AppData;

/// The document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "BTC Crowdfund Analytics",
        description = "Exact figures of BTCPay Server stores. Bitcoin amounts are integers in sats (keys ending in _sats) or millisatoshi (_msat); fiat amounts are decimal strings beside an ISO code; instants are RFC 3339 UTC; a day is YYYY-MM-DD in the zone named beside it."
    ),
    external_docs(url = "docs", description = "A page to try it"),
    paths(
        super::health::get_health,
        super::health::get_ready,
        super::analytics::get_analytics,
        super::invoices::list_invoices,
        super::invoices::find_invoice,
        super::invoices::export::get_csv,
        super::invoices::export::get_json,
        super::webhook::receive_delivery,
        super::logs::list_logs,
        super::logs::find_log,
        super::projects::list_projects,
        super::projects::find_project,
        super::sync::start_refresh,
        super::sync::get_sync,
        super::settings::get_settings,
        get_openapi,
        super::docs::get_docs,
    )
)]
pub struct ApiDoc;

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "operation", responses((status = 200, description = "OpenAPI 3.1")))]
pub async fn get_openapi(app: AppData) -> Json<utoipa::openapi::OpenApi> {
    let mut document = ApiDoc::openapi();
    // Paths in the document begin after the path of `PUBLIC_URL`.
    document.servers = Some(vec![Server::new(if app.spa.base().is_empty() { "/" } else { app.spa.base() })]);
    Json(document)
}
