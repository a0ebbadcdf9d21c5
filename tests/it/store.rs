//! The store on either database: schema, batching, poison, two processes, a newer version.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use api::ingest::{Ingest, InvoiceUpdate};
use api::store::{DbConn, Store, StoreError, invoices, meta, stores};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::support::{TestApp, TestDb, body};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Columns of each table as the database has them, in order.
fn columns(conn: &mut DbConn, table: &str) -> Vec<String> {
    let query = match conn {
        DbConn::Sqlite(_) => format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"),
        DbConn::Postgres(_) => format!(
            "SELECT column_name::text AS name FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY ordinal_position"
        ),
    };
    diesel::sql_query(query).load::<Column>(conn).unwrap().into_iter().map(|column| column.name).collect()
}

/// Tables and columns that `schema.rs` declares, read as text: it is the one place to change.
fn declared() -> Vec<(String, Vec<String>)> {
    let text = include_str!("../../api/src/store/schema.rs");
    text.split("\ndiesel::table! {\n")
        .skip(1)
        .map(|block| {
            let block = block.replace("#[sql_name = \"ref\"] reference ->", "ref ->");
            let name = block.split_whitespace().next().unwrap().to_owned();
            let body = block.split_once('{').unwrap().1.split('}').next().unwrap();
            let columns = body.split(',').filter_map(|part| Some(part.split_once("->")?.0.trim().to_owned())).collect();
            (name, columns)
        })
        .collect()
}

#[tokio::test]
async fn the_schema_in_code_is_the_schema_in_the_database() {
    let db = TestDb::new();
    let store = Store::open(&db.parsed()).unwrap();
    let declared = declared();
    assert!(declared.len() >= 13);
    for (table, expected) in declared {
        let name = table.clone();
        let found = store.read(move |conn| Ok(columns(conn, &name))).await.unwrap();
        assert_eq!(found, expected, "{table}");
    }
}

#[tokio::test]
async fn every_key_of_the_ledger_names_the_store() {
    for (table, columns) in declared() {
        let ledger = ["invoices", "payments", "sync_runs"].contains(&table.as_str());
        let rollup = table.starts_with("rollup_") || table == "contributions";
        assert!(!ledger || columns[0] == "store_id", "{table}");
        assert!(!rollup || columns[0] == "scope", "{table}");
    }
}

#[test]
fn two_processes_may_migrate_at_once() {
    let db = TestDb::new();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let url = db.parsed();
            std::thread::spawn(move || Store::migrate(&url).map_err(|error| error.to_string()))
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), Ok(()));
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let db = TestDb::new();
    let store = Store::open(&db.parsed()).unwrap();
    store
        .write(|conn| {
            conn.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')")?;
            Ok(())
        })
        .await
        .unwrap();
    store.close().await;
    let error = Store::open(&db.parsed()).map(|_| ()).unwrap_err();
    assert!(matches!(error, StoreError::Newer(_)), "{error}");
    assert!(error.to_string().contains("newer version") && !error.to_string().contains('\n'));
}

#[tokio::test]
async fn many_writers_share_commits_and_a_poisoned_one_does_not_spoil_its_neighbours() {
    let db = TestDb::new();
    let store = Store::open(&db.parsed()).unwrap();
    let before = store.batching();
    let runs = Arc::new(AtomicUsize::new(0));
    let writes = (0..200).map(|number| {
        let (store, runs) = (store.clone(), Arc::clone(&runs));
        tokio::spawn(async move {
            store
                .write(move |conn| {
                    runs.fetch_add(1, Ordering::Relaxed);
                    meta::set(conn, &format!("key-{number}"), "value")?;
                    match number % 50 {
                        7 => Err(StoreError::Money(api::domain::MoneyError::Overflow)),
                        8 => panic!("poison"),
                        9 => Ok(conn.batch_execute("SELECT * FROM no_such_table")?),
                        _ => Ok(()),
                    }
                })
                .await
        })
    });
    let mut failed = Vec::new();
    for (number, write) in writes.collect::<Vec<_>>().into_iter().enumerate() {
        if write.await.unwrap().is_err() {
            failed.push(number);
        }
    }
    assert_eq!(failed, [7, 8, 9, 57, 58, 59, 107, 108, 109, 157, 158, 159]);
    for number in 0..200 {
        let value = store.read(move |conn| meta::get(conn, &format!("key-{number}"))).await.unwrap();
        assert_eq!(value.is_some(), !failed.contains(&number), "{number}");
    }
    let after = store.batching();
    assert_eq!(after.changes - before.changes, 188);
    store.close().await;
    assert!(matches!(store.write(|_| Ok(())).await, Err(StoreError::Closed)));
}

#[tokio::test]
async fn waiting_writes_are_committed_together() {
    let db = TestDb::new();
    let store = Store::open(&db.parsed()).unwrap();
    let before = store.batching();
    // The first write holds the thread until all others wait behind it.
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let first = tokio::spawn({
        let store = store.clone();
        let wait = move |_: &mut _| {
            gate.lock().unwrap().recv().unwrap();
            Ok(())
        };
        async move { store.write(wait).await }
    });
    tokio::task::yield_now().await;
    let waiting: Vec<_> = (0..100)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.write(move |conn| meta::set(conn, &format!("k{number}"), "v")).await })
        })
        .collect();
    // One thread runs all of these: after a turn each has queued its write.
    tokio::task::yield_now().await;
    open.send(()).unwrap();
    first.await.unwrap().unwrap();
    for write in waiting {
        write.await.unwrap().unwrap();
    }
    let commits = store.batching().commits - before.commits;
    assert!(commits <= 3, "{commits} commits for 101 writes");
}

#[tokio::test]
async fn an_older_answer_never_overwrites_a_newer_one() {
    let db = TestDb::new();
    let store = Store::open(&db.parsed()).unwrap();
    let ingest = Ingest::start(store.clone(), api::domain::Zone::UTC).await.unwrap();
    ingest.ensure_store("s", stores::BTCPAY).await.unwrap();
    let update = |status, observed_ms| InvoiceUpdate { invoice: invoice(status), observed_ms };
    ingest.submit("s", vec![update(shared::InvoiceStatus::Settled, 20)]).await.unwrap();
    let late = ingest.submit("s", vec![update(shared::InvoiceStatus::New, 10)]).await.unwrap();
    assert_eq!((late.updated, late.unchanged), (0, 1));
    let found = store.read(|conn| invoices::find_many(conn, "s", &["i".to_owned()])).await.unwrap();
    assert_eq!(found["i"].invoice.status, shared::InvoiceStatus::Settled);
    // Observed by a clock that ran ahead: the next answer counts all the same.
    ingest.submit("s", vec![update(shared::InvoiceStatus::Expired, api::ingest::now_ms() + 86_400_000)]).await.unwrap();
    let after = ingest.submit("s", vec![update(shared::InvoiceStatus::Settled, api::ingest::now_ms())]).await.unwrap();
    assert_eq!(after.updated, 1);
}

pub fn invoice(status: shared::InvoiceStatus) -> api::domain::Invoice {
    api::domain::Invoice {
        store_id: "s".to_owned(),
        id: "i".to_owned(),
        status,
        additional_status: shared::AdditionalStatus::None,
        kind: shared::InvoiceType::Standard,
        amount: "1".to_owned(),
        currency: "EUR".to_owned(),
        created_at: 1,
        expires_at: None,
        monitored_until: None,
        archived: false,
        order_id: None,
        order_url: None,
        item_code: None,
        item_desc: None,
        buyer_email: None,
        upstream_missing: false,
        payments: Vec::new(),
    }
}

#[tokio::test]
async fn ready_names_the_part_that_fails() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let other = Store::open(&db.parsed()).unwrap();
    other.write(|conn| Ok(conn.batch_execute("DELETE FROM __diesel_schema_migrations")?)).await.unwrap();
    let response = app.get("/ready").await;
    assert_eq!((response.status().as_u16(), response.headers().contains_key("retry-after")), (503, true));
    let told = body(response).await;
    let failing: Vec<&str> = told["parts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|part| part["ok"] == false)
        .map(|part| part["name"].as_str().unwrap())
        .collect();
    assert_eq!((&told["ready"], failing), (&false.into(), vec!["migrations"]));
    assert_eq!(told["error"]["code"], "not_ready");
    assert!(told["error"]["message"].as_str().unwrap().contains("migrations: "));
    assert!(!told["error"]["request_id"].as_str().unwrap().is_empty());
    assert_eq!(app.get("/health").await.status(), 200);
    other.close().await;
    app.stop().await;
}
