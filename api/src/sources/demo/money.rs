//! Prices and the price of bitcoin, all in integers. Imported through [`super`].
//!
//! The rate goes by the number of the invoice and not by its day, so that what an invoice is worth follows from the seed
//! alone.

use rust_decimal::Decimal;

use super::dice::{Dice, Topic};
use crate::domain::currency;

/// Around this the price moves, in euro cents for one bitcoin.
const MIDDLE: i64 = 8_940_000;
/// The waves of the price: invoices from crest to trough, and how high it may be in thousandths of the middle.
const WAVES: [(u64, i64); 3] = [(190, 70), (45, 28), (7, 9)];
/// Dollar cents for a thousand euro cents.
const DOLLARS: i64 = 1_085;
/// Litecoins for one bitcoin.
const LITECOINS: i64 = 1_250;

/// Gifts in cents; round ones, small ones more often.
const GIFTS: [i64; 23] = [
    500, 500, 1_000, 1_000, 1_000, 1_500, 2_000, 2_000, 2_100, 2_500, 2_500, 3_000, 4_000, 5_000, 5_000, 5_000, 7_500,
    10_000, 10_000, 15_000, 20_000, 21_000, 50_000,
];
const SATS: [i64; 9] = [2_100, 5_000, 10_000, 21_000, 21_000, 42_000, 50_000, 100_000, 210_000];
const BITCOINS_IN_SATS: [i64; 4] = [50_000, 100_000, 210_000, 500_000];
const SPONSORINGS: [i64; 5] = [12_000, 15_000, 25_000, 30_000, 50_000];

/// In which unit a price is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Eur,
    Usd,
    Sats,
    Btc,
}

impl Unit {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Eur => "EUR",
            Self::Usd => "USD",
            Self::Sats => "SATS",
            Self::Btc => "BTC",
        }
    }
}

/// A price and what it is in bitcoin.
pub(super) struct Price {
    pub unit: Unit,
    /// As BTCPay writes it.
    pub amount: String,
    /// Rounded up to a satoshi, as BTCPay asks for it.
    pub due_sats: i64,
    /// Unit for one bitcoin.
    pub rate: Decimal,
    /// Unit for one litecoin.
    pub litecoin_rate: Decimal,
    /// Litecoins for one bitcoin.
    pub litecoins_for_one: Decimal,
}

/// A gift of any size.
pub(super) fn gift(dice: &mut Dice, unit: Unit) -> i64 {
    match unit {
        Unit::Eur | Unit::Usd if dice.percent(25) => dice.between(300, 8_000),
        Unit::Eur | Unit::Usd => *dice.pick(&GIFTS),
        Unit::Sats => *dice.pick(&SATS),
        Unit::Btc => *dice.pick(&BITCOINS_IN_SATS),
    }
}

/// What a sponsor gives, in cents.
pub(super) fn sponsoring(dice: &mut Dice) -> i64 {
    *dice.pick(&SPONSORINGS)
}

/// A price of `minor` (cents or satoshi) for invoice `k`.
pub(super) fn price(seed: u64, k: u64, unit: Unit, minor: i64) -> Price {
    let euro_cents = euro_cents(seed, k);
    let cents = if unit == Unit::Usd { euro_cents.saturating_mul(DOLLARS) / 1_000 } else { euro_cents };
    let (due_sats, rate) = match unit {
        Unit::Eur | Unit::Usd => (sats_up(minor, cents), Decimal::new(cents, 2)),
        Unit::Sats => (minor, Decimal::new(100_000_000, 0)),
        Unit::Btc => (minor, Decimal::ONE),
    };
    let amount = match unit {
        Unit::Eur | Unit::Usd => Decimal::new(minor, currency::digits(unit.code()).into()),
        Unit::Sats => Decimal::new(minor, 0),
        Unit::Btc => Decimal::new(minor, 8),
    };
    Price {
        unit,
        amount: amount.normalize().to_string(),
        due_sats,
        rate,
        litecoin_rate: rate / Decimal::new(LITECOINS, 0),
        litecoins_for_one: Decimal::new(LITECOINS, 0),
    }
}

/// Satoshi for an amount, rounded up.
fn sats_up(minor: i64, minor_per_bitcoin: i64) -> i64 {
    let wide = i128::from(minor) * 100_000_000;
    let rate = i128::from(minor_per_bitcoin.max(1));
    i64::try_from((wide + rate - 1) / rate).unwrap_or_default()
}

/// Euro cents for one bitcoin at invoice `k`.
fn euro_cents(seed: u64, k: u64) -> i64 {
    let moved: i64 = (0_u8..).zip(WAVES).map(|(number, (width, height))| height * wave(seed, number, width, k)).sum();
    MIDDLE + MIDDLE * moved / 1_000_000
}

/// −1,000 to 1,000, in straight lines between points that are `width` invoices apart.
fn wave(seed: u64, number: u8, width: u64, k: u64) -> i64 {
    let point = |index: u64| Dice::new(seed, Topic::Rate(number), index).between(-1_000, 1_000);
    let (index, rest) = (k / width, k % width);
    let (from, to) = (point(index), point(index.saturating_add(1)));
    let part = i64::try_from(rest).unwrap_or_default();
    from + (to - from) * part / i64::try_from(width).unwrap_or(1)
}
