//! The binary as a person starts it: wrong settings, commands, the port file, the end on SIGTERM.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use serde_json::Value;

use crate::fake_btcpay::{FakeBtcpay, Invoice, Payment, Version};
use crate::process::{Process, program};
use crate::support::{TestDb, body, http_client, live, now};

fn run(folder: &Path, arguments: &[&str], variables: &[(&str, String)]) -> Output {
    program(folder).args(arguments).envs(variables.iter().map(|(name, value)| (*name, value))).output().unwrap()
}

#[test]
fn a_start_that_cannot_be_is_one_line_and_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "not a database, but long enough to look at: ".repeat(50)).unwrap();
    let below_a_file = format!("sqlite://{}/x.db", file.display());
    let foreign = format!("sqlite://{}", file.display());
    let live = [("BTCPAY_HOST", "h"), ("BTCPAY_STORE_ID", "s")];
    for (variables, named) in [
        (vec![("DATABASE_URL", "mysql://localhost/x")], "DATABASE_URL"),
        (vec![("DATABASE_URL", below_a_file.as_str())], "file"),
        (vec![("DATABASE_URL", foreign.as_str())], "not a database"),
        (vec![("DATABASE_URL", "postgres://127.0.0.1:1/nope")], "PostgreSQL"),
        (vec![("LISTEN_ADDR", "nowhere")], "LISTEN_ADDR"),
        (vec![("LISTEN_ADDR", "203.0.113.1:80")], "LISTEN_ADDR"),
        (vec![("DISPLAY_TIMEZONE", "Mars/Base")], "DISPLAY_TIMEZONE"),
        (vec![live[0], live[1], ("LISTEN_ADDR", "0.0.0.0:0")], "LISTEN_ADDR"),
    ] {
        let variables: Vec<_> = variables.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        let output = run(folder.path(), &[], &variables);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{variables:?}");
        let complaint: Vec<&str> = said.lines().filter(|line| line.starts_with("btc-crowdfund: ")).collect();
        assert_eq!(complaint.len(), 1, "{said}");
        assert!(complaint[0].contains(named), "{said}");
        assert_eq!(said.lines().last(), Some(complaint[0]), "{said}");
    }
}

#[test]
fn every_command_explains_itself() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["serve", "migrate", "seed", "sync", "rebuild-rollups"] {
        let output = run(folder.path(), &[command, "--help"], &[]);
        assert!(output.status.success() && output.stdout.len() > 50, "{command}");
    }
    assert!(!run(folder.path(), &["dance"], &[]).status.success());
    assert!(!run(folder.path(), &["sync"], &[]).status.success(), "nothing to sync in demo mode");
}

#[tokio::test]
async fn sync_and_rebuild_work_from_the_command_line() {
    let fake = FakeBtcpay::start(Version::V1_13_7).await;
    fake.put(Invoice::new("good", now() - 60).status("Settled").pay(Payment::onchain("0.001", now() - 50)));
    fake.put(Invoice::new("bad", now() - 60).patch(serde_json::json!({"status": "Frozen"})));
    let db = TestDb::new();
    let folder = tempfile::tempdir().unwrap();
    let mut variables: Vec<(&str, String)> = live(&fake);
    variables.push(("DATABASE_URL", db.url().to_owned()));
    let go = async |arguments: &'static [&'static str]| {
        let (folder, variables) = (folder.path().to_owned(), variables.clone());
        let output = tokio::task::spawn_blocking(move || run(&folder, arguments, &variables)).await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(go(&["migrate"]).await.contains("up to date"));
    let said = go(&["sync"]).await;
    assert!(said.contains("Read 2 invoices: 1 new, 0 changed, 0 the same, 1 could not be read."), "{said}");
    assert!(said.contains("bad: unknown invoice status"), "{said}");
    assert!(go(&["sync", "--full"]).await.contains("1 the same"));
    assert!(
        go(&["rebuild-rollups"]).await.contains("Added up 1 invoices and investments; 0 rows of the roll-ups differed")
    );
}

#[tokio::test]
async fn the_port_file_names_an_address_that_answers_and_sigterm_ends_it_well() {
    let db = TestDb::new();
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), db.url(), &[("LOG_FORMAT", "json".to_owned())]).await.unwrap();
    let health = body(http_client().get(format!("{}/health", process.base)).send().await.unwrap()).await;
    assert_eq!(health["status"], "ok");
    process.signal("TERM");
    let (status, log) = process.ended(Duration::from_secs(12)).await;
    assert!(status.success());
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log}");
    assert!(log.contains("Stopped"));
}

#[tokio::test]
async fn seed_writes_once_refuses_nonsense_and_removes_only_a_demo() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("demo.db");
    let url = [("DATABASE_URL", format!("sqlite://{}", file.display()))];
    for (arguments, named) in [
        (&["--invoices", "0"][..], "--invoices"),
        (&["--invoices", "many"], "--invoices"),
        (&["--days", "4000"], "--days"),
        (&["--rng-seed", "-1"], "-1"),
        (&["--until", "2026-02-30"], "--until"),
        (&["--until", "2999-01-01"], "future"),
        (&["--until", "2010-01-01", "--days", "3650"], "bitcoin"),
        (&["--remove", "--days", "3"], "--remove"),
        (&["please"], "please"),
    ] {
        let output = run(folder.path(), &[&["seed"], arguments].concat(), &url);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && output.stdout.is_empty(), "{arguments:?}");
        let last = said.lines().last().unwrap();
        assert!(last.starts_with("btc-crowdfund: ") && last.contains(named), "{said}");
        assert!(said.lines().filter(|line| line.starts_with("btc-crowdfund: ")).count() == 1, "{said}");
    }
    let seed = |arguments: &[&str]| {
        let output = run(folder.path(), &[&["seed"], arguments].concat(), &url);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let asked = ["--invoices", "40", "--days", "10", "--rng-seed", "5", "--until", "2026-02-10"];
    assert_eq!(seed(&asked), "Wrote 40 demo invoices from 2026-02-01 to 2026-02-10: 40 new, 0 changed, 0 the same.\n");
    assert!(seed(&asked).contains("already"));
    assert!(seed(&["--invoices", "30", "--until", "2026-02-10"]).contains("30 new, 0 changed, 0 the same, 40 of an"));
    assert!(seed(&["--remove"]).contains("Removed") && !file.exists());
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "nothing is left beside it");
    assert!(seed(&["--remove"]).contains("no demo database"));

    // A database that has had a store, and a file that is not ours, stay.
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put(Invoice::new("real", now() - 60));
    let variables: Vec<(&str, String)> = live(&fake).into_iter().chain(url.clone()).collect();
    let (place, variables) = (folder.path().to_owned(), variables);
    let synced = tokio::task::spawn_blocking(move || run(&place, &["sync"], &variables)).await.unwrap();
    assert!(synced.status.success());
    assert!(seed(&["--remove"]).contains("kept") && file.exists());
    let refused = run(folder.path(), &["seed"], &url);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.lines().last().unwrap().contains("never mix"), "{said}");
    std::fs::write(&file, "not a database, but long enough to look at: ".repeat(50)).unwrap();
    run(folder.path(), &["seed", "--remove"], &url);
    assert!(file.exists());
}
