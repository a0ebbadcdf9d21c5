//! What can go wrong in the database. Everybody may import it through [`super`].

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::domain::money::MoneyError;
use crate::domain::text::quote;

/// A failure of the database or of what was asked of it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be opened: what the person who starts the program has to do.
    #[error("{0}")]
    Open(String),
    /// No connection, or the database refuses to work at the moment.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// The file is broken: statements meet pages that make no sense.
    #[error("the database file is damaged ({0}); stop the server and restore a backup")]
    Damaged(String),
    /// A statement failed.
    #[error("the database refused a statement: {}", quote(&.0.to_string()))]
    Query(DieselError),
    /// A stored value is not one that this program writes.
    #[error("a stored {what} cannot be read: {value}")]
    Corrupt {
        /// Which column.
        what: &'static str,
        /// What stands there.
        value: String,
    },
    /// Sums that leave their range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The schema is newer than this program.
    #[error(
        "the database was written by a newer version of this program ({0}); install that version or restore a backup"
    )]
    Newer(String),
    /// Migrations have not been run.
    #[error("the database lacks migrations; restart the server or run `btc-crowdfund migrate`")]
    NotMigrated,
    /// The writer's queue is full, or all readers are taken.
    #[error("too many others are waiting for the database; try again in a moment")]
    Busy,
    /// The program is shutting down.
    #[error("the server is shutting down")]
    Closed,
    /// A bug: the work panicked. The log has the place.
    #[error("an internal error interrupted the work")]
    Panicked,
}

impl StoreError {
    /// No connection from the pool in time.
    pub(super) fn pool(error: r2d2::Error) -> Self {
        Self::Unavailable(quote(&error.to_string()))
    }

    /// A value that this program did not write.
    pub(super) fn corrupt(what: &'static str, value: impl std::fmt::Display) -> Self {
        Self::Corrupt { what, value: quote(&value.to_string()) }
    }

    /// Whether the database is to blame, so that the same work can succeed later, once it is well again.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Damaged(_) | Self::Busy | Self::Closed)
    }

    /// Whether SQLite's words say that the file is broken; it gives no kind for it.
    pub(super) fn is_damage(text: &str) -> bool {
        text.contains("malformed") || text.contains("not a database")
    }
}

/// Words of databases that cannot work at the moment.
const TEMPORARY: [&str; 8] =
    ["locked", "disk is full", "disk I/O", "readonly", "read-only", "unable to open", "connection", "terminating"];

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        let text = error.to_string();
        if matches!(error, DieselError::DatabaseError(..)) && Self::is_damage(&text) {
            return Self::Damaged(quote(&text));
        }
        let temporary = match &error {
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, _) => true,
            // SQLite gives no kind for these: locked by another process, no space, read-only.
            DieselError::DatabaseError(_, _) => TEMPORARY.iter().any(|part| text.contains(part)),
            _ => false,
        };
        if temporary { Self::Unavailable(quote(&text)) } else { Self::Query(error) }
    }
}
