//! What follows from a delivery: its invoice is read from BTCPay, once, and shows in the figures.

use std::time::Duration;

use serde_json::json;

use super::sender::{deliver, detail, event, idle, logs, settled, tells, variables};
use crate::fake_btcpay::{FakeBtcpay, Fault, Invoice, Payment, Version};
use crate::support::{TestApp, TestDb, eventually, kpi, now};

fn paid(id: &str) -> Invoice {
    Invoice::new(id, now() - 600).status("Settled").pay(Payment::onchain("0.001", now() - 500))
}

async fn start(version: Version) -> (FakeBtcpay, TestDb, TestApp) {
    let fake = FakeBtcpay::start(version).await;
    let db = TestDb::new();
    let app = TestApp::start(&db, &variables(&fake)).await;
    (fake, db, app)
}

#[tokio::test]
async fn a_payment_seen_by_webhook_changes_the_figures_on_every_version() {
    for version in [Version::V2_4_1, Version::V1_13_7, Version::V1_7_12] {
        let (fake, _db, app) = start(version).await;
        fake.put(paid("inv/1 ä"));
        assert_eq!(kpi(&app.json("/api/analytics").await, "raised"), 0);
        // What the body says of amounts and states is nobody's business.
        let lies = json!({"price": "9999", "currency": "EUR", "cryptoPrice": "9", "status": "Invalid", "amount": 1});
        assert_eq!(deliver(&app, &event("InvoiceSettled", "d-1", "inv/1 ä", lies)).await, "accepted");
        let done = settled(&app, "d-1", "processed").await;
        assert_eq!(kpi(&app.json("/api/analytics").await, "raised"), 100_000, "{version:?}");
        assert!(tells(&done, "Settled, 1 payment"), "{done}");
        assert_eq!(done["next_attempt_at"], json!(null));
        let path = "/invoices/inv%2F1%20%C3%A4";
        assert!(fake.requests().iter().any(|request| request.path.ends_with(path)), "{:?}", fake.requests());
        let invoice = app.json(&format!("/api{path}")).await;
        assert_eq!(invoice["deliveries"][0]["event_type"], "InvoiceSettled");
        assert_eq!(invoice["deliveries"][0]["outcome"], "processed");
        app.stop().await;
    }
}

#[tokio::test]
async fn payments_that_the_single_route_leaves_out_are_asked_for() {
    // From 2.3.6 to 2.4.0 the list has payments on request and the single invoice an empty list.
    let (fake, _db, app) = start(Version::V2_4_1).await;
    fake.put(paid("inv").patch(json!({"paymentMethods": []})));
    deliver(&app, &event("InvoiceSettled", "d", "inv", json!({}))).await;
    settled(&app, "d", "processed").await;
    assert_eq!(kpi(&app.json("/api/analytics").await, "raised"), 100_000);
    app.stop().await;
}

#[tokio::test]
async fn deliveries_of_one_invoice_share_a_reading_that_began_after_the_last_of_them() {
    let (fake, _db, app) = start(Version::V2_4_1).await;
    fake.put(paid("inv"));
    fake.fault("/invoices/inv", Some(1), Fault::Delay(Duration::from_millis(500)));
    deliver(&app, &event("InvoiceCreated", "d-0", "inv", json!({}))).await;
    eventually("the first reading", async || (!fake.requests().is_empty()).then_some(())).await;
    for number in 1..6 {
        deliver(&app, &event("InvoiceCreated", &format!("d-{number}"), "inv", json!({}))).await;
    }
    idle(&app).await;
    assert_eq!(logs(&app, "&outcome=processed").await.len(), 6);
    assert_eq!(fake.requests().len(), 2);
    app.stop().await;
}

#[tokio::test]
async fn an_invoice_that_is_behind_its_event_is_read_once_more() {
    let fake = FakeBtcpay::start(Version::V1_7_12).await;
    fake.put(Invoice::new("inv", now() - 600));
    let db = TestDb::new();
    let app = TestApp::start_tuned(&db, &variables(&fake), |config| {
        config.webhook.retry_unit = Duration::from_millis(300);
    })
    .await;
    deliver(&app, &event("InvoiceSettled", "d", "inv", json!({}))).await;
    let waiting = eventually("the first reading", async || {
        Some(detail(&app, "d").await).filter(|found| tells(found, "older than this event"))
    })
    .await;
    assert_eq!(waiting["outcome"], "pending");
    assert_ne!(waiting["next_attempt_at"], json!(null));
    fake.put(paid("inv"));
    settled(&app, "d", "processed").await;
    assert_eq!(kpi(&app.json("/api/analytics").await, "raised"), 100_000);

    // A state that really is another: the second reading is taken as it is.
    fake.put(Invoice::new("back", now() - 600));
    deliver(&app, &event("InvoiceProcessing", "e", "back", json!({}))).await;
    assert!(tells(&settled(&app, "e", "processed").await, "New, no payment"));
    app.stop().await;
}

#[tokio::test]
async fn what_is_not_about_an_invoice_of_ours_is_kept_and_ignored_with_the_reason() {
    let (fake, _db, app) = start(Version::V2_4_1).await;
    let long = "x".repeat(10_000);
    let cases = [
        ("PayoutCreated", "inv", json!({}), "not an event"),
        ("PaymentRequestCompleted", "inv", json!({"invoiceId": null}), "not an event"),
        ("InvoiceFrobbed", "inv", json!({}), "not an event"),
        ("\u{0}<b>\r\n", "inv", json!({}), "not an event"),
        ("InvoiceSettled", "inv", json!({"storeId": "another"}), "another store"),
        ("InvoiceSettled", "inv", json!({"invoiceId": null}), "no invoice"),
        ("InvoiceSettled", "inv", json!({"invoiceId": ["inv"]}), "no invoice"),
        ("InvoiceSettled", "..", json!({}), "no invoice"),
        ("InvoiceSettled", &long, json!({}), "no invoice"),
        ("InvoiceReceivedPayment", "__test__7d0c__test__", json!({"metadata": null}), "test was received"),
    ];
    for (number, (kind, invoice, more, reason)) in cases.into_iter().enumerate() {
        let delivery = format!("d-{number}-");
        assert_eq!(deliver(&app, &event(kind, &delivery, invoice, more)).await, "ignored", "{kind} {invoice}");
        let found = detail(&app, &delivery).await;
        assert_eq!(found["outcome"], "ignored", "{found}");
        assert!(tells(&found, reason), "{found}");
        assert!(found["payload"].as_str().unwrap().contains(&delivery));
    }
    assert_eq!(fake.requests().len(), 0, "nothing is asked for");
    // Slashes and dots are part of an id, not of the path.
    deliver(&app, &event("InvoiceSettled", "dots", "../../stores", json!({}))).await;
    settled(&app, "dots", "unknown_invoice").await;
    assert!(fake.requests()[0].path.ends_with("/invoices/..%2F..%2Fstores"), "{:?}", fake.requests());
    app.stop().await;
}

#[tokio::test]
async fn an_event_from_before_stores_were_named_is_taken() {
    let (fake, _db, app) = start(Version::V1_7_12).await;
    fake.put(paid("inv"));
    let old = json!({"type": "InvoiceSettled", "deliveryId": "d", "invoiceId": "inv", "timestamp": "soon"}).to_string();
    assert_eq!(deliver(&app, &old).await, "accepted");
    settled(&app, "d", "processed").await;
    app.stop().await;
}
