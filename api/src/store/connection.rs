//! One connection type over both databases, chosen by the URL's scheme. Only `store` imports it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::error::StoreError;
use super::file;
use crate::domain::text::quote;

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum DbConn {
    /// SQLite, bundled.
    Sqlite(SqliteConnection),
    /// PostgreSQL.
    Postgres(PgConnection),
}

/// Runs one body on the concrete connection. diesel's derive offers neither `ON CONFLICT` nor inserts of several rows on
/// the enum itself (2.3).
macro_rules! on_each {
    ($conn:expr, |$inner:ident| $body:expr) => {
        match $conn {
            $crate::store::DbConn::Sqlite($inner) => $body,
            $crate::store::DbConn::Postgres($inner) => $body,
        }
    };
}
pub(super) use on_each;

/// Rows of one statement; SQLite binds at most 32,766 values and the widest table has 24 columns.
pub(super) const ROWS_PER_STATEMENT: usize = 500;

/// Where the data are. A PostgreSQL URL holds a password, so it is never printed.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A server.
    Postgres(SecretString),
}

/// A value of `DATABASE_URL` that names no database of ours.
#[derive(Debug, thiserror::Error)]
#[error("it must begin with sqlite:// (and a path) or postgres://")]
pub struct InvalidDatabaseUrl;

impl FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidDatabaseUrl> {
        match text.trim().split_once("://") {
            // Every connection would have a memory of its own.
            Some(("sqlite", path)) if path.starts_with(':') || path.starts_with("file:") => Err(InvalidDatabaseUrl),
            Some(("sqlite", path)) if !path.is_empty() && !path.ends_with('/') => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", rest)) if !rest.is_empty() => Ok(Self::Postgres(text.trim().into())),
            _ => Err(InvalidDatabaseUrl),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://[hidden]"),
        }
    }
}

impl DatabaseUrl {
    /// `sqlite` or `postgres`.
    #[must_use]
    pub const fn backend(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Never changes anything.
    Reader,
    /// The one that does.
    Writer,
}

impl DbConn {
    /// Connects and sets the connection up.
    pub(super) fn open(url: &DatabaseUrl, role: Role) -> Result<Self, StoreError> {
        match url {
            DatabaseUrl::Sqlite(path) => file::open(path, role).map(Self::Sqlite),
            DatabaseUrl::Postgres(url) => open_postgres(url, role).map(Self::Postgres),
        }
    }

    /// Runs `query` in a transaction that only reads, so that all its statements see one state.
    pub(super) fn snapshot<T>(
        &mut self,
        query: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.batch_execute(match self {
            Self::Sqlite(_) => "BEGIN",
            Self::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        })?;
        let result = query(self);
        let ended = self.batch_execute("ROLLBACK");
        result.and_then(|value| ended.map(|()| value).map_err(StoreError::from))
    }

    /// Runs `change` in a transaction that writes. SQLite takes the write lock at once: a transaction that reads first and
    /// upgrades later fails without waiting.
    pub(super) fn transact<T>(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.batch_execute(match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE",
            Self::Postgres(_) => "BEGIN",
        })?;
        let result = change(self).and_then(|value| {
            self.batch_execute("COMMIT")?;
            Ok(value)
        });
        if result.is_err() {
            // The first error is the one to tell; a connection that cannot roll back is replaced by its owner.
            let _ = self.batch_execute("ROLLBACK");
        }
        result
    }

    /// The cheapest statement.
    pub(super) fn ping(&mut self) -> Result<(), StoreError> {
        self.batch_execute("SELECT 1").map_err(StoreError::from)
    }

    /// Lets the write-ahead log shrink; PostgreSQL does so by itself.
    pub(super) fn checkpoint(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(conn) => conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").map_err(StoreError::from),
            Self::Postgres(_) => Ok(()),
        }
    }
}

fn open_postgres(url: &SecretString, role: Role) -> Result<PgConnection, StoreError> {
    let mut conn = PgConnection::establish(&with_limits(url.expose_secret()))
        .map_err(|error| StoreError::Open(refusal_of_postgres(&error.to_string())))?;
    let read_only = if role == Role::Reader { "on" } else { "off" };
    conn.batch_execute(&format!(
        "SET TIME ZONE 'UTC'; SET client_min_messages = warning; SET synchronous_commit = on; \
         SET default_transaction_read_only = {read_only}; SET statement_timeout = {};",
        if role == Role::Reader { 30_000 } else { 0 },
    ))?;
    Ok(conn)
}

/// Without these, a network that swallows everything would keep a connection for a quarter of an hour.
fn with_limits(url: &str) -> String {
    const LIMITS: [(&str, &str); 5] = [
        ("connect_timeout", "5"),
        ("tcp_user_timeout", "10000"),
        ("keepalives_idle", "10"),
        ("keepalives_interval", "5"),
        ("keepalives_count", "3"),
    ];
    let missing = LIMITS.iter().filter(|(name, _)| !url.contains(&format!("{name}=")));
    missing.fold(url.to_owned(), |url, (name, value)| {
        let joint = if url.contains('?') { '&' } else { '?' };
        format!("{url}{joint}{name}={value}")
    })
}

/// libpq names host, user and database when it got as far as connecting. Before that it quotes pieces of the address, which
/// are pieces of the password where that has a `/`, `#` or `@` in it.
fn refusal_of_postgres(text: &str) -> String {
    if text.contains("connection to server") || text.contains("could not translate host name") {
        return format!("PostgreSQL cannot be reached: {}", quote(text));
    }
    "PostgreSQL cannot be reached: DATABASE_URL must be postgres://user:password@host:port/database, with special \
     characters of the password percent-encoded (%2F for /, %23 for #, %40 for @)"
        .to_owned()
}

/// Makes connections for the pool.
#[derive(Debug)]
pub(super) struct Manager {
    url: DatabaseUrl,
    role: Role,
}

impl Manager {
    pub(super) const fn new(url: DatabaseUrl, role: Role) -> Self {
        Self { url, role }
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = DbConn;
    type Error = StoreError;

    fn connect(&self) -> Result<DbConn, StoreError> {
        DbConn::open(&self.url, self.role)
    }

    fn is_valid(&self, conn: &mut DbConn) -> Result<(), StoreError> {
        conn.ping()
    }

    /// A connection whose user panicked may be inside a transaction.
    fn has_broken(&self, _: &mut DbConn) -> bool {
        std::thread::panicking()
    }
}

/// The pool's own errors go to the log; the caller gets a time-out.
#[derive(Debug)]
pub(super) struct LogPoolErrors;

impl r2d2::HandleError<StoreError> for LogPoolErrors {
    fn handle_error(&self, error: StoreError) {
        tracing::warn!("The database gives no connection: {error}");
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn limits_of_the_operator_stay() {
        assert!(with_limits("postgres://h/d").starts_with("postgres://h/d?connect_timeout=5&tcp_user_timeout="));
        let url = with_limits("postgres://h/d?connect_timeout=60&options=-c%20x");
        assert!(url.contains("?connect_timeout=60&options=-c%20x&tcp_user_timeout=") && !url.contains("timeout=5&"));
    }

    #[test]
    fn the_scheme_chooses_and_a_typo_is_an_error() {
        assert!(matches!("sqlite://var/a.db".parse(), Ok(DatabaseUrl::Sqlite(path)) if path == Path::new("var/a.db")));
        assert!(
            matches!("sqlite:///abs/a.db".parse(), Ok(DatabaseUrl::Sqlite(path)) if path == Path::new("/abs/a.db"))
        );
        assert!(matches!("postgresql://u:p@h/d".parse(), Ok(DatabaseUrl::Postgres(_))));
        for wrong in [
            "",
            "mysql://x",
            "sqlite:a.db",
            "sqlite://",
            "sqlit://a.db",
            "/a.db",
            "postgres://",
            "sqlite://dir/",
            "sqlite://:memory:",
            "sqlite://file:a?mode=memory",
        ] {
            assert!(wrong.parse::<DatabaseUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_never_printed() {
        let url: DatabaseUrl = "postgres://u:hunter2@h/d".parse().unwrap();
        assert!(!format!("{url:?}").contains("hunter2"));
        for address in ["postgres://u:hunter2/x@127.0.0.1/d", "postgres://u:p#hunter2@h/d", "postgres://h/d?hunter2=1"]
        {
            let Err(error) = DbConn::open(&address.parse().unwrap(), Role::Reader) else { continue };
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }
}
