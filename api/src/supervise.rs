//! Background work: started here, restarted here when it dies, stopped and waited for here. Anyone but `domain`, `store`,
//! `sources` and `analytics` may import it; `startup` makes the one there is.
//!
//! A loop is handed to [`Supervisor::keep`], work that ends by itself to [`Supervisor::spawn`]. Both get along with a stop:
//! loops look at their [`Stop`], and shutdown waits for what is under way.

use std::collections::VecDeque;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

/// Tells that the program is to end: `is_cancelled()`, `cancelled().await`, `run_until_cancelled(future).await`.
pub use tokio_util::sync::CancellationToken as Stop;

/// Deaths within [`Pace::window`] after which a task counts as failing.
const DEATHS: usize = 3;

/// How patient the supervisor is.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// Before the first restart; doubled each time.
    first_pause: Duration,
    /// At most this between two restarts: short enough that a task which dies at once stays failing.
    longest_pause: Duration,
    /// Deaths are forgotten after this; a task that ran for so long starts from the first pause again.
    window: Duration,
}

const PACE: Pace = Pace {
    first_pause: Duration::from_millis(100),
    longest_pause: Duration::from_secs(10),
    window: Duration::from_secs(60),
};

/// Keeps background work alive. Cheap to clone.
#[derive(Clone)]
pub struct Supervisor {
    inner: Arc<Inner>,
}

struct Inner {
    /// Work lives on the runtime of the one who made the supervisor, not on that of a request's worker thread.
    runtime: Handle,
    pace: Pace,
    stop: Stop,
    work: Mutex<JoinSet<()>>,
    kept: Mutex<Vec<Kept>>,
}

/// A loop and when it died.
struct Kept {
    name: &'static str,
    deaths: Arc<Mutex<VecDeque<Instant>>>,
}

impl Supervisor {
    /// A supervisor without work, on the current runtime.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn new() -> Self {
        Self::with_pace(PACE)
    }

    fn with_pace(pace: Pace) -> Self {
        let (work, kept) = (Mutex::new(JoinSet::new()), Mutex::new(Vec::new()));
        Self { inner: Arc::new(Inner { runtime: Handle::current(), pace, stop: Stop::new(), work, kept }) }
    }

    /// Runs a loop until the stop. It is to return only then: if it panics or returns before, that is logged and it is
    /// started again after a pause.
    pub fn keep<F, Fut>(&self, name: &'static str, task: F)
    where
        F: Fn(Stop) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let deaths = Arc::new(Mutex::new(VecDeque::new()));
        locked(&self.inner.kept).push(Kept { name, deaths: Arc::clone(&deaths) });
        let (stop, pace) = (self.inner.stop.clone(), self.inner.pace);
        self.spawn(async move {
            let mut pause = pace.first_pause;
            while !stop.is_cancelled() {
                let started = Instant::now();
                // Called inside, so that a panic before the first await is caught as well.
                let ended = AssertUnwindSafe(async { task(stop.clone()).await }).catch_unwind().await;
                if stop.is_cancelled() {
                    break;
                }
                if started.elapsed() >= pace.window {
                    pause = pace.first_pause;
                }
                let how = if ended.is_ok() { "ended by itself" } else { "panicked" };
                tracing::error!(task.name = name, "The task {name} {how}; it is started again in {pause:?}");
                died(&mut locked(&deaths));
                stop.run_until_cancelled(sleep(pause)).await;
                pause = (pause * 2).min(pace.longest_pause);
            }
        });
    }

    /// Runs work that ends by itself. A stop waits for it, so it should look at [`Supervisor::stopping`] where it takes long.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut all = locked(&self.inner.work);
        while all.try_join_next().is_some() {}
        all.spawn_on(work, &self.inner.runtime);
    }

    /// The stop, to look at or to wait for.
    #[must_use]
    pub fn stopping(&self) -> Stop {
        self.inner.stop.clone()
    }

    /// Loops that died three times within the last minute.
    #[must_use]
    pub fn failing(&self) -> Vec<&'static str> {
        let window = self.inner.pace.window;
        let fails = |kept: &&Kept| {
            let deaths = locked(&kept.deaths);
            deaths.len() >= DEATHS && deaths.front().is_some_and(|first| first.elapsed() < window)
        };
        locked(&self.inner.kept).iter().filter(fails).map(|kept| kept.name).collect()
    }

    /// Tells all work to stop, and waits for it. What is not done by then is dropped at its next await; the answer is whether
    /// all of it ended by itself.
    pub async fn stop(&self, patience: Duration) -> bool {
        self.inner.stop.cancel();
        let mut work = std::mem::take(&mut *locked(&self.inner.work));
        let in_time = timeout(patience, async { while work.join_next().await.is_some() {} }).await.is_ok();
        work.shutdown().await;
        in_time
    }
}

impl Default for Supervisor {
    fn default() -> Self {
        Self::new()
    }
}

/// Remembers the latest deaths.
fn died(deaths: &mut VecDeque<Instant>) {
    deaths.push_back(Instant::now());
    if deaths.len() > DEATHS {
        deaths.pop_front();
    }
}

/// Nothing here panics while it holds a lock.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn quick() -> Supervisor {
        Supervisor::with_pace(Pace {
            first_pause: Duration::from_millis(1),
            longest_pause: Duration::from_millis(2),
            window: Duration::from_secs(60),
        })
    }

    async fn until(condition: impl Fn() -> bool) {
        let awaited = async {
            while !condition() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(Duration::from_secs(10), awaited).await.unwrap();
    }

    #[tokio::test]
    async fn what_dies_is_started_again_and_told_of_when_it_dies_often() {
        let supervisor = quick();
        let starts = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&starts);
        supervisor.keep("shaky", move |stop| {
            let start = count.fetch_add(1, Ordering::SeqCst);
            async move {
                match start {
                    0 => panic!("once"),
                    // Also one that merely returns.
                    1 => {}
                    _ => stop.cancelled().await,
                }
            }
        });
        supervisor.keep("healthy", |stop| async move { stop.cancelled().await });
        supervisor.keep("hopeless", |_| -> std::future::Ready<()> { panic!("always") });
        until(|| starts.load(Ordering::SeqCst) == 3 && !supervisor.failing().is_empty()).await;
        assert_eq!(supervisor.failing(), ["hopeless"]);
        assert!(supervisor.stop(Duration::from_secs(10)).await);
        assert_eq!(starts.load(Ordering::SeqCst), 3, "a stop is not a death");
    }

    #[tokio::test]
    async fn deaths_are_forgotten() {
        let window = Duration::from_millis(200);
        let supervisor = Supervisor::with_pace(Pace { window, ..quick().inner.pace });
        let deaths = AtomicUsize::new(0);
        supervisor.keep("early", move |stop| {
            let dies = deaths.fetch_add(1, Ordering::SeqCst) < DEATHS;
            async move {
                if !dies {
                    stop.cancelled().await
                }
            }
        });
        until(|| !supervisor.failing().is_empty()).await;
        until(|| supervisor.failing().is_empty()).await;
        assert!(supervisor.stop(Duration::from_secs(10)).await);
    }

    #[tokio::test]
    async fn a_stop_waits_for_work_but_not_for_ever() {
        let supervisor = quick();
        let done = Arc::new(AtomicUsize::new(0));
        let (stop, count) = (supervisor.stopping(), Arc::clone(&done));
        supervisor.spawn(async move {
            stop.cancelled().await;
            tokio::task::yield_now().await;
            count.fetch_add(1, Ordering::SeqCst);
        });
        supervisor.spawn(async { panic!("work that panics ends alone") });
        assert!(supervisor.stop(Duration::from_secs(10)).await);
        assert_eq!(done.load(Ordering::SeqCst), 1);

        let supervisor = quick();
        supervisor.spawn(std::future::pending());
        assert!(!supervisor.stop(Duration::from_millis(10)).await);
    }
}
