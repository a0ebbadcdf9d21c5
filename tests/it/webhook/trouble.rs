//! Our own trouble: BTCPay is asked to come again, and it ends when the cause ends.

use std::sync::mpsc;
use std::time::Duration;

use api::store::DatabaseUrl;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use serde_json::json;

use super::sender::{DEMO_SECRET, deliver_with, event, logs, post, sign, taken};
use crate::support::{TestApp, TestDb, body, eventually};

/// Status and code of a delivery that must be asked for again.
async fn come_again(app: &TestApp, delivery: &str) -> String {
    let text = event("InvoiceCreated", delivery, "inv", json!({}));
    let url = format!("{}/webhook", app.base);
    let response = post(&app.client, &url, &[sign(DEMO_SECRET, text.as_bytes()).as_bytes()], text.as_bytes()).await;
    assert_eq!(response.status(), 503);
    assert!(response.headers().contains_key("Retry-After"));
    body(response).await["error"]["code"].as_str().unwrap().to_owned()
}

/// Keeps the database from being written until dropped.
enum Lock {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Lock {
    fn take(db: &TestDb) -> Self {
        match db.parsed() {
            DatabaseUrl::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
                conn.batch_execute("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE").unwrap();
                Self::Sqlite(conn)
            }
            DatabaseUrl::Postgres(_) => {
                let mut conn = PgConnection::establish(db.url()).unwrap();
                conn.batch_execute("BEGIN; LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE").unwrap();
                Self::Postgres(conn)
            }
        }
    }

    fn release(self) {
        match self {
            Self::Sqlite(mut conn) => conn.batch_execute("ROLLBACK").unwrap(),
            Self::Postgres(mut conn) => conn.batch_execute("ROLLBACK").unwrap(),
        }
    }
}

#[tokio::test]
async fn a_database_that_another_process_holds_is_a_503_until_it_lets_go() {
    let db = TestDb::new();
    let app = TestApp::start_tuned(&db, &[], |config| config.webhook.answer_limit = Duration::from_millis(300)).await;
    let lock = Lock::take(&db);
    for number in 0..3 {
        assert_eq!(come_again(&app, &format!("d-{number}")).await, "database_unavailable");
    }
    // Nobody is told that it was his fault: a bad signature is refused as ever.
    let text = event("InvoiceCreated", "x", "inv", json!({}));
    assert_eq!(deliver_with(&app, "wrong", &text).await.0, 401);
    lock.release();
    // What was answered with 503 may have been written after all: then it is a duplicate now, and never twice.
    eventually("deliveries are taken again", async || {
        let text = event("InvoiceCreated", "after", "inv", json!({}));
        (deliver_with(&app, DEMO_SECRET, &text).await.0 == 200).then_some(())
    })
    .await;
    for number in 0..3 {
        let text = event("InvoiceCreated", &format!("d-{number}"), "inv", json!({}));
        taken(deliver_with(&app, DEMO_SECRET, &text).await);
    }
    super::sender::idle(&app).await;
    for delivery in ["d-0", "d-1", "d-2", "after"] {
        let rows = logs(&app, &format!("&q={delivery}")).await;
        // The search looks into our own ids too.
        let own = rows.iter().filter(|row| row["delivery_id"] == delivery);
        assert_eq!(own.filter(|row| row["outcome"] == "processed").count(), 1, "{rows:?}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_full_queue_is_a_503_at_once() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let (release, gate) = mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let store = app.app.store.clone();
    let blocker = tokio::spawn(async move {
        store.write(move |_| Ok(gate.lock().unwrap().recv_timeout(Duration::from_secs(20)).is_ok())).await
    });
    let mut waiting = Vec::new();
    eventually("the queue is full", async || {
        let store = app.app.store.clone();
        let write = tokio::spawn(async move { store.write(|_| Ok(())).await });
        tokio::task::yield_now().await;
        if write.is_finished() {
            return matches!(write.await.unwrap(), Err(api::store::StoreError::Busy)).then_some(());
        }
        waiting.push(write);
        // More than one at a time: each look takes a while.
        for _ in 0..63 {
            let store = app.app.store.clone();
            waiting.push(tokio::spawn(async move { store.write(|_| Ok(())).await }));
        }
        None
    })
    .await;
    assert_eq!(come_again(&app, "full").await, "database_unavailable");
    release.send(()).unwrap();
    assert!(blocker.await.unwrap().unwrap());
    for write in waiting {
        let _ = write.await.unwrap();
    }
    let text = event("InvoiceCreated", "full", "inv", json!({}));
    assert_eq!(taken(deliver_with(&app, DEMO_SECRET, &text).await), "accepted");
    app.stop().await;
}

#[tokio::test]
async fn a_store_that_is_closed_is_a_503() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    app.app.store.close().await;
    assert_eq!(come_again(&app, "late").await, "database_unavailable");
    app.stop().await;
}
