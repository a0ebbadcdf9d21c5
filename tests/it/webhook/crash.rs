//! kill -9 in the middle of a burst, with the real binary: what was acknowledged is there, and nothing counts twice.

use serde_json::{Value, json};

use super::sender::{DEMO_SECRET, event, post, sign};
use crate::process::{Process, program};
use crate::support::{TestDb, eventually, http_client};

const ROUNDS: usize = 3;
const SENDERS: usize = 16;
const EACH: usize = 25;

/// One paid invoice a delivery: 1,000 sats each.
fn delivery(name: &str) -> String {
    let fields = json!({"price": "1", "currency": "EUR", "cryptoPrice": "0.00001", "timestamp": 1_767_286_921});
    event("InvoiceSettled", name, &format!("inv-{name}"), fields)
}

async fn get(base: &str, path: &str) -> Value {
    let text = http_client().get(format!("{base}{path}")).send().await.unwrap().text().await.unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Sends until the server is gone; tells what was acknowledged.
async fn sender(base: String, names: Vec<String>) -> Vec<String> {
    let client = http_client();
    let mut acknowledged = Vec::new();
    for name in names {
        let text = delivery(&name);
        let signature = sign(DEMO_SECRET, text.as_bytes());
        let request = client.post(format!("{base}/webhook")).header("BTCPay-Sig", signature).body(text);
        match request.send().await {
            Ok(response) if response.status() == 200 => acknowledged.push(name),
            Ok(response) => assert_eq!(response.status(), 503),
            Err(_) => break,
        }
    }
    acknowledged
}

#[tokio::test]
async fn what_was_acknowledged_survives_kill_9_and_counts_once() {
    let db = TestDb::new();
    let folder = tempfile::tempdir().unwrap();
    let mut all: Vec<String> = Vec::new();
    for round in 0..ROUNDS {
        let process = Process::start(folder.path(), db.url(), &[]).await.unwrap();
        let names = |part: usize| (0..EACH).map(move |number| format!("r{round}-{part}-{number}")).collect::<Vec<_>>();
        all.extend((0..SENDERS).flat_map(names));
        let burst: Vec<_> = (0..SENDERS).map(|part| tokio::spawn(sender(process.base.clone(), names(part)))).collect();
        // Somewhere in the middle: when some have been worked off.
        let seen = round * 40 + 20;
        eventually("the burst is under way", async || {
            let page = get(&process.base, &format!("/api/logs?limit=200&q=r{round}-&outcome=processed,pending")).await;
            (page["items"].as_array()?.len() > seen.min(60)).then_some(())
        })
        .await;
        drop(process);
        let mut acknowledged = Vec::new();
        for sender in burst {
            acknowledged.extend(sender.await.unwrap());
        }

        let process = Process::start(folder.path(), db.url(), &[]).await.unwrap();
        let client = http_client();
        for name in &all {
            let text = delivery(name);
            let signature = sign(DEMO_SECRET, text.as_bytes());
            let response =
                post(&client, &format!("{}/webhook", process.base), &[signature.as_bytes()], text.as_bytes()).await;
            assert_eq!(response.status(), 200);
            let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
            if acknowledged.contains(name) {
                assert_eq!(answer["status"], "duplicate", "{name} was acknowledged and lost");
            }
        }
        eventually("all is worked off", async || {
            let page = get(&process.base, "/api/logs?outcome=pending").await;
            page["items"].as_array()?.is_empty().then_some(())
        })
        .await;
        let found = get(&process.base, "/api/invoices?limit=1&q=inv-r").await;
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
        let figures = get(&process.base, "/api/analytics?from=first&to=2026-01-02&interval=month").await;
        let raised = figures["kpis"].as_array().unwrap().iter().find(|kpi| kpi["id"] == "raised").unwrap();
        assert_eq!(raised["value"], json!(1_000 * all.len()), "round {round}");
        drop(process);
    }
    let kept = program(folder.path()).arg("rebuild-rollups").env("DATABASE_URL", db.url()).output().unwrap();
    let said = String::from_utf8(kept.stdout).unwrap();
    assert!(said.contains("0 rows of the roll-ups differed"), "{said}");
}
