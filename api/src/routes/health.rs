//! Whether the process lives, and whether it can work.

use actix_web::HttpResponse;
use actix_web::web::Json;
use shared::{Health, Ready, ReadyPart};

use super::AppData;

/// Lives; touches nothing but the process, so that an outage of the database does not make a supervisor kill us.
#[utoipa::path(get, path = "/health", tag = "operation", responses((status = 200, body = Health)))]
pub async fn get_health(app: AppData) -> Json<Health> {
    Json(Health { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), mode: app.config.mode() })
}

/// Can work: database, migrations, writer.
#[utoipa::path(get, path = "/ready", tag = "operation",
    responses((status = 200, body = Ready), (status = 503, description = "Names what fails", body = Ready)))]
pub async fn get_ready(app: AppData) -> HttpResponse {
    let parts: Vec<ReadyPart> = app
        .store
        .ready()
        .await
        .into_iter()
        .map(|(name, result)| ReadyPart {
            name: name.to_owned(),
            ok: result.is_ok(),
            message: result.err().map(|error| error.to_string()),
        })
        .collect();
    let ready = Ready { ready: parts.iter().all(|part| part.ok), parts };
    if ready.ready { HttpResponse::Ok().json(ready) } else { HttpResponse::ServiceUnavailable().json(ready) }
}
