//! Digits of a currency. Everybody may import it.

use iso_currency::Currency;

/// Number of digits after the point in which money of this currency is written: ISO 4217's, and 2 for an unknown code.
#[must_use]
pub fn digits(code: &str) -> u8 {
    Currency::from_code(code).and_then(Currency::exponent).and_then(|digits| u8::try_from(digits).ok()).unwrap_or(2)
}

/// Whether a code is one of ISO 4217; BTCPay allows made-up ones besides.
#[must_use]
pub fn is_iso(code: &str) -> bool {
    Currency::from_code(code).is_some()
}

/// Whether prices in this currency are bitcoin rather than fiat; they add nothing to fiat figures.
#[must_use]
pub fn is_bitcoin(code: &str) -> bool {
    matches!(code, "BTC" | "SATS")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_follow_iso_4217() {
        assert_eq!(["EUR", "JPY", "KWD", "XYZ1"].map(digits), [2, 0, 3, 2]);
    }
}
