//! Exact money: millisatoshi in `i64`, fiat as an exact decimal. No floats, checked sums. Everybody may import it.

use std::fmt;
use std::str::FromStr;

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, RoundingMode, Zero};
use rust_decimal::Decimal;

/// Millisatoshi in one bitcoin, as a power of ten.
const MSAT_SCALE: u32 = 11;
/// No payment can be larger than all bitcoin there will ever be: 21 million, in msat.
const MAX_MSAT: i64 = 2_100_000_000_000_000_000;

/// Why an amount from outside was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a decimal number that BTCPay could have written.
    #[error("\u{201c}{0}\u{201d} is not an amount")]
    NotANumber(String),
    /// More bitcoin than can exist.
    #[error("{0} BTC is more than there is")]
    TooLarge(String),
    /// A sum left the range of 64 bits of msat.
    #[error("the amounts add up to more bitcoin than there is")]
    Overflow,
}

/// Reads a decimal as BTCPay writes it: plain notation, up to 29 digits (.NET's decimal has rust_decimal's range). The
/// exponent that some JSON writers use for small numbers is accepted too.
///
/// # Errors
/// [`MoneyError::NotANumber`] for everything else, including numbers that would lose digits.
pub fn parse_decimal(text: &str) -> Result<Decimal, MoneyError> {
    let bad = || MoneyError::NotANumber(text.chars().take(60).collect());
    let trimmed = text.trim();
    if trimmed.contains(['e', 'E']) {
        return Decimal::from_scientific(trimmed).map_err(|_| bad());
    }
    // Zeros at the end say nothing but may exceed the 28 places that the type has.
    let significant = if trimmed.contains('.') { trimmed.trim_end_matches('0').trim_end_matches('.') } else { trimmed };
    if !trimmed.starts_with(|c: char| c.is_ascii_digit() || c == '-') || trimmed.contains('_') {
        return Err(bad());
    }
    Decimal::from_str_exact(significant).map_err(|_| bad())
}

/// Bitcoin to millisatoshi, rounded down where a plugin sends more than eleven decimals.
///
/// # Errors
/// [`MoneyError::TooLarge`] above 21 million bitcoin, which no payment can reach.
pub fn btc_to_msat(btc: Decimal) -> Result<i64, MoneyError> {
    let too_large = || MoneyError::TooLarge(btc.to_string());
    let mantissa = btc.mantissa();
    let msat = match MSAT_SCALE.checked_sub(btc.scale()) {
        Some(missing) => mantissa.checked_mul(10_i128.pow(missing)).ok_or_else(too_large)?,
        None => mantissa.div_euclid(10_i128.pow(btc.scale().saturating_sub(MSAT_SCALE))),
    };
    i64::try_from(msat).ok().filter(|msat| (-MAX_MSAT..=MAX_MSAT).contains(msat)).ok_or_else(too_large)
}

/// A figure in satoshi, rounded down once; sums come in as `i128` so that adding rows cannot overflow.
#[must_use]
pub fn floor_sats(msat: i128) -> i64 {
    i64::try_from(msat.div_euclid(1_000)).unwrap_or(if msat < 0 { i64::MIN } else { i64::MAX })
}

/// A sum of fiat with every digit it was made of, so that a roll-up can take back exactly what it added.
///
/// `rust_decimal` would round the products of eleven decimals and a long rate at 28 digits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExactFiat(BigDecimal);

impl ExactFiat {
    /// `coins` at `rate`, both exact.
    #[must_use]
    pub fn product(coins: Decimal, rate: Decimal) -> Self {
        Self(exact(coins) * exact(rate))
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Adds in place.
    pub fn add(&mut self, other: &Self) {
        self.0 += &other.0;
    }

    /// The same amount taken away.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self(-&self.0)
    }

    /// Rounded half-even to `digits` places.
    #[must_use]
    pub fn rounded(&self, digits: u8) -> Self {
        Self(self.0.with_scale_round(i64::from(digits), RoundingMode::HalfEven))
    }

    /// Rounded half-even to `digits` places and written with all of them, for example `0.00`.
    #[must_use]
    pub fn round(&self, digits: u8) -> String {
        let (mantissa, _) = self.rounded(digits).0.into_bigint_and_exponent();
        let sign = if mantissa < BigInt::zero() { "-" } else { "" };
        let text = mantissa.magnitude().to_string();
        let places = usize::from(digits);
        let text = format!("{text:0>width$}", width = places.saturating_add(1));
        let (whole, fraction) = text.split_at(text.len().saturating_sub(places));
        if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

/// Every digit, for storage; [`ExactFiat::from_str`] reads it back.
impl fmt::Display for ExactFiat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.normalized().to_plain_string())
    }
}

impl FromStr for ExactFiat {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        BigDecimal::from_str(text).map(Self).map_err(|_| MoneyError::NotANumber(text.chars().take(60).collect()))
    }
}

fn exact(value: Decimal) -> BigDecimal {
    BigDecimal::new(BigInt::from(value.mantissa()), i64::from(value.scale()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn msat(text: &str) -> Result<i64, MoneyError> {
        btc_to_msat(parse_decimal(text)?)
    }

    #[test]
    fn bitcoin_becomes_msat_without_losing_one() {
        assert_eq!(msat("0.00035012345"), Ok(35_012_345));
        assert_eq!(msat("0.00000000001"), Ok(1));
        assert_eq!(msat("0.000350123459999"), Ok(35_012_345), "below a msat: down");
        assert_eq!(msat("-0.000000000001"), Ok(-1), "down, not towards zero");
        assert_eq!(msat("5.00"), msat("5"));
        assert_eq!(msat("1e-8"), Ok(1_000));
        assert_eq!(msat("21000000"), Ok(MAX_MSAT));
        assert!(matches!(msat("21000000.00000000001"), Err(MoneyError::TooLarge(_))));
        assert!(matches!(msat("79228162514264337593543950335"), Err(MoneyError::TooLarge(_))));
    }

    #[test]
    fn only_decimals_are_amounts() {
        for good in [
            "79228162514264337593543950335",
            "0.0000000000000000000000000001",
            "-3",
            "1.0000000000000000000000000000000",
        ] {
            assert!(parse_decimal(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            " ",
            ".",
            "-",
            "1,5",
            "0x10",
            "NaN",
            "Infinity",
            "1e400",
            "1_000",
            "1.2.3",
            "٣",
            "99999999999999999999999999999999",
        ] {
            assert!(parse_decimal(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn fiat_is_rounded_half_even_and_keeps_its_digits() {
        let fiat = |text: &str| text.parse::<ExactFiat>().unwrap();
        assert_eq!(fiat("0.125").round(2), "0.12");
        assert_eq!(fiat("0.135").round(2), "0.14");
        assert_eq!(fiat("-0.125").round(2), "-0.12");
        assert_eq!(fiat("0").round(2), "0.00");
        assert_eq!(fiat("0.004").round(2), "0.00");
        assert_eq!(fiat("-0.05").round(2), "-0.05");
        assert_eq!(fiat("2.5").round(0), "2");
        assert_eq!(fiat("1062.4").round(3), "1062.400");
    }

    proptest! {
        #[test]
        fn a_sum_gives_back_exactly_what_it_took(
            parts in prop::collection::vec((any::<i64>(), 0u32..=11, any::<i64>(), 0u32..=28), 1..20),
        ) {
            let parts: Vec<ExactFiat> = parts
                .into_iter()
                .map(|(m, s, r, t)| ExactFiat::product(Decimal::new(m, s), Decimal::new(r, t)))
                .collect();
            let mut sum = ExactFiat::default();
            for part in &parts {
                sum.add(part);
                sum = sum.to_string().parse().unwrap();
            }
            for part in parts.iter().rev() {
                sum.add(&part.negated());
            }
            prop_assert!(sum.is_zero());
        }

        #[test]
        fn msat_and_text_agree(value in -MAX_MSAT..=MAX_MSAT) {
            prop_assert_eq!(btc_to_msat(Decimal::new(value, MSAT_SCALE)), Ok(value));
            prop_assert_eq!(i128::from(floor_sats(i128::from(value))), i128::from(value).div_euclid(1000));
        }
    }
}
