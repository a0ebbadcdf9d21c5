//! Migrations, embedded and run under a lock. Only `store` imports it.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::{DatabaseUrl, DbConn, Role};
use super::error::StoreError;
use super::{file, schema};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// Any number of ours; PostgreSQL's advisory locks are named by one.
const LOCK: i64 = 0x6274_6363_726f_7764;

/// Brings the schema up to date, all or nothing. Two processes may start at once and diesel takes no lock: the transaction
/// is SQLite's write lock, PostgreSQL gets an advisory one.
///
/// # Errors
/// Also where there is a database that is none of ours, or a damaged one: those are left as they are.
pub(super) fn run(url: &DatabaseUrl) -> Result<(), StoreError> {
    if let DatabaseUrl::Sqlite(path) = url {
        file::prepare(path)?;
    }
    let applied = DbConn::open(url, Role::Writer)?.transact(|conn| {
        if let DbConn::Postgres(_) = conn {
            conn.batch_execute(&format!("SELECT pg_advisory_xact_lock({LOCK})"))?;
        }
        refuse_newer(conn)?;
        let applied = conn
            .run_pending_migrations(MIGRATIONS)
            .map(|applied| applied.len())
            .map_err(|error| StoreError::Open(format!("a migration failed: {error}")))?;
        schema::check(conn)
            .map_err(|error| StoreError::Open(format!("the schema is not the one expected: {error}")))?;
        Ok(applied)
    })?;
    if applied > 0 {
        tracing::info!(migrations.applied = applied, "Applied {applied} migrations");
    }
    Ok(())
}

/// Whether the schema is the one this program knows.
pub(super) fn check(conn: &mut DbConn) -> Result<(), StoreError> {
    refuse_newer(conn)?;
    let known = known_versions()?;
    if applied_versions(conn)?.len() < known.len() {
        return Err(StoreError::NotMigrated);
    }
    schema::check(conn)
}

fn refuse_newer(conn: &mut DbConn) -> Result<(), StoreError> {
    let known = known_versions()?;
    match applied_versions(conn)?.into_iter().find(|version| !known.contains(version)) {
        Some(unknown) => Err(StoreError::Newer(unknown)),
        None => Ok(()),
    }
}

fn known_versions() -> Result<Vec<String>, StoreError> {
    let migrations: Vec<Box<dyn Migration<<DbConn as diesel::Connection>::Backend>>> =
        MIGRATIONS.migrations().map_err(|error| StoreError::Open(format!("the migrations cannot be read: {error}")))?;
    Ok(migrations.iter().map(|migration| migration.name().version().to_string()).collect())
}

/// Versions recorded in the database; none where the table is not there yet.
fn applied_versions(conn: &mut DbConn) -> Result<Vec<String>, StoreError> {
    use diesel::prelude::*;

    diesel::table! {
        __diesel_schema_migrations (version) { version -> Text, run_on -> Timestamp, }
    }
    #[derive(diesel::QueryableByName)]
    struct Found {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        found: i64,
    }

    let exists = match conn {
        DbConn::Sqlite(_) => {
            "SELECT COUNT(*) AS found FROM sqlite_master WHERE type = 'table' AND name = '__diesel_schema_migrations'"
        }
        DbConn::Postgres(_) => {
            "SELECT COUNT(*) AS found FROM information_schema.tables \
             WHERE table_name = '__diesel_schema_migrations' AND table_schema = current_schema()"
        }
    };
    let found: Found = diesel::sql_query(exists).get_result(conn)?;
    if found.found == 0 {
        return Ok(Vec::new());
    }
    Ok(__diesel_schema_migrations::table.select(__diesel_schema_migrations::version).load(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_have_versions_in_order() {
        let versions = known_versions().unwrap();
        assert!(versions.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
