//! Sends deliveries as BTCPay does, and looks at what became of them.

use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::fake_btcpay::{FakeBtcpay, STORE_ID};
use crate::support::{TestApp, body, eventually, live};

/// Not ASCII: the key is the secret's UTF-8 bytes.
pub const SECRET: &str = "pässwört für den Haken";
/// Of demo mode.
pub const DEMO_SECRET: &str = "demo-webhook-secret";

/// Variables of a live server that takes deliveries.
pub fn variables(fake: &FakeBtcpay) -> Vec<(&'static str, String)> {
    let mut variables = live(fake);
    variables.push(("BTCPAY_WEBHOOK_SECRET", SECRET.to_owned()));
    variables
}

pub fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An event as BTCPay writes it, indented; `more` is merged in.
pub fn event(kind: &str, delivery: &str, invoice: &str, more: Value) -> String {
    let mut event = json!({
        "deliveryId": delivery,
        "webhookId": "XfLn4SQG856N9dQRUWqkVn",
        "originalDeliveryId": delivery,
        "isRedelivery": false,
        "type": kind,
        "timestamp": 1_767_286_921,
        "storeId": STORE_ID,
        "invoiceId": invoice,
        "metadata": {"itemCode": "", "orderId": "o-1"},
    });
    for (key, value) in more.as_object().unwrap() {
        event[key] = value.clone();
    }
    serde_json::to_string_pretty(&event).unwrap()
}

/// Posts a body with signature headers as they are given.
pub async fn post(client: &Client, url: &str, signatures: &[&[u8]], body: &[u8]) -> Response {
    let mut request = client.post(url).header("Content-Type", "application/json").body(body.to_vec());
    for signature in signatures {
        request = request.header("BTCPay-Sig", reqwest::header::HeaderValue::from_bytes(signature).unwrap());
    }
    request.send().await.unwrap()
}

/// Status and answer of a delivery signed with a secret.
pub async fn deliver_with(app: &TestApp, secret: &str, event: &str) -> (u16, Value) {
    let signature = format!("sha256={}", sign(secret, event.as_bytes()));
    let url = format!("{}/webhook", app.base);
    let response = post(&app.client, &url, &[signature.as_bytes()], event.as_bytes()).await;
    (response.status().as_u16(), body(response).await)
}

/// What a delivery that must be taken is answered with.
pub async fn deliver(app: &TestApp, event: &str) -> String {
    taken(deliver_with(app, SECRET, event).await)
}

pub fn taken((status, answer): (u16, Value)) -> String {
    assert_eq!(status, 200, "{answer}");
    answer["status"].as_str().unwrap().to_owned()
}

/// All rows of the log that fit a query, over all pages.
pub async fn logs(app: &TestApp, query: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = app.json(&format!("/api/logs?limit=200{query}{cursor}")).await;
        rows.extend(page["items"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
}

/// The first delivery of an id, whole.
pub async fn detail(app: &TestApp, delivery: &str) -> Value {
    let rows = logs(app, &format!("&q={delivery}")).await;
    // By its own id: a search also finds what our ids happen to spell.
    let first = rows.iter().find(|row| row["delivery_id"] == delivery && row["outcome"] != "duplicate");
    let first = first.unwrap_or_else(|| panic!("{delivery}: {rows:?}"));
    app.json(&format!("/api/logs/{}", first["id"].as_str().unwrap())).await
}

/// The same as soon as it has an outcome.
pub async fn settled(app: &TestApp, delivery: &str, outcome: &str) -> Value {
    eventually(&format!("{delivery} {outcome}"), async || {
        Some(detail(app, delivery).await).filter(|found| found["outcome"] == outcome)
    })
    .await
}

/// Waits until nothing is left to do.
pub async fn idle(app: &TestApp) {
    eventually("all deliveries worked off", async || logs(app, "&outcome=pending").await.is_empty().then_some(()))
        .await;
}

/// Whether a step of the history has these words.
pub fn tells(detail: &Value, words: &str) -> bool {
    detail["history"].as_array().unwrap().iter().any(|step| step["message"].as_str().unwrap().contains(words))
}
