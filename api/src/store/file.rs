//! SQLite's file: made whole, opened only where it is, looked at before it is written to. Only `store` imports it.
//!
//! SQLite itself begins a new database where it finds no file, or an empty one, and passes over a log that it cannot read.
//! A ledger that is suddenly empty is worse than one that does not open, so all of that is refused here in plain words.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::connection::Role;
use super::error::StoreError;
use crate::domain::text::quote;

/// Up to this size the whole file is checked at each start, in bytes; a fraction of a second.
const CHECKED: u64 = 32 * 1_024 * 1_024;
/// First bytes of a write-ahead log, in either byte order, without the last bit.
const LOG_MAGIC: [u8; 3] = [0x37, 0x7f, 0x06];
/// Length of the log's own head. A longer log has one that was flushed to disk before the rest.
const LOG_HEAD: u64 = 32;

/// What a path may hold within a URI.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Opens the file that is there. It never makes one: a file that vanished under a running server stays vanished.
pub(super) fn open(path: &Path, role: Role) -> Result<SqliteConnection, StoreError> {
    let mut conn = connect(path, "rw")?;
    let pragmas = match role {
        // FULL: an answered webhook survives a power cut. Group commit shares its cost.
        Role::Writer => {
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;"
        }
        Role::Reader => {
            "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;"
        }
    };
    conn.batch_execute(pragmas).map_err(|error| unusable(path, &error))?;
    Ok(conn)
}

/// Makes the file where there is none, and looks at the one that is there.
///
/// # Errors
/// What is wrong with it and what to do, before anything was written.
pub(super) fn prepare(path: &Path) -> Result<(), StoreError> {
    check_log(path)?;
    match fs::metadata(path) {
        Ok(found) if found.len() == 0 => Err(refuse(
            path,
            "is empty, so what was in it is lost; restore a backup, or delete the file to begin anew from BTCPay",
        )),
        Ok(found) => inspect(path, found.len()),
        Err(error) if error.kind() == ErrorKind::NotFound => create(path),
        Err(error) => Err(refuse(path, &format!("cannot be looked at: {error}"))),
    }
}

/// A database beside, then moved into place: at its own name there is never a half one, whenever we are killed, and of two
/// processes that start together one makes it.
fn create(path: &Path) -> Result<(), StoreError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)
            .map_err(|error| StoreError::Open(format!("the folder {} cannot be made: {error}", folder.display())))?;
    }
    let beside = sibling(path, &format!(".new-{}", uuid::Uuid::new_v4().simple()));
    let made = connect(&beside, "rwc").and_then(|mut conn| {
        conn.batch_execute("PRAGMA journal_mode = WAL").map_err(|error| unusable(&beside, &error))
    });
    let placed = made.and_then(|()| match fs::hard_link(&beside, path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        // Some file systems have no links.
        Err(_) => fs::rename(&beside, path).map_err(|error| refuse(path, &format!("cannot be made: {error}"))),
    });
    let _ = fs::remove_file(&beside);
    placed
}

/// SQLite takes a log without a proper head for an empty one. One that has more than a head was written by us, and holds
/// what was answered for.
fn check_log(path: &Path) -> Result<(), StoreError> {
    let log = sibling(path, "-wal");
    let Ok(found) = fs::metadata(&log) else { return Ok(()) };
    if found.len() == 0 {
        return Ok(());
    }
    if !path.exists() {
        return Err(refuse(
            path,
            "is missing, but its log is there; restore the file, or move the log (ending in -wal) away to begin anew",
        ));
    }
    let mut head = [0; 4];
    let read = File::open(&log).and_then(|mut file| file.read_exact(&mut head));
    if found.len() > LOG_HEAD && (read.is_err() || head[..3] != LOG_MAGIC || head[3] & 0xfe != 0x82) {
        return Err(refuse(
            path,
            "has a damaged log, which holds the latest changes; restore a backup, or move the log (ending in -wal) away \
             to go on without them",
        ));
    }
    Ok(())
}

/// Looks at a database that is there: of another program, or damaged? Without the right to write, since the last writer
/// that closes a database folds its log into it, whatever state they are in.
fn inspect(path: &Path, size: u64) -> Result<(), StoreError> {
    #[derive(QueryableByName)]
    struct Tables {
        #[diesel(sql_type = BigInt)]
        ours: i64,
        #[diesel(sql_type = BigInt)]
        all: i64,
    }
    #[derive(QueryableByName)]
    struct Check {
        #[diesel(sql_type = Text)]
        integrity_check: String,
    }
    let mut conn = connect(path, "ro")?;
    conn.batch_execute("PRAGMA busy_timeout = 5000").map_err(|error| unusable(path, &error))?;
    let tables: Tables = diesel::sql_query(
        "SELECT COUNT(*) AS \"all\", COUNT(CASE WHEN name = '__diesel_schema_migrations' THEN 1 END) AS ours \
         FROM sqlite_master WHERE type = 'table'",
    )
    .get_result(&mut conn)
    .map_err(|error| unusable(path, &error))?;
    if tables.all > 0 && tables.ours == 0 {
        return Err(refuse(path, "belongs to another program; set DATABASE_URL to a file of this one's own"));
    }
    if size <= CHECKED {
        let check: Check = diesel::sql_query("PRAGMA integrity_check(1)")
            .get_result(&mut conn)
            .map_err(|error| unusable(path, &error))?;
        if check.integrity_check != "ok" {
            let found = quote(&check.integrity_check);
            return Err(refuse(path, &format!("is damaged ({found}); {MEND}")));
        }
    }
    Ok(())
}

/// What helps against damage.
const MEND: &str = "restore a backup, or move the file away to begin anew from BTCPay";

fn connect(path: &Path, mode: &str) -> Result<SqliteConnection, StoreError> {
    let text = path.to_str().ok_or_else(|| refuse(path, "has a name that is not UTF-8"))?;
    let uri = format!("file:{}?mode={mode}", utf8_percent_encode(text, PATH));
    SqliteConnection::establish(&uri).map_err(|error| {
        refuse(path, &format!("cannot be opened: {}; check the folder and its rights", quote(&error.to_string())))
    })
}

fn unusable(path: &Path, error: &diesel::result::Error) -> StoreError {
    let text = quote(&error.to_string());
    if StoreError::is_damage(&text) {
        return refuse(path, &format!("is damaged, or not a database of this program ({text}); {MEND}"));
    }
    refuse(path, &format!("cannot be used: {text}"))
}

fn refuse(path: &Path, reason: &str) -> StoreError {
    StoreError::Open(format!("the database file {} {reason}", path.display()))
}

/// A file beside it.
fn sibling(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
