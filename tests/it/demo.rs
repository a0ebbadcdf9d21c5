//! Demo data from outside: filling, appending, seeding, and that they never mix with a live store's.

use std::collections::BTreeMap;

use api::domain::{Invoice, Zone};
use api::ingest::demo::{Demo, Filled, SeedError, SeedRequest};
use api::ingest::{Ingest, InvoiceUpdate};
use api::store::stores::{self, DEMO_STORE};
use api::store::{Store, invoices};
use chrono::NaiveDate;
use serde_json::{Value, json};
use shared::{InvoiceStatus, PaymentStatus};

use crate::fake_btcpay::{FakeBtcpay, Invoice as Remote, Payment, STORE_ID, Version};
use crate::support::{TestApp, TestDb, at, kpi, now, series_sum};

const DAY: i64 = 86_400;

/// The demo over a database, with a clock of its own.
struct Ledger {
    store: Store,
    ingest: Ingest,
    demo: Demo,
}

impl Ledger {
    async fn open(db: &TestDb) -> Self {
        let store = Store::open(&db.parsed()).unwrap();
        let ingest = Ingest::start(store.clone(), Zone::UTC).await.unwrap();
        let demo = Demo::new(ingest.clone(), store.clone());
        Self { store, ingest, demo }
    }

    async fn seed(&self, request: SeedRequest, now: i64) -> Result<api::ingest::demo::Seeded, SeedError> {
        self.demo.seed(request, now, |_| ()).await
    }

    /// All demo rows by id.
    async fn rows(&self) -> BTreeMap<String, Invoice> {
        let rows = self.store.read(|conn| invoices::after(conn, DEMO_STORE, "", 100_000)).await.unwrap();
        rows.into_iter().map(|stored| (stored.invoice.id.clone(), stored.invoice)).collect()
    }

    /// The rows of the roll-ups that a rebuild would mend.
    async fn wrong(&self) -> usize {
        self.ingest.rebuild().await.unwrap().mended
    }
}

fn request(invoices: u64, days: u64, seed: u64, until: &str) -> SeedRequest {
    SeedRequest { invoices, days, seed, until: Some(until.parse().unwrap()) }
}

fn day(invoice: &Invoice) -> NaiveDate {
    Zone::UTC.day_of(invoice.created_at)
}

#[tokio::test]
async fn a_seed_is_the_same_on_any_database_and_any_day() {
    let clock = at("2026-11-24T10:00:00Z");
    let (db, other) = (TestDb::new(), TestDb::new());
    let (one, two) = (Ledger::open(&db).await, Ledger::open(&other).await);
    one.seed(request(130, 30, 7, "2026-11-24"), clock).await.unwrap();
    two.seed(request(130, 45, 7, "2026-02-10"), clock + 5 * DAY).await.unwrap();
    let (one_rows, two_rows) = (one.rows().await, two.rows().await);
    let money = |rows: &BTreeMap<String, Invoice>| {
        rows.values().map(|i| (i.id.clone(), i.amount.clone(), i.currency.clone())).collect::<Vec<_>>()
    };
    assert_eq!(one_rows.len(), 130);
    assert_eq!(money(&one_rows), money(&two_rows));
    assert!(one_rows.values().all(|invoice| invoice.created_at <= clock));
    let days: Vec<NaiveDate> = two_rows.values().map(day).collect();
    assert!(*days.iter().min().unwrap() >= "2025-12-28".parse().unwrap());
    assert_eq!(days.iter().max().unwrap().to_string(), "2026-02-10");

    // Once more: nothing. Then over other days: the same rows at other times. Then fewer, then another seed.
    let again = one.seed(request(130, 30, 7, "2026-11-24"), clock + 3_600).await.unwrap();
    assert!(again.known && again.applied == Default::default());
    assert_eq!(one.rows().await, one_rows);
    let moved = one.seed(request(130, 45, 7, "2026-02-10"), clock + 7_200).await.unwrap();
    assert_eq!((moved.applied.inserted, moved.removed), (0, 0));
    assert_eq!(one.rows().await, two_rows);
    let fewer = one.seed(request(100, 45, 7, "2026-02-10"), clock + 8_000).await.unwrap();
    assert_eq!((fewer.applied.inserted, fewer.removed, one.rows().await.len()), (0, 30, 100));
    let another = one.seed(request(90, 45, 8, "2026-02-10"), clock + 9_000).await.unwrap();
    assert_eq!((another.applied.inserted, another.removed, one.rows().await.len()), (90, 100, 90));
    assert_eq!(one.wrong().await, 0);

    for (refused, what) in
        [(request(1, 1, 1, "2026-11-25"), "future"), (request(1, 3_650, 1, "2018-01-01"), "before there was bitcoin")]
    {
        let error = one.seed(refused, clock).await.unwrap_err().to_string();
        assert!(error.contains(what) && !error.contains('\n'), "{error}");
    }
}

#[tokio::test]
async fn time_that_has_passed_is_appended_and_open_invoices_move_on() {
    let clock = at("2026-11-24T23:30:00Z");
    let db = TestDb::new();
    let ledger = Ledger::open(&db).await;
    let Filled::Written(applied) = ledger.demo.fill(clock).await.unwrap() else { panic!("it was empty") };
    assert_eq!(applied.inserted, 480);
    let before = ledger.rows().await;
    let open = |rows: &BTreeMap<String, Invoice>, status| rows.values().filter(|row| row.status == status).count();
    assert!(open(&before, InvoiceStatus::New) > 0 && open(&before, InvoiceStatus::Processing) > 0);

    // A webhook by hand: one invoice of its own, and one of ours settled early.
    let mut own = before.values().find(|row| row.status == InvoiceStatus::Settled).unwrap().clone();
    own.id = "by-hand".to_owned();
    let mut early = before.values().find(|row| row.status == InvoiceStatus::Processing).unwrap().clone();
    early.status = InvoiceStatus::Settled;
    early.item_desc = Some("settled by hand".to_owned());
    early.payments[0].status = PaymentStatus::Settled;
    let by_hand: Vec<InvoiceUpdate> = [&own, &early]
        .into_iter()
        .map(|invoice| InvoiceUpdate { invoice: invoice.clone(), observed_ms: clock * 1_000 + 500 })
        .collect();
    ledger.ingest.submit(DEMO_STORE, by_hand).await.unwrap();

    // The same instant again, and one before it, add nothing.
    for instant in [clock, clock - 3_600] {
        assert_eq!(ledger.demo.fill(instant).await.unwrap(), Filled::Written(Default::default()));
    }
    let mut last = before.len() + 1;
    for hours in [1, 30, 24 * 9] {
        let instant = clock + hours * 3_600;
        ledger.demo.fill(instant).await.unwrap();
        let rows = ledger.rows().await;
        let most = usize::try_from(481 + hours / 2 + 3).unwrap();
        assert!((last..=most).contains(&rows.len()), "{} rows after {hours} hours", rows.len());
        last = rows.len();
        for row in rows.values() {
            assert!(row.created_at <= instant && row.payments.iter().all(|payment| payment.received_at <= instant));
        }
        assert_eq!((&rows["by-hand"], &rows[&early.id]), (&own, &early));
    }
    assert!(last > 481 + 40, "{last}");
    let after = ledger.rows().await;
    for row in before.values().filter(|row| row.id != early.id) {
        let moved = &after[&row.id];
        assert!(!matches!(moved.status, InvoiceStatus::New | InvoiceStatus::Processing), "{moved:?}");
        assert_eq!((moved.created_at, &moved.currency), (row.created_at, &row.currency));
    }
    assert_eq!(ledger.wrong().await, 0);

    // Step by step or at once, it comes to the same.
    let other = TestDb::new();
    let at_once = Ledger::open(&other).await;
    at_once.demo.fill(clock).await.unwrap();
    at_once.demo.fill(clock + 24 * 9 * 3_600).await.unwrap();
    let mut stepwise = after;
    stepwise.remove("by-hand");
    let mut expected = at_once.rows().await;
    expected.insert(early.id.clone(), early);
    assert_eq!(stepwise, expected);
}

#[tokio::test]
async fn what_was_seeded_is_continued() {
    let clock = at("2026-11-24T08:00:00Z");
    let db = TestDb::new();
    let ledger = Ledger::open(&db).await;
    ledger.seed(request(60, 20, 3, "2026-11-20"), clock).await.unwrap();
    assert!(ledger.rows().await.values().all(|row| day(row).to_string().as_str() <= "2026-11-20"));
    ledger.demo.fill(clock).await.unwrap();
    let rows = ledger.rows().await;
    assert!((80..110).contains(&rows.len()), "{}", rows.len());
    for missing in ["2026-11-21", "2026-11-22", "2026-11-23"] {
        assert!(rows.values().any(|row| day(row).to_string() == missing), "{missing}");
    }
    assert_eq!(ledger.wrong().await, 0);
}

#[tokio::test]
async fn the_demo_answers_every_question() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let today = chrono::DateTime::from_timestamp(now(), 0).unwrap().date_naive();
    for days in [7, 30, 60] {
        let from = today - chrono::Days::new(days - 1);
        let answer = app.json(&format!("/api/analytics?from={from}")).await;
        assert_eq!((&answer["mode"], &answer["freshness"]["stale"]), (&json!("demo"), &json!(false)));
        for id in ["raised", "invoices", "contributions", "average", "median", "contributors"] {
            assert!(kpi(&answer, id).as_i64().unwrap() > 0, "{id} of {days} days");
        }
        assert!(kpi(&answer, "pending").as_i64().unwrap() > 0);
        assert_eq!(series_sum(&answer, "raised_sats"), kpi(&answer, "raised").as_i64().unwrap());
        let quarter = kpi(&answer, "contributions").as_i64().unwrap().div_euclid(4);
        assert!(kpi(&answer, "contributors").as_i64().unwrap() >= quarter);
        for method in ["onchain", "lightning"] {
            let answer = app.json(&format!("/api/analytics?from={from}&method={method}")).await;
            assert!(kpi(&answer, "raised").as_i64().unwrap() > 0, "{method} of {days} days");
        }
        if days == 60 {
            let statuses = answer["statuses"].as_array().unwrap();
            assert!(statuses.iter().all(|status| status["count"].as_i64().unwrap() > 0), "{statuses:?}");
            assert_eq!(answer["fiat"].as_array().unwrap().len(), 2);
        }
    }
    assert_eq!(app.json("/health").await["mode"], "demo");
    let (status, refresh) = app.refresh("").await;
    let counts =
        ["fetched", "inserted", "updated", "unchanged", "skipped"].map(|count| refresh[count].as_i64().unwrap());
    assert_eq!((status, &refresh["mode"], counts), (200, &json!("demo"), [0; 5]));
    let sync = app.json("/api/sync").await;
    assert_eq!((&sync["state"], &sync["run_id"]), (&json!("idle"), &Value::Null));

    // Everything is still there after a restart, once.
    let ids = |page: &Value| page["items"].as_array().unwrap().iter().map(|i| i["id"].clone()).collect::<Vec<_>>();
    let before = app.json("/api/invoices?sort=created&limit=200").await;
    app.stop().await;
    let app = TestApp::start(&db, &[]).await;
    let after = app.json("/api/invoices?sort=created&limit=200").await;
    assert_eq!(ids(&before), ids(&after));
    let (before, after) = (before["total"].as_i64().unwrap(), after["total"].as_i64().unwrap());
    assert!((before..before + 3).contains(&after), "{before}, {after}");
    app.stop().await;
}

#[tokio::test]
async fn live_rows_and_demo_rows_never_mix() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let db = TestDb::new();
    // A demo, then a store that is empty so far: it shows nothing, not the demo.
    let app = TestApp::start(&db, &[]).await;
    let demo_id = app.json("/api/invoices").await["items"][0]["id"].as_str().unwrap().to_owned();
    app.stop().await;
    let app = TestApp::live(&db, &fake).await;
    assert_eq!(app.json("/api/invoices").await["total"], 0);
    assert_eq!(app.refused(&format!("/api/invoices/{demo_id}")).await.0, 404);
    assert_eq!(app.refused(&format!("/api/analytics?store={DEMO_STORE}")).await.0, 400);
    assert_eq!(kpi(&app.all_time("&source=all").await, "invoices"), 0);
    app.stop().await;
    // Disconnected without ever having read anything: the demo is back.
    let app = TestApp::start(&db, &[]).await;
    assert!(app.json("/api/invoices").await["total"].as_i64().unwrap() >= 480);
    app.stop().await;

    fake.put(Remote::new("real", now() - 90 * DAY).status("Settled").pay(Payment::onchain("0.001", now() - 90 * DAY)));
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    app.stop().await;
    let ledger = Ledger::open(&db).await;
    let rows = ledger.rows().await.len();
    assert_eq!(ledger.demo.fill(now() + 30 * DAY).await.unwrap(), Filled::LiveRows);
    let refused = ledger.seed(SeedRequest::default(), now()).await.unwrap_err();
    assert!(matches!(refused, SeedError::LiveRows));
    assert_eq!(ledger.rows().await.len(), rows);
    ledger.store.close().await;

    // No longer configured: the real rows stay, the demo stays away from them.
    let app = TestApp::start(&db, &[]).await;
    assert_eq!(app.json("/health").await["mode"], "demo");
    for source in ["btcpay", "all"] {
        let answer = app.all_time(&format!("&source={source}")).await;
        assert_eq!((kpi(&answer, "raised"), kpi(&answer, "invoices")), (json!(100_000), json!(1)));
        assert_eq!(answer["freshness"]["stale"], true, "nobody reads the store any more");
        assert!(answer["freshness"]["synced_at"].is_string());
    }
    assert_eq!(app.refresh("").await.1["mode"], "demo");
    let page = app.json("/api/invoices").await;
    assert_eq!((&page["total"], &page["items"][0]["store_id"]), (&json!(1), &json!(STORE_ID)));
    app.stop().await;
}

#[tokio::test]
async fn an_empty_database_with_a_live_store_gets_no_demo() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put(Remote::new("real", now() - 60));
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    assert_eq!(app.json("/api/invoices").await["total"], 0);
    app.refreshed().await;
    app.stop().await;
    let ledger = Ledger::open(&db).await;
    assert_eq!(ledger.demo.fill(now()).await.unwrap(), Filled::LiveRows);
    let ids = ledger.store.read(stores::all_ids).await.unwrap();
    assert!(ids.iter().any(|id| id == STORE_ID) && !ids.iter().any(|id| id == stores::DEMO_STORE), "{ids:?}");
}

#[tokio::test]
async fn half_a_configuration_is_a_demo_that_names_the_other_half() {
    let db = TestDb::new();
    for (set, missing) in [
        (("BTCPAY_HOST", "pay.example.org"), json!(["BTCPAY_STORE_ID", "BTCPAY_API_KEY"])),
        (("BTCPAY_STORE_ID", "abc"), json!(["BTCPAY_HOST", "BTCPAY_API_KEY"])),
    ] {
        let app = TestApp::start(&db, &[(set.0, set.1.to_owned())]).await;
        let settings = app.json("/api/settings").await;
        assert_eq!((&settings["mode"], &settings["missing_for_live"]), (&json!("demo"), &missing));
        assert_eq!(settings["connection"]["state"], "demo");
        assert!(settings["connection"]["message"].as_str().unwrap().contains(missing[0].as_str().unwrap()));
        assert_eq!(settings["demo_webhook_secret"], "demo-webhook-secret");
        assert!(app.json("/api/invoices").await["total"].as_i64().unwrap() >= 480);
        app.stop().await;
    }
    // A secret of one's own is not shown, and in live mode there is no other.
    let own = [("BTCPAY_WEBHOOK_SECRET", "canary".to_owned())];
    let app = TestApp::start(&db, &own).await;
    let settings = app.get("/api/settings").await.text().await.unwrap();
    assert!(settings.contains("\"webhook_secret_set\":true") && settings.contains("\"demo_webhook_secret\":null"));
    assert!(!settings.contains("canary"));
    app.stop().await;
}
