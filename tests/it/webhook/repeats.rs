//! The same delivery again, in any order, from many connections, much later: it counts once.

use std::sync::Arc;

use serde_json::{Value, json};

use super::sender::{SECRET, post, taken};
use super::sender::{deliver, event, idle, logs, settled, sign, variables};
use crate::fake_btcpay::{FakeBtcpay, Invoice, Payment, Version};
use crate::support::{TestApp, TestDb, body, http_client, kpi, now};

const INVOICES: usize = 40;
const CONNECTIONS: usize = 32;

/// What BTCPay tells of forty invoices, each event one to five times, a repeat under a delivery id of its own.
fn story() -> Vec<(String, String)> {
    let mut story = Vec::new();
    for invoice in 0..INVOICES {
        let kinds = ["InvoiceCreated", "InvoiceReceivedPayment", "InvoiceProcessing", "InvoiceSettled"];
        for (step, kind) in kinds.into_iter().enumerate() {
            let original = format!("o-{invoice}-{step}-");
            for repeat in 0..=(invoice + step) % 5 {
                let more = json!({
                    "originalDeliveryId": original,
                    "isRedelivery": repeat > 0,
                    "timestamp": 1_767_286_921 + step,
                });
                let delivery = format!("{original}{repeat}");
                story.push((original.clone(), event(kind, &delivery, &format!("inv-{invoice}"), more)));
            }
        }
    }
    story
}

/// A fixed shuffle.
fn shuffled(mut story: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut seed = 7_u64;
    for at in (1..story.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        story.swap(at, usize::try_from(seed >> 33).unwrap() % (at + 1));
    }
    story
}

fn put_invoices(fake: &FakeBtcpay) {
    for invoice in 0..INVOICES {
        let at = now() - 10_000 - i64::try_from(invoice).unwrap();
        let value = format!("0.0000{invoice:02}12345");
        let payment = Payment::lightning(&value, at + 60).id(&format!("payment-{invoice}"));
        fake.put(Invoice::new(&format!("inv-{invoice}"), at).status("Settled").pay(payment));
    }
}

#[tokio::test]
async fn repeats_and_reordering_from_many_connections_change_nothing() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    put_invoices(&fake);
    let calm = TestDb::new();
    let ordered = TestApp::start(&calm, &variables(&fake)).await;
    let mut seen = Vec::new();
    for (original, event) in story() {
        let expected = if seen.contains(&original) { "duplicate" } else { "accepted" };
        assert_eq!(deliver(&ordered, &event).await, expected);
        seen.push(original);
    }
    idle(&ordered).await;

    let wild = TestDb::new();
    let app = Arc::new(TestApp::start(&wild, &variables(&fake)).await);
    let story = shuffled(story());
    let senders: Vec<_> = (0..CONNECTIONS)
        .map(|part| {
            let mine: Vec<String> =
                story.iter().skip(part).step_by(CONNECTIONS).map(|(_, event)| event.clone()).collect();
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                let client = http_client();
                let mut accepted = 0;
                for event in mine {
                    let signature = sign(SECRET, event.as_bytes());
                    let url = format!("{}/webhook", app.base);
                    let response = post(&client, &url, &[signature.as_bytes()], event.as_bytes()).await;
                    let status = response.status().as_u16();
                    accepted += usize::from(taken((status, body(response).await)) == "accepted");
                }
                accepted
            })
        })
        .collect();
    let mut accepted = 0;
    for sender in senders {
        accepted += sender.await.unwrap();
    }
    assert_eq!(accepted, INVOICES * 4);
    idle(&app).await;
    assert_eq!(logs(&app, "&outcome=processed").await.len(), INVOICES * 4);
    assert_eq!(logs(&app, "&outcome=duplicate").await.len(), story.len() - INVOICES * 4);
    let figures = async |app: &TestApp| app.all_time("").await;
    let (one, other) = (figures(&ordered).await, figures(&app).await);
    assert_eq!(one["kpis"], other["kpis"]);
    assert_eq!(one["series"], other["series"]);
    assert!(kpi(&one, "raised").as_i64().unwrap() > 0);
    ordered.stop().await;
    Arc::into_inner(app).unwrap().stop().await;
}

#[tokio::test]
async fn a_repeat_is_known_months_later_and_after_a_restart() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put(Invoice::new("inv", now() - 90).status("Settled").pay(Payment::onchain("0.001", now() - 80)));
    let db = TestDb::new();
    let app = TestApp::start(&db, &variables(&fake)).await;
    // Times of the event are no reason for anything: retries come an hour late, people press buttons after two months.
    for (delivery, age) in
        [("old-1", 61 * 60), ("old-2", 59 * 86_400), ("old-3", -86_400), ("old-4", 20 * 365 * 86_400)]
    {
        let more = json!({"timestamp": now() - age});
        assert_eq!(deliver(&app, &event("InvoiceSettled", delivery, "inv", more)).await, "accepted");
    }
    idle(&app).await;
    let figures = app.all_time("").await["kpis"].clone();
    app.stop().await;

    let app = TestApp::start(&db, &variables(&fake)).await;
    fake.clear_requests();
    for original in ["old-1", "old-2", "old-3", "old-4"] {
        let more = json!({"originalDeliveryId": original, "isRedelivery": true});
        assert_eq!(
            deliver(&app, &event("InvoiceSettled", &format!("late-{original}"), "inv", more)).await,
            "duplicate"
        );
    }
    // Also under the name that it had before 1.1.
    let old = json!({"originalDeliveryId": null, "orignalDeliveryId": "old-1"});
    assert_eq!(deliver(&app, &event("InvoiceSettled", "older", "inv", old)).await, "duplicate");
    assert_eq!(app.all_time("").await["kpis"], figures);
    assert_eq!(fake.requests().len(), 0, "nothing is read again");

    let first = settled(&app, "old-1", "processed").await;
    let related: Vec<&Value> = first["related"].as_array().unwrap().iter().map(|row| &row["delivery_id"]).collect();
    assert_eq!(related, ["older", "late-old-1"], "newest first");
    let repeat = app.json(&format!("/api/logs/{}", first["related"][1]["id"].as_str().unwrap())).await;
    assert_eq!((&repeat["outcome"], &repeat["related"][1]["id"]), (&json!("duplicate"), &first["id"]));
    assert_eq!(app.json("/api/invoices/inv").await["deliveries"].as_array().unwrap().len(), 9);
    app.stop().await;
}

#[tokio::test]
async fn without_any_id_the_body_itself_is_the_id() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let db = TestDb::new();
    let app = TestApp::start(&db, &variables(&fake)).await;
    assert_eq!(deliver(&app, r#"{"type":"InvoiceCreated","invoiceId":"x"}"#).await, "accepted");
    assert_eq!(deliver(&app, r#"{"type":"InvoiceCreated","invoiceId":"x"}"#).await, "duplicate");
    assert_eq!(deliver(&app, r#"{"type":"InvoiceCreated","invoiceId":"x" }"#).await, "accepted");
    assert_eq!(deliver(&app, r#"{"type":"Whatever"}"#).await, "ignored");
    assert_eq!(deliver(&app, r#"{"type":"Whatever"}"#).await, "duplicate");
    app.stop().await;
}
