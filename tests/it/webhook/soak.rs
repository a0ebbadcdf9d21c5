//! A minute of deliveries with SIGKILL every few seconds: no acknowledged one is missing, none counts twice. Minutes long, so
//! it runs by `make soak` only; `SOAK_SECONDS`, `SOAK_RATE` and `SOAK_KILL_EVERY` change its size.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::sender::{SECRET, event, sign, variables};
use crate::fake_btcpay::{FakeBtcpay, Invoice, Payment, Version};
use crate::process::{Process, program};
use crate::support::{TestDb, body, http_client, now};

const SENDERS: usize = 16;
/// What BTCPay tells of one invoice.
const EVENTS: [&str; 3] = ["InvoiceCreated", "InvoiceReceivedPayment", "InvoiceSettled"];

fn size(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// A delivery to send, and how often it was tried.
#[derive(Clone)]
struct Parcel {
    original: String,
    invoice: String,
    kind: &'static str,
    tries: u32,
}

/// What became of what was sent.
#[derive(Default)]
struct Ledger {
    /// Acknowledged, with the answers to it.
    acknowledged: HashMap<String, Vec<String>>,
    /// Answers other than 200, and connections that broke.
    refused: u64,
    broken: u64,
}

/// Takes parcels until there are no more; what is not acknowledged goes back to the end of the queue.
async fn send_all(
    client: Client,
    url: String,
    parcels: Arc<tokio::sync::Mutex<mpsc::UnboundedReceiver<Parcel>>>,
    again: mpsc::UnboundedSender<Parcel>,
    ledger: Arc<Mutex<Ledger>>,
) {
    loop {
        let Some(mut parcel) = parcels.lock().await.recv().await else { return };
        let redelivery = json!({"originalDeliveryId": parcel.original, "isRedelivery": parcel.tries > 0});
        let delivery = format!("{}-{}", parcel.original, parcel.tries);
        let text = event(parcel.kind, &delivery, &parcel.invoice, redelivery);
        let signature = format!("sha256={}", sign(SECRET, text.as_bytes()));
        let request = client.post(&url).header("BTCPay-Sig", signature).body(text);
        parcel.tries += 1;
        let answer = match request.send().await {
            Ok(response) if response.status() == 200 => response.text().await.ok(),
            Ok(_) => {
                ledger.lock().unwrap().refused += 1;
                None
            }
            Err(_) => {
                ledger.lock().unwrap().broken += 1;
                None
            }
        };
        let Some(answer) = answer else {
            let again = again.clone();
            tokio::spawn(async move {
                sleep(Duration::from_millis(200)).await;
                let _ = again.send(parcel);
            });
            continue;
        };
        let status = serde_json::from_str::<Value>(&answer).unwrap()["status"].as_str().unwrap().to_owned();
        let mut ledger = ledger.lock().unwrap();
        let answers = ledger.acknowledged.entry(parcel.original.clone()).or_default();
        answers.push(status);
        // Every tenth comes a second time, as when BTCPay did not see our answer.
        if answers.len() == 1 && parcel.original.ends_with('7') {
            let _ = again.send(parcel);
        }
    }
}

/// All rows of the log: how often each original is there, repeats left out.
async fn firsts(client: &Client, base: &str) -> HashMap<String, usize> {
    let (mut found, mut cursor) = (HashMap::new(), String::new());
    loop {
        let page = body(client.get(format!("{base}/api/logs?limit=200{cursor}")).send().await.unwrap()).await;
        for row in page["items"].as_array().unwrap().iter().filter(|row| row["outcome"] != "duplicate") {
            *found.entry(row["original_delivery_id"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; run by make soak"]
async fn a_minute_of_deliveries_with_kill_9_every_five_seconds() {
    let (seconds, rate, kill_every) = (size("SOAK_SECONDS", 60), size("SOAK_RATE", 200), size("SOAK_KILL_EVERY", 5));
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let invoices = seconds * rate / 3;
    fake.put_all(
        (0..invoices)
            .map(|number| {
                let paid = Payment::onchain("0.00001", now() - 30);
                Invoice::new(&format!("invoice{number}"), now() - 60).status("Settled").pay(paid)
            })
            .collect(),
    );
    let db = TestDb::new();
    let folder = tempfile::tempdir().unwrap();
    let mut settings = variables(&fake);
    let mut process = Process::start(folder.path(), db.url(), &settings).await.unwrap();
    let base = process.base.clone();
    // From now on at the same address.
    settings.push(("LISTEN_ADDR", base.strip_prefix("http://").unwrap().to_owned()));

    let (queue, parcels) = mpsc::unbounded_channel();
    let (parcels, ledger) = (Arc::new(tokio::sync::Mutex::new(parcels)), Arc::new(Mutex::new(Ledger::default())));
    let client = http_client();
    let senders: Vec<_> = (0..SENDERS)
        .map(|_| {
            let (client, url) = (client.clone(), format!("{base}/webhook"));
            tokio::spawn(send_all(client, url, Arc::clone(&parcels), queue.clone(), Arc::clone(&ledger)))
        })
        .collect();
    let feeder = queue.clone();
    let feeding = tokio::spawn(async move {
        let mut ticks = interval(Duration::from_secs(1) / u32::try_from(rate).unwrap());
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for number in 0..invoices {
            for kind in EVENTS {
                ticks.tick().await;
                let (original, invoice) = (format!("{kind}-{number}"), format!("invoice{number}"));
                feeder.send(Parcel { original, invoice, kind, tries: 0 }).unwrap();
            }
        }
    });
    let (started, mut restarts) = (Instant::now(), Vec::new());
    while !feeding.is_finished() {
        sleep(Duration::from_secs(kill_every)).await;
        process.signal("KILL");
        drop(process);
        let killed = Instant::now();
        process = Process::start(folder.path(), db.url(), &settings).await.unwrap();
        restarts.push(killed.elapsed());
    }
    let expected = usize::try_from(invoices * 3).unwrap();
    eventually_within(Duration::from_secs(120), "all are acknowledged", async || {
        ledger.lock().unwrap().acknowledged.len() == expected
    })
    .await;
    let took = started.elapsed();
    let sent_all = Instant::now();
    eventually_within(Duration::from_secs(300), "all are worked off", async || {
        let page = body(client.get(format!("{base}/api/logs?limit=1&outcome=pending")).send().await.unwrap()).await;
        page["items"].as_array().unwrap().is_empty()
    })
    .await;
    let worked_off = sent_all.elapsed();
    for sender in senders {
        sender.abort();
    }

    let found = firsts(&client, &base).await;
    let ledger = std::mem::take(&mut *ledger.lock().unwrap());
    let missing: HashSet<_> = ledger.acknowledged.keys().filter(|original| !found.contains_key(*original)).collect();
    let twice: Vec<_> = found.iter().filter(|(_, times)| **times != 1).collect();
    let url = format!("{base}/api/analytics?from=first&interval=month");
    let figures = body(client.get(url).send().await.unwrap()).await;
    let kpi = |id: &str| crate::support::kpi(&figures, id);
    let accepted_twice = ledger
        .acknowledged
        .values()
        .filter(|answers| answers.iter().filter(|answer| *answer != "duplicate").count() > 1)
        .count();
    restarts.sort();
    println!(
        "{}: {} deliveries acknowledged in {:.1} s through {} kills ({} refused, {} connections broken); answers again \
         after {:?} at most; worked off {:.1} s later; missing {}, more than once {}, accepted twice {}; raised {} of {} \
         sats, {} of {} contributions",
        if db.url().starts_with("sqlite") { "SQLite" } else { "PostgreSQL" },
        ledger.acknowledged.len(),
        took.as_secs_f64(),
        restarts.len(),
        ledger.refused,
        ledger.broken,
        restarts.last().unwrap(),
        worked_off.as_secs_f64(),
        missing.len(),
        twice.len(),
        accepted_twice,
        kpi("raised"),
        invoices * 1_000,
        kpi("contributions"),
        invoices,
    );
    assert!(missing.is_empty() && twice.is_empty(), "missing {missing:?}, twice {twice:?}");
    assert_eq!((kpi("raised"), kpi("contributions")), (json!(invoices * 1_000), json!(invoices)));

    process.signal("TERM");
    assert!(process.ended(Duration::from_secs(12)).await.0.success());
    // Looks through the whole file, and adds everything up anew.
    let output = program(folder.path()).arg("rebuild-rollups").env("DATABASE_URL", db.url()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && said.contains("; 0 rows of the roll-ups differed"), "{said}");
}

async fn eventually_within(limit: Duration, what: &str, condition: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + limit;
    while !condition().await {
        assert!(Instant::now() < deadline, "not within {limit:?}: {what}");
        sleep(Duration::from_millis(100)).await;
    }
}
