//! How many webhook deliveries a second are acknowledged, each on disk before its answer: the release binary over real
//! connections, beside what the disk can do. Run by `make bench`; `BENCH_ROUNDS`, `BENCH_FOLDER`, `BENCH_DATABASE_URL`.
//!
//! Disks change their mood within minutes, so every round measures all of it, one after the other, and the figures to look
//! at are the ratios.
#![allow(missing_docs, clippy::unwrap_used, clippy::as_conversions, clippy::float_arithmetic, reason = "a benchmark")]

#[path = "common/mod.rs"]
mod common;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use api::store::{Store, meta};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use common::flushes;

const SECRET: &str = "bench-secret";
const DURATION: Duration = Duration::from_secs(3);

fn main() {
    let rounds: usize = std::env::var("BENCH_ROUNDS").map_or(5, |text| text.parse().unwrap());
    let _kept;
    let folder = match std::env::var_os("BENCH_FOLDER") {
        Some(folder) => PathBuf::from(folder),
        None => {
            let made = tempfile::tempdir().unwrap();
            let path = made.path().to_owned();
            _kept = made;
            path
        }
    };
    let database = std::env::var("BENCH_DATABASE_URL")
        .unwrap_or_else(|_| format!("sqlite://{}", folder.join("deliveries.db").display()));
    // The load on one core, the server on the other.
    let _ = Command::new("taskset").args(["-cp", "1", &std::process::id().to_string()]).stdout(Stdio::null()).status();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    println!("Deliveries acknowledged a second, {} ", database.split(':').next().unwrap_or_default());
    let (run, mut table) = (std::process::id(), Vec::new());
    for round in 0..rounds {
        let flush = flushes(&folder);
        let row = runtime.block_on(rows(&database));
        // BTCPay is away: nothing is done but take them.
        let server = Server::start(&folder, &database, Some("http://127.0.0.1:9"));
        let one = runtime.block_on(load(&server.address, 1, &format!("{run}-one-{round}")));
        let many = runtime.block_on(load(&server.address, 64, &format!("{run}-many-{round}")));
        drop(server);
        table.push([flush, row, one.rate, many.rate, many.rate / row, one.rate / flush]);
        println!(
            "  round {round}: flushes {flush:.0}/s; one-row transactions {row:.0}/s; 1 client {}; 64 clients {} = {:.1} x \
             one-row transactions",
            one.say(),
            many.say(),
            many.rate / row,
        );
    }
    let median = |column: usize| {
        let mut values: Vec<f64> = table.iter().map(|row: &[f64; 6]| row[column]).collect();
        values.sort_by(f64::total_cmp);
        (values[values.len() / 2], values[0], values[values.len() - 1])
    };
    for (column, name) in [
        "flushes of the disk /s",
        "one-row transactions /s",
        "1 client, deliveries /s",
        "64 clients, deliveries /s",
        "64 clients : one-row transactions",
        "1 client : flushes",
    ]
    .iter()
    .enumerate()
    {
        let (middle, low, high) = median(column);
        println!("  {name:<36} median {middle:>8.2}  ({low:.2} to {high:.2})");
    }
}

/// Transactions of one row each, by the store's own writer without HTTP.
async fn rows(database: &str) -> f64 {
    let url = database.parse().unwrap();
    let store = tokio::task::spawn_blocking(move || Store::open(&url)).await.unwrap().unwrap();
    let started = Instant::now();
    let mut count = 0;
    while started.elapsed() < DURATION / 3 {
        store.write(move |conn| meta::set(conn, "bench", &count.to_string())).await.unwrap();
        count += 1;
    }
    let rate = f64::from(count) / started.elapsed().as_secs_f64();
    store.close().await;
    rate
}

/// The program, as it is shipped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(folder: &Path, database: &str, btcpay: Option<&str>) -> Self {
        let port_file = folder.join("port");
        let _ = std::fs::remove_file(&port_file);
        let binary = env!("CARGO_BIN_EXE_btc-crowdfund");
        let pinned = Command::new("taskset").arg("--version").stdout(Stdio::null()).status().is_ok();
        let mut command = if pinned { Command::new("taskset") } else { Command::new(binary) };
        if pinned {
            command.args(["-c", "0", binary]);
        }
        command
            .env_clear()
            .env("DATABASE_URL", database)
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env("PORT_FILE", &port_file)
            .env("SYNC_INTERVAL_SECONDS", "0")
            .env("BTCPAY_WEBHOOK_SECRET", SECRET)
            .env("RUST_LOG", "error")
            .current_dir(folder);
        if let Some(host) = btcpay {
            command.env("BTCPAY_HOST", host).env("BTCPAY_STORE_ID", "bench").env("BTCPAY_API_KEY", "bench");
        }
        let child = command.spawn().unwrap();
        let address = loop {
            if let Ok(address) = std::fs::read_to_string(&port_file) {
                break address;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        Self { child, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Outcome {
    rate: f64,
    times: Vec<Duration>,
}

impl Outcome {
    fn say(&self) -> String {
        let at =
            |part: usize| self.times[(self.times.len() * part / 1000).min(self.times.len() - 1)].as_secs_f64() * 1e3;
        format!("{:.0}/s (p50 {:.1} ms, p99 {:.1} ms)", self.rate, at(500), at(990))
    }
}

/// So many clients, each on a connection of its own, each sending the next when the last is answered.
async fn load(address: &str, clients: usize, name: &str) -> Outcome {
    let started = Instant::now();
    let all = (0..clients).map(|client| {
        let (address, name) = (address.to_owned(), format!("{name}-{client}"));
        tokio::spawn(async move {
            let mut stream = TcpStream::connect(&address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let (mut times, mut buffer) = (Vec::new(), vec![0; 4096]);
            while started.elapsed() < DURATION {
                let request = request(&format!("{name}-{}", times.len()));
                let sent = Instant::now();
                stream.write_all(&request).await.unwrap();
                let read = stream.read(&mut buffer).await.unwrap();
                let answer = String::from_utf8_lossy(&buffer[..read]);
                assert!(
                    answer.starts_with("HTTP/1.1 200") && answer.ends_with("{\"status\":\"accepted\"}"),
                    "{answer}"
                );
                times.push(sent.elapsed());
            }
            times
        })
    });
    let mut times = Vec::new();
    for client in all.collect::<Vec<_>>() {
        times.extend(client.await.unwrap());
    }
    let rate = times.len() as f64 / started.elapsed().as_secs_f64();
    times.sort();
    Outcome { rate, times }
}

/// A delivery of BTCPay's size and look, signed.
fn request(id: &str) -> Vec<u8> {
    let body = format!(
        "{{\n  \"manuallyMarked\": false,\n  \"overPaid\": false,\n  \"deliveryId\": \"{id}\",\n  \"webhookId\": \
         \"XfLn4SQG856N9dQRUWqkVn\",\n  \"originalDeliveryId\": \"{id}\",\n  \"isRedelivery\": false,\n  \"type\": \
         \"InvoiceSettled\",\n  \"timestamp\": 1767286921,\n  \"storeId\": \"bench\",\n  \"invoiceId\": \"{id}\",\n  \
         \"metadata\": {{\n    \"itemCode\": \"solar-roof\",\n    \"itemDesc\": \"Solar roof for the village school\",\n    \
         \"orderId\": \"order-{id}\",\n    \"orderUrl\": \"https://pay.example.org/apps/roof\"\n  }}\n}}"
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "POST /webhook HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nBTCPay-Sig: sha256={signature}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
