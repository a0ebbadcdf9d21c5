//! `POST /webhook`: where BTCPay tells what happened. Its answers decide whether BTCPay tries again: it repeats 5xx, 408 and
//! 429, and nothing else, so whatever is our own trouble is 503.

mod body;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::{Json, Payload};
use shared::{ErrorBody, WebhookReceipt};

use super::AppData;
use crate::error::ApiError;
use crate::ingest::deliveries::Receipt;
use body::Body;
pub use body::Gate;

/// The name is the same in any case.
const SIGNATURE: &str = "BTCPay-Sig";

/// Takes a webhook delivery of BTCPay: on disk before the answer.
#[utoipa::path(post, path = "/webhook", tag = "webhook",
    params(("BTCPay-Sig" = String, Header, description = "`sha256=` and the HMAC-SHA256 of the raw body, in hexadecimal")),
    request_body(content = serde_json::Value, content_type = "application/json", description = "BTCPay's event, at most 1 MiB"),
    responses(
        (status = 200, description = "On disk", body = WebhookReceipt),
        (status = 400, description = "Not JSON, or without a type", body = ErrorBody),
        (status = 401, description = "No signature, or one that does not fit", body = ErrorBody),
        (status = 408, description = "The body did not come within 10 seconds", body = ErrorBody),
        (status = 413, description = "Larger than 1 MiB", body = ErrorBody),
        (status = 503, description = "Our own trouble, or no secret is set: send it again", body = ErrorBody)))]
pub async fn receive_delivery(
    app: AppData,
    request: HttpRequest,
    mut payload: Payload,
) -> Result<Json<WebhookReceipt>, ApiError> {
    let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    // Its share of the memory for large bodies is given back when the delivery is on disk.
    let Body { bytes, _share } = app.gate.read(&mut payload, declared).await?;
    let signatures: Vec<&[u8]> = request.headers().get_all(SIGNATURE).map(header::HeaderValue::as_bytes).collect();
    let status = match app.deliveries.receive(&signatures, bytes).await? {
        Receipt::Accepted => "accepted",
        Receipt::Duplicate => "duplicate",
        Receipt::Ignored => "ignored",
    };
    Ok(Json(WebhookReceipt { status: status.to_owned() }))
}
