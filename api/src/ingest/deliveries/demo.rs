//! Demo mode: an invoice is made of the events that named it, so that a webhook sent by hand shows in the figures without a
//! BTCPay. All of them are folded anew each time, in the order of their own time stamps, so that neither the order in which
//! they arrive nor a repeat makes a difference. Imported through [`super`].

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use shared::{AdditionalStatus, DeliveryOutcome, InvoiceStatus, InvoiceType, PaymentStatus};

use super::Inner;
use super::attempt::{self, Went};
use crate::domain::money::MoneyError;
use crate::domain::text::quote;
use crate::domain::{Invoice, Payment};
use crate::ingest::{InvoiceUpdate, now_ms};
use crate::sources::btcpay::webhook::{ByHand, Kind};
use crate::store::StoreError;
use crate::store::deliveries::{self, Known};
use crate::store::{invoices, stores};

/// Events looked at for the invoices of one batch.
const EVENTS: i64 = 4_000;
/// How far ahead of its arrival an event's time stamp is believed, in milliseconds.
const AHEAD: i64 = 86_400_000;
/// The time to pay, seconds.
const TIME_TO_PAY: i64 = 900;

/// An event with its place in time.
struct Told {
    /// UTC milliseconds: its own time stamp, or when it came.
    at_ms: i64,
    said: ByHand,
}

/// What waits for one invoice.
#[derive(Default)]
struct Waiting {
    events: Vec<Told>,
    /// Deliveries whose event is part of the invoice.
    good: Vec<String>,
    /// Deliveries whose event cannot be read, with the reason.
    bad: Vec<(String, String)>,
}

/// Makes the invoices, stores them and notes so at the deliveries.
pub(super) async fn work(inner: &Inner, ids: Vec<String>) -> Result<Went, StoreError> {
    let observed_ms = now_ms();
    let wanted = ids.clone();
    let (known, bases) = inner
        .store
        .read(move |conn| {
            let known = deliveries::known_of(conn, &wanted, EVENTS)?;
            Ok((known, invoices::find_many(conn, stores::DEMO_STORE, &wanted)?))
        })
        .await?;
    let mut done: Vec<(String, String)> = Vec::new();
    let mut failed: Vec<(String, String)> = Vec::new();
    let mut updates = Vec::new();
    let mut makers: BTreeMap<String, (Vec<String>, String)> = BTreeMap::new();
    for (id, waiting) in sort(known) {
        failed.extend(waiting.bad);
        if waiting.events.is_empty() {
            continue;
        }
        match made_of(&id, bases.get(&id).map(|stored| &stored.invoice), waiting.events) {
            Ok(invoice) => {
                let message = format!("Demo mode: made of the event itself: {}.", attempt::summary(&invoice));
                makers.insert(id, (waiting.good, message));
                updates.push(InvoiceUpdate { invoice, observed_ms });
            }
            Err(error) => failed.extend(with(waiting.good, &attempt::refused(&error.to_string()))),
        }
    }
    if !updates.is_empty() {
        inner.ingest.ensure_store(stores::DEMO_STORE, stores::DEMO).await?;
    }
    let applied = inner.ingest.submit(stores::DEMO_STORE, updates).await?;
    for (id, message) in &applied.refused {
        if let Some((good, _)) = makers.remove(id) {
            failed.extend(with(good, &attempt::refused(message)));
        }
    }
    done.extend(makers.into_values().flat_map(|(good, message)| with(good, &message)));
    note(inner, done, failed).await?;
    Ok(Went::Well)
}

async fn note(inner: &Inner, done: Vec<(String, String)>, failed: Vec<(String, String)>) -> Result<(), StoreError> {
    let now = now_ms();
    let ids = |steps: &[(String, String)]| steps.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
    inner
        .store
        .write(move |conn| {
            deliveries::add_steps(conn, &done, now)?;
            deliveries::finish(conn, &ids(&done), DeliveryOutcome::Processed)?;
            deliveries::add_steps(conn, &failed, now)?;
            deliveries::finish(conn, &ids(&failed), DeliveryOutcome::Failed)
        })
        .await
}

fn with(ids: Vec<String>, message: &str) -> Vec<(String, String)> {
    ids.into_iter().map(|id| (id, message.to_owned())).collect()
}

/// Events by invoice, each read.
fn sort(known: Vec<Known>) -> BTreeMap<String, Waiting> {
    let mut sorted: BTreeMap<String, Waiting> = BTreeMap::new();
    for delivery in known {
        let (Some(invoice_id), Some(payload)) = (delivery.invoice_id, delivery.payload) else { continue };
        let waiting = sorted.entry(invoice_id).or_default();
        let is_due = delivery.next_ms.is_some();
        match ByHand::parse(&payload) {
            Ok(said) => {
                let stamp = said.at.map(|at| at.saturating_mul(1_000));
                let believed = stamp.filter(|at| *at > 0 && *at <= delivery.received_ms.saturating_add(AHEAD));
                waiting.events.push(Told { at_ms: believed.unwrap_or(delivery.received_ms), said });
                waiting.good.extend(is_due.then_some(delivery.id));
            }
            Err(message) if is_due => {
                waiting.bad.push((delivery.id, format!("The event cannot be used: {}.", quote(&message))));
            }
            Err(_) => {}
        }
    }
    sorted
}

/// Folds events over what is known of their invoice.
fn made_of(id: &str, base: Option<&Invoice>, mut events: Vec<Told>) -> Result<Invoice, MoneyError> {
    // What happened in the same second is put in the order in which BTCPay's states follow one another.
    events.sort_by_key(|told| (told.at_ms, rank(told.said.kind)));
    let first_at = events.first().map_or(0, |told| told.at_ms.div_euclid(1_000));
    let known_at = base.map_or(first_at, |base| base.created_at.min(first_at));
    let created_at = last(&events, |said| said.created_at).unwrap_or(known_at);
    let (status, additional_status) = state(base, &events);
    let (amount, currency) = price(base, &events);
    let payments = payments(id, base, &events, &amount, &currency)?;
    let paid_at = payments.iter().map(|payment| payment.received_at).max().unwrap_or(created_at);
    let expires_at = base.and_then(|base| base.expires_at).unwrap_or(created_at.saturating_add(TIME_TO_PAY));
    let text = |said: fn(&ByHand) -> Option<String>, of_base: fn(&Invoice) -> Option<String>| {
        last(&events, said).or_else(|| base.and_then(of_base))
    };
    Ok(Invoice {
        store_id: stores::DEMO_STORE.to_owned(),
        id: id.to_owned(),
        status,
        additional_status,
        kind: base.map_or(InvoiceType::Standard, |base| base.kind),
        amount,
        currency,
        created_at,
        // A time to pay that ended before the payment came would call it late; nobody said so.
        expires_at: Some(expires_at.max(paid_at)),
        monitored_until: base.and_then(|base| base.monitored_until),
        archived: base.is_some_and(|base| base.archived),
        order_id: text(|said| said.order_id.clone(), |base| base.order_id.clone()),
        order_url: text(|said| said.order_url.clone(), |base| base.order_url.clone()),
        item_code: text(|said| said.item_code.clone(), |base| base.item_code.clone()),
        item_desc: text(|said| said.item_desc.clone(), |base| base.item_desc.clone()),
        buyer_email: text(|said| said.buyer_email.clone(), |base| base.buyer_email.clone()),
        upstream_missing: false,
        payments,
    })
}

const fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Processing => 1,
        Kind::Expired => 2,
        Kind::Settled => 3,
        Kind::Invalid => 4,
        _ => 0,
    }
}

/// The latest word on something.
fn last<T>(events: &[Told], said: impl Fn(&ByHand) -> Option<T>) -> Option<T> {
    events.iter().rev().find_map(|told| said(&told.said))
}

/// Where the invoice stands: events that name no state make a new invoice and leave a known one as it is.
fn state(base: Option<&Invoice>, events: &[Told]) -> (InvoiceStatus, AdditionalStatus) {
    let known = base.map_or((InvoiceStatus::New, AdditionalStatus::None), |base| (base.status, base.additional_status));
    let named = last(events, |said| {
        let status = match said.kind {
            Kind::Settled => InvoiceStatus::Settled,
            Kind::Processing => InvoiceStatus::Processing,
            Kind::Expired => InvoiceStatus::Expired,
            Kind::Invalid => InvoiceStatus::Invalid,
            _ => return None,
        };
        Some((status, if said.marked { AdditionalStatus::Marked } else { AdditionalStatus::None }))
    });
    named.unwrap_or(known)
}

/// Price and currency; without a price, what was paid is the price.
fn price(base: Option<&Invoice>, events: &[Told]) -> (String, String) {
    let paid = last(events, |said| said.paid);
    let known = base.map(|base| (base.amount.clone(), base.currency.clone()));
    let currency = last(events, |said| said.currency.clone());
    match (last(events, |said| said.price.clone()), known, paid) {
        (Some(price), known, _) => {
            let known = known.map(|(_, currency)| currency);
            (price, currency.or(known).unwrap_or_else(|| "EUR".to_owned()))
        }
        (None, Some((amount, known)), _) => (amount, currency.unwrap_or(known)),
        (None, None, Some(paid)) if currency.is_none() => (paid.normalize().to_string(), "BTC".to_owned()),
        (None, None, _) => ("0".to_owned(), currency.unwrap_or_else(|| "BTC".to_owned())),
    }
}

/// The one on-chain payment of an invoice that was paid; where nothing tells how much, the known payments move with it.
fn payments(
    id: &str,
    base: Option<&Invoice>,
    events: &[Told],
    amount: &str,
    currency: &str,
) -> Result<Vec<Payment>, MoneyError> {
    let known = || base.map(|base| base.payments.clone()).unwrap_or_default();
    let status = last(events, |said| match said.kind {
        Kind::Settled => Some(PaymentStatus::Settled),
        Kind::Processing => Some(PaymentStatus::Processing),
        _ => None,
    });
    let Some(status) = status else { return Ok(known()) };
    let price = crate::domain::money::parse_decimal(amount).unwrap_or_default();
    let in_coins = match currency {
        "BTC" => Some(price),
        "SATS" => price.checked_div(Decimal::from(100_000_000)),
        _ => None,
    };
    let Some(value) = last(events, |said| said.paid).or_else(|| in_coins.filter(|_| known().is_empty())) else {
        return Ok(known().into_iter().map(|payment| Payment { status, ..payment }).collect());
    };
    if value.is_zero() {
        return Ok(Vec::new());
    }
    let first_paid = events.iter().find(|told| matches!(told.said.kind, Kind::Settled | Kind::Processing));
    let received_at = last(events, |said| said.paid_at).or(first_paid.map(|told| told.at_ms.div_euclid(1_000)));
    let rate = match currency {
        "BTC" => Some(Decimal::ONE),
        "SATS" => Some(Decimal::from(100_000_000)),
        _ => price.checked_div(value).filter(|rate| !rate.is_zero()),
    };
    Ok(vec![Payment {
        id: format!("{}-0", transaction(id)),
        method_id: "BTC-CHAIN".to_owned(),
        coin: "BTC".to_owned(),
        status,
        received_at: received_at.unwrap_or_default(),
        value,
        fee: Decimal::ZERO,
        rate,
        net_msat: Payment::net_msat("BTC", value, Decimal::ZERO)?,
    }])
}

/// The made-up transaction of an invoice, always the same.
fn transaction(invoice_id: &str) -> String {
    Sha256::digest(invoice_id.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(json: &str) -> Told {
        let said = ByHand::parse(json).unwrap();
        Told { at_ms: said.at.unwrap_or(5_000_000) * 1_000, said }
    }

    fn life() -> Vec<&'static str> {
        vec![
            r#"{"type":"InvoiceCreated","timestamp":1000,"price":"25","currency":"EUR","createdTime":1000}"#,
            r#"{"type":"InvoiceReceivedPayment","timestamp":1060}"#,
            r#"{"type":"InvoiceProcessing","timestamp":1060,"cryptoPrice":"0.0005","paidTime":1059}"#,
            r#"{"type":"InvoicePaymentSettled","timestamp":1900}"#,
            r#"{"type":"InvoiceSettled","timestamp":1900}"#,
            r#"{"type":"InvoiceRefund","timestamp":2500}"#,
        ]
    }

    #[test]
    fn a_life_told_in_events_ends_as_it_ended() {
        let invoice = made_of("x", None, life().into_iter().map(told).collect()).unwrap();
        assert_eq!((invoice.status, invoice.created_at), (InvoiceStatus::Settled, 1_000));
        assert_eq!((invoice.amount.as_str(), invoice.currency.as_str()), ("25", "EUR"));
        let payment = &invoice.payments[0];
        assert_eq!(
            (payment.net_msat, payment.received_at, payment.status),
            (50_000_000, 1_059, PaymentStatus::Settled)
        );
        assert_eq!(payment.rate, Some(Decimal::from(50_000)));
        assert_eq!(invoice.sums().unwrap().paid_fiat.as_deref(), Some("25.00"));
    }

    #[test]
    fn each_state_is_that_of_its_event() {
        let made = |kind: &str| {
            made_of("x", None, vec![told(&format!(r#"{{"type":"{kind}","price":"1","currency":"BTC"}}"#))]).unwrap()
        };
        assert_eq!(made("InvoiceProcessing").payments[0].status, PaymentStatus::Processing);
        assert_eq!(made("InvoiceSettled").payments[0].net_msat, 100_000_000_000);
        for (kind, status) in [
            ("InvoiceExpired", InvoiceStatus::Expired),
            ("InvoiceInvalid", InvoiceStatus::Invalid),
            ("InvoiceCreated", InvoiceStatus::New),
            ("InvoiceReceivedPayment", InvoiceStatus::New),
        ] {
            let invoice = made(kind);
            assert_eq!((invoice.status, invoice.payments.len()), (status, 0), "{kind}");
        }
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_makes_no_difference(order in Just(life()).prop_shuffle(), step in 1_usize..6) {
            let expected = made_of("x", None, life().into_iter().map(told).collect()).unwrap();
            // In two goes, the second upon what the first made, as when a delivery comes late.
            let early = made_of("x", None, order[..step].iter().map(|json| told(json)).collect()).unwrap();
            let whole = made_of("x", Some(&early), order.iter().map(|json| told(json)).collect()).unwrap();
            prop_assert_eq!(Invoice { expires_at: None, ..whole }, Invoice { expires_at: None, ..expected });
        }
    }
}
