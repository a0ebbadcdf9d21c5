//! A full disk: 503, `/ready` says what fails, nothing is harmed, and it goes on when there is space again.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::fake_btcpay::{FakeBtcpay, Invoice, Version};
use crate::process::Process;
use crate::support::{body, http_client, live, now};

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
    let process = Process::start(folder.path(), &database, &live(&fake)).await.unwrap();
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

    std::fs::remove_file(&ballast).unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);
    while ready().await.0 != 200 {
        assert!(Instant::now() < deadline, "it does not notice that there is space again");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(refresh().await.0, 200);
    assert_eq!(count().await, 1_000);
    process.signal("TERM");
    assert!(process.ended(Duration::from_secs(12)).await.0.success());
    // Looks through the whole file.
    api::store::Store::open(&database.parse().unwrap()).unwrap();
}
