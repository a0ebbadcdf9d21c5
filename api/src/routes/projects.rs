//! `GET /api/projects` and `GET /api/projects/{id}`.

mod cursor;
mod dto;

use actix_web::HttpRequest;
use actix_web::web::{Json, Path};
use shared::{Page, ProjectDetail, ProjectItem};

use super::AppData;
use super::params::{Params, wrong};
use crate::error::ApiError;
use crate::ingest::now_ms;
use crate::store::projects::{self, ProjectOrder};
use cursor::Sort;

/// Rows of a page where nothing is said.
const DEFAULT_LIMIT: i64 = 50;

/// A page of Angor projects.
#[utoipa::path(get, path = "/api/projects", tag = "projects",
    params(
        ("include" = Option<String>, Query, description = "unverified: also projects without a confirmed creation or without the event that it names"),
        ("sort" = Option<String>, Query, description = "-created (default), created, -raised, raised, -investors, investors, title or -title"),
        ("limit" = Option<i64>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, body = Page<ProjectItem>), (status = 400, body = shared::ErrorBody)))]
pub async fn list_projects(app: AppData, request: HttpRequest) -> Result<Json<Page<ProjectItem>>, ApiError> {
    let params = Params::parse(request.query_string(), &["include", "sort", "limit", "cursor"])?;
    let sort = sort(&params)?;
    let limit = limit(&params)?;
    let after = params.text("cursor").map(|text| cursor::parse(text, sort)).transpose()?;
    let mut filter = app.angor.shown().await?.filter;
    filter.unverified = unverified(&params)?;

    let (mut rows, total) = app
        .store
        .read(move |conn| {
            // One more than asked for tells whether there is a next page.
            let rows = projects::page(conn, &filter, sort.order, sort.descending, after.as_ref(), limit + 1)?;
            Ok((rows, projects::total(conn, &filter)?))
        })
        .await?;
    let more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    if more {
        rows.pop();
    }
    let now = now_ms() / 1_000;
    Ok(Json(Page {
        next_cursor: rows.last().filter(|_| more).map(|row| cursor::after(row, sort)),
        items: rows.iter().map(|project| dto::item(project, app.angor.freshness(project), now)).collect(),
        total: Some(total),
    }))
}

/// One project: also its texts, and what became of its money.
#[utoipa::path(get, path = "/api/projects/{id}", tag = "projects",
    params(
        ("id" = String, Path, description = "angor1… or the id of a demo project"),
        ("include" = Option<String>, Query, description = "unverified: as in the list"),
    ),
    responses((status = 200, body = ProjectDetail), (status = 404, body = shared::ErrorBody)))]
pub async fn find_project(
    app: AppData,
    request: HttpRequest,
    id: Path<String>,
) -> Result<Json<ProjectDetail>, ApiError> {
    let params = Params::parse(request.query_string(), &["include"])?;
    let mut filter = app.angor.shown().await?.filter;
    filter.unverified = unverified(&params)?;
    let id = id.into_inner();
    let not_found = || ApiError::NotFound("There is no such project here.".to_owned());
    if id.contains('\0') {
        return Err(not_found());
    }
    let found = app.store.read(move |conn| projects::find(conn, &filter, &id)).await?;
    let project = found.ok_or_else(not_found)?;
    Ok(Json(dto::detail(&project, app.angor.freshness(&project), now_ms() / 1_000)))
}

fn unverified(params: &Params) -> Result<bool, ApiError> {
    match params.text("include") {
        None => Ok(false),
        Some("unverified") => Ok(true),
        Some(other) => Err(wrong("include", other, "leave it out or use unverified")),
    }
}

fn sort(params: &Params) -> Result<Sort, ApiError> {
    let text = params.text("sort").unwrap_or("-created");
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    let order = match name {
        "created" => ProjectOrder::Created,
        "raised" => ProjectOrder::Raised,
        "investors" => ProjectOrder::Investors,
        "title" => ProjectOrder::Title,
        _ => {
            return Err(wrong(
                "sort",
                text,
                "use created, raised, investors or title, with - before it for the reverse",
            ));
        }
    };
    Ok(Sort { order, descending })
}

fn limit(params: &Params) -> Result<i64, ApiError> {
    match params.get::<i64>("limit")? {
        None => Ok(DEFAULT_LIMIT),
        Some(limit @ 1..=200) => Ok(limit),
        Some(other) => Err(wrong("limit", &other.to_string(), "use a number from 1 to 200")),
    }
}
