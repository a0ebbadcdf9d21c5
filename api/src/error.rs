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
use crate::ingest::deliveries::Refusal;
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
    /// No such thing.
    #[error("{0}")]
    NotFound(String),
    /// A sync is running.
    #[error(transparent)]
    RefreshRunning(#[from] AlreadyRunning),
    /// BTCPay's side failed.
    #[error(transparent)]
    Upstream(#[from] SourceError),
    /// A webhook delivery was not taken.
    #[error(transparent)]
    Delivery(#[from] Refusal),
    /// The database failed.
    #[error("{0}")]
    Store(Arc<StoreError>),
    /// Work was cut short because the server stops.
    #[error("The server is stopping; try again in a moment.")]
    Stopping,
    /// Path and query are too long.
    #[error("The address is too long.")]
    AddressTooLong,
    /// The body is too large.
    #[error("The request is too large.")]
    TooLarge,
    /// The body did not come in time.
    #[error("The body did not come in time.")]
    TooSlow,
    /// The connection ended before the body.
    #[error("The body ended before its end.")]
    Broken,
    /// The memory for large bodies is taken.
    #[error("Too many large bodies are coming in at once; send it again in a moment.")]
    Crowded,
    /// A bug: the handler panicked. The log has the place.
    #[error("Something went wrong; the server's log has the reason under this request id.")]
    Panicked,
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
            Failure::Stopping => Self::Stopping,
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
            Self::NotFound(_) => "not_found",
            Self::RefreshRunning(_) => "refresh_running",
            Self::Upstream(error) => error.code(),
            Self::Delivery(refusal) => match refusal {
                Refusal::NoSecret => "webhook_secret_missing",
                Refusal::Signature(_) => "bad_signature",
                Refusal::Malformed(_) => "bad_event",
                Refusal::Trouble(_) => "database_unavailable",
            },
            Self::Store(error) if error.is_temporary() => "database_unavailable",
            Self::Store(_) => "database_error",
            Self::Stopping => "shutting_down",
            Self::AddressTooLong => "address_too_long",
            Self::TooLarge => "too_large",
            Self::TooSlow => "too_slow",
            Self::Broken => "bad_request",
            Self::Crowded => "busy",
            Self::Panicked => "internal_error",
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
            Self::BadParameter(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::RefreshRunning(_) => StatusCode::CONFLICT,
            Self::Upstream(_) => StatusCode::BAD_GATEWAY,
            Self::Stopping | Self::Crowded => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
            Self::Delivery(Refusal::Signature(_)) => StatusCode::UNAUTHORIZED,
            Self::Delivery(Refusal::Malformed(_)) => StatusCode::BAD_REQUEST,
            // BTCPay repeats what is answered with 5xx, and never what is answered with 4xx.
            Self::Delivery(Refusal::NoSecret | Refusal::Trouble(_)) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(error) if error.is_temporary() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) | Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
            Self::AddressTooLong => StatusCode::URI_TOO_LONG,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
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
    let mut response = match next.call(request).await {
        Ok(response) => response.map_into_boxed_body(),
        Err(mut error) => {
            let detail = detail(error.as_response_error().status_code(), error.as_error(), request_id);
            error.add_response_mapper(move |answer| written(answer.status(), answer.headers(), detail.clone()));
            return Err(error);
        }
    };
    if let Ok(value) = header::HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let status = response.status();
    let ours = response.headers().contains_key(header::CONTENT_TYPE) && response.response().error().is_none();
    if !(status.is_client_error() || status.is_server_error()) || ours {
        return Ok(response);
    }
    let error = response.response().error().and_then(|error| error.as_error());
    let answer = written(status, response.headers(), detail(status, error, request_id));
    Ok(ServiceResponse::new(response.into_parts().0, answer))
}

/// The answer to send instead of one that has no body of ours.
fn written(status: StatusCode, headers: &header::HeaderMap, detail: ErrorDetail) -> HttpResponse {
    let mut answer = HttpResponse::build(status);
    for name in [header::RETRY_AFTER, header::ALLOW] {
        answer.append_header_if_present(&name, headers);
    }
    answer.insert_header((REQUEST_ID, detail.request_id.as_str()));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.insert_header((header::RETRY_AFTER, "5"));
    }
    answer.json(ErrorBody { error: detail })
}

fn detail(status: StatusCode, error: Option<&ApiError>, request_id: String) -> ErrorDetail {
    if let Some(error) = error {
        // A panic is in the log already, and deliveries tell it no oftener than it can bear. The span names the request.
        let told = matches!(error, ApiError::Upstream(_) | ApiError::Panicked | ApiError::Delivery(_));
        if status.is_server_error() && !told {
            tracing::error!("The request failed: {error}");
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
