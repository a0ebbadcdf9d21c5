//! One refresh at a time, and what the last one found. Imported through [`super`].

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::{AngorEndpoint, EndpointState};
use tokio::sync::watch;

use super::refresh::Outcome;
use super::setup::Source;
use super::shown_url;
use crate::supervise::Supervisor;

/// The run under way and the outcome of the last one.
#[derive(Default)]
pub(super) struct Runs {
    current: Mutex<Option<watch::Receiver<Option<Arc<Outcome>>>>>,
    latest: Arc<Mutex<Option<Arc<Outcome>>>>,
}

/// A run under way.
pub struct Running(watch::Receiver<Option<Arc<Outcome>>>);

impl Running {
    /// Waits for its end; `None` where the program stops before.
    pub async fn outcome(mut self) -> Option<Arc<Outcome>> {
        self.0.wait_for(Option::is_some).await.ok()?.clone()
    }
}

impl Runs {
    /// Starts a run, or joins the one under way.
    pub(super) fn start(
        &self,
        supervisor: &Supervisor,
        run: impl Future<Output = Outcome> + Send + 'static,
    ) -> Running {
        let mut current = locked(&self.current);
        if let Some(running) =
            current.as_ref().filter(|running| running.borrow().is_none() && running.has_changed().is_ok())
        {
            return Running(running.clone());
        }
        let (sender, receiver) = watch::channel(None);
        *current = Some(receiver.clone());
        let latest = Arc::clone(&self.latest);
        let stop = supervisor.stopping();
        supervisor.spawn(async move {
            // What was written until the stop stays; the next run reads the rest.
            if let Some(outcome) = stop.run_until_cancelled(run).await {
                let outcome = Arc::new(outcome);
                *locked(&latest) = Some(Arc::clone(&outcome));
                sender.send_replace(Some(outcome));
            }
        });
        Running(receiver)
    }

    /// What the last run of this process found.
    pub(super) fn latest(&self) -> Option<Arc<Outcome>> {
        locked(&self.latest).clone()
    }

    /// Relays and explorers with what the last run found about them.
    pub(super) fn endpoints(&self, source: &Source) -> (Vec<AngorEndpoint>, Vec<AngorEndpoint>) {
        let latest = self.latest();
        let relays = source.relays.urls().map(|url| {
            let report = latest.as_ref().and_then(|latest| latest.relays.iter().find(|report| report.url == url));
            let (state, message) = report.map_or_else(
                || (EndpointState::Unknown, "Not asked yet.".to_owned()),
                |report| (report.state(), report.message()),
            );
            AngorEndpoint { url: shown_url(url), state, message }
        });
        let explorers = source.explorers.reports().into_iter().map(|report| AngorEndpoint {
            url: shown_url(&report.url),
            state: report.state,
            message: report.message,
        });
        (relays.collect(), explorers.collect())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
