//! `POST /api/refresh`, `GET /api/sync`, and how old the data are.

use std::time::Duration;

use actix_web::web::Json;
use actix_web::{HttpRequest, HttpResponse};
use shared::{Freshness, RefreshAccepted, RefreshResult, RunState, SyncError, SyncStatus};
use tokio::time::{Instant, timeout_at};

use super::params::{Params, wrong};
use super::{App, AppData};
use crate::domain::time::instant;
use crate::error::ApiError;
use crate::ingest::angor::Running;
use crate::ingest::now_ms;
use crate::ingest::sync::{Depth, Progress, Report};
use crate::store::runs::{self, RunRow};
use crate::store::{StoreError, stores};

/// How long a caller of refresh waits for the end of the run.
const PATIENCE: Duration = Duration::from_secs(25);
/// Data older than this many sync intervals are stale.
const STALE_AFTER_INTERVALS: u32 = 3;
/// With background sync off, data older than this are stale.
const STALE_WITHOUT_INTERVAL: Duration = Duration::from_secs(900);

/// Pulls from BTCPay. In demo mode there is nothing to pull: what is missing of the demo up to now is added.
#[utoipa::path(post, path = "/api/refresh", tag = "sync",
    params(("depth" = Option<String>, Query, description = "full re-reads everything")),
    responses(
        (status = 200, body = RefreshResult), (status = 202, body = RefreshAccepted),
        (status = 409, body = shared::ErrorBody), (status = 502, body = shared::ErrorBody)))]
pub async fn start_refresh(app: AppData, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), &["depth"])?;
    let depth = match params.text("depth") {
        None => Depth::Recent,
        Some("full") => Depth::Full,
        Some(other) => return Err(wrong("depth", other, "leave it out or use full")),
    };
    let deadline = Instant::now() + PATIENCE;
    let Some(sync) = &app.sync else {
        let angor = app.angor.refresh();
        if let Some(demo) = &app.demo {
            demo.fill(now_ms() / 1_000).await?;
        }
        let angor = told(angor, deadline).await;
        return Ok(HttpResponse::Ok().json(RefreshResult { angor, ..nothing_to_read(&app) }));
    };
    let started = sync.start(depth)?;
    let (run_id, angor) = (started.run_id.clone(), app.angor.refresh());
    match timeout_at(deadline, started.outcome()).await {
        Ok(Ok(report)) => {
            let angor = told(angor, deadline).await;
            Ok(HttpResponse::Ok().json(RefreshResult { angor, ..result(&app, report) }))
        }
        Ok(Err(failure)) => Err(failure.into()),
        Err(_) => Ok(HttpResponse::Accepted().json(RefreshAccepted { run_id })),
    }
}

/// What reading Angor gave by the deadline. It goes on where it takes longer; that it failed is no failure of the refresh, and is
/// told beside the projects.
async fn told(angor: Option<Running>, deadline: Instant) -> Option<String> {
    let outcome = timeout_at(deadline, angor?.outcome()).await;
    Some(match outcome {
        Ok(Some(outcome)) => outcome.summary(),
        Ok(None) => "Reading Angor was interrupted.".to_owned(),
        Err(_) => "Angor is still being read.".to_owned(),
    })
}

/// The running or last run.
#[utoipa::path(get, path = "/api/sync", tag = "sync", responses((status = 200, body = SyncStatus)))]
pub async fn get_sync(app: AppData, request: HttpRequest) -> Result<Json<SyncStatus>, ApiError> {
    Params::parse(request.query_string(), &[])?;
    let Some(sync) = &app.sync else { return Ok(Json(never_ran())) };
    if let Some(progress) = sync.running() {
        return Ok(Json(running(&progress)));
    }
    Ok(Json(sync.latest().await?.map_or_else(never_ran, ended)))
}

/// How old the data are: stale when the last success is long ago, or the last try failed.
pub(super) async fn freshness(app: &App) -> Result<Freshness, StoreError> {
    let Some(sync) = &app.sync else { return left_behind(app).await };
    let store_id = sync.store_id().to_owned();
    let (success_ms, latest) = app
        .store
        .read(move |conn| Ok((runs::latest_success_ms(conn, &store_id)?, runs::latest(conn, &store_id)?)))
        .await?;
    let limit = app.config.sync_interval.map_or(STALE_WITHOUT_INTERVAL, |interval| interval * STALE_AFTER_INTERVALS);
    let limit_ms = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
    let old = success_ms.is_none_or(|at| now_ms().saturating_sub(at) > limit_ms);
    let failed = latest.is_some_and(|run| run.state == runs::FAILED);
    Ok(Freshness { synced_at: success_ms.map(|at| instant(at / 1_000)), stale: old || failed })
}

/// In demo mode: made-up data have no age, those of a store that is no longer configured are stale.
async fn left_behind(app: &App) -> Result<Freshness, StoreError> {
    let success_ms = app
        .store
        .read(|conn| {
            let live = stores::live(conn)?;
            let ends: Vec<Option<i64>> =
                live.iter().map(|id| runs::latest_success_ms(conn, id)).collect::<Result<_, _>>()?;
            Ok((!live.is_empty()).then(|| ends.into_iter().flatten().max()))
        })
        .await?;
    let synced_at = success_ms.flatten().map(|at| instant(at / 1_000));
    Ok(Freshness { synced_at, stale: success_ms.is_some() })
}

fn nothing_to_read(app: &App) -> RefreshResult {
    RefreshResult {
        run_id: None,
        mode: app.config.mode(),
        fetched: 0,
        inserted: 0,
        updated: 0,
        unchanged: 0,
        skipped: 0,
        problems: Vec::new(),
        took_ms: 0,
        angor: None,
    }
}

fn result(app: &App, report: Report) -> RefreshResult {
    RefreshResult {
        run_id: Some(report.run_id),
        mode: app.config.mode(),
        fetched: report.fetched,
        inserted: report.inserted,
        updated: report.updated,
        unchanged: report.unchanged,
        skipped: report.skipped,
        problems: report.problems,
        took_ms: report.took_ms,
        angor: None,
    }
}

const fn never_ran() -> SyncStatus {
    SyncStatus {
        run_id: None,
        state: RunState::Idle,
        fetched: 0,
        inserted: 0,
        updated: 0,
        skipped: 0,
        started_at: None,
        finished_at: None,
        error: None,
    }
}

fn running(progress: &Progress) -> SyncStatus {
    SyncStatus {
        run_id: Some(progress.run_id.clone()),
        state: RunState::Running,
        fetched: progress.fetched,
        inserted: progress.inserted,
        updated: progress.updated,
        skipped: progress.skipped,
        started_at: Some(instant(progress.started_ms / 1_000)),
        finished_at: None,
        error: None,
    }
}

fn ended(run: RunRow) -> SyncStatus {
    let error = run.error_code.zip(run.error_message).map(|(code, message)| SyncError { code, message });
    SyncStatus {
        run_id: Some(run.id),
        state: if error.is_some() { RunState::Failed } else { RunState::Idle },
        fetched: run.fetched,
        inserted: run.inserted,
        updated: run.updated,
        skipped: run.skipped,
        started_at: Some(instant(run.started_ms / 1_000)),
        finished_at: run.finished_ms.map(|at| instant(at / 1_000)),
        error,
    }
}
