//! Payment methods and payments as the server of one version shows them.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};

use super::decimal;
use super::invoice::{Invoice, Payment, Rail, hex};
use super::version::Version;

const BTC_RAILS: [Rail; 3] = [Rail::Onchain, Rail::Lightning, Rail::Lnurl];

/// What the store offers.
pub fn method_ids(version: Version) -> Vec<String> {
    BTC_RAILS.iter().map(|rail| method_id(rail, version)).collect()
}

/// The array of the payment-methods route, and of an invoice where the version shows it there.
pub fn payment_methods(invoice: &Invoice, version: Version, only_accounted: bool) -> Vec<Value> {
    let shown: Vec<&Payment> =
        invoice.payments.iter().filter(|payment| !only_accounted || accounted(payment)).collect();
    // Nothing is asked for at price 0; only a top-up can have been paid all the same.
    if decimal::parse(invoice.price()) == Some(0) && (!invoice.top_up || shown.is_empty()) {
        return Vec::new();
    }
    let mut rails = BTC_RAILS.to_vec();
    for payment in &shown {
        if !rails.contains(&payment.rail) {
            rails.push(payment.rail.clone());
        }
    }
    rails.iter().map(|rail| method(invoice, version, rail, &shown)).collect()
}

/// What has been received net of fees, in the invoice's currency.
pub fn received(invoice: &Invoice) -> i128 {
    let payments = invoice.payments.iter().filter(|payment| accounted(payment));
    payments
        .map(|payment| {
            let net = number(&payment.value) - number(&payment.fee);
            decimal::mul(net, number(&rate(invoice, &payment.rail)))
        })
        .sum()
}

/// Replaced and double-spent payments are shown only on request.
fn accounted(payment: &Payment) -> bool {
    payment.status != "Invalid"
}

fn number(text: &str) -> i128 {
    decimal::parse(text).unwrap_or(0)
}

fn coin(rail: &Rail) -> &str {
    match rail {
        Rail::Coin(coin) => coin,
        _ => "BTC",
    }
}

fn method_id(rail: &Rail, version: Version) -> String {
    match (rail, version.is_2x()) {
        (Rail::Onchain, true) => "BTC-CHAIN".to_owned(),
        (Rail::Lightning, true) => "BTC-LN".to_owned(),
        (Rail::Lnurl, true) => "BTC-LNURL".to_owned(),
        (Rail::Coin(coin), true) => format!("{coin}-CHAIN"),
        (Rail::Onchain, false) => "BTC".to_owned(),
        (Rail::Lightning, false) => "BTC-LightningNetwork".to_owned(),
        (Rail::Lnurl, false) => "BTC-LNURLPAY".to_owned(),
        (Rail::Coin(coin), false) => coin.clone(),
    }
}

/// The rate of a method was fixed when the invoice was made: one for all its payments. Methods without a payment of
/// their own take that of the same coin.
fn rate(invoice: &Invoice, rail: &Rail) -> String {
    let own = invoice.payments.iter().find(|payment| payment.rail == *rail);
    let same_coin = || invoice.payments.iter().find(|payment| coin(&payment.rail) == coin(rail));
    if let Some(rate) = own.or_else(same_coin).and_then(|payment| payment.rate.clone()) {
        return rate;
    }
    let rate = match (coin(rail), invoice.currency.as_str()) {
        ("BTC", "BTC") => "1",
        ("BTC", "SATS") => "100000000",
        _ => "60000",
    };
    rate.to_owned()
}

/// One method. `due` and `amount` are close to what BTCPay computes, not equal in every odd case: nobody should read
/// them, and `totalPaid` least of all, which repeats on every method.
fn method(invoice: &Invoice, version: Version, rail: &Rail, shown: &[&Payment]) -> Value {
    let rate = rate(invoice, rail);
    let own: Vec<&Payment> = shown.iter().copied().filter(|payment| payment.rail == *rail).collect();
    let counted = || own.iter().filter(|payment| accounted(payment));
    let paid: i128 = counted().map(|payment| number(&payment.value)).sum();
    let fee: i128 = counted().map(|payment| number(&payment.fee)).sum();
    let total = total_paid(invoice, rail, number(&rate));
    let asked = decimal::div_up(number(invoice.price()), number(&rate)) + fee;
    let destination = destination(invoice, rail, !own.is_empty());
    let payments: Vec<Value> = own.iter().map(|payment| payment_json(payment, &destination)).collect();
    let mut method = json!({
        "activated": true,
        "destination": destination,
        "paymentLink": link(rail, &destination, asked),
        "rate": rate,
        "paymentMethodPaid": decimal::show(paid),
        "totalPaid": decimal::show(total),
        "due": decimal::show(if invoice.top_up { 0 } else { asked - total }),
        "amount": decimal::show(asked),
        "payments": payments,
        "additionalData": additional_data(version, rail, &own),
    });
    let (id, fee, coin) = (method_id(rail, version), decimal::show(fee), coin(rail));
    let [id_key, fee_key, coin_key] = if version.is_2x() {
        ["paymentMethodId", "paymentMethodFee", "currency"]
    } else {
        ["paymentMethod", "networkFee", "cryptoCode"]
    };
    method[id_key] = Value::from(id);
    method[fee_key] = Value::from(fee);
    method[coin_key] = Value::from(coin);
    method
}

/// Everything received over all methods, in the coin of this one.
fn total_paid(invoice: &Invoice, rail: &Rail, own_rate: i128) -> i128 {
    let payments = invoice.payments.iter().filter(|payment| accounted(payment));
    payments
        .map(|payment| match number(&payment.value) {
            value if coin(&payment.rail) == coin(rail) => value,
            value => decimal::div_up(decimal::mul(value, number(&self::rate(invoice, &payment.rail))), own_rate),
        })
        .sum()
}

fn payment_json(payment: &Payment, destination: &Value) -> Value {
    json!({
        "id": payment.id,
        "receivedDate": payment.received,
        "value": payment.value,
        "fee": payment.fee,
        "status": payment.status,
        "destination": destination,
    })
}

/// An address or a BOLT11 that looks like one; LNURL has none before a wallet asked for it.
fn destination(invoice: &Invoice, rail: &Rail, paid: bool) -> Value {
    let mut hasher = DefaultHasher::new();
    (&invoice.id, coin(rail), matches!(rail, Rail::Lnurl)).hash(&mut hasher);
    let text = hex(hasher.finish(), 38);
    match rail {
        Rail::Onchain => Value::from(format!("bc1q{text}")),
        Rail::Coin(coin) => Value::from(format!("{}1q{text}", coin.to_lowercase())),
        Rail::Lightning => Value::from(format!("lnbc1p{text}")),
        Rail::Lnurl if paid => Value::from(format!("lnbc1p{text}")),
        Rail::Lnurl => Value::Null,
    }
}

fn link(rail: &Rail, destination: &Value, asked: i128) -> String {
    let destination = destination.as_str().unwrap_or("lnurl1dp68gurn8ghj7");
    match rail {
        Rail::Onchain => format!("bitcoin:{destination}?amount={}", decimal::show(asked)),
        Rail::Coin(coin) => format!("{}:{destination}?amount={}", coin.to_lowercase(), decimal::show(asked)),
        Rail::Lightning | Rail::Lnurl => format!("lightning:{destination}"),
    }
}

fn additional_data(version: Version, rail: &Rail, payments: &[&Payment]) -> Value {
    match rail {
        Rail::Lightning => json!({
            "paymentHash": payments.first().map(|payment| payment.id.as_str()),
            // Proof of payment: a secret that must not turn up in what the client keeps or logs.
            "preimage": payments.first().map(|payment| hex(u64::try_from(payment.id.len()).unwrap_or(0), 64)),
        }),
        _ if !version.is_2x() => json!({}),
        Rail::Lnurl => json!({ "providedComment": null, "consumedLightningAddress": null }),
        Rail::Onchain | Rail::Coin(_) => json!({ "keyPath": "0/1", "payjoinEnabled": false }),
    }
}
