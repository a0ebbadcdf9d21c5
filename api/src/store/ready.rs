//! Whether the database can work: what `/ready` asks. Only `store` imports it.
//!
//! The question has a connection of its own, so that busy readers are not taken for a dead database, and a limit, so that a
//! dead one is told of at once.

use std::sync::{Arc, Mutex, OnceLock, TryLockError};
use std::time::{Duration, Instant};

use super::connection::{DatabaseUrl, DbConn, Role};
use super::migrate;
use super::writer::Writer;
use super::{Part, StoreError};

/// An answer has to be there by then.
const LIMIT: Duration = Duration::from_secs(1);
/// For so long the latest answer is given again.
const FRESH: Duration = Duration::from_secs(1);

/// The latest answer and what is needed for the next.
pub(super) struct Readiness {
    url: DatabaseUrl,
    conn: Arc<Mutex<Option<DbConn>>>,
    /// The first damage that anybody met. A damaged file does not mend itself.
    damage: Arc<OnceLock<String>>,
    latest: tokio::sync::Mutex<Option<(Instant, Vec<Part>)>>,
}

impl Readiness {
    pub(super) fn new(url: DatabaseUrl, damage: Arc<OnceLock<String>>) -> Self {
        Self { url, conn: Arc::default(), damage, latest: tokio::sync::Mutex::default() }
    }

    /// The three parts. One caller asks, the others wait for his answer.
    pub(super) async fn parts(&self, writer: &Writer) -> Vec<Part> {
        let mut latest = self.latest.lock().await;
        if let Some((at, parts)) = &*latest
            && at.elapsed() < FRESH
        {
            return parts.clone();
        }
        let (data, writer) =
            tokio::join!(tokio::time::timeout(LIMIT, self.read()), tokio::time::timeout(LIMIT, writer.check()));
        let slow = |_| StoreError::Unavailable(format!("no answer within {LIMIT:?}"));
        let (database, migrations) = match data.map_err(slow).flatten() {
            Ok(migrations) => (self.damage.get().cloned(), migrations.err()),
            Err(error) => (Some(error.to_string()), Some(StoreError::Unavailable("it cannot be asked".to_owned()))),
        };
        let parts = vec![
            ("database", database),
            ("migrations", migrations.map(|error| error.to_string())),
            ("writer", writer.map_err(slow).flatten().err().map(|error| error.to_string())),
        ];
        *latest = Some((Instant::now(), parts.clone()));
        parts
    }

    /// Whether the database answers, and within it whether the schema is ours.
    async fn read(&self) -> Result<Result<(), StoreError>, StoreError> {
        let (conn, url) = (Arc::clone(&self.conn), self.url.clone());
        tokio::task::spawn_blocking(move || {
            let mut kept = match conn.try_lock() {
                Ok(kept) => kept,
                Err(TryLockError::Poisoned(kept)) => kept.into_inner(),
                // The one who asked before is still waiting.
                Err(TryLockError::WouldBlock) => return Err(StoreError::Unavailable("it hangs".to_owned())),
            };
            let mut conn = match kept.take() {
                Some(conn) => conn,
                None => DbConn::open(&url, Role::Reader)?,
            };
            conn.ping()?;
            let checked = conn.snapshot(migrate::check);
            match checked {
                // Of the schema, not of the connection.
                Ok(()) | Err(StoreError::Newer(_) | StoreError::NotMigrated | StoreError::Query(_)) => {
                    *kept = Some(conn);
                    Ok(checked)
                }
                Err(error) => Err(error),
            }
        })
        .await
        .map_err(|_| StoreError::Panicked)?
    }
}
