//! What stands directly around the handlers: requests that are too large, and panics. Imported through [`super`].

use std::panic::AssertUnwindSafe;

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use futures_util::FutureExt as _;

use super::bodies::limit;
use crate::error::ApiError;

/// Path and query together, in bytes: far more than any filter needs.
const ADDRESS: usize = 8 * 1_024;

/// Refuses what is too large by its own word, and turns a panic into an error, so that the answer is a 500 with the request's
/// id instead of a closed connection. The panic itself is logged by the hook of `telemetry`.
pub(super) async fn guard<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if let Some(refusal) = refusal(&request) {
        return Ok(request.error_response(refusal).map_into_right_body());
    }
    // The request is gone with the panic; no handler leaves anything behind that others could find broken: state that they
    // share is behind mutexes that are taken even when poisoned.
    match AssertUnwindSafe(async { next.call(request).await }).catch_unwind().await {
        Ok(outcome) => outcome.map(ServiceResponse::map_into_left_body),
        Err(_) => Err(ApiError::Panicked.into()),
    }
}

fn refusal(request: &ServiceRequest) -> Option<ApiError> {
    if request.uri().path_and_query().is_some_and(|address| address.as_str().len() > ADDRESS) {
        return Some(ApiError::AddressTooLong);
    }
    let declared = request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.trim().parse::<u64>().ok()?;
    let limit = limit(request.path())?;
    (declared > limit).then_some(ApiError::TooLarge)
}
