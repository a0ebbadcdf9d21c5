//! The HTTP server around the routes: limits, headers, the way back from a panic. Imported by `startup`.

mod bodies;
mod guard;
mod headers;

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::{Server, Service, ServiceRequest};
use actix_web::http::Uri;
use actix_web::middleware::from_fn;
use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer};
use tracing_actix_web::TracingLogger;

use crate::error::envelope;
use crate::telemetry::RequestSpan;

/// Threads that serve requests; the work itself is done by threads of the database.
const WORKERS: usize = 2;
/// A request's head has to be there by then.
const HEAD_DEADLINE: Duration = Duration::from_secs(5);
/// An idle connection is closed after this: later than BTCPay's and most proxies' own limit of 60 seconds, so that none of
/// them sends a request into a connection that is just being closed.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// After an answer that came before the end of the request, the rest is thrown away for so long; then the connection ends.
const LINGER: Duration = Duration::from_secs(1);
/// For requests under way when the server is told to stop.
pub(crate) const FINISH_REQUESTS: Duration = Duration::from_secs(9);
/// Connections of one worker, where the system lets us have so many files.
const CONNECTIONS: u64 = 10_000;
/// Files for other things than connections: database, log, upstreams.
const OTHER_FILES: u64 = 200;

/// Serves `configure`'s routes; `base` is the path of `PUBLIC_URL`. It runs as soon as it is polled, and leaves signals alone.
///
/// # Errors
/// When the listener cannot be used.
pub(crate) fn serve<F>(listener: TcpListener, base: &str, configure: F) -> std::io::Result<Server>
where
    F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    let base = base.to_owned();
    let server = HttpServer::new(move || {
        let base = base.clone();
        App::new()
            .configure(configure.clone())
            // From the inside out.
            .wrap(from_fn(guard::guard))
            .wrap(from_fn(envelope))
            .wrap(from_fn(bodies::hold))
            .wrap(from_fn(headers::add))
            .wrap(TracingLogger::<RequestSpan>::new())
            .wrap_fn(move |mut request, service| {
                strip_base(&mut request, &base);
                service.call(request)
            })
    })
    .workers(WORKERS)
    .max_connections(connections())
    .client_request_timeout(HEAD_DEADLINE)
    .keep_alive(KEEP_ALIVE)
    .client_disconnect_timeout(LINGER)
    .shutdown_timeout(FINISH_REQUESTS.as_secs())
    .disable_signals()
    .listen(listener)?;
    Ok(server.run())
}

/// How many connections a worker takes. Asks the system for as many files as we may have: many distributions start
/// programs with 1,024, which a thousand slow clients use up.
fn connections() -> usize {
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1_024);
    let workers = u64::try_from(WORKERS).unwrap_or(1);
    let each = (files.saturating_sub(OTHER_FILES) / workers).clamp(64, CONNECTIONS);
    usize::try_from(each).unwrap_or(64)
}

/// Some proxies keep the path of `PUBLIC_URL`, some strip it: inside there is none.
fn strip_base(request: &mut ServiceRequest, base: &str) {
    let Some(rest) = request.path().strip_prefix(base).filter(|_| !base.is_empty()) else { return };
    if !rest.is_empty() && !rest.starts_with('/') {
        return;
    }
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = if rest.is_empty() { "/" } else { rest };
    if let Ok(uri) = format!("{path}{query}").parse::<Uri>() {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
}

#[cfg(test)]
mod tests;
