//! Deleting a database that holds nothing but the demo. Imported through [`super`].

use std::path::PathBuf;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::connection::{DatabaseUrl, DbConn, Role};
use super::error::StoreError;
use super::schema::stores;
use super::stores::DEMO;

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// The file is gone.
    Removed(PathBuf),
    /// There was none.
    Missing,
    /// It is still there; the reason as the end of a sentence.
    Kept(String),
}

/// Deletes the file if it is SQLite, ours, without a live store, and nobody has it open.
pub(super) fn remove_demo(url: &DatabaseUrl) -> Result<Removal, StoreError> {
    let path = match url {
        DatabaseUrl::Sqlite(path) => path,
        DatabaseUrl::Postgres(_) => return Ok(Removal::Kept("it is on a PostgreSQL server; drop it there".to_owned())),
    };
    if !path.try_exists().unwrap_or(true) {
        return Ok(Removal::Missing);
    }
    // A reader first: it leaves a file that is not ours as it is.
    let mut conn = DbConn::open(url, Role::Reader)?;
    let Ok(sources) = stores::table.select(stores::source).load::<String>(&mut conn) else {
        return Ok(Removal::Kept("it is not one of this program's".to_owned()));
    };
    if !sources.iter().all(|source| source.ends_with(DEMO)) {
        return Ok(Removal::Kept("it has held live data".to_owned()));
    }
    drop(conn);
    let mut conn = DbConn::open(url, Role::Writer)?;
    // Leaving the write-ahead log needs the file for oneself, and takes the two files beside it away.
    let alone = conn.batch_execute("PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE").is_ok();
    drop(conn);
    if !alone {
        return Ok(Removal::Kept("a server is using it; stop that first".to_owned()));
    }
    std::fs::remove_file(path)
        .map_err(|error| StoreError::Open(format!("{} cannot be deleted: {error}", path.display())))?;
    Ok(Removal::Removed(path.clone()))
}
