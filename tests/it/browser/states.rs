//! What a page shows while the server is slow, fails, or is gone; and when there is nothing, or nothing that fits.

use std::time::Duration;

use serde_json::{Value, json};

use super::chrome::Chrome;
use super::proxy::{Act, Proxy};
use crate::fake_btcpay::{FakeBtcpay, Invoice, Payment, Version};
use crate::support::{TestApp, TestDb, now};

const WIDGET: &str = "main > .loading[aria-busy";

fn trouble(code: &str) -> String {
    json!({"error": {"code": code, "message": "The disk is full.", "request_id": "req-42"}}).to_string()
}

#[tokio::test]
async fn a_slow_answer_shows_bones_and_a_failed_one_a_way_on() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all(super::invoices());
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    let proxy = Proxy::start(&app.base).await;
    let chrome = Chrome::start().await;
    for (path, api, row) in [
        ("/invoices", "/api/invoices", "table[data-table='invoices'] tbody tr"),
        ("/", "/api/analytics", "[data-kpi='raised'][data-value='135012']"),
    ] {
        proxy.clear();
        proxy.plan(api, Act::Late(Duration::from_millis(1_500)));
        chrome.open(&format!("{}{path}", proxy.base)).await;
        chrome.wait(&format!("{WIDGET}='true'] .skeleton")).await;
        chrome.wait(row).await;
        chrome.wait(&format!("{WIDGET}='false']")).await;

        // A failure names its cause and the request, keeps the frame, and goes away when it is over.
        for (act, words) in [
            (Act::Json(500, trouble("database_error")), "The disk is full. The page tries again"),
            (Act::Html(502), "status 502"),
            (Act::Cut, "cannot be reached"),
        ] {
            proxy.clear();
            proxy.plan(api, act);
            chrome.open(&format!("{}{path}", proxy.base)).await;
            chrome.wait("main .notice-bad").await;
            let notice = chrome.texts("main .notice-bad").await.concat();
            assert!(notice.replace(". The", ".The").contains(&words.replace(". The", ".The")), "{notice}");
            assert_eq!(chrome.texts("h1").await.len(), 1);
            assert_eq!(chrome.accessibility().await, Vec::<String>::new());
        }
        proxy.clear();
        chrome.click_button("Retry").await;
        chrome.wait(row).await;
        chrome.until("document.querySelector('main .notice-bad') === null").await;
    }
    chrome.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_failure_that_passes_heals_by_itself_and_one_of_ours_is_not_repeated() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let proxy = Proxy::start(&app.base).await;
    let chrome = Chrome::start().await;
    proxy.plan("/api/invoices", Act::Json(503, trouble("database_unavailable")));
    chrome.open(&format!("{}/invoices", proxy.base)).await;
    chrome.wait("main .notice-bad").await;
    proxy.clear();
    // After five seconds, without anybody's doing.
    chrome.until("document.querySelector('main .notice-bad') === null").await;
    chrome.wait("table[data-table='invoices'], main .empty").await;

    // Asking again would not help: no page does so by itself.
    proxy.plan("/api/invoices", Act::Json(400, trouble("bad_parameter")));
    chrome.open(&format!("{}/invoices", proxy.base)).await;
    chrome.wait("main .notice-bad").await;
    let notice = chrome.texts("main .notice-bad").await.concat();
    assert!(notice.contains("req-42") && !notice.contains("by itself"), "{notice}");
    // What is not there has no way on but away.
    chrome.open(&format!("{}/angor/angor1nobody", proxy.base)).await;
    chrome.wait("main .empty").await;
    chrome.open(&format!("{}/logs?open=nobody", proxy.base)).await;
    chrome.wait("dialog[open] .notice-bad").await;
    assert!(!chrome.texts("dialog .notice-bad").await.concat().contains("Retry"));
    chrome.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_server_that_is_gone_takes_nothing_off_the_page() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all(super::invoices());
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    let chrome = Chrome::start().await;
    chrome.open(&format!("{}/invoices", app.base)).await;
    chrome.wait("table[data-table='invoices'] tbody tr").await;
    app.stop().await;
    // The page asks by itself and tells.
    chrome.wait("main .loading-old .notice-bad").await;
    assert_eq!(chrome.texts("table[data-table='invoices'] tbody tr").await.len(), 4);
    chrome.click_button("Refresh data").await;
    chrome.wait(".outcome .notice-bad").await;
    let outcome = chrome.texts(".outcome").await.concat();
    assert!(outcome.contains("cannot be reached"), "{outcome}");
    chrome.click_link("Settings").await;
    chrome.until("document.querySelector('h1').textContent === 'Settings'").await;
    chrome.stop().await;
}

#[tokio::test]
async fn a_payment_appears_while_one_looks() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    let chrome = Chrome::start().await;
    chrome.open(&app.base).await;
    chrome.wait("[data-kpi='raised'][data-value='0']").await;
    let paid = Invoice::new("paid", now() - 60).status("Settled").pay(Payment::onchain("0.0005", now() - 30));
    fake.put(paid);
    // Elsewhere: the page is not told.
    app.refreshed().await;
    chrome.wait("[data-kpi='raised'][data-value='50000']").await;
    assert_eq!(chrome.console().await, Vec::<String>::new());
    chrome.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn nothing_at_all_and_nothing_that_fits_are_told_apart() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    let chrome = Chrome::start().await;
    let heading = || chrome.texts("main .empty h2");
    chrome.open(&format!("{}/invoices", app.base)).await;
    chrome.wait("main .empty").await;
    assert_eq!(heading().await, ["No invoices yet"]);
    chrome.open(&format!("{}/invoices?status=New&q=nobody", app.base)).await;
    chrome.wait("main .empty button").await;
    assert_eq!(heading().await, ["No invoice matches"]);
    assert_eq!(chrome.accessibility().await, Vec::<String>::new());
    // One filter after the other, then all.
    chrome.click_css(".filter-chip").await;
    chrome.until("location.search === '?q=nobody'").await;
    chrome.click_css("main .empty button").await;
    chrome.until("location.search === ''").await;
    chrome.until("document.querySelector('main .empty h2').textContent === 'No invoices yet'").await;
    assert_eq!(chrome.script("return document.querySelector('input[name=q]').value").await, Value::from(""));
    chrome.stop().await;
    app.stop().await;
}
