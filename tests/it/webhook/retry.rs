//! BTCPay in trouble after it has delivered: nothing is lost, and everything is told.

use std::time::Duration;

use serde_json::json;

use super::sender::{deliver, detail, event, idle, logs, settled, tells, variables};
use crate::fake_btcpay::{FakeBtcpay, Fault, Invoice, Payment, Version};
use crate::support::{TestApp, TestDb, eventually, kpi, now};

fn paid(id: &str) -> Invoice {
    Invoice::new(id, now() - 600).status("Settled").pay(Payment::lightning("0.001", now() - 500))
}

async fn start(db: &TestDb) -> (FakeBtcpay, TestApp) {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put(paid("inv"));
    let app = TestApp::start(db, &variables(&fake)).await;
    (fake, app)
}

/// Waits for a failed try that has these words.
async fn failed(app: &TestApp, delivery: &str, words: &str) {
    eventually(words, async || {
        let found = detail(app, delivery).await;
        assert_eq!(found["outcome"], "pending", "{found}");
        tells(&found, words).then_some(())
    })
    .await;
}

#[tokio::test]
async fn every_trouble_is_told_and_ends_well_when_it_ends() {
    let db = TestDb::new();
    let (fake, app) = start(&db).await;
    let faults = [
        (Fault::Status(401, "application/json", r#"{"code":"unauthenticated"}"#.into()), "API key"),
        (Fault::Status(403, "application/json", r#"{"code":"missing-permission"}"#.into()), "permission"),
        (Fault::Status(404, "", String::new()), "no BTCPay API"),
        (Fault::Header429("600".into()), "slow down"),
        (Fault::Html(502), "502"),
        (Fault::Status(500, "", String::new()), "500"),
        (Fault::Html(200), "web page"),
        (Fault::Garbage, "cannot be read"),
        (Fault::Reset, "cannot be reached"),
        (Fault::Status(200, "application/json", "[]".into()), "cannot be read"),
    ];
    for (number, (fault, words)) in faults.into_iter().enumerate() {
        let delivery = format!("d-{number}-");
        fake.fault("/invoices/inv", None, fault);
        assert_eq!(deliver(&app, &event("InvoiceCreated", &delivery, "inv", json!({}))).await, "accepted");
        failed(&app, &delivery, words).await;
        fake.clear_faults();
        settled(&app, &delivery, "processed").await;
    }
    assert_eq!(kpi(&app.json("/api/analytics").await, "raised"), 100_000);
    app.stop().await;
}

#[tokio::test]
async fn a_server_that_is_down_is_asked_again_also_after_a_restart_of_ours() {
    let db = TestDb::new();
    let (fake, app) = start(&db).await;
    fake.stop();
    for number in 0..20 {
        fake.put(paid(&format!("inv-{number}")));
        deliver(&app, &event("InvoiceSettled", &format!("d-{number}-"), &format!("inv-{number}"), json!({}))).await;
    }
    for delivery in ["d-0-", "d-19-"] {
        failed(&app, delivery, "cannot be reached").await;
    }
    let waiting = detail(&app, "d-7-").await;
    assert!(waiting["next_attempt_at"].is_string(), "{waiting}");
    app.stop().await;

    let again = TestApp::start(&db, &variables(&fake)).await;
    assert_eq!(logs(&again, "&outcome=pending").await.len(), 20);
    fake.restart().await;
    idle(&again).await;
    assert_eq!(logs(&again, "&outcome=processed").await.len(), 20);
    assert_eq!(kpi(&again.json("/api/analytics").await, "raised"), 2_000_000);
    again.stop().await;
}

#[tokio::test]
async fn an_invoice_that_btcpay_does_not_have_is_final() {
    let db = TestDb::new();
    let (fake, app) = start(&db).await;
    deliver(&app, &event("InvoiceSettled", "gone", "nothing", json!({}))).await;
    let found = settled(&app, "gone", "unknown_invoice").await;
    assert!(tells(&found, "404") && found["next_attempt_at"].is_null(), "{found}");
    fake.put(paid("nothing"));
    assert_eq!(deliver(&app, &event("InvoiceSettled", "gone", "nothing", json!({}))).await, "duplicate");
    deliver(&app, &event("InvoiceSettled", "fine", "inv", json!({}))).await;
    settled(&app, "fine", "processed").await;
    assert_eq!(detail(&app, "gone").await["outcome"], "unknown_invoice");
    app.stop().await;
}

#[tokio::test]
async fn an_invoice_that_cannot_be_read_keeps_no_other_waiting_and_is_given_up_at_last() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put(paid("inv"));
    fake.put(Invoice::new("odd", now() - 60).patch(json!({"status": "Frozen"})));
    let db = TestDb::new();
    // A week passes in no time.
    let app = TestApp::start_tuned(&db, &variables(&fake), |config| config.webhook.retry_unit = Duration::ZERO).await;
    deliver(&app, &event("InvoiceSettled", "bad", "odd", json!({}))).await;
    deliver(&app, &event("InvoiceSettled", "good", "inv", json!({}))).await;
    settled(&app, "good", "processed").await;
    let found = settled(&app, "bad", "failed").await;
    assert!(tells(&found, "Frozen") && tells(&found, " times, the last at ") && tells(&found, "Given up"), "{found}");
    assert!(found["history"].as_array().unwrap().len() <= 4, "{found}");

    // Whoever sends it again in BTCPay wants it tried again.
    fake.put(paid("odd"));
    assert_eq!(deliver(&app, &event("InvoiceSettled", "bad", "odd", json!({}))).await, "duplicate");
    settled(&app, "bad", "processed").await;
    assert_eq!(kpi(&app.json("/api/analytics").await, "raised"), 200_000);
    app.stop().await;
}
