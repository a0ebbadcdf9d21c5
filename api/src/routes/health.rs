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

/// Can work: database, migrations, writer, background tasks; and the server does not stop.
#[utoipa::path(get, path = "/ready", tag = "operation",
    responses((status = 200, body = Ready), (status = 503, description = "Names what fails", body = Ready)))]
pub async fn get_ready(app: AppData) -> HttpResponse {
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
    let ready = Ready { ready: parts.iter().all(|part| part.ok), parts };
    if ready.ready { HttpResponse::Ok().json(ready) } else { HttpResponse::ServiceUnavailable().json(ready) }
}
