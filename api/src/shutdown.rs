//! The end: who asks for it, and in which order things stop. Imported by `startup`.

use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Server;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{sleep, timeout};

use crate::server::FINISH_REQUESTS;
use crate::store::Store;
use crate::supervise::Supervisor;

/// After a signal the server goes on taking connections for so long, so that a load balancer can see `/ready` turn 503.
const NOTICE: Duration = Duration::from_millis(500);
/// For queued writes and the checkpoint, after requests and background work have ended.
const CLOSING: Duration = Duration::from_secs(2);

/// SIGTERM and SIGINT.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens from now on.
    pub(crate) fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the next one.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Why it ends.
enum End {
    /// Somebody outside wants it.
    Signal,
    /// Somebody inside wants it.
    Stop,
    /// The server ended by itself.
    Server(std::io::Result<()>),
}

/// Serves until a signal, a stop of the supervisor, or a failure of the server. Then, in this order: `/ready` turns 503, no
/// new connections, requests and background work end, queued writes are committed, the log is folded in. All of it takes
/// less than 12 seconds; a second signal ends the process at once.
///
/// # Errors
/// The server's failure, or that queued writes could not be finished.
pub(crate) async fn serve_until_stopped(
    mut server: Pin<&mut Server>,
    supervisor: &Supervisor,
    store: &Store,
    mut signals: Signals,
) -> Result<(), String> {
    let (handle, stop) = (server.handle(), supervisor.stopping());
    let end = tokio::select! {
        () = signals.next() => End::Signal,
        () = stop.cancelled() => End::Stop,
        ended = &mut server => End::Server(ended),
    };
    tracing::info!("Stopping");
    // `/ready` looks at it.
    stop.cancel();
    let impatient = tokio::spawn(async move {
        signals.next().await;
        tracing::warn!("Told to stop a second time; ending at once");
        std::process::exit(1);
    });
    let requests = async {
        match end {
            End::Server(ended) => return ended,
            End::Signal => sleep(NOTICE).await,
            End::Stop => {}
        }
        tokio::join!(handle.stop(true), server).1
    };
    let (ended, in_time) = tokio::join!(requests, supervisor.stop(NOTICE + FINISH_REQUESTS));
    if !in_time {
        tracing::warn!("Background work did not end in time and was dropped; it goes on at the next start");
    }
    let closed = timeout(CLOSING, store.close()).await;
    impatient.abort();
    closed.map_err(|_| "the database did not take the queued writes in time".to_owned())?;
    tracing::info!("Stopped");
    ended.map_err(|error| format!("the server failed: {error}"))
}
