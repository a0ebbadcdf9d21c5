//! Pulling from BTCPay: every version, the walk, upgrades, what is gone, what cannot be read.

use serde_json::json;

use crate::fake_btcpay::{FakeBtcpay, Invoice, Payment, Version};
use crate::support::{TestApp, TestDb, kpi, now, series_sum};

const VERSIONS: [Version; 4] = [Version::V1_7_12, Version::V1_13_7, Version::V2_1_6, Version::V2_4_1];

/// A small store with every way to hold money.
fn store(at: i64) -> Vec<Invoice> {
    vec![
        Invoice::new("new", at),
        Invoice::new("settled", at + 1)
            .status("Settled")
            .email("bo@example.org")
            .pay(Payment::onchain("0.001", at + 10).id("tx-0"))
            .pay(Payment::lightning("0.00035012345", at + 20).id("hash-1")),
        Invoice::new("fee", at + 2).status("Settled").pay(Payment::onchain("0.000502", at + 30).fee("0.000002")),
        Invoice::new("processing", at + 3)
            .status("Processing")
            .pay(Payment::onchain("0.002", at + 40).status("Processing")),
        Invoice::new("late", at + 4).status("Expired").additional("PaidLate").pay(Payment::lnurl("0.0004", at + 5_000)),
        Invoice::new("disowned", at + 5).status("Invalid").additional("Marked").pay(Payment::onchain("0.5", at + 50)),
        Invoice::new("by-hand", at + 6).status("Settled").additional("Marked").amount("150"),
        Invoice::new("free", at + 7).status("Settled").amount("0"),
        Invoice::new("litecoin", at + 8).status("Settled").pay(Payment::coin("LTC", "3", at + 60)),
        Invoice::new("archived", at + 9).status("Settled").archived(true).pay(Payment::onchain("0.0001", at + 70)),
        Invoice::new("expired", at + 10).status("Expired"),
    ]
}

#[tokio::test]
async fn every_version_gives_the_same_figures() {
    let at = now() - 86_400;
    for version in VERSIONS {
        let fake = FakeBtcpay::start(version).await;
        fake.put_all(store(at));
        let db = TestDb::new();
        let app = TestApp::live(&db, &fake).await;
        let report = app.refreshed().await;
        assert_eq!((&report["fetched"], &report["inserted"], &report["skipped"]), (&json!(11), &json!(11), &json!(0)));
        let figures = app.all_time("").await;
        // 0.001 + 0.00035012345 + 0.0005 + 0.0004 + 0.0001 BTC, rounded down once.
        assert_eq!(kpi(&figures, "raised"), 235_012);
        assert_eq!(kpi(&figures, "pending"), 200_000);
        assert_eq!(kpi(&figures, "invoices"), 11);
        assert_eq!(kpi(&figures, "contributions"), 4);
        assert_eq!(kpi(&figures, "contributors"), 4);
        assert_eq!(kpi(&figures, "average"), 58_753);
        assert_eq!(kpi(&figures, "median"), 45_000);
        assert_eq!(series_sum(&figures, "raised_sats"), 235_012);
        assert_eq!(kpi(&app.all_time("&method=lightning").await, "raised"), 75_012);
        assert_eq!(kpi(&app.all_time("&method=onchain").await, "raised"), 160_000);
        assert_eq!(app.json("/api/settings").await["connection"]["state"], "connected");
        // Nothing changed, so nothing is written.
        let again = app.refreshed().await;
        assert_eq!((&again["inserted"], &again["updated"], &again["unchanged"]), (&json!(0), &json!(0), &json!(11)));
        app.stop().await;
    }
}

#[tokio::test]
async fn a_server_upgraded_between_two_runs_counts_no_payment_twice() {
    let at = now() - 3_600;
    let fake = FakeBtcpay::start(Version::V1_13_7).await;
    fake.put_all(store(at));
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    let before = app.all_time("").await;
    fake.set_version(Version::V2_4_1);
    let report = app.refreshed().await;
    assert_eq!((&report["inserted"], &report["updated"]), (&json!(0), &json!(0)), "{report}");
    let after = app.all_time("").await;
    assert_eq!(before["kpis"], after["kpis"]);
    app.stop().await;
}

#[tokio::test]
async fn payments_are_asked_for_one_by_one_only_where_the_server_does_not_list_them() {
    let at = now() - 3_600;
    for (version, expected) in [(Version::V2_4_1, 0), (Version::V2_1_6, 30)] {
        let fake = FakeBtcpay::start(version).await;
        fake.put_all((0..30).map(|n| paid(&format!("paid-{n}"), at + n)).collect());
        fake.put_all((0..30).map(|n| Invoice::new(&format!("new-{n}"), at + n)).collect());
        let db = TestDb::new();
        let app = TestApp::live(&db, &fake).await;
        app.refreshed().await;
        let calls = fake.requests().iter().filter(|request| request.path.ends_with("/payment-methods")).count();
        assert_eq!(calls, expected, "{version:?}");
        assert!(fake.peak_payment_calls() <= 4);
        assert!(expected == 0 || fake.peak_payment_calls() >= 2, "never two at a time");
        app.stop().await;
    }
}

fn paid(id: &str, at: i64) -> Invoice {
    Invoice::new(id, at).status("Settled").pay(Payment::lightning("0.00001", at + 5))
}

#[tokio::test]
async fn a_second_with_150_invoices_loses_none() {
    let at = now() - 7_200;
    for version in [Version::V1_13_7, Version::V2_4_1] {
        let fake = FakeBtcpay::start(version).await;
        fake.put_all((0..150).map(|n| paid(&format!("burst-{n}"), at)).collect());
        fake.put_all((0..120).map(|n| paid(&format!("before-{n}"), at - 1 - n)).collect());
        fake.put_all((0..40).map(|n| paid(&format!("after-{n}"), at + 1 + n)).collect());
        let db = TestDb::new();
        let app = TestApp::live(&db, &fake).await;
        let report = app.refreshed().await;
        assert_eq!(report["inserted"], 310, "{report}");
        assert_eq!(kpi(&app.all_time("").await, "raised"), 310_000);
        let lists = fake.requests().iter().filter(|request| request.path.ends_with("/invoices")).count();
        assert!(lists <= 10, "{lists} pages for 310 invoices");
        app.stop().await;
    }
}

#[tokio::test]
async fn invoices_that_arrive_during_the_walk_push_none_out() {
    let at = now() - 7_200;
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all((0..350).map(|n| paid(&format!("old-{n}"), at - n)).collect());
    let during = fake.clone();
    fake.on_list(Box::new(move |page| {
        during.put_all((0..30).map(|n| paid(&format!("fresh-{page}-{n}"), at + 60)).collect());
    }));
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    let listed = app.json("/api/invoices?q=old-&limit=1").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let mut cursor = String::new();
    let mut old = 0;
    loop {
        let page = app.json(&format!("/api/invoices?q=old-&limit=200{cursor}")).await;
        old += page["items"].as_array().unwrap().len();
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(old, 350);
    app.stop().await;
}

#[tokio::test]
async fn a_run_reads_what_can_have_changed_and_full_depth_everything() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let day = 86_400;
    fake.put_all(vec![paid("old", now() - 90 * day), paid("week", now() - 7 * day), paid("today", now() - 60)]);
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    assert_eq!(app.refreshed().await["fetched"], 3, "everything the first time");
    assert_eq!(app.refreshed().await["fetched"], 1, "two days later on");
    fake.put(Invoice::new("open", now() - 6 * day).expires(now() + day));
    // Not in the window, so not seen until everything is read again.
    assert_eq!(app.refreshed().await["inserted"], 0);
    let (_, full) = app.refresh("?depth=full").await;
    assert_eq!((&full["fetched"], &full["inserted"]), (&json!(4), &json!(1)));
    // From now on the walk goes back to the open one.
    assert_eq!(app.refreshed().await["fetched"], 2);
    app.stop().await;
}

#[tokio::test]
async fn an_invoice_that_btcpay_deleted_stays_with_its_money() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all(vec![paid("kept", now() - 60), paid("gone", now() - 90), Invoice::new("stuck", now() - 100)]);
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    fake.remove("gone");
    fake.remove("stuck");
    app.refreshed().await;
    assert_eq!(kpi(&app.all_time("").await, "raised"), 2_000);
    assert_eq!(app.json("/api/invoices/gone").await["upstream_missing"], true);
    fake.put(paid("gone", now() - 90));
    assert_eq!(app.refreshed().await["updated"], 1);
    assert_eq!(app.json("/api/invoices/gone").await["upstream_missing"], false);
    app.stop().await;
}

#[tokio::test]
async fn an_invoice_that_changes_takes_its_money_along() {
    let at = now() - 3_600;
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put(
        Invoice::new("i", at).status("Processing").pay(Payment::onchain("0.001", at).status("Processing").id("tx")),
    );
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    let figures = app.all_time("").await;
    assert_eq!((kpi(&figures, "raised"), kpi(&figures, "pending")), (json!(0), json!(100_000)));
    fake.put(Invoice::new("i", at).status("Settled").pay(Payment::onchain("0.001", at).id("tx")));
    assert_eq!(app.refreshed().await["updated"], 1);
    let figures = app.all_time("").await;
    assert_eq!((kpi(&figures, "raised"), kpi(&figures, "pending")), (json!(100_000), json!(0)));
    fake.put(Invoice::new("i", at).status("Invalid").additional("Marked").pay(Payment::onchain("0.001", at).id("tx")));
    app.refreshed().await;
    assert_eq!(kpi(&app.all_time("").await, "raised"), 0);
    let payment = &app.json("/api/invoices/i").await["payments"][0];
    assert_eq!((&payment["counted"], &payment["reason"]), (&json!(false), &json!("disowned")));
    app.stop().await;
}

#[tokio::test]
async fn btcpay_below_a_path_is_found_and_the_key_is_sent_as_a_token() {
    let fake = FakeBtcpay::start_at(Version::V2_4_1, "/btcpay/sub").await;
    fake.put(paid("i", now() - 60));
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    assert_eq!(app.refreshed().await["inserted"], 1);
    for request in fake.requests() {
        assert!(request.path.starts_with("/btcpay/sub/api/v1/stores/"), "{}", request.path);
        let header = |name: &str| request.headers.iter().find(|(key, _)| key == name).unwrap().1.clone();
        assert!(header("authorization").starts_with("token "));
        assert_eq!(header("accept"), "application/json");
        assert!(header("user-agent").starts_with("btc-crowdfund/"));
    }
    app.stop().await;
}

#[tokio::test]
async fn money_of_a_top_up_that_was_marked_and_of_a_payment_with_a_long_id_is_found_by_every_version() {
    let at = now() - 86_400;
    let bolt11 = format!("lnbc1p{}", "q".repeat(900));
    for version in VERSIONS {
        let fake = FakeBtcpay::start(version).await;
        fake.put_all(vec![
            // Paid after its time, then marked settled by hand: its price stays 0.
            Invoice::new("marked", at).top_up().status("Settled").additional("Marked").pay(Payment::lnurl("0.001", at)),
            Invoice::new("bolt11", at).status("Settled").pay(Payment::lightning("0.002", at).id(&bolt11)),
        ]);
        let db = TestDb::new();
        let app = TestApp::live(&db, &fake).await;
        assert_eq!(app.refreshed().await["skipped"], 0, "{version:?}");
        assert_eq!(kpi(&app.all_time("").await, "raised"), 300_000, "{version:?}");
        app.stop().await;
    }
}

#[tokio::test]
async fn rows_that_cannot_be_read_are_counted_and_named_and_the_others_taken() {
    let at = now() - 600;
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all(vec![
        paid("good", at),
        paid("status", at + 1).patch(json!({"status": "Frozen\n\u{1b}[31m"})),
        paid("time", at + 2).patch(json!({"createdTime": "soon"})),
        paid("value", at + 3).patch(json!({"paymentMethods": [{"paymentMethodId": "BTC-CHAIN", "currency": "BTC",
            "rate": "1", "payments": [{"id": "x", "receivedDate": at, "value": null, "status": "Settled"}]}]})),
        paid("numbers", at + 4).patch(json!({"amount": 12.5, "createdTime": (at + 4).to_string()})),
        paid("plugin", at + 5).patch(json!({"paymentMethods": [{"paymentMethodId": "ARK", "currency": "BTC",
            "rate": null, "payments": [{"id": "y", "receivedDate": at, "value": "0.00001", "status": "Settled"}]}]})),
    ]);
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    let report = app.refreshed().await;
    assert_eq!((&report["fetched"], &report["inserted"], &report["skipped"]), (&json!(6), &json!(3), &json!(3)));
    let problems = report["problems"].as_array().unwrap();
    let mut named: Vec<&str> = problems.iter().map(|problem| problem["invoice_id"].as_str().unwrap()).collect();
    named.sort_unstable();
    assert_eq!(named, ["status", "time", "value"]);
    assert!(problems.iter().all(|problem| !problem["message"].as_str().unwrap().contains(['\n', '\u{1b}'])));
    assert_eq!(kpi(&app.all_time("").await, "raised"), 3_000);
    assert_eq!(app.json("/api/sync").await["skipped"], 3);
    // What was there before is kept when its new form cannot be read, and it is not taken for deleted.
    fake.put(paid("good", at).patch(json!({"status": "Frozen"})));
    app.refreshed().await;
    let kept = app.json("/api/invoices/good").await;
    assert_eq!((&kept["status"], &kept["upstream_missing"]), (&json!("Settled"), &json!(false)));
    app.stop().await;
}
