//! Migrations: down and up on real rows, killed at any moment, by two processes at once.

use std::process::Stdio;
use std::time::{Duration, Instant};

use api::store::{DbConn, Store};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::fake_btcpay::{FakeBtcpay, Invoice, Payment, Version};
use crate::process::program;
use crate::support::{TestApp, TestDb, now};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// A connection beside the program's own.
fn connect(db: &TestDb) -> DbConn {
    match db.url().strip_prefix("sqlite://") {
        Some(path) => DbConn::Sqlite(SqliteConnection::establish(path).unwrap()),
        None => DbConn::Postgres(PgConnection::establish(db.url()).unwrap()),
    }
}

/// Tables, columns and indexes.
fn schema(db: &TestDb) -> Vec<String> {
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        line: String,
    }
    let mut conn = connect(db);
    let query = match conn {
        DbConn::Sqlite(_) => "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS line FROM sqlite_master",
        DbConn::Postgres(_) => {
            "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable AS line \
             FROM information_schema.columns WHERE table_schema = current_schema() \
             UNION SELECT replace(indexdef, current_schema(), '') AS line FROM pg_indexes WHERE schemaname = current_schema()"
        }
    };
    let mut lines: Vec<String> =
        diesel::sql_query(query).load::<Line>(&mut conn).unwrap().into_iter().map(|row| row.line).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn down_and_up_again_gives_the_same_schema_and_where_rows_are_kept_the_same_figures() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all(
        (0..30)
            .map(|number| {
                let at = now() - number * 90_000;
                let invoice = Invoice::new(&format!("i{number}"), at).status("Settled").email("a@example.org");
                invoice.pay(Payment::onchain("0.00012345", at + 5))
            })
            .collect(),
    );
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    let figures = app.all_time("").await;
    app.stop().await;
    let whole = schema(&db);

    // The roll-ups alone: invoices stay, and the figures are made anew from them.
    connect(&db).revert_last_migration(MIGRATIONS).unwrap();
    assert_ne!(schema(&db), whole);
    let app = TestApp::live(&db, &fake).await;
    let again = app.all_time("").await;
    for part in ["kpis", "fiat", "series", "statuses"] {
        assert_eq!(again[part], figures[part], "{part}");
    }
    app.stop().await;
    assert_eq!(schema(&db), whole);

    // Everything.
    connect(&db).revert_all_migrations(MIGRATIONS).unwrap();
    let app = TestApp::live(&db, &fake).await;
    assert_eq!(schema(&db), whole);
    assert_eq!(crate::support::kpi(&app.all_time("").await, "invoices"), 0);
    app.refreshed().await;
    assert_eq!(app.all_time("").await["kpis"], figures["kpis"]);
    app.stop().await;
}

/// Runs `migrate` to its end and gives whether it says that it applied something.
fn migrate(db: &TestDb) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let output = program(folder.path()).arg("migrate").env("DATABASE_URL", db.url()).output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{log}");
    log.contains("Applied")
}

#[test]
fn killed_at_any_moment_it_is_as_if_it_had_not_begun_or_had_ended() {
    let expected = TestDb::new();
    let started = Instant::now();
    assert!(migrate(&expected));
    let took = started.elapsed();
    let whole = schema(&expected);
    for step in 0..12_u32 {
        let db = TestDb::new();
        let folder = tempfile::tempdir().unwrap();
        let mut child = program(folder.path())
            .arg("migrate")
            .env("DATABASE_URL", db.url())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(took * step / 12);
        child.kill().unwrap();
        child.wait().unwrap();
        // PostgreSQL notices that its client is gone a little later; the lock makes us wait for it.
        migrate(&db);
        assert_eq!(schema(&db), whole, "killed after {step} of 12 parts");
        assert!(!migrate(&db));
    }
}

#[test]
fn killed_inside_a_migration_it_leaves_nothing_of_it() {
    let db = TestDb::new();
    let DbConn::Postgres(mut conn) = connect(&db) else {
        println!("skipped: SQLite cannot be held in the middle of a transaction of another process");
        return;
    };
    assert!(migrate(&db));
    let whole = schema(&db);
    conn.revert_all_migrations(MIGRATIONS).unwrap();
    // The second migration has to wait for a table of the same name that is not committed.
    conn.batch_execute("BEGIN; CREATE TABLE scopes (id BIGINT)").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut child =
        program(folder.path()).arg("migrate").env("DATABASE_URL", db.url()).stderr(Stdio::null()).spawn().unwrap();
    let mut other = PgConnection::establish(db.url()).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while !waits_for_us(&mut other) {
        assert!(Instant::now() < deadline && child.try_wait().unwrap().is_none());
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    conn.batch_execute("ROLLBACK").unwrap();
    assert!(migrate(&db), "nothing of it was applied");
    assert_eq!(schema(&db), whole);
}

/// Whether somebody in this schema waits for a lock while it makes a table.
fn waits_for_us(conn: &mut PgConnection) -> bool {
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        found: i64,
    }
    let found: Found = diesel::sql_query(
        "SELECT COUNT(*) AS found FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%CREATE TABLE scopes%' \
         AND pid <> pg_backend_pid()",
    )
    .get_result(conn)
    .unwrap();
    found.found > 0
}

#[test]
fn of_processes_that_start_together_exactly_one_applies() {
    for _ in 0..3 {
        let db = TestDb::new();
        let applied: Vec<bool> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| migrate(&db))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(applied.iter().filter(|applied| **applied).count(), 1, "{applied:?}");
        Store::open(&db.parsed()).unwrap();
    }
}

#[test]
fn a_schema_that_is_not_as_declared_is_told_of() {
    let db = TestDb::new();
    assert!(migrate(&db));
    connect(&db).batch_execute("ALTER TABLE payments RENAME COLUMN rate TO price").unwrap();
    let error = Store::open(&db.parsed()).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("schema") && error.contains("rate"), "{error}");
}
