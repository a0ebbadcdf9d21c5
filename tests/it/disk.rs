//! A full disk: 503, `/ready` says what fails, nothing is harmed, and it goes on when there is space again.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::fake_btcpay::{FakeBtcpay, Invoice, Version};
use crate::process::Process;
use crate::support::{body, http_client, now};
use crate::webhook::sender::{SECRET, event, post, sign, variables};

/// A small disk of its own, gone at the end of the test.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None` where we may not mount.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(folder.path()).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

/// Writes until nothing more fits.
fn fill(path: &Path) {
    use std::io::Write;
    let mut file = std::fs::File::create(path).unwrap();
    while file.write_all(&[1; 512]).is_ok() {}
}

#[tokio::test]
async fn a_full_disk_is_told_of_and_survived() {
    let Some(disk) = SmallDisk::mount() else {
        println!("skipped: no right to mount a small disk");
        return;
    };
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", disk.path().join("small.db").display());
    let process = Process::start(folder.path(), &database, &variables(&fake)).await.unwrap();
    let client = http_client();
    let ready = async || {
        let response = client.get(format!("{}/ready", process.base)).send().await.unwrap();
        (response.status().as_u16(), body(response).await)
    };
    let refresh = async || {
        let response = client.post(format!("{}/api/refresh", process.base)).send().await.unwrap();
        (response.status().as_u16(), body(response).await)
    };
    let put = |from: i64, until: i64| {
        fake.put_all((from..until).map(|number| Invoice::new(&format!("i{number}"), now() - number)).collect());
    };
    let count = async || {
        let text = client.get(format!("{}/api/analytics?from=first", process.base)).send().await.unwrap();
        crate::support::kpi(&body(text).await, "invoices")
    };
    let deliver = async |name: &str| {
        let text = event("InvoiceCreated", name, "i1", serde_json::json!({}));
        let url = format!("{}/webhook", process.base);
        let response = post(&client, &url, &[sign(SECRET, text.as_bytes()).as_bytes()], text.as_bytes()).await;
        let (status, again) = (response.status().as_u16(), response.headers().contains_key("Retry-After"));
        assert!(status == 200 || (status == 503 && again), "{status}");
        (status == 200).then_some(body(response).await["status"].as_str().unwrap_or_default().to_owned())
    };
    put(0, 10);
    assert_eq!((refresh().await.0, ready().await.0), (200, 200));

    let ballast = disk.path().join("ballast");
    fill(&ballast);
    put(10, 1_000);
    let (status, answer) = refresh().await;
    assert_eq!((status, answer["error"]["code"].as_str()), (503, Some("database_unavailable")), "{answer}");
    let deadline = Instant::now() + Duration::from_secs(10);
    let answer = loop {
        let (status, answer) = ready().await;
        if status == 503 {
            break answer;
        }
        assert!(Instant::now() < deadline, "a full disk is taken for ready: {answer}; {}", process.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let parts = answer["parts"].as_array().unwrap();
    let failing: Vec<&Value> = parts.iter().filter(|part| part["ok"] == false).collect();
    assert_eq!((failing.len(), &failing[0]["name"]), (1, &Value::from("writer")), "{answer}");
    assert!(failing[0]["message"].as_str().unwrap().contains("full"), "{answer}");
    assert_eq!(count().await, 10, "reading goes on, and nothing was counted by half");

    // One or the other may still find room.
    let mut taken = Vec::new();
    for number in 0..30 {
        taken.push(deliver(&format!("d-{number}")).await.is_some());
    }
    assert!(taken.contains(&false), "thirty deliveries found room on a full disk");

    std::fs::remove_file(&ballast).unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);
    while ready().await.0 != 200 {
        assert!(Instant::now() < deadline, "it does not notice that there is space again");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for (number, taken) in taken.into_iter().enumerate() {
        let expected = if taken { "duplicate" } else { "accepted" };
        assert_eq!(deliver(&format!("d-{number}")).await.as_deref(), Some(expected), "d-{number}");
    }
    assert_eq!(refresh().await.0, 200);
    assert_eq!(count().await, 1_000);
    process.signal("TERM");
    assert!(process.ended(Duration::from_secs(12)).await.0.success());
    // Looks through the whole file.
    api::store::Store::open(&database.parse().unwrap()).unwrap();
}
