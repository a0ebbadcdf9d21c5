//! How fast invoices come in and figures come out, as the data grow. Run by `make bench`; sizes by `BENCH_SIZES`.
//!
//! Every figure stands beside the disk's own flush rate, measured in the same folder: no absolute number means much alone.
#![allow(missing_docs, clippy::unwrap_used, clippy::as_conversions, clippy::float_arithmetic, reason = "a benchmark")]

#[path = "common/mod.rs"]
mod common;

use std::time::{Duration, Instant};

use api::domain::figures::FigureQuery;
use api::domain::time::{buckets, next_day};
use api::domain::{Invoice, Payment, Scope, Zone};
use api::ingest::{Ingest, InvoiceUpdate};
use api::store::{Store, figures, stores};
use common::flushes;
use rust_decimal::Decimal;
use shared::{AdditionalStatus, Interval, InvoiceStatus, InvoiceType, PaymentStatus};

const STORE: &str = "bench";
const YEARS: i64 = 4;
const END: i64 = 1_790_000_000;

fn main() {
    let sizes = std::env::var("BENCH_SIZES").unwrap_or_else(|_| "10000,100000".to_owned());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for size in sizes.split(',').map(|size| size.trim().parse::<i64>().unwrap()) {
        runtime.block_on(measure(size));
    }
}

async fn measure(size: i64) {
    let folder = tempfile::tempdir().unwrap();
    println!("{size} invoices over {YEARS} years; the disk flushes {:.0} times a second", flushes(folder.path()));
    let url = std::env::var("BENCH_DATABASE_URL")
        .unwrap_or_else(|_| format!("sqlite://{}", folder.path().join("bench.db").display()));
    let store = Store::open(&url.parse().unwrap()).unwrap();
    let ingest = Ingest::start(store.clone(), Zone::UTC).await.unwrap();
    ingest.ensure_store(STORE, stores::BTCPAY).await.unwrap();

    let started = Instant::now();
    for chunk in (0..size).collect::<Vec<_>>().chunks(500) {
        let updates = chunk.iter().map(|n| InvoiceUpdate { invoice: invoice(*n, size), observed_ms: 1 }).collect();
        ingest.submit(STORE, updates).await.unwrap();
    }
    let took = started.elapsed();
    println!("  ingest                        {:>10.0} invoices/s", size as f64 / took.as_secs_f64());

    let days = |count: i64| END - count * 86_400;
    for (name, from, zone, interval) in [
        ("30 days by day", days(29), "UTC", Interval::Day),
        ("30 days by day, Kathmandu", days(29), "Asia/Kathmandu", Interval::Day),
        ("300 days by day", days(299), "UTC", Interval::Day),
        ("all time by month", days(YEARS * 365), "UTC", Interval::Month),
        ("all time by month, Kathmandu", days(YEARS * 365), "Asia/Kathmandu", Interval::Month),
    ] {
        let zone: Zone = zone.parse().unwrap();
        let buckets = buckets(zone.day_of(from), next_day(zone.day_of(END)), zone, interval).unwrap();
        let query = FigureQuery { zone, ..FigureQuery::new(vec![Scope::Store(STORE.to_owned())], Zone::UTC, buckets) };
        let mut times: Vec<Duration> = Vec::new();
        for _ in 0..5 {
            let (started, query) = (Instant::now(), query.clone());
            store.read(move |conn| figures::load(conn, &query)).await.unwrap();
            times.push(started.elapsed());
        }
        let first = times[0];
        times.sort();
        println!("  {name:<30} first {:>8.2} ms, median {:>8.2} ms", ms(first), ms(times[2]));
    }
    let started = Instant::now();
    let rebuilt = ingest.rebuild().await.unwrap();
    println!(
        "  rebuild-rollups               {:>10.0} invoices/s, {} rows mended",
        size as f64 / started.elapsed().as_secs_f64(),
        rebuilt.mended
    );
    store.close().await;
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Two of three settle, every fourth contribution comes from somebody new.
fn invoice(n: i64, size: i64) -> Invoice {
    let mixed = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let pick = |modulus: i64| (mixed >> 20).rem_euclid(modulus);
    let created_at = END - YEARS * 365 * 86_400 + n * (YEARS * 365 * 86_400) / size;
    let settled = pick(3) != 0;
    let (method_id, digits) = if pick(2) == 0 { ("BTC-CHAIN", 1_000) } else { ("BTC-LN", 1) };
    let value = Decimal::new((1_000_000 + pick(90_000_000)) / digits * digits, 11);
    let payment = Payment {
        id: format!("payment-{n}"),
        method_id: method_id.to_owned(),
        coin: "BTC".to_owned(),
        status: PaymentStatus::Settled,
        received_at: created_at + 60,
        value,
        fee: Decimal::ZERO,
        rate: Some(Decimal::new(6_000_000 + pick(1_000_000), 2)),
        net_msat: Payment::net_msat("BTC", value, Decimal::ZERO).unwrap(),
    };
    Invoice {
        store_id: STORE.to_owned(),
        id: format!("{:016x}{n:06}", mixed),
        status: if settled { InvoiceStatus::Settled } else { InvoiceStatus::Expired },
        additional_status: AdditionalStatus::None,
        kind: InvoiceType::Standard,
        amount: "25".to_owned(),
        currency: "EUR".to_owned(),
        created_at,
        expires_at: Some(created_at + 900),
        monitored_until: Some(created_at + 87_300),
        archived: false,
        order_id: Some(format!("order-{n}")),
        order_url: None,
        item_code: None,
        item_desc: Some("Solar roof for the village school".to_owned()),
        buyer_email: (pick(5) != 0).then(|| format!("backer-{}@example.org", pick(size / 4 + 1))),
        upstream_missing: false,
        payments: if settled { vec![payment] } else { Vec::new() },
    }
}
