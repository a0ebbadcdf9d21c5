//! Every error that leaves the server: code, status and sentence. Imported by `routes` and `startup`.
//!
//! Handlers return [`ApiError`]; [`envelope`] is the one place that writes the body, because only there the request's id is
//! known.

use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, ResponseError};
use shared::{ErrorBody, ErrorDetail};
use tracing_actix_web::RequestId;

use crate::analytics::range::RangeError;
use crate::ingest::sync::{AlreadyRunning, Failure};
use crate::sources::SourceError;
use crate::store::StoreError;

/// Names the request in the log, on every answer.
const REQUEST_ID: header::HeaderName = header::HeaderName::from_static("x-request-id");

/// What a handler can fail with.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// A parameter that is unknown, repeated or wrong.
    #[error("{0}")]
    BadParameter(String),
    /// A parameter of the contract that this version does not offer.
    #[error("The parameter `{0}` is not offered yet.")]
    NotYet(&'static str),
    /// No such thing.
    #[error("{0}")]
    NotFound(String),
    /// A sync is running.
    #[error(transparent)]
    RefreshRunning(#[from] AlreadyRunning),
    /// BTCPay's side failed.
    #[error(transparent)]
    Upstream(#[from] SourceError),
    /// The database failed.
    #[error("{0}")]
    Store(Arc<StoreError>),
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Upstream(error) => Self::Upstream(error),
            Failure::Store(error) => Self::Store(error),
        }
    }
}

impl From<RangeError> for ApiError {
    fn from(error: RangeError) -> Self {
        Self::BadParameter(format!("{error}."))
    }
}

impl ApiError {
    /// `snake_case`, stable.
    fn code(&self) -> &'static str {
        match self {
            Self::BadParameter(_) => "bad_parameter",
            Self::NotYet(_) => "not_yet",
            Self::NotFound(_) => "not_found",
            Self::RefreshRunning(_) => "refresh_running",
            Self::Upstream(error) => error.code(),
            Self::Store(error) if error.is_temporary() => "database_unavailable",
            Self::Store(_) => "database_error",
        }
    }

    /// The sentence; the database's own words stay in the log.
    fn message(&self) -> String {
        match self {
            Self::Store(error) if error.is_temporary() => {
                "The database does not answer at the moment; try again.".to_owned()
            }
            Self::Store(_) => {
                "The database refused the work; the server's log has the reason under this request id.".to_owned()
            }
            other => other.to_string(),
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::BadParameter(_) | Self::NotYet(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::RefreshRunning(_) => StatusCode::CONFLICT,
            Self::Upstream(_) => StatusCode::BAD_GATEWAY,
            Self::Store(error) if error.is_temporary() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// Gives every failed answer the one body: those of handlers, and those that actix makes itself.
///
/// # Errors
/// None of its own.
pub async fn envelope(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<actix_web::body::BoxBody>, actix_web::Error> {
    let request_id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    let mut response = next.call(request).await?.map_into_boxed_body();
    if let Ok(value) = header::HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let status = response.status();
    let ours = response.headers().contains_key(header::CONTENT_TYPE) && response.response().error().is_none();
    if !(status.is_client_error() || status.is_server_error()) || ours {
        return Ok(response);
    }
    let detail = detail(&response, request_id);
    let (request, response) = response.into_parts();
    let mut answer = HttpResponse::build(status);
    for name in [header::RETRY_AFTER, header::ALLOW, REQUEST_ID] {
        answer.append_header_if_present(&name, response.headers());
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.insert_header((header::RETRY_AFTER, "5"));
    }
    Ok(ServiceResponse::new(request, answer.json(ErrorBody { error: detail })))
}

fn detail(response: &ServiceResponse, request_id: String) -> ErrorDetail {
    let status = response.status();
    let error = response.response().error().and_then(|error| error.as_error::<ApiError>());
    if let Some(error) = error {
        if status.is_server_error() && status != StatusCode::BAD_GATEWAY {
            tracing::error!("{} {} failed: {error}", response.request().method(), response.request().path());
        }
        return ErrorDetail { code: error.code().to_owned(), message: error.message(), request_id };
    }
    let (code, message) = match status {
        StatusCode::NOT_FOUND => ("not_found", "There is nothing at this address."),
        StatusCode::METHOD_NOT_ALLOWED => ("method_not_allowed", "This address does not take that method."),
        StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "The request is too large."),
        _ if status.is_server_error() => {
            ("internal_error", "Something went wrong; the server's log has the reason under this request id.")
        }
        _ => ("bad_request", "The request cannot be understood."),
    };
    ErrorDetail { code: code.to_owned(), message: message.to_owned(), request_id }
}

/// Copies a header where there is one.
trait AppendIfPresent {
    fn append_header_if_present(&mut self, name: &header::HeaderName, from: &header::HeaderMap);
}

impl AppendIfPresent for actix_web::HttpResponseBuilder {
    fn append_header_if_present(&mut self, name: &header::HeaderName, from: &header::HeaderMap) {
        if let Some(value) = from.get(name) {
            self.insert_header((name.clone(), value.clone()));
        }
    }
}
