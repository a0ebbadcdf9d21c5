//! BTCPay in trouble: a 502 with the reason, and nothing changed.

use std::time::Duration;

use serde_json::{Value, json};

use crate::fake_btcpay::{FakeBtcpay, Fault, Invoice, Payment, Version};
use crate::support::{TestApp, TestDb, body, http_client, kpi, live, now};

fn paid(id: &str) -> Invoice {
    Invoice::new(id, now() - 600).status("Settled").pay(Payment::onchain("0.001", now() - 500))
}

/// A server with one invoice read, and figures to compare with.
async fn running(db: &TestDb) -> (FakeBtcpay, TestApp, Value) {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put(paid("known"));
    let app = TestApp::live(db, &fake).await;
    app.refreshed().await;
    let figures = app.all_time("").await["kpis"].clone();
    fake.put(paid("fresh"));
    (fake, app, figures)
}

#[tokio::test]
async fn each_failure_is_told_apart_and_harms_nothing() {
    let db = TestDb::new();
    let (fake, app, figures) = running(&db).await;
    let html = "text/html";
    let faults = [
        (
            Fault::Status(401, "application/json", r#"{"code":"unauthenticated","message":"Unknown API Key"}"#.into()),
            "upstream_unauthorized",
        ),
        (
            Fault::Status(
                403,
                "application/json",
                r#"{"code":"missing-permission","missingPermission":"btcpay.store.canviewinvoices"}"#.into(),
            ),
            "upstream_forbidden",
        ),
        (Fault::Status(404, "", String::new()), "upstream_not_found"),
        (Fault::Status(422, "application/json", r#"[{"path":"take","message":"no"}]"#.into()), "upstream_rejected"),
        (Fault::Header429("600".into()), "upstream_rate_limited"),
        (Fault::Header429("Wed, 21 Oct 2099 07:28:00 GMT".into()), "upstream_rate_limited"),
        (Fault::Header429("-5".into()), "upstream_rate_limited"),
        (Fault::Status(500, html, "<h1>oops</h1>".into()), "upstream_error"),
        (Fault::Html(502), "upstream_error"),
        (Fault::Html(200), "upstream_unreadable"),
        (Fault::Truncate, "upstream_unreadable"),
        (Fault::Garbage, "upstream_unreadable"),
        (Fault::Status(200, "application/json", r#"{"not":"a list"}"#.into()), "upstream_unreadable"),
        (Fault::Status(204, "", String::new()), "upstream_unreadable"),
        (Fault::Silence, "upstream_timeout"),
        (Fault::Drip(Duration::from_millis(400)), "upstream_timeout"),
        (Fault::Flood, "upstream_unreadable"),
        (Fault::Bomb, "upstream_unreadable"),
        (Fault::Html(401), "upstream_forbidden"),
        (Fault::Html(403), "upstream_forbidden"),
        (Fault::Reset, "upstream_unreachable"),
        (Fault::Redirect(302, "http://169.254.169.254/latest".into()), "upstream_redirect"),
        (Fault::Redirect(308, "/elsewhere".into()), "upstream_redirect"),
    ];
    for (fault, code) in faults {
        let name = format!("{fault:?}");
        fake.fault("/invoices", None, fault);
        let (status, body) = app.refresh("").await;
        assert_eq!((status, body["error"]["code"].as_str()), (502, Some(code)), "{name}: {body}");
        let message = body["error"]["message"].as_str().unwrap();
        assert!(message.len() > 20 && !message.contains(['\n', '<']), "{name}: {message}");
        let state = app.json("/api/sync").await;
        assert_eq!((&state["state"], state["error"]["code"].as_str()), (&json!("failed"), Some(code)));
        let now = app.all_time("").await;
        assert_eq!(now["kpis"], figures, "{name}");
        assert_eq!(now["freshness"]["stale"], true);
        fake.clear_faults();
    }
    assert_eq!(app.refreshed().await["inserted"], 1, "the next run goes on as if nothing had been");
    assert_eq!(app.all_time("").await["freshness"]["stale"], false);
    app.stop().await;
}

#[tokio::test]
async fn a_server_that_is_down_is_unreachable_and_back_when_it_is_back() {
    let db = TestDb::new();
    let (fake, app, figures) = running(&db).await;
    fake.stop();
    let (status, body) = app.refresh("").await;
    assert_eq!((status, body["error"]["code"].as_str()), (502, Some("upstream_unreachable")));
    assert_eq!(app.json("/api/settings").await["connection"]["state"], "unreachable");
    assert_eq!(app.all_time("").await["kpis"], figures);
    fake.restart().await;
    assert_eq!(app.refreshed().await["inserted"], 1);
    assert_eq!(app.json("/api/settings").await["connection"]["state"], "connected");
    app.stop().await;
}

#[tokio::test]
async fn a_hiccup_is_tried_again() {
    let db = TestDb::new();
    let (fake, app, _) = running(&db).await;
    for fault in [Fault::Html(503), Fault::Reset, Fault::Garbage, Fault::Header429("0".into()), Fault::Truncate] {
        let name = format!("{fault:?}");
        fake.put(paid(&name));
        fake.fault("/invoices", Some(2), fault);
        assert_eq!(app.refresh("").await.0, 200, "{name}");
        fake.clear_faults();
    }
    app.stop().await;
}

#[tokio::test]
async fn a_failure_in_the_middle_keeps_what_was_read_and_counts_nothing_twice() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all((0..250).map(paid_at).collect());
    let breaks = fake.clone();
    fake.on_list(Box::new(move |page| {
        if page == 2 {
            breaks.fault("/invoices", None, Fault::Html(500));
        }
    }));
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    assert_eq!(app.refresh("").await.0, 502);
    let partly = kpi(&app.all_time("").await, "raised").as_i64().unwrap();
    assert!(partly < 25_000_000);
    fake.on_list(Box::new(|_| ()));
    fake.clear_faults();
    // The first read did not go through, so everything is read again.
    assert_eq!(app.refreshed().await["fetched"], 250);
    assert_eq!(kpi(&app.all_time("").await, "raised"), 25_000_000);
    app.stop().await;
}

fn paid_at(n: i64) -> Invoice {
    let at = now() - 10_000 - n;
    Invoice::new(&format!("i{n}"), at).status("Settled").pay(Payment::onchain("0.001", at))
}

#[tokio::test]
async fn the_same_page_for_ever_and_broken_bytes_end_the_walk_properly() {
    let db = TestDb::new();
    let (fake, app, _) = running(&db).await;
    fake.fault("/invoices", None, Fault::SamePage);
    let (status, body) = app.refresh("").await;
    assert!(status == 200 || status == 502, "{body}");
    fake.clear_faults();
    fake.fault("/invoices", None, Fault::BadUtf8);
    assert_eq!(app.refresh("").await.0, 200, "a broken byte spoils at most its row");
    fake.clear_faults();
    fake.fault("/invoices", None, Fault::WrongContentType);
    assert_eq!(app.refresh("").await.0, 200);
    app.stop().await;
}

#[tokio::test]
async fn one_invoice_whose_payments_cannot_be_had_is_skipped_and_all_of_them_are_trouble() {
    let fake = FakeBtcpay::start(Version::V1_13_7).await;
    fake.put_all((0..5).map(paid_at).collect());
    fake.fault("/i3/payment-methods", None, Fault::Status(500, "", String::new()));
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    let report = app.refreshed().await;
    assert_eq!((&report["inserted"], &report["skipped"]), (&json!(4), &json!(1)));
    assert_eq!(report["problems"][0]["invoice_id"], "i3");
    assert_eq!(kpi(&app.all_time("").await, "raised"), 400_000);
    fake.clear_faults();
    fake.fault("/payment-methods", None, Fault::Status(500, "", String::new()));
    let (status, body) = app.refresh("").await;
    assert_eq!((status, body["error"]["code"].as_str()), (502, Some("upstream_error")));
    fake.clear_faults();
    assert_eq!(app.refreshed().await["inserted"], 1);
    app.stop().await;
}

#[tokio::test]
async fn what_refuses_us_before_btcpay_and_where_it_sends_us_is_said() {
    let db = TestDb::new();
    let (fake, app, _) = running(&db).await;
    let told = async |fault| {
        fake.clear_faults();
        fake.fault("/invoices", None, fault);
        app.refresh("").await.1["error"]["message"].as_str().unwrap().to_owned()
    };
    let blocked = told(Fault::Html(403)).await;
    assert!(blocked.contains("proxy or firewall") && !blocked.contains("canview"), "{blocked}");
    assert_eq!(app.json("/api/settings").await["connection"]["state"], "unauthorized");
    let target =
        format!("https://pay.example.org:8443/sub/api/v1/stores/{}/invoices?secret=1", crate::fake_btcpay::STORE_ID);
    let redirected = told(Fault::Redirect(301, target)).await;
    assert!(redirected.contains("redirects to https://pay.example.org:8443/sub.") && !redirected.contains("secret"));
    app.stop().await;
}

#[tokio::test]
async fn one_run_at_a_time() {
    let db = TestDb::new();
    let (fake, app, _) = running(&db).await;
    fake.fault("/invoices", Some(1), Fault::Delay(Duration::from_millis(700)));
    let (first, second) = tokio::join!(app.refresh(""), async {
        while app.json("/api/sync").await["state"] != "running" {
            tokio::task::yield_now().await;
        }
        app.refresh("").await
    });
    assert_eq!(first.0, 200);
    assert_eq!((second.0, second.1["error"]["code"].as_str()), (409, Some("refresh_running")));
    app.stop().await;
}

#[tokio::test]
async fn a_wrong_key_or_none_is_a_matter_of_the_connection() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    for (variable, value, code) in [
        ("BTCPAY_API_KEY", "0000000000000000000000000000000000000000", "upstream_unauthorized"),
        ("BTCPAY_API_KEY", "", "upstream_unauthorized"),
        ("BTCPAY_STORE_ID", "anotherStore", "upstream_forbidden"),
    ] {
        let db = TestDb::new();
        let mut variables = live(&fake);
        variables.push((variable, value.to_owned()));
        let app = TestApp::start(&db, &variables).await;
        let settings = app.json("/api/settings").await;
        assert_eq!((&settings["mode"], &settings["connection"]["state"]), (&json!("live"), &json!("unauthorized")));
        let (status, body) = app.refresh("").await;
        assert_eq!((status, body["error"]["code"].as_str()), (502, Some(code)));
        app.stop().await;
    }
}

#[tokio::test]
async fn background_sync_runs_at_start_and_again() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put(paid("first"));
    let db = TestDb::new();
    let mut variables = live(&fake);
    variables.push(("SYNC_INTERVAL_SECONDS", "1".to_owned()));
    let app = TestApp::start(&db, &variables).await;
    let raised = |app: &TestApp| {
        let path = format!("{}/api/analytics?from=first", app.base);
        async move { kpi(&body(http_client().get(path).send().await.unwrap()).await, "raised") }
    };
    while raised(&app).await != 100_000 {
        tokio::task::yield_now().await;
    }
    fake.put(paid("second"));
    while raised(&app).await != 200_000 {
        tokio::task::yield_now().await;
    }
    app.stop().await;
}
