//! What a test puts into the fake: invoices and their payments, independent of the server's version.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value};

/// One invoice. Setters are by value, so that they chain; the fields are open to `FakeBtcpay::update`.
#[derive(Clone, Debug)]
pub struct Invoice {
    pub id: String,
    pub created: i64,
    pub expires: i64,
    pub monitored_until: i64,
    pub status: String,
    pub additional: String,
    /// Unset: "10", or "0" for a top-up.
    pub amount: Option<String>,
    pub currency: String,
    pub top_up: bool,
    pub archived: bool,
    pub metadata: Map<String, Value>,
    pub payments: Vec<Payment>,
    /// Merged into the rendered row, in this order.
    pub patches: Vec<Value>,
    /// Left out of the rendered row, last of all.
    pub dropped: Vec<String>,
}

impl Invoice {
    /// A new, unpaid invoice over 10 EUR that expires after 15 minutes and is watched for a day more.
    pub fn new(id: &str, created: i64) -> Self {
        Self {
            id: id.to_owned(),
            created,
            expires: created + 900,
            monitored_until: created + 86_400 + 900,
            status: "New".to_owned(),
            additional: "None".to_owned(),
            amount: None,
            currency: "EUR".to_owned(),
            top_up: false,
            archived: false,
            metadata: Map::new(),
            payments: Vec::new(),
            patches: Vec::new(),
            dropped: Vec::new(),
        }
    }

    /// `New`, `Processing`, `Settled`, `Expired` or `Invalid`.
    pub fn status(mut self, status: &str) -> Self {
        self.status = status.to_owned();
        self
    }

    /// `None`, `PaidPartial`, `PaidLate`, `PaidOver` or `Marked`.
    pub fn additional(mut self, status: &str) -> Self {
        self.additional = status.to_owned();
        self
    }

    /// The price, shown as it is given here.
    pub fn amount(mut self, amount: &str) -> Self {
        self.amount = Some(amount.to_owned());
        self
    }

    /// Currency of the price.
    pub fn currency(mut self, currency: &str) -> Self {
        self.currency = currency.to_owned();
        self
    }

    /// Any amount is welcome. The price is "0" unless it is set.
    pub fn top_up(mut self) -> Self {
        self.top_up = true;
        self
    }

    /// Hidden from the list unless asked for.
    pub fn archived(mut self, archived: bool) -> Self {
        self.archived = archived;
        self
    }

    /// End of the time to pay.
    pub fn expires(mut self, at: i64) -> Self {
        self.expires = at;
        self
    }

    /// End of the time the server looks for late payments.
    pub fn monitored_until(mut self, at: i64) -> Self {
        self.monitored_until = at;
        self
    }

    /// One text of the metadata.
    pub fn meta(mut self, key: &str, value: &str) -> Self {
        self.metadata.insert(key.to_owned(), Value::from(value));
        self
    }

    /// The buyer's address.
    pub fn email(self, email: &str) -> Self {
        self.meta("buyerEmail", email)
    }

    /// One more payment.
    pub fn pay(mut self, payment: Payment) -> Self {
        self.payments.push(payment);
        self
    }

    /// Merged into the rendered row at the very end: objects key by key, everything else replaced, and null writes null.
    /// Says nothing to the payment-methods route.
    pub fn patch(mut self, patch: Value) -> Self {
        self.patches.push(patch);
        self
    }

    /// Leaves a field out of the rendered row.
    pub fn drop_field(mut self, field: &str) -> Self {
        self.dropped.push(field.to_owned());
        self
    }

    /// The price as shown.
    pub fn price(&self) -> &str {
        self.amount.as_deref().unwrap_or(if self.top_up { "0" } else { "10" })
    }
}

/// The way a payment took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rail {
    Onchain,
    Lightning,
    Lnurl,
    /// A coin other than BTC, on its own chain.
    Coin(String),
}

/// One payment.
#[derive(Clone, Debug)]
pub struct Payment {
    pub rail: Rail,
    pub id: String,
    pub value: String,
    pub received: i64,
    pub fee: String,
    pub status: String,
    /// Unset: 60000, but 1 on a BTC invoice and 100000000 on a SATS one, where the server allows nothing else.
    pub rate: Option<String>,
}

impl Payment {
    fn new(rail: Rail, value: &str, received: i64) -> Self {
        static COUNTER: AtomicU64 = AtomicU64::new(1);
        let hash = hex(COUNTER.fetch_add(1, Ordering::Relaxed), 64);
        let id = match rail {
            Rail::Onchain | Rail::Coin(_) => format!("{hash}-0"),
            Rail::Lightning | Rail::Lnurl => hash,
        };
        let (value, fee, status) = (value.to_owned(), "0".to_owned(), "Settled".to_owned());
        Self { rail, id, value, received, fee, status, rate: None }
    }

    /// Bitcoin on chain.
    pub fn onchain(value: &str, received: i64) -> Self {
        Self::new(Rail::Onchain, value, received)
    }

    /// Lightning.
    pub fn lightning(value: &str, received: i64) -> Self {
        Self::new(Rail::Lightning, value, received)
    }

    /// Lightning by LNURL.
    pub fn lnurl(value: &str, received: i64) -> Self {
        Self::new(Rail::Lnurl, value, received)
    }

    /// Another coin on its own chain.
    pub fn coin(coin: &str, value: &str, received: i64) -> Self {
        Self::new(if coin == "BTC" { Rail::Onchain } else { Rail::Coin(coin.to_owned()) }, value, received)
    }

    /// The part of the value that was a surcharge for the network.
    pub fn fee(mut self, fee: &str) -> Self {
        self.fee = fee.to_owned();
        self
    }

    /// `Settled`, `Processing` or `Invalid`.
    pub fn status(mut self, status: &str) -> Self {
        self.status = status.to_owned();
        self
    }

    /// Invoice currency for one coin. The rate belongs to the method, so the first payment of a method decides.
    pub fn rate(mut self, rate: &str) -> Self {
        self.rate = Some(rate.to_owned());
        self
    }

    /// Its id instead of the counted one.
    pub fn id(mut self, id: &str) -> Self {
        self.id = id.to_owned();
        self
    }
}

/// So many hexadecimal digits, the same for the same seed and different for different ones (splitmix64).
pub fn hex(seed: u64, length: usize) -> String {
    let mut state = seed;
    let mut text = String::new();
    while text.len() < length {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        text.push_str(&format!("{:016x}", word ^ (word >> 31)));
    }
    text.truncate(length);
    text
}
