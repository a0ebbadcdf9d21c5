//! Demo mode: an event sent by hand makes or changes a demo invoice.

use serde_json::{Value, json};

use super::sender::{DEMO_SECRET, deliver_with, event, logs, settled, taken, tells};
use crate::support::{TestApp, TestDb, kpi, now};

async fn told(app: &TestApp, kind: &str, delivery: &str, invoice: &str, more: Value) -> Value {
    let mut fields = json!({"timestamp": now()});
    fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let text = event(kind, delivery, invoice, fields);
    assert_eq!(taken(deliver_with(app, DEMO_SECRET, &text).await), "accepted");
    settled(app, delivery, "processed").await
}

async fn state(app: &TestApp, invoice: &str) -> (String, Value, Value) {
    let found = app.json(&format!("/api/invoices/{invoice}")).await;
    (found["status"].as_str().unwrap().to_owned(), found["raised_sats"].clone(), found["pending_sats"].clone())
}

#[tokio::test]
async fn an_event_by_hand_makes_an_invoice_and_later_ones_change_it() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let before = app.all_time("").await;
    let raised = |figures: &Value| kpi(figures, "raised").as_i64().unwrap();
    let at = now() - 300;

    let prices = json!({"price": "25.00", "currency": "EUR", "cryptoPrice": "0.0005", "createdTime": at});
    let done = told(&app, "InvoiceCreated", "d-1", "by-hand-1", prices.clone()).await;
    assert!(tells(&done, "Demo mode"), "{done}");
    assert_eq!(state(&app, "by-hand-1").await, ("New".to_owned(), json!(0), json!(0)));
    told(&app, "InvoiceProcessing", "d-2", "by-hand-1", json!({"paidTime": at + 60})).await;
    assert_eq!(state(&app, "by-hand-1").await, ("Processing".to_owned(), json!(0), json!(50_000)));
    told(&app, "InvoiceSettled", "d-3", "by-hand-1", json!({})).await;
    assert_eq!(state(&app, "by-hand-1").await, ("Settled".to_owned(), json!(50_000), json!(0)));

    let invoice = app.json("/api/invoices/by-hand-1").await;
    assert_eq!(
        (&invoice["amount"], &invoice["currency"], &invoice["paid_fiat"]),
        (&json!("25.00"), &json!("EUR"), &json!("25.00"))
    );
    assert_eq!(invoice["payments"].as_array().unwrap().len(), 1);
    assert_eq!(invoice["payments"][0]["method"], "onchain");
    let instant =
        |at: i64| chrono::DateTime::from_timestamp(at, 0).unwrap().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    assert_eq!((&invoice["created_at"], &invoice["paid_at"]), (&json!(instant(at)), &json!(instant(at + 60))));
    assert_eq!(raised(&app.all_time("").await) - raised(&before), 50_000);

    // A repeat changes nothing, whatever it says.
    let text = event("InvoiceSettled", "d-3", "by-hand-1", json!({"cryptoPrice": "1"}));
    assert_eq!(taken(deliver_with(&app, DEMO_SECRET, &text).await), "duplicate");
    assert_eq!(state(&app, "by-hand-1").await.1, 50_000);
    app.stop().await;
}

#[tokio::test]
async fn each_kind_of_event_has_its_state_and_forms_of_times_and_numbers_are_free() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let when = chrono::DateTime::from_timestamp(now() - 500, 0).unwrap().to_rfc3339();
    for (number, (kind, status, raised, pending)) in [
        ("InvoiceSettled", "Settled", 210_000, 0),
        ("InvoiceProcessing", "Processing", 0, 210_000),
        ("InvoiceExpired", "Expired", 0, 0),
        ("InvoiceInvalid", "Invalid", 0, 0),
        ("InvoiceCreated", "New", 0, 0),
        ("InvoiceReceivedPayment", "New", 0, 0),
        ("InvoiceExpiredPaidPartial", "New", 0, 0),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("kind-{number}");
        let fields =
            json!({"price": 100, "currency": "usd", "cryptoPrice": 0.0021, "createdTime": when, "paidTime": when});
        told(&app, kind, &format!("k-{number}-"), &id, fields).await;
        assert_eq!(state(&app, &id).await, (status.to_owned(), json!(raised), json!(pending)), "{kind}");
    }
    app.stop().await;
}

#[tokio::test]
async fn what_cannot_be_used_is_said_and_tried_no_more() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    for (number, fields) in [json!({"price": "ten"}), json!({"cryptoPrice": "21000001"}), json!({"paidTime": "soon"})]
        .into_iter()
        .enumerate()
    {
        let text = event("InvoiceSettled", &format!("bad-{number}-"), &format!("bad-{number}"), fields);
        assert_eq!(taken(deliver_with(&app, DEMO_SECRET, &text).await), "accepted");
        let found = settled(&app, &format!("bad-{number}-"), "failed").await;
        assert!(found["history"].as_array().unwrap().len() == 2, "{found}");
        assert_eq!(app.get(&format!("/api/invoices/bad-{number}")).await.status(), 404);
    }
    // The next event of the same invoice is not held up.
    told(&app, "InvoiceSettled", "good", "bad-0", json!({"price": "1", "currency": "BTC", "cryptoPrice": "1"})).await;
    assert_eq!(state(&app, "bad-0").await.1, 100_000_000);
    app.stop().await;
}

#[tokio::test]
async fn the_page_of_settings_shows_the_secret_and_half_a_configuration_is_demo_mode_too() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[("BTCPAY_HOST", "https://pay.example.org".to_owned())]).await;
    let settings = app.json("/api/settings").await;
    assert_eq!(settings["demo_webhook_secret"], DEMO_SECRET);
    told(&app, "InvoiceSettled", "d", "inv", json!({"price": "1", "currency": "SATS"})).await;
    assert_eq!(state(&app, "inv").await, ("Settled".to_owned(), json!(1), json!(0)));
    assert_eq!(logs(&app, "").await.len(), 1);
    app.stop().await;
}
