//! The database: SQLite or PostgreSQL behind one door. The only module that names diesel.
//!
//! Reads are open to everybody through [`Store::read`]; functions that write take a [`DbConn`] inside [`Store::write`],
//! and `ingest` is their only caller. It imports `domain` and `shared`.

mod connection;
mod error;
mod file;
mod migrate;
mod ready;
mod removal;
mod schema;
mod writer;

pub mod deliveries;
pub mod figures;
pub mod invoice_list;
pub mod invoices;
pub mod meta;
pub mod projects;
pub mod rollups;
pub mod runs;
pub mod scopes;
pub mod stores;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

pub use connection::{DatabaseUrl, DbConn, InvalidDatabaseUrl};
pub use error::StoreError;
pub use removal::Removal;
pub use writer::Batching;

use connection::{Manager, Role};
use ready::Readiness;
use writer::Writer;

/// Connections that read. More would only queue on the disk.
const READERS: u32 = 8;
/// For a connection to read: for its turn, and then for the database to give it.
const PATIENCE: Duration = Duration::from_secs(5);

/// A part that must work, and what is wrong with it.
pub type Part = (&'static str, Option<String>);

/// The open database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    readers: r2d2::Pool<Manager>,
    /// As many permits as readers: waiting here costs no thread of the blocking pool.
    permits: Arc<Semaphore>,
    writer: Writer,
    readiness: Arc<Readiness>,
    /// Set once a reader or the writer has met a broken page.
    damage: Arc<OnceLock<String>>,
    backend: &'static str,
}

impl Store {
    /// Opens the database, runs pending migrations and starts the writer thread.
    ///
    /// # Errors
    /// One sentence for the person who starts the program: no such folder, no rights, not a database, written by a newer
    /// version.
    pub fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        migrate::run(url)?;
        let manager = Manager::new(url.clone(), Role::Reader);
        let readers = r2d2::Pool::builder()
            .max_size(READERS)
            .min_idle(Some(1))
            .connection_timeout(PATIENCE)
            .error_handler(Box::new(connection::LogPoolErrors))
            .build(manager)
            .map_err(StoreError::pool)?;
        let writer = Writer::start(url.clone())?;
        let permits = Arc::new(Semaphore::new(usize::try_from(READERS).unwrap_or(1)));
        let damage = Arc::default();
        let readiness = Arc::new(Readiness::new(url.clone(), Arc::clone(&damage)));
        Ok(Self { readers, permits, writer, readiness, damage, backend: url.backend() })
    }

    /// Runs pending migrations and nothing else.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn migrate(url: &DatabaseUrl) -> Result<(), StoreError> {
        migrate::run(url)
    }

    /// Deletes the database if it is an SQLite file that holds the demo and nothing else.
    ///
    /// # Errors
    /// The file cannot be read or deleted.
    pub fn remove_demo(url: &DatabaseUrl) -> Result<Removal, StoreError> {
        removal::remove_demo(url)
    }

    /// Runs `query` on a reading connection off the async runtime; all its statements see the same state of the data.
    ///
    /// # Errors
    /// Those of `query`, [`StoreError::Busy`] when others take all connections for long, [`StoreError::Unavailable`] when the
    /// database gives none.
    pub async fn read<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut DbConn) -> Result<T, StoreError> + Send + 'static,
    {
        let permit = timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_| StoreError::Busy)?
            .map_err(|_| StoreError::Closed)?;
        let readers = self.readers.clone();
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let mut conn = readers.get().map_err(StoreError::pool)?;
            conn.snapshot(query)
        })
        .await
        .map_err(|_| StoreError::Panicked)
        .flatten()
        .inspect_err(|error| self.note(error))
    }

    /// Queues `change` for the writer thread and waits until it is on disk. It may run twice, when a neighbour in its batch
    /// fails, so it must depend on nothing but its connection.
    ///
    /// # Errors
    /// Those of `change`, [`StoreError::Busy`] when the queue is full, [`StoreError::Closed`] after shutdown.
    pub async fn write<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&mut DbConn) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.submit(change).await.inspect_err(|error| self.note(error))
    }

    fn note(&self, error: &StoreError) {
        if let StoreError::Damaged(_) = error {
            let _ = self.damage.set(error.to_string());
        }
    }

    /// Finishes queued writes, checkpoints and ends the writer thread. Later writes fail with [`StoreError::Closed`].
    pub async fn close(&self) {
        self.writer.close().await;
    }

    /// How writes were batched so far.
    #[must_use]
    pub fn batching(&self) -> Batching {
        self.writer.batching()
    }

    /// Whether `database`, `migrations` and `writer` work, not older than a second.
    pub async fn ready(&self) -> Vec<Part> {
        self.readiness.parts(&self.writer).await
    }

    /// `sqlite` or `postgres`.
    #[must_use]
    pub const fn backend(&self) -> &'static str {
        self.backend
    }
}
