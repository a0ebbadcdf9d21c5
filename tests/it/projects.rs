//! Angor projects through HTTP, demo tier: the shape of the contract, order, and how they stand beside a store.

use serde_json::{Value, json};

use crate::fake_btcpay::{FakeBtcpay, Invoice, Payment, Version};
use crate::support::{TestApp, TestDb, kpi, now, series_sum};

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

fn sum(page: &Value, field: &str) -> i64 {
    page["items"].as_array().unwrap().iter().map(|item| item[field].as_i64().unwrap()).sum()
}

fn fields(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn the_demo_is_listed_in_the_shape_of_the_contract_and_marked() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let page = app.json("/api/projects").await;
    assert_eq!((page["total"].as_i64(), &page["next_cursor"]), (Some(3), &Value::Null));
    for item in page["items"].as_array().unwrap() {
        let expected = [
            "created_at",
            "ends_at",
            "expires_at",
            "flags",
            "freshness",
            "id",
            "investments",
            "investors",
            "network",
            "pending_sats",
            "raised",
            "raised_sats",
            "source",
            "stages",
            "starts_at",
            "status",
            "target_sats",
            "title",
            "type",
            "unverified",
            "verified",
        ];
        assert_eq!(fields(item), expected);
        assert_eq!(
            (&item["source"], &item["verified"], &item["network"]),
            (&json!("demo"), &json!("demo"), &json!("demo"))
        );
        assert_eq!((&item["freshness"]["state"], &item["freshness"]["reason"]), (&json!("demo"), &Value::Null));
        assert_eq!((&item["status"], &item["flags"]), (&json!("active"), &json!([])));
        assert_eq!(item["raised_sats"], item["raised"]["net_confirmed_sats"]);
        let stages: i64 =
            item["stages"].as_array().unwrap().iter().map(|one| one["raised_sats"].as_i64().unwrap()).sum();
        assert_eq!(json!(stages), item["raised_sats"], "stages share the confirmed money out");
        assert!(item["id"].as_str().unwrap().starts_with("demo-"));
        let open_ended = item["type"] != "invest";
        assert_eq!(item["ends_at"].is_null(), open_ended);
        assert!(item["stages"].as_array().unwrap().iter().all(|stage| stage["percent"].is_null() == open_ended));
    }
    let detail = app.json("/api/projects/demo-solar-node-village").await;
    assert_eq!(detail["stages"][0]["percent"], 30);
    assert!(detail["about"].is_string() && detail["description"].is_string() && detail["spent"].is_null());
    assert_eq!(detail["website"], "https://solar-node.example");
    assert_eq!(app.refused("/api/projects/demo-nothing").await, (404, "not_found".to_owned()));
    assert_eq!(app.refused("/api/projects/a%00b").await, (404, "not_found".to_owned()));
    app.stop().await;
}

#[tokio::test]
async fn projects_are_sorted_and_paged() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let (solar, fund, radio) = ("demo-solar-node-village", "demo-open-maintenance-fund", "demo-radio-free-lightning");
    for (sort, expected) in [
        ("", [solar, radio, fund]),
        ("?sort=created", [fund, radio, solar]),
        ("?sort=-raised", [solar, fund, radio]),
        ("?sort=raised", [radio, fund, solar]),
        ("?sort=title", [fund, radio, solar]),
        ("?sort=-title", [solar, radio, fund]),
        ("?sort=-investors&include=unverified", [solar, radio, fund]),
    ] {
        assert_eq!(ids(&app.json(&format!("/api/projects{sort}")).await), expected, "{sort}");
        let more = if sort.is_empty() { "?" } else { &format!("{sort}&") };
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = app.json(&format!("/api/projects{more}limit=1{cursor}")).await;
            walked.extend(ids(&page).into_iter().map(ToOwned::to_owned));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(walked, expected, "{sort}");
    }
    let cursor = app.json("/api/projects?limit=1").await["next_cursor"].as_str().unwrap().to_owned();
    for bad in ["sort=amount", "limit=0", "limit=201", "include=all", "x=1", "cursor=!", "sort=raised&sort=title"] {
        assert_eq!(app.refused(&format!("/api/projects?{bad}")).await.0, 400, "{bad}");
    }
    assert_eq!(app.refused(&format!("/api/projects?sort=title&cursor={cursor}")).await.0, 400);
    app.stop().await;
}

#[tokio::test]
async fn investments_are_figures_like_any_other_but_no_invoices() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let page = app.json("/api/projects").await;
    let figures = app.all_time("&source=angor").await;
    assert_eq!((&figures["mode"], &figures["source"]), (&json!("demo"), &json!("angor")));
    assert_eq!(kpi(&figures, "raised"), sum(&page, "raised_sats"));
    assert_eq!(kpi(&figures, "pending"), sum(&page, "pending_sats"));
    assert_eq!(series_sum(&figures, "raised_sats"), sum(&page, "raised_sats"));
    // Pending ones are counted with the project's investments, not among the contributions.
    assert_eq!(kpi(&figures, "contributions"), sum(&page, "investments") - 3);
    assert_eq!(series_sum(&figures, "contributions"), sum(&page, "investments") - 3);
    // One of the investors has only a pending one in each of two projects.
    assert_eq!(kpi(&figures, "contributors"), sum(&page, "investors") - 2);
    assert!(kpi(&figures, "median").is_i64() && kpi(&figures, "average").is_i64());
    assert_eq!((kpi(&figures, "invoices"), kpi(&figures, "conversion")), (json!(0), Value::Null));
    assert_eq!((series_sum(&figures, "created"), &figures["fiat"]), (0, &json!([])));
    assert!(figures["statuses"].as_array().unwrap().iter().all(|status| status["count"] == 0));
    assert_eq!(kpi(&app.all_time("&source=angor&method=onchain").await, "raised"), sum(&page, "raised_sats"));
    assert_eq!(kpi(&app.all_time("&source=angor&method=lightning").await, "raised"), 0);

    // A project is a store of its own.
    let one = &page["items"][0];
    let alone = app.all_time(&format!("&source=angor&store={}", one["id"].as_str().unwrap())).await;
    assert_eq!(&kpi(&alone, "raised"), &one["raised_sats"]);
    assert_eq!(app.refused("/api/analytics?source=angor&store=demo-nothing").await.0, 400);

    // Nothing of it is among BTCPay's invoices.
    let invoices = app.json("/api/invoices?limit=200").await;
    assert!(invoices["items"].as_array().unwrap().iter().all(|item| item["type"] != "Investment"));
    assert_eq!(kpi(&app.all_time("").await, "invoices"), invoices["total"]);
    assert_eq!(app.refused("/api/invoices/demo-solar-node-village-001").await.0, 404);
    app.stop().await;
}

#[tokio::test]
async fn a_second_start_on_the_same_data_changes_nothing() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let before = app.all_time("&source=angor").await;
    app.stop().await;
    let app = TestApp::start(&db, &[]).await;
    assert_eq!(app.all_time("&source=angor").await, before);
    app.stop().await;
    let store = api::store::Store::open(&db.parsed()).unwrap();
    let ingest = api::ingest::Ingest::start(store.clone(), api::domain::Zone::UTC).await.unwrap();
    let rebuilt = ingest.rebuild().await.unwrap();
    assert_eq!(rebuilt.mended, 0);
    store.close().await;
}

#[tokio::test]
async fn the_demo_never_stands_beside_a_live_store() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put(Invoice::new("i", now() - 60).status("Settled").pay(Payment::onchain("0.001", now() - 50)));
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    let all = app.all_time("&source=all").await;
    assert_eq!((&all["mode"], kpi(&all, "raised")), (&json!("live"), json!(100_000)));
    assert_eq!((kpi(&all, "invoices"), kpi(&all, "contributions")), (json!(1), json!(1)));
    assert!(all["freshness"]["synced_at"].is_string());
    let angor = app.all_time("&source=angor").await;
    assert_eq!((&angor["mode"], kpi(&angor, "contributions").as_i64()), (&json!("demo"), Some(64)));
    assert_eq!(app.json("/api/analytics").await["mode"], "live");
    app.stop().await;
}

#[tokio::test]
async fn two_demos_are_added_up() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let of = async |source: &str| kpi(&app.all_time(&format!("&source={source}")).await, "raised").as_i64().unwrap();
    assert_eq!(of("all").await, of("btcpay").await + of("angor").await);
    assert_eq!(app.all_time("&source=all").await["mode"], "demo");
    app.stop().await;
}

#[tokio::test]
async fn the_settings_name_relays_and_explorers() {
    let db = TestDb::new();
    let variables = [("ANGOR_RELAYS", "ws://127.0.0.1:1".to_owned()), ("ANGOR_NETWORK", "angornet".to_owned())];
    let app = TestApp::start(&db, &variables).await;
    let angor = &app.json("/api/settings").await["angor"];
    assert_eq!((&angor["enabled"], &angor["network"]), (&json!(false), &json!("angornet")));
    assert_eq!((&angor["relays"][0]["url"], &angor["relays"][0]["state"]), (&json!("ws://127.0.0.1:1"), &json!("off")));
    assert!(angor["relays"][0]["message"].as_str().unwrap().contains("ANGOR_ENABLE"));
    assert!(angor["explorers"].as_array().unwrap().len() > 1, "the public ones where none are set");
    app.stop().await;
}
