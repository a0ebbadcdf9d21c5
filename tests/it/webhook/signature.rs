//! Who may deliver: the signature in every form, good and bad.

use api::sources::btcpay::webhook::Verifier;
use serde_json::json;

use super::sender::{DEMO_SECRET, SECRET, deliver_with, event, logs, post, sign, variables};
use crate::fake_btcpay::{FakeBtcpay, Version};
use crate::support::{TestApp, TestDb, body, live};

async fn demo() -> (TestDb, TestApp) {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[("BTCPAY_WEBHOOK_SECRET", SECRET.to_owned())]).await;
    (db, app)
}

#[tokio::test]
async fn exactly_the_forms_of_the_contract_are_accepted() {
    let (_db, app) = demo().await;
    let url = format!("{}/webhook", app.base);
    let text = event("InvoiceCreated", "sig", "inv", json!({}));
    let bytes = text.as_bytes();
    let good = sign(SECRET, bytes);
    let full = format!("sha256={good}");
    let upper = full.replace(&good, &good.to_uppercase());
    for accepted in [vec![full.as_str()], vec![&good], vec![&upper], vec![&full, &full], vec![&format!(" \t{full}\t ")]]
    {
        let values: Vec<&[u8]> = accepted.iter().map(|value| value.as_bytes()).collect();
        assert_eq!(post(&app.client, &url, &values, bytes).await.status(), 200, "{accepted:?}");
    }
    let other = sign("another store's secret", bytes);
    let compact = serde_json::from_str::<serde_json::Value>(&text).unwrap().to_string();
    let mut refused: Vec<Vec<Vec<u8>>> = vec![
        vec![],
        vec![full.clone().into_bytes(), other.clone().into_bytes()],
        vec![other.clone().into_bytes(), full.clone().into_bytes()],
    ];
    for value in [
        String::new(),
        "sha256=".to_owned(),
        good[1..].to_owned(),
        format!("{good}0"),
        format!("{good}{good}"),
        good.replacen(|c: char| c.is_ascii_digit(), "z", 1),
        format!("SHA256={good}"),
        format!("sha1={good}"),
        format!("sha256= {good}"),
        format!("sha256=\t{good}"),
        format!("{full},{full}"),
        format!("{full}, {other}"),
        good.replacen(|c: char| c.is_ascii_digit(), "\u{ff11}", 1),
        "a".repeat(8_192),
        other,
        sign(SECRET, b""),
        sign(SECRET, compact.as_bytes()),
        sign(SECRET, text.replace('\n', "\r\n").as_bytes()),
        sign(SECRET, format!("\u{feff}{text}").as_bytes()),
        sign(&format!("{SECRET} "), bytes),
    ] {
        refused.push(vec![value.into_bytes()]);
    }
    refused.push(vec![vec![0xff; 64]]);
    let count = refused.len();
    for values in refused {
        let values: Vec<&[u8]> = values.iter().map(Vec::as_slice).collect();
        let response = post(&app.client, &url, &values, bytes).await;
        let shown: Vec<_> = values.iter().map(|value| String::from_utf8_lossy(value)).collect();
        assert_eq!(response.status(), 401, "{shown:?}");
        assert_eq!(body(response).await["error"]["code"], "bad_signature");
    }
    let rows = logs(&app, "&outcome=bad_signature").await;
    assert_eq!(rows.len(), count);
    for row in &rows {
        let detail = app.json(&format!("/api/logs/{}", row["id"].as_str().unwrap())).await;
        assert_eq!((&detail["verified"], &detail["payload"]), (&json!(false), &json!(null)));
        assert!(detail["history"][0]["message"].as_str().unwrap().contains("BTCPAY_WEBHOOK_SECRET"));
        assert!(row["signature_preview"].as_str().is_none_or(|shown| shown.len() <= 8));
    }
    app.stop().await;
}

#[tokio::test]
async fn no_single_bit_of_a_body_can_be_changed() {
    let text = event("InvoiceSettled", "flip", "inv", json!({"metadata": {"comment": "x".repeat(1_600)}}));
    let signature = sign(SECRET, text.as_bytes());
    let verifier = Verifier::new(&SECRET.into());
    assert!(verifier.verify(&[signature.as_bytes()], text.as_bytes()).is_ok());
    let mut bytes = text.into_bytes();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            bytes[at] ^= 1 << bit;
            assert!(verifier.verify(&[signature.as_bytes()], &bytes).is_err(), "bit {bit} of byte {at}");
            bytes[at] ^= 1 << bit;
        }
    }
    // Through the server a few, where a body might be touched on its way.
    let (_db, app) = demo().await;
    for at in (0..bytes.len()).step_by(100) {
        bytes[at] ^= 4;
        let response = post(&app.client, &format!("{}/webhook", app.base), &[signature.as_bytes()], &bytes).await;
        assert_eq!(response.status(), 401);
        bytes[at] ^= 4;
    }
    app.stop().await;
}

#[tokio::test]
async fn secrets_of_any_length_and_script_are_keys_as_they_are() {
    for secret in ["x", "0123456789abcdef", "🔑 ключ", &"long".repeat(50)] {
        let db = TestDb::new();
        let app = TestApp::start(&db, &[("BTCPAY_WEBHOOK_SECRET", secret.to_owned())]).await;
        let text = event("InvoiceCreated", "a", "inv", json!({}));
        assert_eq!(deliver_with(&app, secret, &text).await.0, 200, "{secret}");
        assert_eq!(deliver_with(&app, DEMO_SECRET, &text).await.0, 401, "the demo's secret is for none set");
        app.stop().await;
    }
}

#[tokio::test]
async fn without_a_secret_a_live_server_asks_btcpay_to_come_again_and_says_why() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let db = TestDb::new();
    let app = TestApp::start(&db, &live(&fake)).await;
    let text = event("InvoiceSettled", "a", "inv", json!({}));
    for secret in [SECRET, "", DEMO_SECRET] {
        let url = format!("{}/webhook", app.base);
        let response = post(&app.client, &url, &[sign(secret, text.as_bytes()).as_bytes()], text.as_bytes()).await;
        assert_eq!(response.status(), 503);
        assert!(response.headers().contains_key("Retry-After"));
        let answer = body(response).await;
        assert_eq!(answer["error"]["code"], "webhook_secret_missing");
        assert!(answer["error"]["message"].as_str().unwrap().contains("BTCPAY_WEBHOOK_SECRET"));
    }
    let rows = logs(&app, "").await;
    assert_eq!(rows.len(), 3);
    for row in rows {
        assert_eq!(
            (&row["outcome"], &row["verified"], &row["event_type"]),
            (&json!("failed"), &json!(false), &json!(null))
        );
        let detail = app.json(&format!("/api/logs/{}", row["id"].as_str().unwrap())).await;
        assert_eq!(detail["payload"], json!(null));
        assert!(detail["history"][0]["message"].as_str().unwrap().contains("BTCPAY_WEBHOOK_SECRET"));
    }
    let settings = app.json("/api/settings").await;
    assert_eq!((&settings["webhook_secret_set"], &settings["demo_webhook_secret"]), (&json!(false), &json!(null)));
    assert!(settings["webhook_message"].as_str().unwrap().contains("503"));
    app.stop().await;
}

#[tokio::test]
async fn a_live_server_does_not_know_the_demo_secret() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let db = TestDb::new();
    let app = TestApp::start(&db, &variables(&fake)).await;
    let text = event("InvoiceSettled", "a", "inv", json!({}));
    assert_eq!(deliver_with(&app, DEMO_SECRET, &text).await.0, 401);
    assert_eq!(deliver_with(&app, SECRET, &text).await.0, 200);
    app.stop().await;
}
