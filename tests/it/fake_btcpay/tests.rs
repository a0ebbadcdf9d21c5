//! The fake itself: where it must be like BTCPay for the other tests to mean anything.

use std::collections::HashSet;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{API_KEY, FakeBtcpay, Invoice, Payment, STORE_ID, Version};

/// Status and JSON of a GET below the store's invoices.
async fn get(fake: &FakeBtcpay, rest: &str) -> (u16, Value) {
    let authority = fake.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&authority).await.unwrap();
    let request = format!(
        "GET /api/v1/stores/{STORE_ID}/invoices{rest} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Token {API_KEY}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, if body.is_empty() { Value::Null } else { serde_json::from_str(body).unwrap() })
}

fn ids(page: &Value) -> Vec<String> {
    page.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_second_of_150_invoices_can_be_paged_by_one_take_only() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all((0..150).map(|n| Invoice::new(&format!("i{n}"), 1_767_000_000)).collect());
    let mut seen = Vec::new();
    for skip in [0, 100, 200] {
        let window = "startDate=1767000000&endDate=1767000000";
        seen.extend(ids(&get(&fake, &format!("?{window}&take=100&skip={skip}")).await.1));
    }
    assert_eq!(seen.len(), 150);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 150);
    let other_take = ids(&get(&fake, "?take=50").await.1);
    assert_ne!(other_take, seen[..50], "the order of ties depends on take");
    assert_eq!(get(&fake, "?startDate=1767000001").await.1, json!([]));
    assert_eq!(get(&fake, "?endDate=soon").await.0, 422);
    assert_eq!(get(&fake, "/no%2Fsuch").await.0, 404);
}

#[tokio::test]
async fn each_version_spells_as_it_did() {
    let fake = FakeBtcpay::start(Version::V1_7_12).await;
    let invoice =
        Invoice::new("a/b", 1_767_000_000).status("Settled").amount("62.5").patch(json!({"metadata": {"n": null}}));
    fake.put(
        invoice
            .pay(Payment::onchain("0.001", 1_767_000_100).fee("0.000002"))
            .pay(Payment::onchain("0.002", 1_767_000_110).status("Invalid"))
            .pay(Payment::coin("LTC", "0.0000427", 1_767_000_200)),
    );
    for version in [Version::V1_7_12, Version::V1_13_7, Version::V2_1_6, Version::V2_4_1] {
        fake.set_version(version);
        let new = version.is_2x();
        let row = get(&fake, "?includePaymentMethods=true&take=1").await.1[0].clone();
        assert_eq!(row["metadata"], json!({"n": null}));
        assert_eq!(row.get("paidAmount"), new.then(|| json!("62.44")).as_ref());
        let methods = get(&fake, "/a%2Fb/payment-methods").await.1;
        assert_eq!(row.get("paymentMethods"), version.includes_payments().then_some(&methods));
        let (key, spelt) = if new {
            ("paymentMethodId", ["BTC-CHAIN", "BTC-LN", "BTC-LNURL", "LTC-CHAIN"])
        } else {
            ("paymentMethod", ["BTC", "BTC-LightningNetwork", "BTC-LNURLPAY", "LTC"])
        };
        let names: Vec<&str> = methods.as_array().unwrap().iter().map(|method| method[key].as_str().unwrap()).collect();
        assert_eq!(names, spelt);
        assert_eq!(methods[0][if new { "paymentMethodFee" } else { "networkFee" }], "0.000002");
        assert_eq!(methods[3][if new { "currency" } else { "cryptoCode" }], "LTC");
        assert_eq!(methods[0]["payments"].as_array().unwrap().len(), 1, "only what is accounted");
        assert_eq!(methods[1]["payments"], json!([]));
        let all = get(&fake, "/a%2Fb/payment-methods?onlyAccountedPayments=false").await.1;
        assert_eq!(all[0]["payments"].as_array().unwrap().len(), 2);
    }
    fake.stop();
    let authority = fake.url().trim_start_matches("http://").to_owned();
    assert!(TcpStream::connect(&authority).await.is_err());
    fake.restart().await;
    assert_eq!(get(&fake, "").await.0, 200);
}
