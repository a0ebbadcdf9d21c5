//! Bodies that are signed and odd: refused with 400, or kept; never a 5xx, never a hang, on either database.

use serde_json::json;

use super::sender::{DEMO_SECRET, SECRET, deliver_with, event, logs, post, settled, sign, variables};
use crate::fake_btcpay::{FakeBtcpay, Version};
use crate::support::{TestApp, TestDb};

/// Texts that are no JSON, or JSON that not every reader likes: values to stand alone and as the value of a key.
fn values() -> Vec<Vec<u8>> {
    let mut values: Vec<Vec<u8>> = Vec::new();
    let texts = [
        "",
        " ",
        "null",
        "true",
        "0",
        "-0",
        "1e400",
        "-1e400",
        "1e-400",
        "9007199254740993",
        "18446744073709551616",
        "-9223372036854775809",
        "0.1e1000000000",
        "1E+2",
        "01",
        "+1",
        ".5",
        "5.",
        "1.e1",
        "0x1F",
        "NaN",
        "Infinity",
        "-Infinity",
        "-",
        "--1",
        "1_000",
        "1,5",
        "\"",
        "\"\\",
        "\"\\u\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\ud800\"",
        "\"\\ud83d\\ude00\"",
        "\"\\u0000\"",
        "\"a\\u0000b\"",
        "\"\\x41\"",
        "\"\t\"",
        "\"\n\"",
        "\"\u{0}\"",
        "\"\u{1f}\"",
        "\"\u{7f}\"",
        "\"\u{2028}\"",
        "\"\u{feff}\"",
        "\"\u{202e}\"",
        "'x'",
        "[",
        "]",
        "[]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1",
        "{",
        "}",
        "{}",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1,}",
        "{\"a\":1}}",
        "{\"a\":1}{",
        "// x",
        "/* x */ 1",
        "True",
        "nul",
        "undefined",
        "\u{a0}1",
        "<html></html>",
    ];
    values.extend(texts.iter().map(|text| text.as_bytes().to_vec()));
    values.push(b"\"\xff\"".to_vec());
    values.push(b"\"\xc3\"".to_vec());
    values.push(b"\"\xed\xa0\x80\"".to_vec());
    values.push(b"\"\xf0\x82\x82\xac\"".to_vec());
    for depth in [128, 100_000] {
        values.push("[".repeat(depth).into_bytes());
        values.push(format!("{}{}", "[".repeat(depth), "]".repeat(depth)).into_bytes());
        values.push(format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth)).into_bytes());
    }
    values.push(format!("1{}", "0".repeat(10_000)).into_bytes());
    values.push(format!("\"{}\"", "x".repeat(100_000)).into_bytes());
    values
}

fn bodies() -> Vec<Vec<u8>> {
    let values = values();
    let mut bodies = values.clone();
    for key in ["type", "deliveryId", "originalDeliveryId", "invoiceId", "storeId", "metadata", "extra"] {
        for value in &values {
            let mut body = br#"{"type":"InvoiceCreated","invoiceId":"inv",""#.to_vec();
            body.extend_from_slice(key.as_bytes());
            body.extend_from_slice(b"\":");
            body.extend_from_slice(value);
            body.push(b'}');
            bodies.push(body);
        }
    }
    let valid = event("InvoiceCreated", "d", "inv", json!({}));
    bodies.push(valid.encode_utf16().flat_map(u16::to_le_bytes).collect());
    bodies.push(valid.encode_utf16().flat_map(u16::to_be_bytes).collect());
    bodies.push(format!("\u{feff}{valid}").into_bytes());
    bodies.push(format!("{valid}\u{0}").into_bytes());
    bodies.push(valid.replace('"', "\u{201c}").into_bytes());
    bodies.push(br#"{"\ud800":1,"type":"InvoiceCreated","invoiceId":"inv"}"#.to_vec());
    bodies.push(br#"{"type":"Other","type":"InvoiceCreated","invoiceId":"a","invoiceId":"inv"}"#.to_vec());
    bodies
}

#[tokio::test]
async fn odd_json_is_refused_or_kept_in_both_modes() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    for (variables, secret) in [(variables(&fake), SECRET), (Vec::new(), DEMO_SECRET)] {
        let db = TestDb::new();
        let app = TestApp::start(&db, &variables).await;
        let url = format!("{}/webhook", app.base);
        let (mut kept, mut refused) = (0, 0);
        for body in bodies() {
            let response = post(&app.client, &url, &[sign(secret, &body).as_bytes()], &body).await;
            match response.status().as_u16() {
                200 => kept += 1,
                400 => refused += 1,
                other => panic!("{other} for {}", String::from_utf8_lossy(&body).chars().take(200).collect::<String>()),
            }
        }
        assert!(kept > 150 && refused > 200, "{kept} kept, {refused} refused");
        super::sender::idle(&app).await;
        // Of the refused ones the newest two hundred are in the log; every row can be shown.
        let rows = logs(&app, "").await;
        let seen = |row: &&serde_json::Value| row["outcome"] == "failed" && row["event_type"].is_null();
        assert_eq!(rows.iter().filter(seen).count(), 200);
        assert!(rows.iter().filter(seen).all(|row| row["verified"] == true));
        for row in rows.iter().step_by(7) {
            app.json(&format!("/api/logs/{}", row["id"].as_str().unwrap())).await;
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn the_payload_is_kept_to_the_byte() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let odd = "{\r\n\t\"type\" : \"InvoiceCreated\",\"deliveryId\":\"odd\",\"invoiceId\":\"inv\",\"n\":1.50e+2,\
               \"t\":\"\\u0000 \\ud800 ☕ 'quote' \u{2028}\"}  \n";
    assert_eq!(deliver_with(&app, DEMO_SECRET, odd).await.0, 200);
    assert_eq!(settled(&app, "odd", "processed").await["payload"], odd);
    app.stop().await;
}

#[tokio::test]
async fn every_example_of_btcpay_is_taken() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let others: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../../fixtures/btcpay/19-webhook-other-bodies.json")).unwrap();
    let whole = [
        include_str!("../../fixtures/btcpay/16-v2-webhook-invoice-received-payment.json"),
        include_str!("../../fixtures/btcpay/17-v2-webhook-invoice-settled-redelivery.json"),
        include_str!("../../fixtures/btcpay/18-v1.13-webhook-invoice-payment-settled.json"),
    ];
    let bodies = whole.iter().map(|text| text.trim_end().to_owned()).chain(others.iter().map(ToString::to_string));
    for text in bodies {
        let (status, answer) = deliver_with(&app, DEMO_SECRET, &text).await;
        let expected = if text.contains("__test__") { "ignored" } else { "accepted" };
        assert_eq!((status, &answer["status"]), (200, &json!(expected)), "{text}");
    }
    app.stop().await;
}
