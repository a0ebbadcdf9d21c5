//! The URL is the page's state: below a path, pasted, edited by hand, and with the keyboard and Back.

use serde_json::Value;

use super::chrome::Chrome;
use super::proxy::{Prefix, Proxy};
use crate::fake_btcpay::{FakeBtcpay, Invoice, Version};
use crate::support::{TestApp, TestDb, live, now};

/// Code points of WebDriver.
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";

#[tokio::test]
async fn the_whole_app_works_below_a_path() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all(super::invoices());
    let db = TestDb::new();
    let variables = [live(&fake), vec![("PUBLIC_URL", "http://127.0.0.1/a/b".to_owned())]].concat();
    let app = TestApp::start(&db, &variables).await;
    app.refreshed().await;
    let chrome = Chrome::start().await;
    for prefix in [Prefix::Kept, Prefix::Stripped] {
        let proxy = Proxy::below(&app.base, "/a/b", prefix).await;
        // With and without the slash, and deep.
        for path in ["", "/", "/?range=all"] {
            chrome.open(&format!("{}{path}", proxy.base)).await;
            chrome.wait("[data-kpi='raised'][data-value='135012'], [data-kpi='raised'][data-value='50135012']").await;
        }
        for (link, path, css) in [
            ("Invoices", "/a/b/invoices", "table[data-table='invoices'] tbody tr"),
            ("Angor", "/a/b/angor", "table[data-table='projects'], main .empty"),
            ("Logs", "/a/b/logs", "table[data-table='logs'], main .empty"),
            ("Settings", "/a/b/settings", "[data-field='webhook-url']"),
            ("Dashboard", "/a/b/", "[data-kpi='raised']"),
        ] {
            chrome.click_link(link).await;
            chrome.wait(css).await;
            assert_eq!(chrome.script("return location.pathname").await, Value::from(path), "{prefix:?}");
            chrome.reload().await;
            chrome.wait(css).await;
        }
        // A control and a drawer keep the path.
        chrome.open(&format!("{}/invoices", proxy.base)).await;
        chrome.click_css("input[value='Settled']").await;
        chrome.until("location.pathname + location.search === '/a/b/invoices?status=Settled'").await;
        chrome.wait("table[data-table='invoices'] tbody button").await;
        chrome.click_css("table[data-table='invoices'] tbody button").await;
        chrome.wait("dialog[open] .facts").await;
        chrome.reload().await;
        chrome.wait("dialog[open] .facts").await;
        chrome.open(&format!("{}/nowhere", proxy.base)).await;
        chrome.until("document.querySelector('h1').textContent === 'Page not found'").await;
        chrome.click_link("Go to the dashboard").await;
        chrome.wait("[data-kpi='raised']").await;
        let outside: Vec<String> = proxy.seen().into_iter().filter(|path| path.contains("/a/b")).collect();
        assert_eq!(outside, Vec::<String>::new(), "the path was written twice");
    }
    // The server's own 404 for the page that is none is all there is to see.
    let console = chrome.console().await;
    assert!(console.iter().all(|line| line.contains("/nowhere")), "{console:?}");
    chrome.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_url_edited_by_hand_is_read_as_far_as_it_makes_sense() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let many = (0..60).map(|index| Invoice::new(&format!("inv-{index:02}"), now() - 600 - index)).collect();
    fake.put_all(many);
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    let chrome = Chrome::start().await;
    for (given, kept) in [
        ("/invoices?status=Nope,new&sort=amount&utm=1&q=inv-0", "/invoices?status=New&q=inv-0"),
        ("/invoices?q=a&q=b&basis=due&method=cash&range=2026-13-01..", "/invoices?q=a"),
        ("/invoices?q=it%27s%20100%25%41+%26%3D%23<b>&range=2026-03-01..&basis=paid", "kept"),
        ("/invoices?range=2026-03-31..2026-03-01&cursor=nonsense", "/invoices"),
        ("/logs?outcome=lost,failed&event_type=<x>&q=%20", "/logs?outcome=failed"),
        ("/angor?sort=richest", "/angor"),
        ("/settings/%E0%A4%A?x=1", "/settings"),
        ("/?range=8d", "/"),
    ] {
        chrome.open(&format!("{}{given}", app.base)).await;
        chrome.wait("main").await;
        if kept == "kept" {
            chrome.until("document.querySelector('input[name=q]')?.value === `it's 100%A &=#<b>`").await;
            chrome.until("document.querySelector('input[name=from]').value === '2026-03-01'").await;
        } else {
            chrome.until(&format!("location.pathname + location.search === '{kept}'")).await;
        }
        assert_eq!(chrome.texts("h1").await.len(), 1, "{given}");
        assert_eq!(chrome.texts(".notice-bad").await, Vec::<String>::new(), "{given}");
    }
    assert_eq!(chrome.console().await, Vec::<String>::new());
    chrome.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_list_grows_sorts_and_opens_by_keyboard_alone() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let many = (0..60).map(|index| Invoice::new(&format!("inv-{index:02}"), now() - 600 - index)).collect();
    fake.put_all(many);
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    let chrome = Chrome::start().await;
    chrome.open(&format!("{}/invoices", app.base)).await;
    chrome.wait("table[data-table='invoices'] tbody tr:nth-child(50)").await;
    // The first stop skips what is on every page.
    chrome.press(TAB).await;
    chrome.press(ENTER).await;
    chrome.until("document.activeElement.id === 'main'").await;

    chrome.script("document.querySelector('.sort-head').focus()").await;
    chrome.press(ENTER).await;
    chrome.until("location.search === '?sort=created'").await;
    chrome.wait("th[aria-sort='ascending']").await;
    chrome.until("document.querySelector('tbody button').textContent.includes('inv-59')").await;

    chrome.script("document.querySelector('.loading-data > .button').focus()").await;
    chrome.press(ENTER).await;
    chrome.wait("table[data-table='invoices'] tbody tr:nth-child(60)").await;
    assert_eq!(chrome.texts(".list-count").await, ["60 invoices"]);

    // Escape closes the drawer as Back does, and the reader is where they were.
    for close_by_key in [true, false] {
        chrome.script("document.querySelector('tbody tr:nth-child(3) button').focus()").await;
        chrome.press(ENTER).await;
        chrome.wait("dialog[open] .facts").await;
        chrome.until("location.search === '?sort=created&open=inv-57'").await;
        chrome.until("document.activeElement.closest('dialog') !== null").await;
        if close_by_key {
            chrome.press(ESCAPE).await;
        } else {
            chrome.back().await;
        }
        chrome.until("document.querySelector('dialog').open === false").await;
        chrome.until("location.search === '?sort=created'").await;
        chrome.until("document.activeElement.textContent.includes('inv-57')").await;
    }
    assert_eq!(chrome.texts("table[data-table='invoices'] tbody tr").await.len(), 60);

    // Another page begins at its beginning, and its name is said.
    chrome.click_link("Settings").await;
    chrome.until("document.activeElement.id === 'main'").await;
    chrome.until("document.querySelector('[aria-live]').textContent === 'Settings'").await;
    chrome.back().await;
    chrome.until("document.querySelector('h1').textContent === 'Invoices'").await;
    assert_eq!(chrome.console().await, Vec::<String>::new());
    chrome.stop().await;
    app.stop().await;
}
