//! The dashboard's charts: their pixels, their tables and what the keyboard finds in them equal the API; source and range
//! are kept in the URL.

use serde_json::Value;

use super::chrome::Chrome;
use crate::fake_btcpay::{FakeBtcpay, Invoice, Payment, Version};
use crate::support::{TestApp, TestDb, kpi, now};

const DAY: i64 = 86_400;
const ACCENT_LIGHT: [u8; 3] = [0xb4, 0x53, 0x09];
const SETTLED_LIGHT: [u8; 3] = [0x01, 0x59, 0x31];
const SETTLED_DARK: [u8; 3] = [0x3f, 0xe2, 0xaa];
const EXPIRED_LIGHT: [u8; 3] = [0x86, 0x8a, 0x91];
const INVALID_LIGHT: [u8; 3] = [0xe2, 0x5a, 0x1b];

const END: &str = "\u{e010}";
const HOME: &str = "\u{e011}";
const LEFT: &str = "\u{e012}";
const RIGHT: &str = "\u{e014}";
const PAGE_DOWN: &str = "\u{e00f}";
const ESCAPE: &str = "\u{e00c}";

/// Six settled invoices on five days, two expired, none invalid.
fn invoices() -> Vec<Invoice> {
    // Today's is never yesterday's, not even just after midnight.
    let midnight = now() / DAY * DAY;
    let settled = |id: &str, days: i64, btc: &str| {
        let at = (now() - 60).max(midnight) - days * DAY;
        Invoice::new(id, at).status("Settled").pay(Payment::onchain(btc, at))
    };
    vec![
        settled("a", 0, "0.001"),
        settled("b", 1, "0.002"),
        settled("c", 5, "0.009"),
        settled("d", 5, "0.003"),
        settled("e", 12, "0.004"),
        settled("f", 20, "0.0005"),
        Invoice::new("g", now() - DAY).status("Expired"),
        Invoice::new("h", now() - 2 * DAY).status("Expired"),
    ]
}

async fn started(invoices: Vec<Invoice>) -> (FakeBtcpay, TestDb, TestApp, Chrome) {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all(invoices);
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    let chrome = Chrome::start().await;
    (fake, db, app, chrome)
}

/// Pixels of a chart's canvas in this colour, or very near to it.
async fn pixels(chrome: &Chrome, chart: &str, [red, green, blue]: [u8; 3]) -> i64 {
    // A copy is read: reading a canvas itself twice is something that Chromium complains about.
    let script = format!(
        "const canvas = document.querySelector(`figure[data-chart='{chart}'] canvas`);
         const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {{willReadFrequently: true}});
         copy.drawImage(canvas, 0, 0);
         const {{data}} = copy.getImageData(0, 0, canvas.width, canvas.height);
         let found = 0;
         for (let at = 0; at < data.length; at += 4) {{
             const far = Math.abs(data[at] - {red}) + Math.abs(data[at + 1] - {green}) + Math.abs(data[at + 2] - {blue});
             if (data[at + 3] > 250 && far < 12) found += 1;
         }}
         return found;"
    );
    chrome.script(&script).await.as_i64().unwrap()
}

/// Waits until a chart has this colour.
async fn coloured(chrome: &Chrome, chart: &str, colour: [u8; 3]) {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while pixels(chrome, chart, colour).await == 0 {
        assert!(std::time::Instant::now() < until, "{chart} never gets {colour:?}");
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    }
}

/// Figures of a table's body and foot: each row's key and its numbers.
async fn table(chrome: &Chrome, chart: &str, key: &str) -> Vec<(String, Vec<i64>)> {
    let script = format!(
        "return [...document.querySelectorAll(`figure[data-chart='{chart}'] :is(tbody, tfoot) tr`)].map(row => [
             row.dataset.{key} ?? 'total',
             [...row.querySelectorAll('td')].map(cell => Number(cell.textContent.replaceAll(/[^0-9]/g, '')))])"
    );
    serde_json::from_value(chrome.script(&script).await).unwrap()
}

#[tokio::test]
async fn charts_and_their_tables_show_the_figures_of_the_api() {
    let (fake, _db, app, chrome) = started(invoices()).await;
    chrome.look("light", 1280, 1000).await;
    chrome.open(&app.base).await;
    chrome.wait("[data-kpi='raised'][data-value='1950000']").await;
    let answer = app.json("/api/analytics").await;

    // The tables.
    let rows = table(&chrome, "daily-raised", "bucket").await;
    let series = answer["series"].as_array().unwrap();
    assert_eq!(rows.len(), series.len() + 1);
    for ((bucket, figures), point) in rows.iter().zip(series) {
        let of = |field: &str| point[field].as_i64().unwrap();
        assert_eq!(*bucket, point["bucket"].as_str().unwrap());
        assert_eq!(*figures, ["raised_sats", "pending_sats", "contributions", "created"].map(of), "{bucket}");
    }
    assert_eq!(rows.last().unwrap().1[0], kpi(&answer, "raised"));
    let statuses = table(&chrome, "status", "status").await;
    for status in answer["statuses"].as_array().unwrap() {
        let expected = ["count", "raised_sats"].map(|field| status[field].as_i64().unwrap());
        let row = statuses.iter().find(|row| row.0 == status["status"].as_str().unwrap()).unwrap();
        assert_eq!(row.1, expected, "{}", row.0);
    }

    // The ring: six of eight settled, two expired, nothing else.
    coloured(&chrome, "status", SETTLED_LIGHT).await;
    let (settled, expired) =
        (pixels(&chrome, "status", SETTLED_LIGHT).await, pixels(&chrome, "status", EXPIRED_LIGHT).await);
    let percent = settled * 100 / (settled + expired);
    assert!((73..=77).contains(&percent), "{settled} and {expired} pixels");
    assert_eq!(pixels(&chrome, "status", INVALID_LIGHT).await, 0);
    // The line is there, and nothing of the dark theme.
    assert!(pixels(&chrome, "daily-raised", ACCENT_LIGHT).await > 300);
    assert_eq!(pixels(&chrome, "daily-raised", SETTLED_DARK).await, 0);

    // Another theme is drawn at once, another width as sharp.
    chrome.click_css(".theme-toggle").await;
    chrome.click_css(".theme-toggle").await;
    coloured(&chrome, "status", SETTLED_DARK).await;
    assert_eq!(pixels(&chrome, "status", SETTLED_LIGHT).await, 0);
    chrome.look("light", 700, 1000).await;
    let canvas = "document.querySelector(\"figure[data-chart='daily-raised'] canvas\")";
    chrome.until(&format!("{canvas}.width === {canvas}.clientWidth && {canvas}.width < 700")).await;

    // A payment that arrives while one looks.
    let at = now();
    fake.put_all(vec![Invoice::new("new", at).status("Settled").pay(Payment::onchain("0.001", at))]);
    app.refreshed().await;
    chrome.wait("[data-kpi='raised'][data-value='2050000']").await;
    chrome.until("document.querySelector('.ring-centre strong').textContent === '9'").await;
    assert_eq!(table(&chrome, "daily-raised", "bucket").await.last().unwrap().1[0], 2_050_000);
    assert_eq!(chrome.console().await, Vec::<String>::new());
    chrome.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn the_line_is_inspected_by_keyboard_and_read_as_a_table() {
    let (_fake, _db, app, chrome) = started(invoices()).await;
    chrome.look("light", 1280, 1000).await;
    chrome.open(&app.base).await;
    chrome.wait("[data-kpi='raised'][data-value='1950000']").await;
    let mark = "document.querySelector('.mark')";
    let told = async || {
        let script = "return document.querySelector(\"input[aria-label='Inspect daily raised']\").ariaValueText";
        chrome.script(script).await.as_str().unwrap().to_owned()
    };
    chrome.until("document.querySelector('.inspect').max === '29'").await;
    chrome.script("document.querySelector('.inspect').focus()").await;
    let heard = |text: &str, sats: &str| {
        assert!(text.contains(&format!("{sats}\u{202f}sats")), "{text}");
    };
    chrome.press(END).await;
    let today = told().await;
    heard(&today, "100,000");
    assert!(today.contains("so far") && today.contains("1 contribution"), "{today}");
    chrome.press(LEFT).await;
    heard(&told().await, "200,000");
    chrome.until(&format!("!{mark}.hidden && {mark}.innerText.includes('200,000')")).await;
    // Five days ago is the highest; its dot lies on the line, and above it is nothing.
    chrome.press(&LEFT.repeat(4)).await;
    heard(&told().await, "1,200,000");
    let on_line = chrome
        .script(
            "const canvas = document.querySelector(\"figure[data-chart='daily-raised'] canvas\");
             const dot = document.querySelector('.cross-dot');
             const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {willReadFrequently: true});
             copy.drawImage(canvas, 0, 0);
             const at = (dx, dy) => [...copy.getImageData(parseFloat(dot.style.left) + dx, parseFloat(dot.style.top) + dy, 1, 1).data];
             return [at(0, 0), at(0, -10)]",
        )
        .await;
    assert_eq!(on_line[0], serde_json::json!([0xb4, 0x53, 0x09, 255]), "{on_line}");
    assert_eq!(on_line[1][3], 0, "{on_line}");
    chrome.press(PAGE_DOWN).await;
    heard(&told().await, "400,000");
    chrome.press(HOME).await;
    heard(&told().await, "0");
    chrome.press(ESCAPE).await;
    chrome.until(&format!("{mark}.hidden")).await;

    // The table takes the chart's place, can be sorted, and is remembered.
    chrome.click_button("Show table").await;
    chrome.until("document.querySelector(\"figure[data-chart='daily-raised'] canvas\").clientWidth === 0").await;
    chrome.click_button("Raised, sats").await;
    let rows = table(&chrome, "daily-raised", "bucket").await;
    assert_eq!(rows[0].1[0], 1_200_000);
    chrome.reload().await;
    chrome.wait("[data-kpi='raised'][data-value='1950000']").await;
    chrome.until("document.querySelector(\"table[data-table='daily-raised']\").clientWidth > 0").await;
    assert_eq!(chrome.accessibility().await, Vec::<String>::new());
    chrome.click_button("Show chart").await;
    coloured(&chrome, "daily-raised", ACCENT_LIGHT).await;
    assert_eq!(chrome.console().await, Vec::<String>::new());
    chrome.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn source_and_range_are_kept_in_the_url() {
    let (_fake, _db, app, chrome) = started(invoices()).await;
    chrome.open(&app.base).await;
    let raised = async |query: &str| match kpi(&app.json(&format!("/api/analytics{query}")).await, "raised") {
        Value::Null => String::new(),
        value => value.to_string(),
    };
    let shown = |value: &str| format!("[data-kpi='raised'][data-value='{value}']");
    let checked = |source: &str| {
        format!("document.querySelector(\"[role='radiogroup'][aria-label='Source'] input[value='{source}']\")?.checked")
    };
    chrome.wait(&shown("1950000")).await;
    chrome.until(&checked("btcpay")).await;

    chrome.click_css("[role='radiogroup'][aria-label='Source'] input[value='angor']").await;
    chrome.wait(&shown(&raised("?source=angor").await)).await;
    assert_eq!(chrome.url().await, format!("{}/?src=angor", app.base));
    chrome.press(RIGHT).await;
    chrome.wait(&shown(&raised("?source=all").await)).await;
    chrome.click_button("90 days").await;
    chrome.until("location.search === '?src=all&range=90d'").await;
    chrome.reload().await;
    chrome.until(&checked("all")).await;
    chrome.until("document.querySelector(\".range [aria-pressed='true']\").textContent === '90 days'").await;
    // The default needs no words.
    chrome.click_css("[role='radiogroup'][aria-label='Source'] input[value='btcpay']").await;
    chrome.click_button("30 days").await;
    chrome.until("location.search === ''").await;

    // Days of one's own: the wrong way round is said, the right way is kept.
    chrome.click_button("Custom").await;
    chrome.wait(".custom-range input").await;
    let fill = |from: &str, to: &str| {
        format!(
            "[...document.querySelectorAll('.custom-range input')].forEach((field, at) => {{
                 field.value = ['{from}', '{to}'][at];
                 field.dispatchEvent(new Event('input', {{bubbles: true}}));
             }})"
        )
    };
    chrome.script(&fill("2024-02-01", "2024-01-01")).await;
    chrome.click_button("Apply").await;
    chrome.until("document.querySelector('.field-error').textContent.includes('after')").await;
    chrome.script(&fill("2024-01-01", "2024-01-31")).await;
    chrome.click_button("Apply").await;
    chrome.wait(&shown("0")).await;
    assert_eq!(chrome.url().await, format!("{}/?range=2024-01-01..2024-01-31", app.base));
    chrome.until("document.querySelector('.chart-note')?.textContent.includes('No contributions')").await;
    chrome.click_button("Show all time").await;
    chrome.wait(&shown("1950000")).await;
    // Short for all time, so by days: the table has a row for each, and one of totals.
    chrome.until("document.querySelectorAll(\"table[data-table='daily-raised'] tr\").length === 23").await;
    assert_eq!(chrome.console().await, Vec::<String>::new());
    chrome.stop().await;
    app.stop().await;
}
