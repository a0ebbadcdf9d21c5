//! The end of the process: under load, with a request under way, by a second signal.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};

use crate::fake_btcpay::{FakeBtcpay, Fault, Invoice, Version};
use crate::process::Process;
use crate::support::{TestDb, body, http_client, live, now};

/// Asks again and again until it gets no connection; counts answers, and those that broke off in the middle.
async fn keep_asking(client: Client, url: String, answers: Arc<AtomicUsize>, broken: Arc<AtomicUsize>) {
    loop {
        match client.get(&url).send().await {
            Ok(response) => match response.text().await {
                Ok(text) if text.ends_with('}') => drop(answers.fetch_add(1, Ordering::SeqCst)),
                _ => drop(broken.fetch_add(1, Ordering::SeqCst)),
            },
            Err(_) => return,
        }
    }
}

#[tokio::test]
async fn under_load_it_says_so_first_finishes_what_it_began_and_leaves_a_tidy_database() {
    let db = TestDb::new();
    let folder = tempfile::tempdir().unwrap();
    for signal in ["TERM", "INT"] {
        let process = Process::start(folder.path(), db.url(), &[]).await.unwrap();
        let (client, base) = (http_client(), process.base.clone());
        let (answers, broken) = (Arc::default(), Arc::default());
        let load: Vec<_> = (0..8)
            .map(|number| {
                let path = if number % 2 == 0 { "/api/analytics" } else { "/api/invoices" };
                let url = format!("{base}{path}");
                tokio::spawn(keep_asking(client.clone(), url, Arc::clone(&answers), Arc::clone(&broken)))
            })
            .collect();
        while answers.load(Ordering::SeqCst) < 50 {
            tokio::task::yield_now().await;
        }
        assert_eq!(client.get(format!("{base}/ready")).send().await.unwrap().status(), StatusCode::OK);
        let told = Instant::now();
        process.signal(signal);
        // A new connection is still taken, and sees that it is time to go elsewhere.
        let mut unready = false;
        while let Ok(response) = client.get(format!("{base}/ready")).send().await {
            if response.status() == StatusCode::SERVICE_UNAVAILABLE {
                let parts = body(response).await["parts"].clone();
                let failing: Vec<_> = parts.as_array().unwrap().iter().filter(|part| part["ok"] == false).collect();
                unready |= failing.len() == 1 && failing[0]["name"] == "server";
            }
        }
        assert!(unready);
        for task in load {
            task.await.unwrap();
        }
        let (status, log) = process.ended(Duration::from_secs(12).saturating_sub(told.elapsed())).await;
        assert!(status.success() && log.contains("Stopped"), "{signal}: {log}");
        assert_eq!(broken.load(Ordering::SeqCst), 0, "answers that broke off");
        if let Some(path) = db.url().strip_prefix("sqlite://") {
            assert!(!std::fs::exists(format!("{path}-wal")).unwrap(), "the log is folded in");
        }
    }
}

/// A live server with a request under way that BTCPay answers after `delay`.
async fn with_a_slow_request(fake: &FakeBtcpay, path: &str, delay: Duration) -> (Process, TestDb, tempfile::TempDir) {
    let (db, folder) = (TestDb::new(), tempfile::tempdir().unwrap());
    let process = Process::start(folder.path(), db.url(), &live(fake)).await.unwrap();
    fake.fault(path, None, Fault::Delay(delay));
    (process, db, folder)
}

#[tokio::test]
async fn a_request_under_way_gets_its_answer() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let (process, _db, _folder) = with_a_slow_request(&fake, "/invoices", Duration::from_secs(2)).await;
    let url = format!("{}/api/settings", process.base);
    let asked = tokio::spawn(async move { http_client().get(url).send().await.unwrap().status() });
    while fake.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    process.signal("TERM");
    assert_eq!(asked.await.unwrap(), StatusCode::OK);
    let (status, log) = process.ended(Duration::from_secs(12)).await;
    assert!(status.success(), "{log}");
}

#[tokio::test]
async fn a_sync_under_way_is_cut_short_told_of_and_goes_on_at_the_next_start() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all((0..150).map(|number| Invoice::new(&format!("i{number}"), now() - 600 - number)).collect());
    let (process, db, folder) = with_a_slow_request(&fake, "/invoices", Duration::from_secs(60)).await;
    let url = format!("{}/api/refresh", process.base);
    let asked = tokio::spawn(async move {
        let response = http_client().post(url).send().await.unwrap();
        (response.status(), body(response).await)
    });
    while fake.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    process.signal("TERM");
    let (status, answer) = asked.await.unwrap();
    assert_eq!((status.as_u16(), answer["error"]["code"].as_str()), (503, Some("shutting_down")));
    let (status, log) = process.ended(Duration::from_secs(12)).await;
    assert!(status.success(), "{log}");

    fake.clear_faults();
    let process = Process::start(folder.path(), db.url(), &live(&fake)).await.unwrap();
    let state = body(http_client().get(format!("{}/api/sync", process.base)).send().await.unwrap()).await;
    assert_eq!((&state["state"], &state["error"]["code"]), (&"failed".into(), &"shutting_down".into()));
    let report = body(http_client().post(format!("{}/api/refresh", process.base)).send().await.unwrap()).await;
    assert_eq!(report["inserted"], 150);
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let (process, _db, _folder) = with_a_slow_request(&fake, "/invoices", Duration::from_secs(60)).await;
    let url = format!("{}/api/settings", process.base);
    let ended = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&ended);
    let asked = tokio::spawn(async move {
        let _ = http_client().get(url).send().await;
        flag.store(true, Ordering::SeqCst);
    });
    while fake.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    process.signal("TERM");
    while !process.log().contains("Stopping") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!ended.load(Ordering::SeqCst), "it waits for the request");
    process.signal("INT");
    let (status, log) = process.ended(Duration::from_secs(3)).await;
    assert!(!status.success() && log.contains("ending at once"), "{log}");
    asked.await.unwrap();
}
