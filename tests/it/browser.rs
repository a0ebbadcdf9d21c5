//! The pages in Chromium: what stands on them equals what the API says, and nothing is written to the console.

mod chrome;
mod dashboard;
mod hostile;
mod pages;
mod proxy;
mod states;
mod tour;
mod urls;

use serde_json::Value;

use crate::fake_btcpay::{FakeBtcpay, Invoice, Payment, Version};
use crate::support::{TestApp, TestDb, at, kpi, now};
use chrome::Chrome;

fn invoices() -> Vec<Invoice> {
    let today = now() - 600;
    vec![
        Invoice::new("inv-settled", today)
            .status("Settled")
            .amount("60")
            .email("<b>bo</b>@example.org")
            .pay(Payment::onchain("0.001", today + 60)),
        Invoice::new("inv-lightning", today - 60).status("Settled").pay(Payment::lightning("0.00035012345", today)),
        Invoice::new("inv-expired", today - 120).status("Expired"),
        Invoice::new("inv-old", at("2024-01-02T03:04:05Z"))
            .status("Settled")
            .pay(Payment::onchain("0.5", at("2024-01-02T03:10:00Z"))),
    ]
}

#[tokio::test]
async fn the_dashboard_shows_the_figures_of_the_api() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all(invoices());
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    let chrome = Chrome::start().await;
    chrome.open(&app.base).await;

    // Nothing has been read yet; the button reads it, and the cards follow without a reload.
    chrome.wait("[data-kpi='raised'][data-value='0']").await;
    assert_eq!(chrome.texts("h1").await.len(), 1);
    chrome.click_button("Refresh data").await;
    chrome.wait("[data-kpi='raised'][data-value='135012']").await;
    let answer = app.json("/api/analytics").await;
    for id in ["raised", "pending", "invoices", "contributions", "average", "median", "conversion", "contributors"] {
        let expected = match kpi(&answer, id) {
            Value::Null => String::new(),
            value => value.to_string(),
        };
        chrome.wait(&format!("[data-kpi='{id}'][data-value='{expected}']")).await;
    }
    // The range is in the URL, and a pasted URL shows the same.
    chrome.open(&format!("{}/?range=all", app.base)).await;
    chrome.wait("[data-kpi='raised'][data-value='50135012']").await;
    chrome.open(&format!("{}/?range=2024-01-01..2024-01-31", app.base)).await;
    chrome.wait("[data-kpi='raised'][data-value='50000000']").await;
    assert_eq!(chrome.console().await, Vec::<String>::new());
    chrome.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn the_invoices_are_listed_in_both_themes_wide_and_narrow() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all(invoices());
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    let chrome = Chrome::start().await;
    for (theme, width) in [("light", 1280), ("dark", 1280), ("dark", 320)] {
        chrome.look(theme, width, 900).await;
        chrome.open(&format!("{}/invoices", app.base)).await;
        chrome.wait("table[data-table='invoices'] tbody tr").await;
        let rows = chrome.texts("table[data-table='invoices'] tbody tr").await;
        assert_eq!(rows.len(), 4, "{rows:?}");
        assert!(rows[0].contains("100,000") && rows[0].contains("<b>bo</b>@example.org"), "{}", rows[0]);
        let wide = chrome.script("return document.documentElement.scrollWidth <= window.innerWidth").await;
        assert_eq!(wide, Value::Bool(true), "the page scrolls sideways at {width}");
        let surface = chrome.script("return getComputedStyle(document.body).backgroundColor").await;
        let dark = surface.as_str().unwrap().trim_start_matches(|c: char| !c.is_ascii_digit()).starts_with(['1', '2'])
            && !surface.as_str().unwrap().contains("24");
        assert_eq!(dark, theme == "dark", "{surface}");
    }
    assert_eq!(chrome.console().await, Vec::<String>::new());
    chrome.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn without_a_store_a_banner_says_what_is_missing() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[("PUBLIC_URL", "http://127.0.0.1/a/b".to_owned())]).await;
    let chrome = Chrome::start().await;
    // Below a path, as behind a proxy that keeps it.
    chrome.open(&format!("{}/a/b/", app.base)).await;
    chrome.wait("[role='status'][data-banner='demo']").await;
    let banner = chrome.texts("[data-banner='demo']").await.join(" ");
    assert!(banner.contains("BTCPAY_HOST") && banner.contains("BTCPAY_STORE_ID"), "{banner}");
    chrome.click_link("Invoices").await;
    chrome.wait("table[data-table='invoices'] tbody tr").await;
    assert!(chrome.url().await.ends_with("/a/b/invoices"));
    assert_eq!(chrome.console().await, Vec::<String>::new());
    chrome.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn the_api_can_be_tried_on_its_page() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[("PUBLIC_URL", "http://127.0.0.1/a/b".to_owned())]).await;
    let document = app.json("/api/openapi.json").await;
    let paths = document["paths"].as_object().unwrap();
    let operations: usize = paths.values().map(|path| path.as_object().unwrap().len()).sum();
    let chrome = Chrome::start().await;
    chrome.open(&format!("{}/a/b/api/docs", app.base)).await;
    chrome.wait(".opblock").await;
    assert_eq!(chrome.texts(".opblock-summary-path").await.len(), operations);
    // One that needs nothing, sent from the page to where the app lives.
    chrome.script("document.querySelector('[id$=get_health] .opblock-summary-control').click()").await;
    chrome.wait("[id$=get_health] .try-out__btn").await;
    chrome.script("document.querySelector('[id$=get_health] .try-out__btn').click()").await;
    chrome.wait("[id$=get_health] .execute").await;
    chrome.script("document.querySelector('[id$=get_health] .execute').click()").await;
    chrome.wait("[id$=get_health] .live-responses-table .response").await;
    let shown = chrome.texts("[id$=get_health] .request-url, [id$=get_health] .live-responses-table").await.join(" ");
    assert!(shown.contains("/a/b/health") && shown.contains("200") && shown.contains("demo"), "{shown}");
    // All of it opened: nothing that the page's policy forbids is in there.
    chrome
        .script("document.querySelectorAll('.opblock:not(.is-open) .opblock-summary-control').forEach(e => e.click())")
        .await;
    chrome.script("document.querySelectorAll('.models button').forEach(e => e.click())").await;
    chrome.wait(".opblock.is-open .model-example").await;
    let asked = chrome.script("return performance.getEntriesByType('resource').map(entry => entry.name)").await;
    let elsewhere = |url: &Value| !url.as_str().unwrap().starts_with(&format!("{}/a/b/", app.base));
    assert!(!asked.as_array().unwrap().iter().any(elsewhere), "{asked}");
    assert_eq!(chrome.console().await, Vec::<String>::new());
    chrome.stop().await;
    app.stop().await;
}
