//! The one thread that writes. It takes what is waiting, up to 256 changes, commits them together and then answers all.
//!
//! There is no timer: an idle system commits at once, a busy one shares each flush of the disk. Only `store` imports it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use super::connection::{DatabaseUrl, DbConn, Role};
use super::error::StoreError;
use super::meta;

/// Changes that may wait before callers are told to come back.
const QUEUE: usize = 1_024;
/// Changes in one transaction.
const BATCH: usize = 256;
/// After a commit the writer is believed to work for so long.
const TRUST: Duration = Duration::from_secs(10);
/// Size of a change that proves that there is room again, in bytes.
const LARGE: usize = 256 * 1_024;

/// How writes were batched so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batching {
    /// Changes that were committed.
    pub changes: u64,
    /// Transactions that it took.
    pub commits: u64,
}

/// A change and the way back to the one who asked for it. Split in two because the answer comes after the commit.
trait Job: Send {
    /// Runs the change and keeps its result.
    fn run(&mut self, conn: &mut DbConn) -> Result<(), StoreError>;
    /// Hands the kept result, or the error, to the caller.
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

struct Change<T, F> {
    change: F,
    value: Option<T>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Job for Change<T, F>
where
    T: Send,
    F: FnMut(&mut DbConn) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, conn: &mut DbConn) -> Result<(), StoreError> {
        self.value = Some((self.change)(conn)?);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { value, reply, .. } = *self;
        let result = outcome.and_then(|()| value.ok_or(StoreError::Panicked));
        // The caller may have gone away; the change is on disk all the same.
        let _ = reply.send(result);
    }
}

type Queue = mpsc::Sender<Box<dyn Job>>;

/// Handle of the writer thread.
#[derive(Clone)]
pub(super) struct Writer {
    /// `None` after shutdown.
    queue: Arc<Mutex<Option<Queue>>>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    changes: AtomicU64,
    commits: AtomicU64,
    /// When the database last took a change.
    latest: Mutex<Option<Instant>>,
    /// It refused one since it was last put to the test.
    refused: AtomicBool,
    /// A test is under way; a second one would only fill the queue of a database that hangs.
    tested: AtomicBool,
}

/// A test in the queue.
struct Test(Arc<Counts>);

impl Drop for Test {
    fn drop(&mut self) {
        self.0.tested.store(false, Ordering::Relaxed);
    }
}

impl Counts {
    fn note_commit(&self) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn is_recent(&self) -> bool {
        let latest = *self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest.is_some_and(|at| at.elapsed() < TRUST)
    }
}

impl Writer {
    pub(super) fn start(url: DatabaseUrl) -> Result<Self, StoreError> {
        let conn = DbConn::open(&url, Role::Writer)?;
        let (sender, receiver) = mpsc::channel(QUEUE);
        let counts = Arc::new(Counts::default());
        let mut worker = Worker { url, conn: Some(conn), counts: Arc::clone(&counts) };
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || worker.run(receiver))
            .map_err(|error| StoreError::Open(format!("the writer thread cannot be started: {error}")))?;
        Ok(Self { queue: Arc::new(Mutex::new(Some(sender))), thread: Arc::new(Mutex::new(Some(thread))), counts })
    }

    pub(super) async fn submit<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&mut DbConn) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or(StoreError::Closed)?;
        queue.try_send(Box::new(Change { change, value: None, reply })).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })?;
        drop(queue);
        answer.await.map_err(|_| StoreError::Panicked)?
    }

    /// Takes the queue away, waits until what is in it is committed, and for the thread to end.
    pub(super) async fn close(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }

    /// Whether changes reach the disk: by the latest one, or by one that leaves nothing behind. After a refusal that has to
    /// be a large one: on a full disk small changes may still find room where large ones do not.
    pub(super) async fn check(&self) -> Result<(), StoreError> {
        let ended = self.thread.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(JoinHandle::is_finished);
        if ended != Some(false) {
            return Err(StoreError::Closed);
        }
        let refused = self.counts.refused.load(Ordering::Relaxed);
        if self.counts.is_recent() && !refused {
            return Ok(());
        }
        if self.counts.tested.swap(true, Ordering::Relaxed) {
            return Err(StoreError::Unavailable("it has not finished the last change".to_owned()));
        }
        let (size, test) = (if refused { LARGE } else { 0 }, Test(Arc::clone(&self.counts)));
        let change = move |conn: &mut DbConn| {
            let _in_the_queue_until_here = &test;
            meta::leave_no_trace(conn, size)
        };
        self.submit(change).await?;
        self.counts.refused.store(false, Ordering::Relaxed);
        Ok(())
    }

    pub(super) fn batching(&self) -> Batching {
        Batching {
            changes: self.counts.changes.load(Ordering::Relaxed),
            commits: self.counts.commits.load(Ordering::Relaxed),
        }
    }
}

struct Worker {
    url: DatabaseUrl,
    /// `None` after a failure that leaves its state unknown; opened again for the next batch.
    conn: Option<DbConn>,
    counts: Arc<Counts>,
}

impl Worker {
    fn run(&mut self, mut receiver: mpsc::Receiver<Box<dyn Job>>) {
        while let Some(first) = receiver.blocking_recv() {
            let mut batch = vec![first];
            while batch.len() < BATCH {
                match receiver.try_recv() {
                    Ok(job) => batch.push(job),
                    Err(_) => break,
                }
            }
            self.commit(batch);
        }
        if let Some(Err(error)) = self.conn.as_mut().map(DbConn::checkpoint) {
            tracing::warn!("The write-ahead log could not be folded in at shutdown: {error}");
        }
    }

    /// Commits all together; if one fails, one by one, so that it does not spoil its neighbours. Where the database itself
    /// does not work, the first of them finds out for all: each would wait for a lock of its own otherwise.
    fn commit(&mut self, mut batch: Vec<Box<dyn Job>>) {
        if batch.len() > 1 && self.transact(&mut batch).is_ok() {
            batch.into_iter().for_each(|job| job.answer(Ok(())));
            return;
        }
        let mut down = None;
        for mut job in batch {
            let outcome = match &down {
                None => self.transact(std::slice::from_mut(&mut job)),
                Some(reason) => Err(StoreError::Unavailable(String::clone(reason))),
            };
            if let (None, Err(StoreError::Unavailable(reason))) = (&down, &outcome) {
                down = Some(reason.clone());
            }
            job.answer(outcome);
        }
    }

    fn transact(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => DbConn::open(&self.url, Role::Writer).map_err(|error| {
                self.counts.refused.store(true, Ordering::Relaxed);
                StoreError::Unavailable(error.to_string())
            })?,
        };
        let result =
            catch_unwind(AssertUnwindSafe(|| conn.transact(|conn| batch.iter_mut().try_for_each(|job| job.run(conn)))));
        let result = result.unwrap_or(Err(StoreError::Panicked));
        match &result {
            Ok(()) => {
                self.counts.note_commit();
                self.counts.changes.fetch_add(u64::try_from(batch.len()).unwrap_or(0), Ordering::Relaxed);
                self.counts.commits.fetch_add(1, Ordering::Relaxed);
                self.conn = Some(conn);
            }
            // The connection may be broken or inside a transaction: dropping it rolls back.
            Err(StoreError::Unavailable(_) | StoreError::Damaged(_)) => {
                self.counts.refused.store(true, Ordering::Relaxed)
            }
            Err(StoreError::Panicked | StoreError::Query(_)) => {}
            Err(_) => self.conn = Some(conn),
        }
        result
    }
}
