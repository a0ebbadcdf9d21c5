//! What somebody does in the first minutes: an event by hand as the page tells, its log, its invoice; a project on Angor.

use std::process::Command;

use serde_json::{Value, json};

use super::chrome::Chrome;
use crate::support::{TestApp, TestDb, kpi};
use crate::webhook::sender::post;

/// As `en-US` groups it.
fn grouped(number: &Value) -> String {
    let digits = number.as_i64().unwrap().to_string();
    let letters: Vec<char> = digits.chars().collect();
    let groups: Vec<String> = letters.rchunks(3).rev().map(|group| group.iter().collect()).collect();
    groups.join(",")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_sent_as_the_page_tells_is_seen_from_the_log_to_the_dashboard() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let before = kpi(&app.all_time("").await, "raised").as_i64().unwrap();
    let chrome = Chrome::start().await;
    chrome.open(&format!("{}/logs", app.base)).await;
    chrome.wait(".empty .steps li:nth-child(3)").await;
    let lines = chrome.texts(".empty .copy-block code").await.concat();

    // The very lines, in a shell.
    let shell = lines.clone();
    let run = tokio::task::spawn_blocking(move || Command::new("bash").args(["-ec", &shell]).output().unwrap()).await;
    let answer = String::from_utf8_lossy(&run.unwrap().stdout).into_owned();
    assert!(answer.contains("accepted"), "{lines}\n{answer}");
    // And one that nobody signed.
    let refused = post(&app.client, &format!("{}/webhook", app.base), &[b"sha256=00"], b"{\"type\":\"X\"}").await;
    assert_eq!(refused.status(), 401);

    // Both appear without a reload, and the log says which is which.
    chrome.wait("table[data-table='logs'] tbody tr:nth-child(2)").await;
    let rows = chrome.texts("table[data-table='logs'] tbody tr").await;
    assert!(rows[0].contains("Failed") && !rows[0].contains("Verified"), "{rows:?}");
    assert!(rows[1].contains("Verified") && !rows[1].contains("Failed"), "{rows:?}");
    assert!(rows[1].contains("InvoiceSettled"), "{rows:?}");
    chrome.click_css("input[value='processed']").await;
    chrome.until("document.querySelectorAll('table[data-table=logs] tbody tr').length === 1").await;

    chrome.click_css("table[data-table='logs'] tbody button").await;
    chrome.wait("dialog[open] [data-field='payload']").await;
    let log = app.json("/api/logs?outcome=processed").await["items"][0].clone();
    let detail = app.json(&format!("/api/logs/{}", log["id"].as_str().unwrap())).await;
    let shown = chrome.texts("[data-field='payload']").await.concat();
    let raw: Value = serde_json::from_str(detail["payload"].as_str().unwrap()).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), raw);
    assert_ne!(shown, detail["payload"].as_str().unwrap(), "laid out over lines");
    let history = chrome.texts("dialog .timeline li").await;
    assert_eq!(history.len(), detail["history"].as_array().unwrap().len());

    // From the event to the invoice that it made, and back to the event.
    chrome.click_css("dialog .facts a").await;
    chrome.wait("dialog[open] .payment").await;
    chrome.until("location.pathname + location.search === '/invoices?open=by-hand-1'").await;
    assert!(chrome.texts("dialog .facts").await.concat().contains("50,000"));
    chrome.click_css("dialog .plain-list a").await;
    chrome.wait("dialog[open] .timeline").await;
    chrome.open(&format!("{}/?range=all", app.base)).await;
    chrome.wait(&format!("[data-kpi='raised'][data-value='{}']", before + 50_000)).await;
    assert_eq!(chrome.console().await, Vec::<String>::new());
    chrome.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn projects_show_the_figures_of_the_api_with_every_meaning_of_raised() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let chrome = Chrome::start().await;
    chrome.open(&format!("{}/angor?sort=-raised", app.base)).await;
    chrome.wait("table[data-table='projects'] tbody tr").await;
    let items = app.json("/api/projects?sort=-raised").await["items"].clone();
    let rows = chrome.texts("table[data-table='projects'] tbody tr").await;
    assert_eq!(rows.len(), items.as_array().unwrap().len());
    for (row, item) in rows.iter().zip(items.as_array().unwrap()) {
        for text in [item["title"].as_str().unwrap().to_owned(), grouped(&item["raised_sats"]), "demo".to_owned()] {
            assert!(row.contains(&text), "{text}: {row}");
        }
        let percent = item["target_sats"].as_i64().map(|target| item["raised_sats"].as_i64().unwrap() * 1_000 / target);
        let words = percent.map_or("No target".to_owned(), |tenths| format!("{}.{}%", tenths / 10, tenths % 10));
        assert!(row.contains(&words), "{words}: {row}");
    }

    let project = app.json(&format!("/api/projects/{}", items[0]["id"].as_str().unwrap())).await;
    chrome.click_link(project["title"].as_str().unwrap()).await;
    chrome.wait(".meanings").await;
    assert_eq!(chrome.texts("h1").await, [project["title"].as_str().unwrap()]);
    chrome.until(&format!("document.title.includes({})", project["title"])).await;
    let meanings = chrome.texts(".meaning-value").await;
    let fields = ["net_confirmed_sats", "net_all_sats", "gross_confirmed_sats", "fee_x100_sats"];
    for (shown, field) in meanings.iter().zip(fields) {
        assert!(shown.contains(&grouped(&project["raised"][field])), "{field}: {shown}");
    }
    assert_eq!(meanings.len(), 4);
    let stages = chrome.script("return [...document.querySelectorAll('ol.stages > li')].length").await;
    assert_eq!(stages, json!(project["stages"].as_array().unwrap().len()));
    assert_eq!(chrome.accessibility().await, Vec::<String>::new());
    assert_eq!(chrome.console().await, Vec::<String>::new());
    chrome.stop().await;
    app.stop().await;
}
