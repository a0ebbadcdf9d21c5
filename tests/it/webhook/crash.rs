//! kill -9 in the middle of a burst, with the real binary: what was acknowledged is there, and nothing counts twice.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::sender::{DEMO_SECRET, event, post, sign};
use crate::support::{TestDb, eventually, http_client};

const ROUNDS: usize = 3;
const SENDERS: usize = 16;
const EACH: usize = 25;

struct Program {
    child: Child,
    base: String,
}

impl Program {
    async fn start(folder: &Path, db: &TestDb) -> Self {
        let port_file = folder.join("port");
        let _ = std::fs::remove_file(&port_file);
        let child = Command::new(env!("CARGO_BIN_EXE_btc-crowdfund"))
            .env_clear()
            .current_dir(folder)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .env("DATABASE_URL", db.url())
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env("PORT_FILE", &port_file)
            .spawn()
            .unwrap();
        let address = eventually("it comes up", async || std::fs::read_to_string(&port_file).ok()).await;
        Self { child, base: format!("http://{address}") }
    }

    /// SIGKILL.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

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
        let program = Program::start(folder.path(), &db).await;
        let names = |part: usize| (0..EACH).map(move |number| format!("r{round}-{part}-{number}")).collect::<Vec<_>>();
        all.extend((0..SENDERS).flat_map(names));
        let burst: Vec<_> = (0..SENDERS).map(|part| tokio::spawn(sender(program.base.clone(), names(part)))).collect();
        // Somewhere in the middle: when some have been worked off.
        let seen = round * 40 + 20;
        eventually("the burst is under way", async || {
            let page = get(&program.base, &format!("/api/logs?limit=200&q=r{round}-&outcome=processed,pending")).await;
            (page["items"].as_array()?.len() > seen.min(60)).then_some(())
        })
        .await;
        program.kill();
        let mut acknowledged = Vec::new();
        for sender in burst {
            acknowledged.extend(sender.await.unwrap());
        }

        let program = Program::start(folder.path(), &db).await;
        let client = http_client();
        for name in &all {
            let text = delivery(name);
            let signature = sign(DEMO_SECRET, text.as_bytes());
            let response =
                post(&client, &format!("{}/webhook", program.base), &[signature.as_bytes()], text.as_bytes()).await;
            assert_eq!(response.status(), 200);
            let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
            if acknowledged.contains(name) {
                assert_eq!(answer["status"], "duplicate", "{name} was acknowledged and lost");
            }
        }
        eventually("all is worked off", async || {
            let page = get(&program.base, "/api/logs?outcome=pending").await;
            page["items"].as_array()?.is_empty().then_some(())
        })
        .await;
        let found = get(&program.base, "/api/invoices?limit=1&q=inv-r").await;
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
        let figures = get(&program.base, "/api/analytics?from=first&to=2026-01-02&interval=month").await;
        let raised = figures["kpis"].as_array().unwrap().iter().find(|kpi| kpi["id"] == "raised").unwrap();
        assert_eq!(raised["value"], json!(1_000 * all.len()), "round {round}");
        program.kill();
    }
    let kept = tokio::task::spawn_blocking({
        let url = db.url().to_owned();
        let folder = folder.path().to_owned();
        move || {
            Command::new(env!("CARGO_BIN_EXE_btc-crowdfund"))
                .env_clear()
                .current_dir(folder)
                .env("DATABASE_URL", url)
                .arg("rebuild-rollups")
                .output()
                .unwrap()
        }
    })
    .await
    .unwrap();
    let said = String::from_utf8(kept.stdout).unwrap();
    assert!(said.contains("0 rows of the roll-ups differed"), "{said}");
}
