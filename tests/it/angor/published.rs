//! The published examples give the published figures.

use serde_json::{Value, json};

use super::{project, start};
use crate::fake_angor::{FakeExplorer, FakeRelay, Manners, example, reading};
use crate::fake_btcpay::{FakeBtcpay, Invoice, Payment, Version};
use crate::support::{TestDb, kpi, live, now};

const ID: &str = "angor1qnaqyj6r5avqlh3538xf9xx2az3q9rkgwuppu4m";
const ADDRESS: &str = "bc1qnaqyj6r5avqlh3538xf9xx2az3q9rkgwzyuxgw";
const FUND: &str = "angor1qjy4xvy8tmdr9ctnp3kt38tr7eyha8v7qp6rndg";

async fn world() -> (FakeRelay, FakeExplorer) {
    let mut events = vec![
        example("04-nostr-3030-invest-signed.json"),
        example("06-nostr-3030-fund-no-profile-signed.json"),
        example("07-nostr-kind0-html-signed.json"),
    ];
    events.extend(example("08-nostr-30078-set-signed.json").as_array().unwrap().clone());
    events.extend(example("09-nostr-3030-hostile-signed.json").as_array().unwrap().clone());
    let explorer = FakeExplorer::start().await;
    explorer.put(ADDRESS, example("05-address-txs-invest.json").as_array().unwrap().clone());
    (FakeRelay::start(Manners::Good, events).await, explorer)
}

#[tokio::test]
async fn the_project_is_shown_with_every_meaning_of_raised() {
    let (relay, explorer) = world().await;
    let db = TestDb::new();
    let app = start(&db, &reading(&[relay.url()], &[explorer.url()])).await;
    let before = app.json("/api/projects").await;
    assert_eq!(before["items"][0]["source"], "demo", "nothing was read yet");
    let refreshed = app.refreshed().await;
    assert_eq!(refreshed["mode"], "demo", "of BTCPay");
    assert!(refreshed["angor"].as_str().unwrap().starts_with("Angor: 3 projects read"), "{}", refreshed["angor"]);

    let page = app.json("/api/projects").await;
    let items = page["items"].as_array().unwrap();
    assert_eq!((items.len(), page["total"].as_i64()), (1, Some(1)), "the others are on no chain");
    let mut item = items[0].clone();
    assert!(item["freshness"]["as_of"].is_string());
    item["freshness"]["as_of"] = Value::Null;
    let expected = json!({
        "id": ID, "title": "Solar Node Village", "source": "angor", "network": "mainnet", "type": "invest",
        "verified": "chain+event", "target_sats": 150_000_000, "raised_sats": 101_322_222, "pending_sats": 4_950_000,
        "investments": 3, "investors": 2, "unverified": {"investments": 0, "net_sats": 0},
        "raised": {"net_confirmed_sats": 101_322_222, "net_all_sats": 106_272_222, "gross_confirmed_sats": 102_345_678,
            "fee_x100_sats": 107_345_600},
        "stages": [
            {"percent": 30, "releases_at": "2027-02-01T00:00:00Z", "raised_sats": 30_396_667},
            {"percent": 30, "releases_at": "2027-05-01T00:00:00Z", "raised_sats": 30_396_667},
            {"percent": 40, "releases_at": "2027-08-01T00:00:00Z", "raised_sats": 40_528_888}],
        "starts_at": "2026-10-01T00:00:00Z", "ends_at": "2027-01-15T00:00:00Z", "expires_at": "2027-10-01T00:00:00Z",
        "created_at": "2026-09-30T01:46:40Z", "status": item["status"], "flags": item["flags"],
        "freshness": {"state": "live", "as_of": null, "reason": null}
    });
    assert_eq!(item, expected);
    let detail = project(&app, ID).await;
    assert_eq!(
        (&detail["about"], &detail["website"]),
        (&json!("Ten solar-powered nodes."), &json!("https://solar-node.example"))
    );
    assert!(detail["description"].as_str().unwrap().starts_with("# Why solar nodes"));
    app.stop().await;
}

#[tokio::test]
async fn its_money_is_in_the_figures_of_angor_and_of_all() {
    let (relay, explorer) = world().await;
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put(Invoice::new("i", now() - 60).status("Settled").pay(Payment::onchain("0.001", now() - 50)));
    let db = TestDb::new();
    let app = start(&db, &[reading(&[relay.url()], &[explorer.url()]), live(&fake)].concat()).await;
    app.refreshed().await;
    let range = "from=2026-10-01&to=2026-10-31&interval=month";
    let angor = app.json(&format!("/api/analytics?source=angor&{range}")).await;
    assert_eq!(angor["mode"], "live");
    assert_eq!(
        (kpi(&angor, "raised"), kpi(&angor, "contributions"), kpi(&angor, "contributors")),
        (json!(101_322_222), json!(2), json!(2))
    );
    assert_eq!(kpi(&angor, "median"), (99_000_000 + 2_322_222) / 2);
    assert_eq!((kpi(&angor, "invoices"), kpi(&angor, "conversion")), (json!(0), Value::Null));
    // 3 October and 6 October are the times of their blocks.
    let day = app.json("/api/analytics?source=angor&from=2026-10-03&to=2026-10-03").await;
    assert_eq!(kpi(&day, "raised"), 99_000_000);
    let all = app.all_time("&source=all").await;
    assert_eq!((&all["mode"], kpi(&all, "raised")), (&json!("live"), json!(101_422_222)));
    assert_eq!((kpi(&all, "pending"), kpi(&all, "invoices")), (json!(4_950_000), json!(1)));
    assert_eq!(kpi(&app.all_time("").await, "raised"), 100_000);
    assert_eq!(app.json("/api/invoices").await["total"], 1);
    app.stop().await;
}

#[tokio::test]
async fn what_the_chain_does_not_confirm_is_shown_only_on_request() {
    let (relay, explorer) = world().await;
    let db = TestDb::new();
    let app = start(&db, &reading(&[relay.url()], &[explorer.url()])).await;
    app.refreshed().await;
    assert_eq!(app.refused(&format!("/api/projects/{FUND}")).await.0, 404);
    let fund = project(&app, FUND).await;
    assert_eq!(
        (&fund["verified"], &fund["status"], &fund["type"]),
        (&json!("event_only"), &json!("unverified"), &json!("fund"))
    );
    assert_eq!(
        (&fund["title"], &fund["ends_at"], &fund["target_sats"]),
        (&json!("angor1qjy4…rndg"), &Value::Null, &Value::Null)
    );
    let hostile = project(&app, "angor1qw0vnf9wg8nms2k27xkvj3kejgnqam2dvxw0a7k").await;
    assert_eq!(
        (&hostile["type"], &hostile["status"], &hostile["target_sats"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(hostile["flags"], json!(["unsupported"]));
    assert_eq!(app.json("/api/projects?include=unverified").await["total"], 3, "another program's event is none");
    app.stop().await;
}
