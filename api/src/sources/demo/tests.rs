//! The demo's invoices as such: what holds for every seed.

use std::collections::{BTreeSet, HashSet};

use proptest::prelude::*;
use shared::{AdditionalStatus, InvoiceStatus, MethodFamily};

use super::*;
use crate::domain::MoneyState;

const STORE: &str = "demo";
/// 2026-11-24, a Tuesday.
const END: i64 = 1_795_478_400;
const DAY: i64 = 86_400;

fn plan(seed: u64, invoices: u64, days: i64) -> Plan {
    Plan { seed, invoices, start: END - days * DAY, end: END }
}

fn all(plan: Plan, now: i64) -> Vec<Invoice> {
    let generator = Generator::new(STORE, plan, now);
    (0..generator.count_at(now)).map(|k| generator.invoice(k, now).unwrap()).collect()
}

/// What BTCPay has.
fn combinations() -> BTreeSet<(InvoiceStatus, AdditionalStatus)> {
    use AdditionalStatus as Also;
    use InvoiceStatus::*;
    BTreeSet::from([
        (New, Also::None),
        (New, Also::PaidPartial),
        (Processing, Also::None),
        (Processing, Also::PaidOver),
        (Settled, Also::None),
        (Settled, Also::PaidOver),
        (Settled, Also::Marked),
        (Expired, Also::None),
        (Expired, Also::PaidPartial),
        (Expired, Also::PaidLate),
        (Invalid, Also::None),
        (Invalid, Also::Marked),
    ])
}

fn standings(invoices: &[Invoice]) -> BTreeSet<(InvoiceStatus, AdditionalStatus)> {
    invoices.iter().map(|invoice| (invoice.status, invoice.additional_status)).collect()
}

#[test]
fn every_standing_is_there_at_any_time() {
    let plan = plan(DEFAULT_SEED, DEFAULT_INVOICES, 60);
    for hours in [0, 1, 7, 13, 29, 100, 24 * 30] {
        let invoices = all(plan, END + hours * 3_600);
        assert_eq!(standings(&invoices), combinations(), "{hours} hours later");
    }
    assert_eq!(standings(&all(Plan { seed: 7, invoices: 200, ..plan }, END)), combinations());
}

#[test]
fn nothing_that_btcpay_can_send_is_missing() {
    let invoices = all(plan(DEFAULT_SEED, DEFAULT_INVOICES, 60), END);
    let any = |what: &str, test: &dyn Fn(&Invoice) -> bool| assert!(invoices.iter().any(test), "{what}");
    any("archived", &|invoice| invoice.archived);
    any("top-up", &|invoice| invoice.kind == shared::InvoiceType::TopUp && invoice.amount != "0");
    any("late top-up", &|invoice| {
        invoice.kind == shared::InvoiceType::TopUp && invoice.payments.len() == 1 && invoice.amount == "0"
    });
    any("replaced", &|invoice| invoice.payments.iter().any(|payment| payment.status == shared::PaymentStatus::Invalid));
    any("other coin", &|invoice| invoice.payments.iter().any(|payment| payment.coin == "LTC" && payment.net_msat == 0));
    any("both rails", &|invoice| invoice.sums().unwrap().methods == [MethodFamily::Onchain, MethodFamily::Lightning]);
    any("network fee", &|invoice| invoice.payments.iter().any(|payment| !payment.fee.is_zero()));
    any("millisatoshi", &|invoice| invoice.payments.iter().any(|payment| payment.net_msat % 1_000 != 0));
    any("free", &|invoice| {
        invoice.amount == "0" && invoice.status == InvoiceStatus::Settled && invoice.payments.is_empty()
    });
    any("anonymous", &|invoice| invoice.buyer_email.is_none() && !invoice.payments.is_empty());
    any("perk", &|invoice| invoice.item_code.as_deref() == Some("tile") && invoice.amount == "35");
    for currency in ["EUR", "USD", "SATS", "BTC"] {
        any(currency, &|invoice| invoice.currency == currency && invoice.status == InvoiceStatus::Settled);
    }
    let campaign = invoices.iter().filter(|invoice| {
        invoice.order_url.as_deref().is_some_and(|url| url.contains(&format!("/apps/{CAMPAIGN_APP_ID}/crowdfund")))
    });
    assert!(campaign.count() > 150);
}

#[test]
fn the_figures_are_those_of_a_small_campaign_with_a_rhythm() {
    let invoices = all(plan(DEFAULT_SEED, DEFAULT_INVOICES, 60), END);
    let raised: i64 = invoices.iter().map(|invoice| invoice.sums().unwrap().raised_msat).sum();
    assert!((10_000_000_000..60_000_000_000).contains(&raised), "{raised} msat");
    let contributions = invoices.iter().filter(|invoice| invoice.sums().unwrap().raised_msat > 0).count();
    assert!((280..420).contains(&contributions), "{contributions}");
    let at = |from: i64, until: i64| {
        invoices
            .iter()
            .filter(|invoice| (from..until).contains(&((invoice.created_at.rem_euclid(DAY)) / 3_600)))
            .count()
    };
    assert!(at(18, 22) > 4 * at(1, 5), "evenings are busier than nights");
    let weekend = invoices.iter().filter(|invoice| (invoice.created_at / DAY + 3) % 7 >= 5).count();
    assert!(weekend * 4 < invoices.len(), "weekends are quiet");
    let third = |n: i64| {
        let (from, until) = (END - (60 - 20 * n) * DAY, END - (40 - 20 * n) * DAY);
        invoices.iter().filter(|invoice| (from..until).contains(&invoice.created_at)).count()
    };
    assert!(third(0) * 3 < third(1) * 2 && third(2) < third(1), "what comes in together draws an S");
}

/// Distinct addresses, and contributions.
fn people(invoices: &[Invoice]) -> (usize, usize) {
    let contributions: Vec<&Invoice> =
        invoices.iter().filter(|invoice| invoice.money().any(|(_, state)| state == MoneyState::Raised)).collect();
    let people: HashSet<String> = contributions.iter().filter_map(|invoice| invoice.backer()).collect();
    (people.len(), contributions.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn for_any_seed_nothing_lies_ahead_and_people_are_many(
        seed: u64, invoices in 1_u64..900, seconds in 1_i64..(120 * DAY), later in 0_i64..(20 * DAY),
    ) {
        let now = END - 1 + later;
        let made = all(Plan { seed, invoices, start: END - seconds, end: END }, now);
        prop_assert!(u64::try_from(made.len()).unwrap() >= invoices);
        let mut ids = HashSet::new();
        let mut last = i64::MIN;
        for invoice in &made {
            prop_assert!(ids.insert(&invoice.id) && invoice.id.len() == 22);
            prop_assert!(last <= invoice.created_at && invoice.created_at <= now);
            last = invoice.created_at;
            for payment in &invoice.payments {
                prop_assert!((invoice.created_at..=now).contains(&payment.received_at));
                prop_assert!(payment.coin != "BTC" || payment.net_msat > 0);
            }
            prop_assert!(invoice.payments.windows(2).all(|pair| pair[0].id < pair[1].id));
            prop_assert!(combinations().contains(&(invoice.status, invoice.additional_status)), "{:?}", invoice);
        }
        let (people, contributions) = people(&made);
        prop_assert!(people * 4 >= contributions, "{people} people, {contributions} contributions");
    }

    #[test]
    fn ids_and_amounts_follow_from_the_seed_alone(seed: u64, days in 1_i64..400, other in 1_i64..400, shift in 0_i64..9_000_000) {
        let one = all(plan(seed, 60, days), END - 1);
        let moved = Plan { seed, invoices: 90, start: END + shift, end: END + shift + other * DAY };
        let two = all(moved, moved.end - 1);
        for (one, two) in one.iter().zip(&two) {
            prop_assert_eq!((&one.id, &one.amount, &one.currency, &one.buyer_email), (&two.id, &two.amount, &two.currency, &two.buyer_email));
            for payment in &one.payments {
                let same = two.payments.iter().find(|other| other.id == payment.id);
                prop_assert!(same.is_none_or(|same| (same.value, same.fee, same.rate) == (payment.value, payment.fee, payment.rate)));
            }
        }
    }

    #[test]
    fn what_is_finished_changes_no_more(seed: u64, invoices in 30_u64..400, days in 1_i64..90, passed in 0_i64..(12 * DAY)) {
        let plan = plan(seed, invoices, days);
        let now = END - 1 + passed;
        let later = now + 30 * DAY;
        let generator = Generator::new(STORE, plan, later);
        let finished = generator.finished_at(now);
        prop_assert!(finished <= generator.count_at(now));
        for k in 0..finished {
            prop_assert_eq!(generator.invoice(k, now), generator.invoice(k, later));
        }
        // The same invoice, whoever looks ahead how far.
        let near = Generator::new(STORE, plan, now);
        for k in finished..near.count_at(now) {
            prop_assert_eq!(near.invoice(k, now), generator.invoice(k, now));
        }
    }
}
