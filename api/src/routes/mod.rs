//! HTTP: one file for each resource, one line here for each. Handlers extract, call, map and return; no SQL, no arithmetic.
//!
//! Imports `ingest`, `store` (reads), `analytics` and `shared`. Only `startup` imports it.

mod analytics;
mod docs;
mod health;
mod invoices;
mod logs;
pub mod openapi;
pub mod origin;
mod params;
mod projects;
mod scopes;
mod settings;
mod spa;
mod sync;
mod webhook;

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};

use crate::config::Config;
use crate::ingest::angor::Angor;
use crate::ingest::deliveries::Deliveries;
use crate::ingest::demo::Demo;
use crate::ingest::sync::Sync;
use crate::store::Store;
use crate::supervise::Supervisor;

pub use spa::Spa;
pub use webhook::Gate;

/// What handlers need. One for the process.
pub struct App {
    /// Settings.
    pub config: Config,
    /// The database.
    pub store: Store,
    /// Syncing; `None` in demo mode.
    pub sync: Option<Sync>,
    /// Demo data; `None` in live mode.
    pub demo: Option<Demo>,
    /// Background work, and whether the server stops.
    pub supervisor: Supervisor,
    /// Webhook deliveries.
    pub deliveries: Deliveries,
    /// Limits of their bodies.
    pub gate: Gate,
    /// Angor's projects.
    pub angor: Angor,
    /// The single-page app's files.
    pub spa: Spa,
}

/// The shared state as handlers take it.
pub type AppData = web::Data<Arc<App>>;

/// The whole route table.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource("/health").get(health::get_health))
        .service(web::resource("/ready").get(health::get_ready))
        // Never a redirect: BTCPay would follow it with a GET and lose the body.
        .service(web::resource(["/webhook", "/webhook/", "//webhook"]).post(webhook::receive_delivery))
        .service(
            web::scope("/api")
                .service(web::resource("/analytics").get(analytics::get_analytics))
                .service(web::resource("/invoices").get(invoices::list_invoices))
                .service(web::resource("/invoices.csv").get(invoices::export::get_csv))
                .service(web::resource("/invoices.json").get(invoices::export::get_json))
                .service(web::resource("/invoices/{id}").get(invoices::find_invoice))
                .service(web::resource("/logs").get(logs::list_logs))
                .service(web::resource("/logs/{id}").get(logs::find_log))
                .service(web::resource("/projects").get(projects::list_projects))
                .service(web::resource("/projects/{id}").get(projects::find_project))
                .service(web::resource("/refresh").post(sync::start_refresh))
                .service(web::resource("/sync").get(sync::get_sync))
                .service(web::resource("/settings").get(settings::get_settings))
                .service(web::resource("/openapi.json").get(openapi::get_openapi))
                .service(web::resource("/docs").get(docs::get_docs))
                .service(web::resource("/docs/").get(docs::leave_slash))
                .service(web::resource("/docs/{file}").get(docs::get_docs_file))
                .default_service(web::to(HttpResponse::NotFound)),
        )
        .default_service(web::to(spa::get_file));
}
