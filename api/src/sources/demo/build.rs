//! Draws what an invoice is about, who pays and how. Imported through [`super`].

use rust_decimal::Decimal;
use shared::InvoiceStatus;

use super::dice::{Dice, Topic};
use super::kind::{self, Kind};
use super::money::{self, Price, Unit};
use super::people;
use super::script::{Intended, Script, Times, When};
use super::texts::{self, Subject};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// BTCPay's default time to pay.
const TIME_TO_PAY: i64 = 15 * MINUTE;

/// All of an invoice but its times.
pub(super) struct Order {
    kind: Kind,
    pub subject: Subject,
    pub email: Option<String>,
    pub price: Price,
    pub top_up: bool,
    pub payments: Vec<Intended>,
    /// By a person: when, and as what.
    pub marked: Option<(When, InvoiceStatus)>,
    pub archived: Option<When>,
}

impl Order {
    /// The story, once it is known when it begins and when a slow one ends.
    pub(super) const fn script(&self, created: i64, closes: i64) -> Script<'_> {
        let slow = matches!(self.kind, Kind::SlowChain | Kind::SlowChainOver);
        let pledge = matches!(self.kind, Kind::Pledge | Kind::PledgeInParts);
        let expires = if pledge { closes } else { created + TIME_TO_PAY };
        let monitored = if slow { closes } else { expires } + DAY;
        Script::new(self, Times { created, expires, monitored, closes })
    }
}

/// Draws invoice `k`.
pub(super) fn order(seed: u64, k: u64) -> Order {
    let mut dice = Dice::new(seed, Topic::Order, k);
    let kind = match kind::of(k) {
        Kind::Ordinary if dice.percent(24) => Kind::Unpaid,
        Kind::Ordinary if dice.percent(6) => Kind::TopUp,
        kind => kind,
    };
    let email = match kind {
        Kind::Newcomer => Some(people::newcomer(k)),
        Kind::Pledge | Kind::PledgeInParts => Some(people::sponsor(&mut dice)),
        _ => people::visitor(&mut dice, k),
    };
    let (subject, price) = subject(&mut dice, seed, k, kind);
    let payments = Payer { dice: &mut dice, price: &price }.payments(kind, k);
    let marked = match kind {
        Kind::Disowned => Some((When::AfterCreation(dice.between(3 * HOUR, 6 * HOUR)), InvoiceStatus::Invalid)),
        Kind::Marked | Kind::MarkedInPart => {
            Some((When::AfterCreation(dice.between(2 * HOUR, 20 * HOUR)), InvoiceStatus::Settled))
        }
        _ => None,
    };
    let archived = (kind == Kind::Archived).then(|| When::AfterCreation(dice.between(2 * HOUR, DAY)));
    let top_up = matches!(kind, Kind::TopUp | Kind::LateTopUp);
    Order { kind, subject, email, price, top_up, payments, marked, archived }
}

fn subject(dice: &mut Dice, seed: u64, k: u64, kind: Kind) -> (Subject, Price) {
    let (subject, unit) = match kind {
        Kind::Pledge | Kind::PledgeInParts => (texts::sponsoring(k), Unit::Eur),
        Kind::TopUp | Kind::LateTopUp => (texts::donation(), Unit::Eur),
        Kind::Free => (texts::campaign(dice, false), Unit::Eur),
        _ => match dice.below(100) {
            0..62 => {
                let with_perk = dice.percent(45);
                (texts::campaign(dice, with_perk), Unit::Eur)
            }
            62..75 => (texts::product(dice), Unit::Eur),
            _ => (texts::donation(), *dice.pick(&[Unit::Eur, Unit::Eur, Unit::Usd, Unit::Usd, Unit::Sats, Unit::Btc])),
        },
    };
    let minor = match kind {
        Kind::Free | Kind::TopUp | Kind::LateTopUp => 0,
        Kind::Pledge | Kind::PledgeInParts => money::sponsoring(dice),
        _ => subject.price.unwrap_or_else(|| money::gift(dice, unit)),
    };
    let price = money::price(seed, k, unit, minor);
    (subject, price)
}

/// Makes the payments of one invoice.
struct Payer<'a> {
    dice: &'a mut Dice,
    price: &'a Price,
}

impl Payer<'_> {
    fn payments(mut self, kind: Kind, k: u64) -> Vec<Intended> {
        let due = self.price.due_sats.saturating_mul(1_000);
        match kind {
            Kind::Unpaid | Kind::Free | Kind::Marked => Vec::new(),
            // The very first of a block settles at once, so that people are never fewer than a quarter of contributions.
            Kind::Newcomer if k.is_multiple_of(kind::BLOCK) || self.dice.percent(70) => vec![self.lightning(due)],
            Kind::Newcomer => vec![self.chain(due, 0)],
            Kind::Ordinary | Kind::Disowned | Kind::Archived => vec![self.any(due)],
            Kind::PaidOver => {
                let more = self.share(due, 104, 130);
                vec![self.chain(more, 0)]
            }
            Kind::PaidInPart | Kind::MarkedInPart => {
                let part = self.share(due, 35, 80);
                vec![self.any(part)]
            }
            Kind::SlowChain => vec![Intended { confirmed: When::BeforeClose(0), ..self.chain(due, 0) }],
            Kind::SlowChainOver => {
                let more = self.share(due, 104, 115);
                vec![Intended { confirmed: When::BeforeClose(0), ..self.chain(more, 0) }]
            }
            Kind::Pledge => {
                let paid = self.dice.percent(70);
                let last = self.lightning(due);
                if paid { vec![self.before_close(last)] } else { Vec::new() }
            }
            Kind::PledgeInParts => self.in_parts(due),
            Kind::PaidLate => {
                let payment = self.chain(due, 0);
                vec![self.late(payment)]
            }
            Kind::LateTopUp => {
                let value = self.dice.between(15_000, 120_000).saturating_mul(1_000);
                let payment = self.chain(value, 0);
                vec![self.late(payment)]
            }
            Kind::NeverConfirmed => {
                let confirmed = When::AfterMonitoring(self.dice.between(6 * HOUR, 30 * HOUR));
                vec![Intended { confirmed, ..self.chain(due, 0) }]
            }
            Kind::TopUp => vec![self.top_up()],
            Kind::OtherCoin => vec![self.litecoin(due)],
            Kind::Mixed => {
                let part = self.share(due, 30, 70);
                vec![self.lightning(part), self.second(due - part)]
            }
            Kind::Replaced => self.replaced(due),
        }
    }

    /// A share of an amount in per cent, in whole satoshi.
    fn share(&mut self, msat: i64, from: i64, to: i64) -> i64 {
        (msat.saturating_mul(self.dice.between(from, to)) / 100_000).max(1).saturating_mul(1_000)
    }

    fn any(&mut self, msat: i64) -> Intended {
        if self.dice.percent(46) { self.chain(msat, 0) } else { self.lightning(msat) }
    }

    fn lightning(&mut self, msat: i64) -> Intended {
        let method_id = if self.dice.percent(30) { "BTC-LNURL" } else { "BTC-LN" };
        let received = When::AfterCreation(self.dice.between(6, 3 * MINUTE));
        let id = self.dice.hash();
        // Settled as soon as it is seen.
        self.bitcoin(id, method_id, msat, 0, (received, received))
    }

    /// `msat` for the invoice and `fee_msat` for the network.
    fn chain(&mut self, msat: i64, fee_msat: i64) -> Intended {
        let id = self.transaction();
        let seen = self.dice.between(40, 12 * MINUTE);
        let confirmed = seen + self.dice.between(8 * MINUTE, 55 * MINUTE);
        let times = (When::AfterCreation(seen), When::AfterCreation(confirmed));
        self.bitcoin(id, "BTC-CHAIN", msat, fee_msat, times)
    }

    fn transaction(&mut self) -> String {
        format!("{}-{}", self.dice.hash(), self.dice.below(3))
    }

    fn bitcoin(&self, id: String, method_id: &'static str, msat: i64, fee_msat: i64, times: (When, When)) -> Intended {
        Intended {
            id,
            method_id,
            coin: "BTC",
            value: bitcoins(msat.saturating_add(fee_msat)),
            fee: bitcoins(fee_msat),
            rate: self.price.rate,
            covers: msat,
            received: times.0,
            confirmed: times.1,
            replaced: None,
        }
    }

    /// Just before a slow invoice ends.
    fn before_close(&mut self, payment: Intended) -> Intended {
        let when = When::BeforeClose(self.dice.between(30, 90));
        Intended { received: when, confirmed: when, ..payment }
    }

    /// Hours after the time to pay.
    fn late(&mut self, payment: Intended) -> Intended {
        let received = self.dice.between(20 * MINUTE, 30 * HOUR);
        let confirmed = received + self.dice.between(8 * MINUTE, 55 * MINUTE);
        Intended { received: When::AfterExpiry(received), confirmed: When::AfterExpiry(confirmed), ..payment }
    }

    /// A part now, and the rest days later from three sponsors of four.
    fn in_parts(&mut self, due: i64) -> Vec<Intended> {
        let part = self.share(due, 30, 60);
        let mut payments = vec![self.lightning(part)];
        let rest = self.lightning(due - part);
        if self.dice.percent(75) {
            payments.push(self.before_close(rest));
        }
        payments
    }

    /// A second payment on chain; BTCPay adds a surcharge for the network to these.
    fn second(&mut self, msat: i64) -> Intended {
        let fee = self.dice.between(90, 400).saturating_mul(1_000);
        let seen = self.dice.between(4 * MINUTE, 13 * MINUTE);
        let confirmed = seen + self.dice.between(8 * MINUTE, 55 * MINUTE);
        let payment = self.chain(msat, fee);
        Intended { received: When::AfterCreation(seen), confirmed: When::AfterCreation(confirmed), ..payment }
    }

    /// A transaction that was sent again with a higher fee.
    fn replaced(&mut self, due: i64) -> Vec<Intended> {
        let again = When::AfterCreation(self.dice.between(8 * MINUTE, 13 * MINUTE));
        let first = When::AfterCreation(self.dice.between(MINUTE, 7 * MINUTE));
        let (gone, payment) = (self.chain(due, 0), self.chain(due, 0));
        let never = When::AfterMonitoring(30 * HOUR);
        vec![
            Intended { received: first, confirmed: never, replaced: Some(again), ..gone },
            Intended {
                received: again,
                confirmed: When::AfterCreation(self.dice.between(20 * MINUTE, HOUR)),
                ..payment
            },
        ]
    }

    /// A wallet that scans and pays in one go, to the millisatoshi.
    fn top_up(&mut self) -> Intended {
        let sats = self.dice.between(5, 210).saturating_mul(1_000);
        let msat = sats.saturating_mul(1_000) + if self.dice.percent(40) { self.dice.between(1, 999_999) } else { 0 };
        let payment = self.lightning(msat);
        let at_once = When::AfterCreation(0);
        Intended { method_id: "BTC-LNURL", received: at_once, confirmed: at_once, ..payment }
    }

    fn litecoin(&mut self, due: i64) -> Intended {
        let payment = self.chain(due, 0);
        // Eight digits, as on any chain; what a litecoin is worth was asked for in bitcoin.
        let value = (payment.value * self.price.litecoins_for_one).round_dp(8);
        Intended { method_id: "LTC-CHAIN", coin: "LTC", value, rate: self.price.litecoin_rate, ..payment }
    }
}

fn bitcoins(msat: i64) -> Decimal {
    Decimal::new(msat, 11).normalize()
}
