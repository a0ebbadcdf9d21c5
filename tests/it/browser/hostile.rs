//! Texts from outside on every page: long ones, ones that run the other way, ones that would like to be markup. None may
//! run, load, widen the page or be lost.

use chrono::Utc;
use serde_json::{Value, json};
use shared::{
    DeliveryOutcome, LogDetail, LogEvent, LogItem, Page, ProjectDetail, ProjectFreshness, ProjectFreshnessState,
    ProjectItem, ProjectSource, ProjectType, RaisedFigures, UnverifiedInvestments, Verification,
};

use super::chrome::Chrome;
use super::proxy::{Act, Proxy};
use crate::fake_btcpay::{FakeBtcpay, Invoice, Payment, Version};
use crate::support::{TestApp, TestDb, now};

/// Each would do something seen by [`check`] if it were taken for markup.
fn texts() -> Vec<String> {
    vec![
        "<img src=x onerror=\"window.hit=1\"><script>window.hit=2</script><b id=hit>bold</b>".to_owned(),
        "\"'></td></tr><iframe src=javascript:parent.hit=3></iframe>{{7*7}}${window.hit=4}".to_owned(),
        "x".repeat(500),
        "\u{202e}\u{5d0}\u{5d1}\u{5d2} \u{627}\u{628}\u{62a}".repeat(20),
        "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{1f389}".repeat(50),
        "a\u{301}\u{316}\u{489}".repeat(120),
    ]
}

fn invoices() -> Vec<Invoice> {
    let made = |(index, text): (usize, String)| {
        let at = now() - 600 - i64::try_from(index).unwrap();
        Invoice::new(&format!("inv-{index}"), at)
            .status("Settled")
            .email(&text)
            .meta("orderId", &text)
            .meta("itemCode", &text)
            .meta("itemDesc", &text)
            .pay(Payment::onchain("0.001", at + 60))
    };
    texts().into_iter().enumerate().map(made).collect()
}

fn logs() -> Page<LogItem> {
    let item = |(index, text): (usize, String)| LogItem {
        id: format!("log-{index}"),
        received_at: Utc::now(),
        event_type: Some(text.clone()),
        invoice_id: Some(text.clone()),
        delivery_id: Some(text.clone()),
        original_delivery_id: Some(text),
        verified: index % 2 == 0,
        outcome: DeliveryOutcome::Processed,
        signature_preview: Some("0a1b2c3d".to_owned()),
    };
    Page { items: texts().into_iter().enumerate().map(item).collect(), next_cursor: None, total: None }
}

fn log() -> LogDetail {
    let all = texts().concat();
    LogDetail {
        log: logs().items.remove(0),
        store_id: Some(all.clone()),
        payload: Some(json!({"type": all, "list": [texts()]}).to_string()),
        next_attempt_at: None,
        history: vec![LogEvent { at: Utc::now(), message: all }],
        related: logs().items,
    }
}

fn projects() -> Page<ProjectItem> {
    let item = |(index, text): (usize, String)| ProjectItem {
        id: format!("angor1{index}"),
        title: text.chars().take(120).collect(),
        source: ProjectSource::Angor,
        network: text.clone(),
        kind: Some(ProjectType::Invest),
        verified: Verification::ChainAndEvent,
        target_sats: Some(i64::MAX),
        raised_sats: i64::MAX,
        pending_sats: i64::MAX,
        investments: i64::MAX,
        investors: i64::MAX,
        unverified: UnverifiedInvestments { investments: i64::MAX, net_sats: i64::MAX },
        raised: RaisedFigures::default(),
        stages: Vec::new(),
        starts_at: None,
        ends_at: None,
        expires_at: None,
        created_at: None,
        status: Some(text.clone()),
        flags: vec![text.clone()],
        freshness: ProjectFreshness { state: ProjectFreshnessState::Cached, as_of: None, reason: Some(text) },
    };
    Page { items: texts().into_iter().enumerate().map(item).collect(), next_cursor: None, total: None }
}

fn project() -> ProjectDetail {
    let all = texts().concat();
    ProjectDetail {
        project: projects().items.remove(0),
        about: Some(all.clone()),
        description: Some(all),
        website: Some("javascript:window.hit=5".to_owned()),
        spent: None,
    }
}

/// Nothing ran, nothing became an element, nothing leads to a script, and the page fits.
async fn check(chrome: &Chrome, place: &str) {
    let traces = "return [window.hit ?? null, document.querySelectorAll('#hit, img, iframe').length,
        [...document.querySelectorAll('[href]')].filter(one => one.href.startsWith('javascript')).length]";
    assert_eq!(chrome.script(traces).await, json!([null, 0, 0]), "{place}");
    assert_eq!(chrome.overflow().await, Value::Null, "{place}");
    assert_eq!(chrome.accessibility().await, Vec::<String>::new(), "{place}");
}

#[tokio::test]
async fn hostile_texts_stay_texts_on_every_page() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all(invoices());
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    let proxy = Proxy::start(&app.base).await;
    let json = |value: Value| Act::Json(200, value.to_string());
    proxy.plan("/api/logs", json(serde_json::to_value(logs()).unwrap()));
    proxy.plan("/api/logs/", json(serde_json::to_value(log()).unwrap()));
    proxy.plan("/api/projects", json(serde_json::to_value(projects()).unwrap()));
    proxy.plan("/api/projects/", json(serde_json::to_value(project()).unwrap()));
    let mut settings = app.json("/api/settings").await;
    for (field, text) in ["btcpay_host", "store_id", "webhook_url", "database"].into_iter().zip(texts()) {
        settings[field] = text.into();
    }
    settings["btcpay_public_url"] = "javascript:window.hit=6".into();
    settings["connection"] = json!({"state": "error", "message": texts().concat()});
    settings["from_environment"] = json!([{"name": "BTCPAY_HOST", "value": texts().concat()}]);
    proxy.plan("/api/settings", json(settings));

    let chrome = Chrome::start().await;
    let places = [
        ("/invoices", "table[data-table='invoices'] tbody tr"),
        ("/invoices?open=inv-0", "dialog[open] .payment"),
        ("/logs", "table[data-table='logs'] tbody tr"),
        ("/logs?open=log-0", "dialog[open] .timeline"),
        ("/angor", "table[data-table='projects'] tbody tr"),
        ("/angor/angor10", ".meanings"),
        ("/settings", "[data-field='connection'][data-state='error']"),
    ];
    for (theme, width) in [("light", 320), ("dark", 1440)] {
        chrome.look(theme, width, 800).await;
        for (path, css) in places {
            chrome.open(&format!("{}{path}", proxy.base)).await;
            chrome.wait(css).await;
            check(&chrome, &format!("{path} {width} px")).await;
        }
    }
    // Nothing was lost either: the text is there, as text.
    chrome.open(&format!("{}/logs?open=log-0", proxy.base)).await;
    chrome.wait("dialog[open] [data-field='payload']").await;
    let payload = chrome.texts("[data-field='payload']").await.concat();
    assert!(payload.contains("<script>window.hit=2</script>"), "{payload}");
    assert_eq!(chrome.console().await, Vec::<String>::new());
    chrome.stop().await;
    app.stop().await;
}
