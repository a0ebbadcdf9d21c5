//! The log of deliveries: filters, pages, one delivery whole, and its bounds.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::sender::{DEMO_SECRET, deliver_with, event, idle, logs, post, taken};
use crate::support::{TestApp, TestDb};

/// Thirty deliveries of three kinds, ten repeats, five forgeries.
async fn filled() -> (TestDb, TestApp) {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    for number in 0..30 {
        let kind = ["InvoiceCreated", "InvoiceSettled", "PayoutCreated"][number % 3];
        let text = event(kind, &format!("Del-{number:02}"), &format!("Inv-{number:02}"), json!({"price": "1"}));
        taken(deliver_with(&app, DEMO_SECRET, &text).await);
        if number < 10 {
            assert_eq!(taken(deliver_with(&app, DEMO_SECRET, &text).await), "duplicate");
        }
        if number < 5 {
            assert_eq!(deliver_with(&app, "forged", &text).await.0, 401);
        }
    }
    idle(&app).await;
    (db, app)
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn filters_and_pages_show_every_row_once_newest_first() {
    let (_db, app) = filled().await;
    let all = logs(&app, "").await;
    assert_eq!(all.len(), 45);
    assert_eq!(ids(&all).iter().collect::<BTreeSet<_>>().len(), 45);
    let times: Vec<&str> = all.iter().map(|row| row["received_at"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    let mut paged: Vec<Value> = Vec::new();
    let mut path = "/api/logs?limit=7".to_owned();
    loop {
        let page = app.json(&path).await;
        paged.extend(page["items"].as_array().unwrap().clone());
        // What arrives meanwhile pushes nothing out.
        let text = event("InvoiceCreated", &format!("new-{}", paged.len()), "inv", json!({}));
        taken(deliver_with(&app, DEMO_SECRET, &text).await);
        let Some(next) = page["next_cursor"].as_str() else { break };
        path = format!("/api/logs?limit=7&cursor={next}");
    }
    assert_eq!(ids(&paged), ids(&all));

    let count = async |query: &str| logs(&app, query).await.len();
    assert_eq!(count("&outcome=duplicate").await, 10);
    assert_eq!(count("&outcome=bad_signature").await, 5);
    assert_eq!(count("&outcome=bad_signature,duplicate").await, 15);
    assert_eq!(count("&outcome=ignored").await, 10);
    assert_eq!(count("&event_type=PayoutCreated,InvoiceSettled&outcome=processed,ignored").await, 20);
    assert_eq!(count("&event_type=NeverHeardOf").await, 0);
    assert_eq!(count("&q=INV-07").await, 2, "in any case");
    assert_eq!(count("&q=del-29").await, 1);
    assert_eq!(count("&q=%25").await, 0, "a percent sign is one");
    app.stop().await;
}

#[tokio::test]
async fn a_row_has_what_the_contract_names_and_the_payload_stays_in_the_single_form() {
    let (_db, app) = filled().await;
    let row = &logs(&app, "&q=Del-20").await[0];
    assert_eq!((&row["event_type"], &row["invoice_id"]), (&json!("PayoutCreated"), &json!("Inv-20")));
    assert_eq!((&row["delivery_id"], &row["original_delivery_id"]), (&json!("Del-20"), &json!("Del-20")));
    assert_eq!((&row["verified"], &row["outcome"]), (&json!(true), &json!("ignored")));
    assert_eq!(row["signature_preview"].as_str().unwrap().len(), 8);
    assert!(row.get("payload").is_none());
    let whole = app.json(&format!("/api/logs/{}", row["id"].as_str().unwrap())).await;
    assert!(whole["payload"].as_str().unwrap().starts_with("{\n  \""));
    assert_eq!(whole["history"].as_array().unwrap().len(), 1);
    app.stop().await;
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    for query in [
        "limit=0",
        "limit=201",
        "limit=x",
        "limit=",
        "cursor=",
        "cursor=abc",
        "cursor=bnVsbA",
        "outcome=lost",
        "outcome=",
        "outcome=processed,",
        "event_type=",
        "event_type=a,,b",
        "page=2",
        "limit=1&limit=1",
        "q=%ff",
        "q=%00",
    ] {
        assert_eq!(app.refused(&format!("/api/logs?{query}")).await, (400, "bad_parameter".to_owned()), "{query}");
    }
    for id in ["nothing", "%00", "..", "%ff"] {
        let status = app.get(&format!("/api/logs/{id}")).await.status();
        assert!(status == 404 || (id == "..") || status == 400, "{id}: {status}");
    }
    assert_eq!(app.refused("/api/logs/x?y=1").await.0, 400);
    app.stop().await;
}

#[tokio::test]
async fn of_refused_deliveries_the_newest_two_hundred_are_kept() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let text = event("InvoiceCreated", "kept", "inv", json!({}));
    taken(deliver_with(&app, DEMO_SECRET, &text).await);
    let url = format!("{}/webhook", app.base);
    let senders: Vec<_> = (0..10)
        .map(|part| {
            let (client, url) = (app.client.clone(), url.clone());
            tokio::spawn(async move {
                for number in 0..25 {
                    let signature = format!("{:064x}", (part * 25 + number) << 16);
                    assert_eq!(post(&client, &url, &[signature.as_bytes()], b"{}").await.status(), 401);
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
    assert_eq!(post(&app.client, &url, &[b"ffffffff00"], b"{}").await.status(), 401);
    let rows = logs(&app, "&outcome=bad_signature").await;
    assert_eq!(rows.len(), 200);
    assert_eq!(rows[0]["signature_preview"], "ffffffff", "the newest is among them");
    assert_eq!(logs(&app, "&q=kept").await.len(), 1, "what was taken is never thrown away");
    app.stop().await;
}
