//! The loop that works deliveries off: wakes when one arrives or is due, reads up to four invoices at a time, and goes on
//! whatever happens to one of them. What is left to do stands in the database, so a restart changes nothing. Imported
//! through [`super`].

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::task::{Id, JoinError, JoinSet};

use super::attempt::{self, Went};
use super::{Inner, Upstream};
use crate::ingest::now_ms;
use crate::store::{StoreError, deliveries};

/// Invoices read from BTCPay at a time.
const AT_A_TIME: usize = 4;
/// Demo invoices written together: the more, the less each costs.
const DEMO_BATCH: usize = 256;
/// Deliveries looked at for what is due.
const LOOK_AHEAD: i64 = 256;
/// The clock may be set while nothing is due: look at least this often.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// Ids of invoices that are worked on together.
type Batch = Vec<String>;
/// What is done with them; tests put a bug in its place.
type Work = fn(Arc<Inner>, Batch) -> BoxFuture<'static, Result<Went, StoreError>>;

pub(super) struct Worker {
    inner: Arc<Inner>,
    work: Work,
    running: JoinSet<Result<Went, StoreError>>,
    busy: HashMap<Id, Batch>,
    queue: VecDeque<Batch>,
    /// BTCPay did not answer the latest question: until it does, one question at a time.
    outage: bool,
    /// A bug interrupted a batch: from then on nothing shares a batch with anything.
    careful: bool,
}

impl Worker {
    pub(super) fn new(inner: Arc<Inner>) -> Self {
        let (running, busy, queue) = (JoinSet::new(), HashMap::new(), VecDeque::new());
        let work: Work = |inner, batch| attempt::work(inner, batch).boxed();
        Self { inner, work, running, busy, queue, outage: false, careful: false }
    }

    pub(super) async fn run(mut self) {
        loop {
            if let Err(error) = self.turn().await {
                tracing::warn!("Webhook deliveries wait: {error}");
                tokio::time::sleep(self.inner.schedule.breath()).await;
            }
        }
    }

    async fn turn(&mut self) -> Result<(), StoreError> {
        if self.queue.is_empty() && self.has_room() {
            self.fill().await?;
        }
        while self.has_room()
            && let Some(batch) = self.queue.pop_front()
        {
            self.launch(batch);
        }
        let pause = if self.has_room() { self.pause().await? } else { LONGEST_SLEEP };
        let bell = Arc::clone(&self.inner);
        tokio::select! {
            Some(ended) = self.running.join_next_with_id(), if !self.running.is_empty() => self.settle(ended).await,
            () = bell.bell.notified(), if self.has_room() => Ok(()),
            () = tokio::time::sleep(pause) => Ok(()),
        }
    }

    fn has_room(&self) -> bool {
        let alone = self.outage || matches!(self.inner.upstream, Upstream::Demo);
        self.running.len() < if alone { 1 } else { AT_A_TIME }
    }

    fn being_read(&self) -> Vec<String> {
        self.busy.values().flatten().cloned().collect()
    }

    /// Looks for what is due.
    async fn fill(&mut self) -> Result<(), StoreError> {
        let now = now_ms();
        let (busy, latest) = (self.being_read(), self.inner.schedule.latest_ms(now));
        let due =
            self.inner.store.read(move |conn| deliveries::due_invoices(conn, now, latest, &busy, LOOK_AHEAD)).await?;
        let together = match self.inner.upstream {
            Upstream::Demo if !self.careful => DEMO_BATCH,
            Upstream::Demo | Upstream::Live(_) => 1,
        };
        self.queue.extend(due.chunks(together).map(<[String]>::to_vec));
        Ok(())
    }

    fn launch(&mut self, batch: Batch) {
        let work = (self.work)(Arc::clone(&self.inner), batch.clone());
        let task = self.running.spawn(work);
        self.busy.insert(task.id(), batch);
    }

    /// How long there is nothing to do.
    async fn pause(&self) -> Result<Duration, StoreError> {
        let busy = self.being_read();
        let next = self.inner.store.read(move |conn| deliveries::next_due(conn, &busy)).await?;
        let now = now_ms();
        let wait = match next {
            Some(at) if at > self.inner.schedule.latest_ms(now) => 0,
            Some(at) => at.saturating_sub(now).max(0),
            None => i64::MAX,
        };
        Ok(Duration::from_millis(wait.unsigned_abs()).min(LONGEST_SLEEP))
    }

    /// A batch ended, well or not.
    async fn settle(&mut self, ended: Result<(Id, Result<Went, StoreError>), JoinError>) -> Result<(), StoreError> {
        let id = match &ended {
            Ok((id, _)) => *id,
            Err(error) => error.id(),
        };
        let batch = self.busy.remove(&id).unwrap_or_default();
        let went = match ended {
            Ok((_, went)) => went?,
            Err(_) => {
                self.careful = true;
                attempt::interrupted(&self.inner, &batch).await?
            }
        };
        match went {
            Went::Well if self.outage => {
                self.outage = false;
                self.queue.clear();
                let now = now_ms();
                self.inner.store.write(move |conn| deliveries::make_all_due(conn, now)).await
            }
            Went::Outage(trouble) => {
                self.outage = true;
                // What was chosen for now would fail the same way.
                self.queue.clear();
                attempt::spread(&self.inner, self.being_read(), trouble).await
            }
            Went::Well | Went::Aside => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::DeliveryOutcome;

    use super::super::{Deliveries, Receipt};
    use super::*;
    use crate::domain::Zone;
    use crate::ingest::Ingest;
    use crate::store::Store;
    use crate::store::deliveries::LogFilter;

    async fn count(store: &Store, outcome: DeliveryOutcome) -> usize {
        let filter = LogFilter { outcomes: vec![outcome], ..LogFilter::default() };
        store.read(move |conn| deliveries::page(conn, &filter, None, 100)).await.unwrap().len()
    }

    #[tokio::test]
    async fn a_bug_in_one_delivery_holds_up_no_other_and_is_given_up_in_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("x.db").display()).parse().unwrap();
        let store = Store::open(&url).unwrap();
        let ingest = Ingest::start(store.clone(), Zone::UTC).await.unwrap();
        let secret = "secret".into();
        let (answer, unit) = (Duration::from_secs(8), Duration::ZERO);
        let taken = Deliveries::new(ingest, store.clone(), Upstream::Demo, Some(&secret), answer, unit);
        for number in 0..20 {
            let body = format!(r#"{{"type":"InvoiceCreated","deliveryId":"d{number}","invoiceId":"i{number}"}}"#);
            let signature = sign(&body);
            let receipt = taken.receive(&[signature.as_bytes()], body.into_bytes()).await.unwrap();
            assert_eq!(receipt, Receipt::Accepted);
        }
        let mut worker = Worker::new(Arc::clone(&taken.inner));
        worker.work = |inner, batch| {
            async move {
                assert!(!batch.contains(&"i7".to_owned()), "a bug");
                attempt::work(inner, batch).await
            }
            .boxed()
        };
        let work = tokio::spawn(worker.run());
        let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
        while count(&store, DeliveryOutcome::Pending).await > 0 {
            assert!(tokio::time::Instant::now() < deadline && !work.is_finished());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(count(&store, DeliveryOutcome::Processed).await, 19);
        assert_eq!(count(&store, DeliveryOutcome::Failed).await, 1);
        work.abort();
        store.close().await;
    }

    fn sign(body: &str) -> String {
        use hmac::{Hmac, KeyInit, Mac};
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"secret").unwrap();
        mac.update(body.as_bytes());
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
