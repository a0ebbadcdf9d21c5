//! Every page, in demo mode and connected, light and dark, wide and narrow: it is there, fits, can be used by those who do
//! not see it, and says nothing to the console.

use serde_json::Value;

use super::chrome::Chrome;
use crate::fake_btcpay::{FakeBtcpay, Version};
use crate::support::{TestApp, TestDb};

/// Path, heading, and what is there once the page has its data.
const PAGES: [(&str, &str, &str); 6] = [
    ("/", "Dashboard", "[data-kpi='raised'][data-value]"),
    ("/invoices", "Invoices", "table[data-table='invoices'], .empty"),
    ("/angor", "Angor projects", "table[data-table='projects'], .empty"),
    ("/logs", "Webhook logs", "table[data-table='logs'], .empty"),
    ("/settings", "Settings", "[data-field='connection']"),
    ("/campaigns", "Page not found", "h1"),
];

/// Looks at each page in two ways that differ in theme and width.
async fn look_at_all(chrome: &Chrome, base: &str, looks: [(&str, u32); 2], title_start: &str) {
    for (theme, width) in looks {
        chrome.look(theme, width, 900).await;
        for (path, heading, css) in PAGES {
            let place = format!("{path} {theme} {width} px");
            chrome.open(&format!("{base}{path}")).await;
            chrome.wait(css).await;
            assert_eq!(chrome.texts("h1").await, [heading], "{place}");
            let title = chrome.script("return document.title").await;
            assert!(title.as_str().unwrap().starts_with(&format!("{title_start}{heading} - ")), "{title}");
            assert_eq!(chrome.overflow().await, Value::Null, "{place}");
            assert_eq!(chrome.accessibility().await, Vec::<String>::new(), "{place}");
            let here = chrome.script("return document.querySelector('nav [aria-current]')?.textContent ?? ''").await;
            assert_eq!(here.as_str().unwrap().is_empty(), heading == "Page not found", "{place}");
        }
    }
    assert_eq!(chrome.console().await, Vec::<String>::new());
}

#[tokio::test]
async fn every_page_is_sound_in_demo_mode() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let chrome = Chrome::start().await;
    look_at_all(&chrome, &app.base, [("light", 320), ("dark", 1440)], "[Demo] ").await;
    let banner = chrome.texts("[role='status'][data-banner='demo']").await.concat();
    assert!(banner.contains("BTCPAY_HOST") && banner.contains("BTCPAY_STORE_ID"), "{banner}");
    chrome.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn every_page_is_sound_with_a_store() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all(super::invoices());
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    let chrome = Chrome::start().await;
    look_at_all(&chrome, &app.base, [("dark", 320), ("light", 1440)], "").await;
    assert_eq!(chrome.texts("[data-banner='demo']").await, Vec::<String>::new());
    // Letters twice as large, as people set them in their browser.
    chrome.look("light", 640, 900).await;
    for (path, _, css) in PAGES {
        chrome.open(&format!("{}{path}", app.base)).await;
        chrome.wait(css).await;
        chrome.script("document.documentElement.style.fontSize = '200%'").await;
        // A chart follows a frame later.
        chrome.until("document.documentElement.scrollWidth <= innerWidth").await;
    }
    chrome.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn settings_tell_the_connection_and_what_btcpay_needs_to_know() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    let chrome = Chrome::start().await;
    chrome.open(&format!("{}/settings/webhook", app.base)).await;
    chrome.wait("[data-field='connection'][data-state='connected']").await;
    let answer = app.json("/api/settings").await;
    assert_eq!(chrome.texts("[data-field='webhook-url']").await, [answer["webhook_url"].as_str().unwrap()]);
    let mask = format!("••••••••{}", answer["api_key_masked"].as_str().unwrap());
    assert_eq!(chrome.texts("[data-field='api-key']").await, [mask]);
    // The section in the path is where reading begins.
    chrome.until("document.activeElement.id === 'webhook'").await;
    // What is no section is no error page.
    chrome.open(&format!("{}/settings/nonsense", app.base)).await;
    chrome.until("location.pathname === '/settings'").await;

    fake.revoke_key();
    app.refresh("").await;
    chrome.open(&format!("{}/settings", app.base)).await;
    chrome.wait("[data-field='connection'][data-state='unauthorized']").await;
    let reason = chrome.texts("[data-field='connection']").await.concat();
    assert!(reason.contains("401"), "{reason}");
    assert_eq!(chrome.console().await, Vec::<String>::new());
    chrome.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_text_is_copied_or_marked_where_the_browser_forbids_it() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let chrome = Chrome::start().await;
    // As over plain http in a local network, where there is no clipboard.
    chrome
        .before_pages(
            "Object.defineProperty(navigator, 'clipboard', {value: undefined});
             document.execCommand = command => { window.ran = [command, getSelection().toString()]; return window.may; };",
        )
        .await;
    chrome.open(&format!("{}/settings", app.base)).await;
    chrome.wait("[data-field='webhook-url']").await;
    for (may, words) in [(true, "Copied"), (false, "Marked: press Ctrl+C")] {
        chrome.script(&format!("window.may = {may}; getSelection().removeAllRanges()")).await;
        chrome.click_css("[data-field='webhook-url'] + button").await;
        chrome.until(&format!("document.querySelector('.copy-button').textContent.startsWith('{words}')")).await;
        let marked = chrome.script("return getSelection().toString()").await;
        assert!(marked.as_str().unwrap().ends_with("/webhook"), "{marked}");
        assert_eq!(chrome.script("return window.ran").await, serde_json::json!(["copy", marked]));
    }
    assert_eq!(chrome.console().await, Vec::<String>::new());
    chrome.stop().await;
    app.stop().await;
}
