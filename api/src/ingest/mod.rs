//! The one door in: whatever brings an invoice (sync, webhooks, demo data) hands it to [`Ingest::submit`],
//! which writes the invoice, its contributions and the change of the roll-ups in one transaction. Angor projects come with
//! their investments through [`Ingest::submit_project`], which writes these like invoices.
//!
//! It is the only caller of `store`'s writing functions. Imported by `startup`, `routes` and `main`.

pub mod angor;
mod apply;
pub mod deliveries;
pub mod demo;
mod projects;
mod rebuild;
pub mod sync;

use shared::ProjectSource;

use crate::domain::{Invoice, Zone};
use crate::store::{Store, StoreError, meta, projects as store_projects, runs, stores};

pub use apply::Applied;
pub use projects::ProjectUpdate;
pub use rebuild::Rebuilt;

/// Invoices of one transaction.
pub const CHUNK: usize = 500;

/// An invoice as a source saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceUpdate {
    /// The whole invoice, payments included.
    pub invoice: Invoice,
    /// When the source was asked, UTC milliseconds: an older answer never overwrites a newer one.
    pub observed_ms: i64,
}

/// Writes what sources bring. Cheap to clone.
#[derive(Clone)]
pub struct Ingest {
    store: Store,
    display_zone: Zone,
}

impl Ingest {
    /// Opens the door, and cuts the day tier anew if it was cut in another zone.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn start(store: Store, display_zone: Zone) -> Result<Self, StoreError> {
        let ingest = Self { store, display_zone };
        let now = now_ms();
        let zone = display_zone.to_string();
        let cut_in = ingest
            .store
            .write(move |conn| {
                runs::fail_interrupted(conn, now)?;
                meta::get(conn, meta::DAY_ZONE)
            })
            .await?;
        if cut_in.as_deref() != Some(zone.as_str()) {
            if let Some(old) = cut_in {
                tracing::info!("The display time zone changed from {old} to {zone}; cutting the days anew");
            }
            // Nothing to do in a new database; but a migration that makes the roll-ups anew leaves them empty.
            ingest.rebuild().await?;
            ingest.store.write(move |conn| meta::set(conn, meta::DAY_ZONE, &zone)).await?;
        }
        Ok(ingest)
    }

    /// Makes a store known.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ensure_store(&self, id: &str, source: &'static str) -> Result<(), StoreError> {
        let id = id.to_owned();
        self.store.write(move |conn| stores::ensure(conn, &id, source)).await
    }

    /// Writes invoices of one store and tells what became of them. A chunk is all or nothing; if it fails because of one
    /// invoice, the others are written one by one and that one is named in [`Applied::refused`].
    ///
    /// # Errors
    /// Those of the database.
    pub async fn submit(&self, store_id: &str, updates: Vec<InvoiceUpdate>) -> Result<Applied, StoreError> {
        let mut total = Applied::default();
        for chunk in updates.chunks(CHUNK) {
            match self.submit_chunk(store_id, chunk.to_vec()).await {
                Ok(applied) => total.add(applied),
                Err(error) if error.is_temporary() => return Err(error),
                Err(error) if chunk.len() == 1 => total.refuse(chunk, &error),
                Err(_) => {
                    for update in chunk {
                        match self.submit_chunk(store_id, vec![update.clone()]).await {
                            Ok(applied) => total.add(applied),
                            Err(error) if error.is_temporary() => return Err(error),
                            Err(error) => total.refuse(std::slice::from_ref(update), &error),
                        }
                    }
                }
            }
        }
        Ok(total)
    }

    /// Writes a project, its investments, and what they change in the roll-ups: all or nothing.
    ///
    /// # Errors
    /// Those of the database, and amounts that cannot be.
    pub async fn submit_project(&self, update: ProjectUpdate) -> Result<Applied, StoreError> {
        let (zone, now) = (self.display_zone, now_ms());
        self.store.write(move |conn| projects::apply(conn, &update, zone, now)).await
    }

    /// Forgets the projects of a source that are not among `keep`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn retain_projects(&self, source: ProjectSource, keep: Vec<String>) -> Result<(), StoreError> {
        self.store.write(move |conn| store_projects::retain(conn, source, &keep)).await
    }

    /// Marks exactly these projects of Angor as denied by a moderator.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn deny_projects(&self, moderator: String, ids: Vec<String>) -> Result<(), StoreError> {
        let change = move |conn: &mut _| store_projects::set_denied(conn, ProjectSource::Angor, &moderator, &ids);
        self.store.write(change).await
    }

    /// Forgets projects of Angor that were never checked to the end.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_unverified_projects(&self, ids: Vec<String>) -> Result<(), StoreError> {
        self.store.write(move |conn| store_projects::forget_unverified(conn, ProjectSource::Angor, &ids)).await
    }

    /// Keeps a single value about the data.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn note(&self, name: String, value: String) -> Result<(), StoreError> {
        self.store.write(move |conn| meta::set(conn, &name, &value)).await
    }

    async fn submit_chunk(&self, store_id: &str, chunk: Vec<InvoiceUpdate>) -> Result<Applied, StoreError> {
        let (store_id, zone, now) = (store_id.to_owned(), self.display_zone, now_ms());
        self.store.write(move |conn| apply::apply(conn, &store_id, &chunk, zone, now)).await
    }

    /// Takes invoices of one store out again; only those of the demo ever go. Tells how many were there.
    ///
    /// # Errors
    /// Those of the database.
    async fn remove(&self, store_id: &'static str, ids: Vec<String>) -> Result<usize, StoreError> {
        let zone = self.display_zone;
        self.store.write(move |conn| apply::remove(conn, store_id, &ids, zone)).await
    }

    /// Makes all roll-ups anew from invoices and payments and tells what differed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn rebuild(&self) -> Result<Rebuilt, StoreError> {
        let zone = self.display_zone;
        self.store.write(move |conn| rebuild::rebuild(conn, zone)).await
    }
}

/// The clock, UTC milliseconds.
#[must_use]
pub fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}
