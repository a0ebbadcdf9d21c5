//! `GET /api/invoices.csv` and `GET /api/invoices.json`: the whole filtered set, streamed.
//!
//! Rows are read page by page behind the client's back, at most two pages ahead, each in a snapshot of its own: a slow client
//! holds neither memory nor a connection of the database, and one that leaves ends the work.

mod csv;
mod json;

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use shared::InvoiceItem;
use tokio::sync::mpsc;

use super::cursor::Cursor;
use super::{dto, filter, limit};
use crate::error::ApiError;
use crate::routes::AppData;
use crate::routes::params::Params;
use crate::store::invoice_list::{self, After, InvoiceFilter, Sort};
use crate::store::{Store, StoreError};

/// Rows read at a time.
const PAGE: i64 = 1_000;
/// Pages waiting for the client.
const AHEAD: usize = 2;

/// How rows are written.
trait Format: Send + 'static {
    /// What stands before the first row.
    fn head(&mut self) -> Result<Vec<u8>, StoreError>;
    /// Some rows.
    fn rows(&mut self, items: &[InvoiceItem]) -> Result<Vec<u8>, StoreError>;
    /// What stands after the last row.
    fn tail(&self) -> &'static [u8];
}

/// All invoices that match, as CSV.
#[utoipa::path(get, path = "/api/invoices.csv", tag = "invoices",
    description = "The parameters of `GET /api/invoices`. RFC 4180 with a header line; lists are joined by a space; a text that \
        a spreadsheet would take for a formula begins with an apostrophe. `limit` and `cursor` are taken and change nothing.",
    responses((status = 200, content_type = "text/csv", body = String), (status = 400, body = shared::ErrorBody)))]
pub async fn get_csv(app: AppData, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let (filter, sort) = parameters(&app, &request).await?;
    let format = csv::Csv::new(filter.paid.is_some());
    let body = export(app.store.clone(), filter, sort, format).await?;
    Ok(attachment("text/csv; charset=utf-8", "invoices.csv", body))
}

/// All invoices that match, as one JSON array.
#[utoipa::path(get, path = "/api/invoices.json", tag = "invoices",
    description = "The parameters of `GET /api/invoices`; `limit` and `cursor` are taken and change nothing.",
    responses((status = 200, body = Vec<InvoiceItem>), (status = 400, body = shared::ErrorBody)))]
pub async fn get_json(app: AppData, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let (filter, sort) = parameters(&app, &request).await?;
    let body = export(app.store.clone(), filter, sort, json::Json::default()).await?;
    Ok(attachment("application/json", "invoices.json", body))
}

/// Those of the list. A link made from the list's keeps working, so a limit and a cursor may stand in it.
async fn parameters(app: &AppData, request: &HttpRequest) -> Result<(InvoiceFilter, Sort), ApiError> {
    let params = Params::parse(request.query_string(), &filter::with(&["limit", "cursor"]))?;
    limit(&params)?;
    let (filter, sort) = filter::read(app, &params).await?;
    params.text("cursor").map(|text| Cursor::parse(text, sort)).transpose()?;
    Ok((filter, sort))
}

fn attachment(kind: &str, name: &str, body: Body) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(body)
}

/// Reads the first page, so that trouble still has a status, and leaves the others to a task.
async fn export(store: Store, filter: InvoiceFilter, sort: Sort, mut format: impl Format) -> Result<Body, ApiError> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let head = format.head()?;
    let first = page(&store, &filter, sort, None).await?;
    actix_web::rt::spawn(async move {
        if let Err(error) = send(&sender, head, first, &store, &filter, sort, format).await {
            tracing::error!("An export broke off: {error}");
            // The client sees a broken answer, not a short one.
            let _ = sender.send(Err(error)).await;
        }
    });
    Ok(Body(receiver))
}

/// Sends page after page, until the end or until nobody listens.
async fn send(
    sender: &mpsc::Sender<Result<Bytes, StoreError>>,
    head: Vec<u8>,
    mut page: Page,
    store: &Store,
    filter: &InvoiceFilter,
    sort: Sort,
    mut format: impl Format,
) -> Result<(), StoreError> {
    let mut bytes = head;
    loop {
        bytes.extend(format.rows(&page.items)?);
        let Some(after) = page.next else { break };
        if sender.send(Ok(std::mem::take(&mut bytes).into())).await.is_err() {
            return Ok(());
        }
        page = self::page(store, filter, sort, Some(after)).await?;
    }
    bytes.extend_from_slice(format.tail());
    let _ = sender.send(Ok(bytes.into())).await;
    Ok(())
}

struct Page {
    items: Vec<InvoiceItem>,
    next: Option<After>,
}

async fn page(store: &Store, filter: &InvoiceFilter, sort: Sort, after: Option<After>) -> Result<Page, StoreError> {
    let filter = filter.clone();
    store
        .read(move |conn| {
            let rows = invoice_list::page(conn, &filter, sort, after.as_ref(), PAGE)?;
            let full = i64::try_from(rows.len()).is_ok_and(|count| count == PAGE);
            let next = rows.last().filter(|_| full).map(|row| After::row(row, sort));
            Ok(Page { items: dto::items(conn, &filter, &rows)?, next })
        })
        .await
}

/// The answer's body: what comes through the channel.
struct Body(mpsc::Receiver<Result<Bytes, StoreError>>);

impl MessageBody for Body {
    type Error = StoreError;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, StoreError>>> {
        self.0.poll_recv(context)
    }
}
