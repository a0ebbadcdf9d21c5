//! Random histories of invoices: after any of them the roll-ups equal a scan of the rows, and a rebuild finds nothing.

use api::domain::figures::{FigureQuery, Figures};
use api::domain::time::buckets;
use api::domain::{ContributionMethod, Invoice, Payment, Scope, Zone};
use api::ingest::{Ingest, InvoiceUpdate};
use api::store::{Store, figures};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config as Runs, TestError, TestRunner};
use rust_decimal::Decimal;
use shared::{AdditionalStatus, Interval, InvoiceStatus, InvoiceType, PaymentStatus};

use crate::oracle;
use crate::support::TestDb;

const STORE: &str = "store-a";
const DISPLAY: &str = "Europe/Lisbon";
/// 2026-03-27: clocks change two days later.
const START: i64 = 1_774_569_600;
const DAYS: i64 = 8;

fn instants() -> impl Strategy<Value = i64> {
    (0..DAYS * 86_400).prop_map(|after| START + after)
}

fn payment() -> impl Strategy<Value = Payment> {
    (
        0..6_u32,
        select(vec!["BTC-CHAIN", "BTC-LN", "BTC-LNURL", "BTC-ARK", "LTC-CHAIN"]),
        select(PaymentStatus::ALL.to_vec()),
        instants(),
        (1_i64..5_000_000_000, 0_i64..2_000),
        prop::option::of((1_i64..9_000_000_000_000, 0_u32..9)),
    )
        .prop_map(|(id, method, status, received_at, (value, fee), rate)| {
            let coin = method.split('-').next().unwrap();
            let (value, fee) = (Decimal::new(value, 11), Decimal::new(fee, 11));
            Payment {
                id: format!("p{id}"),
                method_id: method.to_owned(),
                coin: coin.to_owned(),
                status,
                received_at,
                value,
                fee,
                rate: rate.map(|(digits, scale)| Decimal::new(digits, scale)),
                net_msat: Payment::net_msat(coin, value, fee).unwrap(),
            }
        })
}

/// Few ids, so that histories change what is there: status going back, payments replaced, moved, removed.
fn invoice() -> impl Strategy<Value = Invoice> {
    (
        0..12_u32,
        select(InvoiceStatus::ALL.to_vec()),
        select(vec![AdditionalStatus::None, AdditionalStatus::Marked, AdditionalStatus::PaidLate]),
        // Investments go the same way and are no invoices.
        (
            select(vec![InvoiceType::Standard, InvoiceType::Standard, InvoiceType::Investment]),
            select(vec![None, Some("02aa"), Some("03bb")]),
        ),
        instants(),
        select(vec!["EUR", "USD", "JPY", "SATS", "BTC"]),
        select(vec![None, Some("bo@example.org"), Some(" BO@example.org "), Some("al@example.org"), Some(" ")]),
        prop::collection::vec(payment(), 0..4),
    )
        .prop_map(
            |(id, status, additional_status, (kind, order_id), created_at, currency, email, mut payments)| {
                payments.sort_by(|a, b| a.id.cmp(&b.id));
                payments.dedup_by(|a, b| a.id == b.id);
                Invoice {
                    store_id: STORE.to_owned(),
                    id: format!("i{id}"),
                    status,
                    additional_status,
                    kind,
                    amount: "10".to_owned(),
                    currency: currency.to_owned(),
                    created_at,
                    expires_at: Some(created_at + 900),
                    monitored_until: None,
                    archived: false,
                    order_id: order_id.map(ToOwned::to_owned),
                    order_url: None,
                    item_code: None,
                    item_desc: None,
                    buyer_email: email.map(ToOwned::to_owned),
                    upstream_missing: false,
                    payments,
                }
            },
        )
}

fn query() -> impl Strategy<Value = FigureQuery> {
    (
        0..DAYS,
        0..DAYS,
        select(vec![DISPLAY, "UTC", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"]),
        select(Interval::ALL.to_vec()),
        select(ContributionMethod::ALL.to_vec()),
        prop_oneof![Just(0), 0..200_000_i64],
        select(vec![None, Some("EUR"), Some("JPY")]),
        // Ranges over a year that hold everything are added up in another way.
        select(vec![0, 0, 500]),
    )
        .prop_map(|(a, b, zone, interval, method, cut, currency, early)| {
            let zone: Zone = zone.parse().unwrap();
            let early = if interval == Interval::Hour { 0 } else { early };
            let day = |number: i64| zone.day_of(START + number * 86_400);
            let buckets = buckets(day(a.min(b) - early), day(a.max(b) + early.min(1)), zone, interval).unwrap();
            let scopes = vec![Scope::Store(STORE.to_owned())];
            let query = FigureQuery::new(scopes, DISPLAY.parse().unwrap(), buckets);
            let until = query.until - cut.min(query.until - query.start() - 1);
            FigureQuery { method, zone, until, currency: currency.map(ToOwned::to_owned), ..query }
        })
}

#[test]
fn after_any_history_the_figures_equal_a_scan_and_a_rebuild_mends_nothing() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let histories = prop::collection::vec(prop::collection::vec(invoice(), 1..8), 1..8);
    let mut runner = TestRunner::new(Runs { cases: cases(), max_shrink_iters: 200, ..Runs::default() });
    let outcome = runner.run(&(histories, prop::collection::vec(query(), 6)), |(history, queries)| {
        runtime.block_on(check(&history, queries))
    });
    // Without the queries: their buckets fill pages.
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, (history, _))) => panic!("{reason}\nafter {history:#?}"),
        Err(error) => panic!("{error}"),
    }
}

/// More with `PROPTEST_CASES`.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(40)
}

/// What differs between two answers, in a few lines.
fn differences(found: &Figures, expected: &Figures) -> String {
    let without_buckets = |figures: &Figures| Figures { buckets: Vec::new(), ..figures.clone() };
    let buckets = found.buckets.iter().zip(&expected.buckets).enumerate();
    let different: Vec<_> = buckets.filter(|(_, (found, expected))| found != expected).take(3).collect();
    format!("{different:?}\nfound {:?}\nnot {:?}", without_buckets(found), without_buckets(expected))
}

async fn check(history: &[Vec<Invoice>], queries: Vec<FigureQuery>) -> Result<(), TestCaseError> {
    let db = TestDb::new();
    let store = Store::open(&db.parsed()).unwrap();
    let ingest = Ingest::start(store.clone(), DISPLAY.parse().unwrap()).await.unwrap();
    ingest.ensure_store(STORE, "btcpay").await.unwrap();
    let mut known: Vec<Invoice> = Vec::new();
    for (step, batch) in history.iter().enumerate() {
        let observed_ms = i64::try_from(step).unwrap();
        let updates = batch.iter().map(|invoice| InvoiceUpdate { invoice: invoice.clone(), observed_ms }).collect();
        let applied = ingest.submit(STORE, updates).await.unwrap();
        prop_assert!(applied.refused.is_empty());
        for invoice in batch {
            known.retain(|other| other.id != invoice.id);
            known.push(invoice.clone());
        }
    }
    for query in queries {
        let expected = oracle::figures(&known, &query);
        let asked = query.clone();
        let mut found = store.read(move |conn| figures::load(conn, &asked)).await.unwrap();
        // A currency whose payments have no rate is there with nothing in it; both mean the same.
        found.currencies.retain(|_, sums| !sums.is_zero());
        let mut expected = expected;
        expected.currencies.retain(|_, sums| !sums.is_zero());
        let FigureQuery { zone, method, until, .. } = query;
        prop_assert!(
            found == expected,
            "{} {} of {method:?} from {} to {until} in {zone}: {}",
            query.buckets.len(),
            query.buckets[0].label,
            query.start(),
            differences(&found, &expected)
        );
    }
    let rebuilt = ingest.rebuild().await.unwrap();
    prop_assert_eq!(rebuilt.mended, 0);
    prop_assert_eq!(rebuilt.invoices, known.len());
    store.close().await;
    Ok(())
}
