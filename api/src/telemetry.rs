//! Logs: one event, one line, in both formats. Imported by `startup` and `main`.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::EnvFilter;

use crate::config::LogConfig;
use crate::routes::AppData;
use crate::routes::origin::Origin;

/// Starts logging to standard error, and sends panics there too. A second call changes nothing.
pub fn start(config: &LogConfig) {
    let filter = EnvFilter::new(&config.filter);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if config.json { builder.json().try_init() } else { builder.with_ansi(false).try_init() };
    if started.is_ok() {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            let message = panic.payload_as_str().unwrap_or("no message");
            tracing::error!("A bug: panicked at {place}: {}", crate::domain::text::quote(message));
        }));
    }
}

/// The span around a request: its id, method, path and client. No query string: searches hold e-mail addresses.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        use actix_web::HttpMessage;
        let id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        let path = crate::domain::text::quote(request.path());
        let origin = request.app_data::<AppData>().map(|app| Origin::of(request.head(), &app.config.server));
        let client = origin.and_then(|origin| origin.client).map(|address| address.to_string());
        tracing::info_span!("request", id, method = %request.method(), path, client)
    }

    fn on_request_end<B: MessageBody>(_: Span, outcome: &Result<ServiceResponse<B>, actix_web::Error>) {
        if let Ok(response) = outcome {
            tracing::debug!(status = response.status().as_u16(), "Answered");
        }
    }
}
