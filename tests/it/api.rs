//! The REST API around the figures: lists, cursors, headers, probes, what nobody may see.

use serde_json::{Value, json};

use crate::fake_btcpay::{API_KEY, FakeBtcpay, Invoice, Payment, Version};
use crate::support::{TestApp, TestDb, at, http_client, live, now};

async fn app_with(db: &TestDb, invoices: Vec<Invoice>) -> TestApp {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all(invoices);
    let app = TestApp::live(db, &fake).await;
    app.refreshed().await;
    app
}

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

/// Walks over all pages.
async fn walk(app: &TestApp, query: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = app.json(&format!("/api/invoices?{query}{cursor}")).await;
        found.extend(ids(&page).into_iter().map(ToOwned::to_owned));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

#[tokio::test]
async fn an_item_has_the_fields_of_the_contract() {
    let created = at("2026-03-04T10:00:00Z");
    let invoice = Invoice::new("i", created)
        .status("Settled")
        .additional("PaidOver")
        .amount("60")
        .meta("orderId", "order-1")
        .meta("itemCode", "tshirt")
        .email("bo@example.org")
        .pay(Payment::onchain("0.001", created + 60))
        .pay(Payment::lightning("0.0000000001", created + 30).status("Processing"));
    let db = TestDb::new();
    let app = app_with(&db, vec![invoice]).await;
    let page = app.json("/api/invoices").await;
    assert_eq!((&page["total"], &page["next_cursor"]), (&json!(1), &Value::Null));
    let store_id = page["items"][0]["store_id"].clone();
    assert_eq!(
        page["items"][0],
        json!({
            "id": "i", "store_id": store_id, "status": "Settled", "additional_status": "PaidOver", "type": "Standard",
            "amount": "60", "currency": "EUR", "raised_sats": 100_000, "pending_sats": 0, "paid_fiat": "60.00",
            "methods": ["onchain", "lightning"], "created_at": "2026-03-04T10:00:00Z",
            "expires_at": "2026-03-04T10:15:00Z", "paid_at": "2026-03-04T10:01:00Z", "order_id": "order-1",
            "item_code": "tshirt", "campaigns": [], "archived": false, "buyer_email": "bo@example.org"
        })
    );
    let detail = app.json("/api/invoices/i").await;
    assert_eq!(detail["payments"][0]["reason"], "pending");
    assert_eq!(detail["payments"][1]["sentence"], "On-chain payment received on 4 March 2026 and settled.");
    assert_eq!((&detail["payments"][1]["net_msat"], &detail["deliveries"]), (&json!(100_000_000), &json!([])));
    assert!(detail["btcpay_url"].as_str().unwrap().ends_with("/invoices/i"));
    assert_eq!(app.refused("/api/invoices/nope").await, (404, "not_found".to_owned()));
    app.stop().await;
}

#[tokio::test]
async fn cursors_visit_every_row_once_in_each_order() {
    let start = at("2026-03-04T10:00:00Z");
    // Many of one second and one amount: only the id tells them apart.
    let invoices: Vec<Invoice> = (0..57)
        .map(|n| {
            let created = start + n / 10;
            let amount = format!("0.0000{}", 1 + n % 3);
            Invoice::new(&format!("i{n:02}"), created).status("Settled").pay(Payment::onchain(&amount, created))
        })
        .collect();
    let db = TestDb::new();
    let app = app_with(&db, invoices).await;
    let newest = walk(&app, "limit=7").await;
    assert_eq!((newest.len(), newest[0].as_str(), newest[56].as_str()), (57, "i56", "i00"));
    let mut oldest = walk(&app, "limit=7&sort=created").await;
    oldest.reverse();
    assert_eq!(newest, oldest);
    let richest = walk(&app, "limit=10&sort=-raised").await;
    let mut poorest = walk(&app, "limit=9&sort=raised").await;
    poorest.reverse();
    assert_eq!(richest, poorest);
    let mut sorted = richest.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), 57);
    let page = app.json("/api/invoices?limit=7").await;
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(app.refused(&format!("/api/invoices?sort=raised&cursor={cursor}")).await.0, 400, "another order");
    app.stop().await;
}

#[tokio::test]
async fn filters_find_what_they_say() {
    let day = at("2026-03-04T10:00:00Z");
    let later = at("2026-03-09T10:00:00Z");
    let invoices = vec![
        Invoice::new("a", day)
            .status("Settled")
            .email("Bo@Example.org")
            .pay(Payment::onchain("0.001", later).id("TXID-0")),
        Invoice::new("b", day).status("Expired").meta("orderId", "100%_off"),
        Invoice::new("c", later)
            .status("Settled")
            .meta("itemCode", "tshirt")
            .pay(Payment::lightning("0.00000000999", later)),
        Invoice::new("d", later).status("Processing").pay(Payment::onchain("0.002", later).status("Processing")),
    ];
    let db = TestDb::new();
    let app = app_with(&db, invoices).await;
    for (query, expected) in [
        ("status=Settled,Expired", vec!["c", "b", "a"]),
        ("status=processing", vec!["d"]),
        ("q=bo%40example", vec!["a"]),
        ("q=TSHIRT", vec!["c"]),
        ("q=txid-0", vec!["a"]),
        ("q=100%25_", vec!["b"]),
        ("q=1%25f", vec![]),
        ("q=%27%3B+DROP+TABLE+invoices", vec![]),
        ("from=2026-03-05", vec!["d", "c"]),
        ("to=2026-03-04", vec!["b", "a"]),
        ("basis=paid&from=2026-03-09&to=2026-03-09", vec!["c", "a"]),
        ("basis=paid&from=2026-03-09&to=2026-03-09&method=lightning", vec!["c"]),
        ("basis=paid", vec!["c", "a"]),
        ("method=onchain", vec!["d", "a"]),
        ("sort=-raised&status=Settled", vec!["a", "c"]),
    ] {
        assert_eq!(ids(&app.json(&format!("/api/invoices?{query}")).await), expected, "{query}");
    }
    let paid = app.json("/api/invoices?basis=paid&from=2026-03-09&to=2026-03-09").await;
    assert_eq!((&paid["items"][0]["raised_msat_in_range"], &paid["items"][0]["raised_sats"]), (&json!(999), &json!(0)));
    for query in [
        &format!("q={}", "x".repeat(201)),
        "limit=0",
        "limit=201",
        "limit=x",
        "status=Frozen",
        "status=",
        "sort=amount",
        "basis=both",
        "cursor=x",
        "cursor=eyJ9",
        "from=2026-03-05&to=2026-03-04",
        "page=2",
        "q=a&q=b",
        "tz=Nowhere",
        "store=x",
        "campaign=x",
    ] {
        assert_eq!(app.refused(&format!("/api/invoices?{query}")).await, (400, "bad_parameter".to_owned()), "{query}");
    }
    app.stop().await;
}

#[tokio::test]
async fn probes_settings_and_documents_answer() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    assert_eq!(app.json("/health").await["mode"], "demo");
    assert_eq!(app.json("/ready").await["ready"], true);
    let settings = app.json("/api/settings").await;
    assert_eq!(settings["missing_for_live"], json!(["BTCPAY_HOST", "BTCPAY_STORE_ID", "BTCPAY_API_KEY"]));
    assert_eq!(settings["connection"]["state"], "demo");
    assert_eq!(settings["webhook_url"], format!("{}/webhook", app.base));
    let (status, refresh) = app.refresh("").await;
    assert_eq!((status, &refresh["mode"], &refresh["fetched"]), (200, &json!("demo"), &json!(0)));
    assert_eq!(app.refresh("?depth=deep").await.0, 400);
    assert_eq!(app.json("/api/sync").await["state"], "idle");
    let document = app.json("/api/openapi.json").await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for path in [
        "/health",
        "/ready",
        "/api/analytics",
        "/api/invoices",
        "/api/invoices/{id}",
        "/api/refresh",
        "/api/sync",
        "/api/settings",
    ] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    assert_eq!(app.refused("/api/nope").await, (404, "not_found".to_owned()));
    assert_eq!(app.send(reqwest::Method::DELETE, "/api/analytics").await.status(), 405);
    app.stop().await;
}

#[tokio::test]
async fn secrets_stay_inside() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let db = TestDb::new();
    let mut variables = live(&fake);
    variables.push(("BTCPAY_WEBHOOK_SECRET", "canary-webhook-secret".to_owned()));
    let app = TestApp::start(&db, &variables).await;
    let text = app.get("/api/settings").await.text().await.unwrap();
    assert!(!text.contains(API_KEY) && !text.contains("canary"));
    let settings: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(settings["api_key_masked"], format!("…{}", &API_KEY[API_KEY.len() - 4..]));
    assert_eq!(settings["webhook_secret_set"], true);
    let named = settings["from_environment"].as_array().unwrap();
    let key = named.iter().find(|variable| variable["name"] == "BTCPAY_API_KEY").unwrap();
    assert_eq!(key["value"], Value::Null);
    app.stop().await;
}

#[tokio::test]
async fn hostile_text_is_stored_and_given_back_as_text() {
    let hostile = "<script>alert(1)</script>\u{202e}\r\n\u{0}=cmd|' /C calc'!A0 \u{1f4a9}";
    let invoice = Invoice::new("i", now() - 60).email(hostile).meta("orderId", &hostile.repeat(20));
    let odd_id =
        Invoice::new("../../etc/passwd?x=1#y", now() - 61).status("Settled").pay(Payment::onchain("0.001", now() - 50));
    let db = TestDb::new();
    let app = app_with(&db, vec![invoice, odd_id]).await;
    let page = app.json("/api/invoices").await;
    assert_eq!(page["total"], 2);
    assert_eq!(page["items"][0]["buyer_email"], hostile.replace('\0', "").trim());
    let detail = app.json("/api/invoices/..%2F..%2Fetc%2Fpasswd%3Fx=1%23y").await;
    assert_eq!(detail["id"], "../../etc/passwd?x=1#y");
    app.stop().await;
}

#[tokio::test]
async fn pages_have_their_headers_and_their_base() {
    let db = TestDb::new();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<!doctype html><base href=\"/\" /><p>hello").unwrap();
    std::fs::write(folder.path().join("app-0123456789abcdef.js"), "1").unwrap();
    let variables =
        [("WEB_DIR", folder.path().to_str().unwrap().to_owned()), ("PUBLIC_URL", "http://127.0.0.1/a/b".to_owned())];
    let app = TestApp::start(&db, &variables).await;
    for (path, status) in [
        ("/", 200),
        ("/invoices", 200),
        ("/a/b/", 200),
        ("/a/b", 200),
        ("/a/b/settings/x", 200),
        ("/nope", 404),
        ("/a/bc", 404),
        ("/../Cargo.toml", 404),
    ] {
        let response = app.get(path).await;
        assert_eq!(response.status(), status, "{path}");
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"));
        assert!(response.text().await.unwrap().contains("<base href=\"/a/b/\">"), "{path}");
    }
    let script = app.get("/app-0123456789abcdef.js").await;
    assert_eq!(script.headers()["cache-control"], "public, max-age=31536000, immutable");
    let etag = script.headers()["etag"].to_str().unwrap().to_owned();
    let client = http_client();
    let known = client.get(format!("{}/app-0123456789abcdef.js", app.base)).header("If-None-Match", etag).send().await;
    assert_eq!(known.unwrap().status(), 304);
    assert_eq!(app.json("/a/b/health").await["status"], "ok");
    assert_eq!(app.json("/a/b/api/analytics?interval=week").await["range"]["interval"], "week");
    app.stop().await;
}
