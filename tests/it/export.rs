//! `GET /api/invoices.csv` and `.json`: the whole set, in the list's order, safe to open.

use csv::ReaderBuilder;
use serde_json::{Value, json};

use crate::fake_btcpay::{FakeBtcpay, Invoice, Payment, Version};
use crate::support::{TestApp, TestDb, at};

const HEADER: &str = "id,store_id,status,additional_status,type,amount,currency,raised_sats,pending_sats,paid_fiat,methods,\
    created_at,expires_at,paid_at,order_id,item_code,campaigns,archived,buyer_email";

async fn app_with(db: &TestDb, invoices: Vec<Invoice>) -> TestApp {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all(invoices);
    let app = TestApp::live(db, &fake).await;
    app.refreshed().await;
    app
}

async fn csv(app: &TestApp, query: &str) -> String {
    let response = app.get(&format!("/api/invoices.csv{query}")).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"text/csv; charset=utf-8".parse().unwrap())
    );
    response.text().await.unwrap()
}

/// Records without the header.
fn records(csv: &str) -> Vec<Vec<String>> {
    let mut reader = ReaderBuilder::new().from_reader(csv.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(ToOwned::to_owned).collect()).collect()
}

#[tokio::test]
async fn a_row_has_the_fields_of_the_list_and_no_formula() {
    let created = at("2026-03-04T10:00:00Z");
    let invoice = Invoice::new("=1+1", created)
        .status("Settled")
        .amount("-60.50")
        .meta("orderId", "@SUM(1+1)*cmd|' /C calc'!A0")
        .meta("itemCode", "two\r\nlines, \"quoted\"")
        .email("+bo@example.org")
        .pay(Payment::onchain("0.001", created + 60))
        .pay(Payment::lightning("0.00000000999", created + 30));
    let db = TestDb::new();
    let app = app_with(&db, vec![invoice]).await;
    let text = csv(&app, "").await;
    assert!(text.starts_with(&format!("{HEADER}\r\n")) && text.ends_with("\r\n"), "{text}");
    let store = app.json("/api/invoices").await["items"][0]["store_id"].as_str().unwrap().to_owned();
    assert_eq!(
        records(&text),
        [[
            "'=1+1",
            &store,
            "Settled",
            "None",
            "Standard",
            "-60.50",
            "EUR",
            "100000",
            "0",
            "60.00",
            "onchain lightning",
            "2026-03-04T10:00:00Z",
            "2026-03-04T10:15:00Z",
            "2026-03-04T10:00:30Z",
            "'@SUM(1+1)*cmd|' /C calc'!A0",
            "two\r\nlines, \"quoted\"",
            "",
            "false",
            "'+bo@example.org"
        ]]
    );
    let paid = csv(&app, "?basis=paid&from=2026-03-04&to=2026-03-04&method=lightning").await;
    assert!(paid.starts_with(&format!("{HEADER},raised_msat_in_range\r\n")));
    assert_eq!(records(&paid)[0][19], "999");
    assert_eq!(csv(&app, "?status=New").await, format!("{HEADER}\r\n"));
    app.stop().await;
}

#[tokio::test]
async fn the_whole_set_comes_in_the_order_of_the_list() {
    let start = at("2026-03-04T10:00:00Z");
    // More than two pages of the export, many of one second and one amount.
    let invoices = (0..2_100).map(|n| {
        let created = start + n / 700;
        Invoice::new(&format!("i{n:04}"), created)
            .status("Settled")
            .pay(Payment::onchain(&format!("0.00{}", 1 + n % 2), created))
    });
    let db = TestDb::new();
    let app = app_with(&db, invoices.collect()).await;
    for query in ["", "?sort=created", "?sort=-raised", "?sort=raised&limit=5"] {
        let ids: Vec<String> =
            records(&csv(&app, query).await).into_iter().map(|mut record| record.remove(0)).collect();
        assert_eq!(ids.len(), 2_100, "{query}");
        let text = app.get(&format!("/api/invoices.json{query}")).await.text().await.unwrap();
        let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(rows.iter().map(|row| row["id"].as_str().unwrap()).collect::<Vec<_>>(), ids);
        let listed = app.json(&format!("/api/invoices{query}")).await;
        let first = listed["items"].as_array().unwrap();
        assert_eq!(first.as_slice(), &rows[..first.len()], "{query}");
    }
    let one = app.get("/api/invoices.json?q=i0007&basis=paid").await;
    assert_eq!(one.headers()["content-disposition"], "attachment; filename=\"invoices.json\"");
    let one: Value = serde_json::from_str(&one.text().await.unwrap()).unwrap();
    assert_eq!((one.as_array().unwrap().len(), &one[0]["raised_msat_in_range"]), (1, &json!(200_000_000)));
    assert_eq!(app.get("/api/invoices.json?status=Invalid").await.text().await.unwrap(), "[\n]\n");
    for wrong in ["invoices.csv?limit=0", "invoices.json?cursor=x", "invoices.csv?format=tsv", "invoices.csv?q=a&q=b"] {
        assert_eq!(app.refused(&format!("/api/{wrong}")).await, (400, "bad_parameter".to_owned()), "{wrong}");
    }
    app.stop().await;
}
