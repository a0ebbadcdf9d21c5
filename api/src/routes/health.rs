//! Whether the process lives, and whether it can work.

use actix_web::http::header;
use actix_web::web::Json;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use shared::{ErrorDetail, Health, Ready, ReadyPart};
use tracing_actix_web::RequestId;

use super::AppData;

/// Lives; touches nothing but the process, so that an outage of the database does not make a supervisor kill us.
#[utoipa::path(get, path = "/health", tag = "operation", responses((status = 200, body = Health)))]
pub async fn get_health(app: AppData) -> Json<Health> {
    Json(Health { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), mode: app.config.mode() })
}

/// Can work: database, migrations, writer, background tasks; and the server does not stop.
#[utoipa::path(get, path = "/ready", tag = "operation",
    responses((status = 200, body = Ready), (status = 503, description = "Names what fails", body = Ready)))]
pub async fn get_ready(app: AppData, request: HttpRequest) -> HttpResponse {
    let failing = app.supervisor.failing();
    let tasks = (!failing.is_empty())
        .then(|| format!("{} dies again and again; the server's log has the reason", failing.join(", ")));
    let stopping = app.supervisor.stopping().is_cancelled().then(|| "the server is stopping".to_owned());
    let parts: Vec<ReadyPart> = app
        .store
        .ready()
        .await
        .into_iter()
        .chain([("tasks", tasks), ("server", stopping)])
        .map(|(name, failure)| ReadyPart { name: name.to_owned(), ok: failure.is_none(), message: failure })
        .collect();
    match failure(&parts, &request) {
        None => HttpResponse::Ok().json(Ready { ready: true, parts, error: None }),
        error => HttpResponse::ServiceUnavailable().insert_header((header::RETRY_AFTER, "5")).json(Ready {
            ready: false,
            parts,
            error,
        }),
    }
}

/// The parts that fail, as one error.
fn failure(parts: &[ReadyPart], request: &HttpRequest) -> Option<ErrorDetail> {
    let failing = parts.iter().filter(|part| !part.ok);
    let told: Vec<String> =
        failing.map(|part| format!("{}: {}", part.name, part.message.as_deref().unwrap_or_default())).collect();
    (!told.is_empty()).then(|| ErrorDetail {
        code: "not_ready".to_owned(),
        message: format!("Not ready. {}.", told.join("; ")),
        request_id: request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default(),
    })
}
