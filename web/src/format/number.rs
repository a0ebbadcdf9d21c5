//! Amounts, counts and shares in the reader's locale.

use std::cell::OnceCell;

use leptos::wasm_bindgen::JsValue;
use shared::analytics::KpiValue;

use super::{UNKNOWN, apply, intl};

/// Between a number and its unit: never broken, narrower than a word space.
const NARROW_SPACE: char = '\u{202f}';
const SATS_PER_BTC: u64 = 100_000_000;

thread_local! {
    static WHOLE: OnceCell<Option<js_sys::Function>> = const { OnceCell::new() };
    static SHARE: OnceCell<Option<js_sys::Function>> = const { OnceCell::new() };
    static DECIMAL_SIGN: OnceCell<String> = const { OnceCell::new() };
}

/// `1,250,000`, exact for every `i64`: it travels as a `BigInt`.
pub fn whole(value: i64) -> String {
    grouped(&value.to_string())
}

/// `1,250,000 sats`, `1 sat`.
pub fn sats(value: i64) -> String {
    format!("{}{NARROW_SPACE}{}", whole(value), sat_unit(value))
}

/// `sat` for one, `sats` otherwise.
pub fn sat_unit(value: i64) -> &'static str {
    if value == 1 { "sat" } else { "sats" }
}

/// `1,062.40 EUR`; the API's decimal string keeps the digits it came with.
pub fn money(amount: &str, currency: &str) -> String {
    format!("{}{NARROW_SPACE}{currency}", decimal(amount))
}

/// `0.0125 BTC`: at least two decimals, no zeros after them.
pub fn btc(sats: i64) -> String {
    format!("{}{NARROW_SPACE}BTC", decimal(&btc_digits(sats)))
}

/// `1.25M`: three significant digits, for axes and sentences; tables and tips write amounts out.
pub fn compact(value: i64) -> String {
    compact_digits(value, &decimal_sign())
}

/// A decimal string with the locale's groups and decimal sign; anything else stays as it is.
pub fn decimal(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("\u{2212}", digits));
    let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if integer.is_empty() || !all_digits(integer) || !all_digits(fraction) {
        return text.to_owned();
    }
    let decimal_sign = if fraction.is_empty() { String::new() } else { decimal_sign() };
    format!("{sign}{}{decimal_sign}{fraction}", grouped(integer))
}

/// A decimal string that is not zero.
pub fn is_nonzero(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// `71.4%`, from a ratio of 0 to 1.
pub fn share(value: &KpiValue) -> String {
    let ratio = match value {
        // JSON writes a full or empty ratio without a point.
        KpiValue::Whole(whole) => i32::try_from(*whole).map(f64::from).unwrap_or(f64::NAN),
        KpiValue::Ratio(ratio) => *ratio,
        KpiValue::Decimal(_) => return UNKNOWN.to_owned(),
    };
    let options = [("style", "percent"), ("maximumFractionDigits", "1")];
    SHARE
        .with(|cell| {
            let format = cell.get_or_init(|| intl("NumberFormat", None, &options));
            format.as_ref().and_then(|format| apply(format, &JsValue::from_f64(ratio)))
        })
        .unwrap_or_else(|| UNKNOWN.to_owned())
}

/// `67.5%`, from hundredths of a percent, rounded down to a tenth.
pub fn hundredths(share: i64) -> String {
    let tenths = share.div_euclid(10);
    format!("{}%", decimal(&format!("{}.{}", tenths.div_euclid(10), tenths.rem_euclid(10))))
}

/// Bitcoin as a plain decimal string.
fn btc_digits(sats: i64) -> String {
    let (sign, sats) = (if sats < 0 { "-" } else { "" }, sats.unsigned_abs());
    let decimals = format!("{:08}", sats % SATS_PER_BTC);
    let kept = decimals.trim_end_matches('0').len().max(2);
    format!("{sign}{}.{}", sats / SATS_PER_BTC, decimals.get(..kept).unwrap_or(&decimals))
}

fn compact_digits(value: i64, decimal_sign: &str) -> String {
    let (sign, size) = (if value < 0 { "\u{2212}" } else { "" }, i128::from(value).abs());
    let mut units = [(1, ""), (1_000, "k"), (1_000_000, "M"), (1_000_000_000, "B"), (1_000_000_000_000, "T")]
        .into_iter()
        .peekable();
    while let Some((unit, letter)) = units.next() {
        // As many decimals as three digits leave.
        let (decimals, power) = match size / unit {
            _ if unit == 1 => (0, 1),
            ..10 => (2, 100),
            10..100 => (1, 10),
            _ => (0, 1),
        };
        let rounded = (size * power + unit / 2) / unit;
        // Rounding can reach the next unit.
        if rounded < 1_000 * power || units.peek().is_none() {
            let fraction = format!("{:0decimals$}", rounded % power);
            let fraction = fraction.trim_end_matches('0');
            let decimal_sign = if fraction.is_empty() { "" } else { decimal_sign };
            return format!("{sign}{}{decimal_sign}{fraction}{letter}", rounded / power);
        }
    }
    String::new()
}

/// Digits with the locale's groups. Digits too many for any browser stay plain.
fn grouped(digits: &str) -> String {
    let format = |value: &JsValue| {
        WHOLE.with(|cell| {
            let format = cell.get_or_init(|| intl("NumberFormat", None, &[("maximumFractionDigits", "0")]));
            format.as_ref().and_then(|format| apply(format, value))
        })
    };
    js_sys::BigInt::new(&JsValue::from_str(digits))
        .ok()
        .and_then(|value| format(value.as_ref()))
        .unwrap_or_else(|| digits.to_owned())
}

/// What stands between `1` and `1` in the locale's 1.1.
fn decimal_sign() -> String {
    DECIMAL_SIGN.with(|cell| {
        cell.get_or_init(|| {
            intl("NumberFormat", None, &[("minimumFractionDigits", "1")])
                .and_then(|format| apply(&format, &JsValue::from_f64(1.1)))
                .and_then(|text| text.chars().nth(1))
                .map_or_else(|| ".".to_owned(), String::from)
        })
        .clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bitcoin_has_two_decimals_at_least() {
        let written = [0, 1, 10_000, 1_250_000, 100_000_000, 123_456_789, -5].map(btc_digits);
        let expected = ["0.00", "0.00000001", "0.0001", "0.0125", "1.00", "1.23456789", "-0.00000005"];
        assert_eq!(written, expected);
    }

    #[test]
    fn compact_amounts_have_three_digits() {
        let written = |value| compact_digits(value, ".");
        for (value, expected) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1k"),
            (1_049, "1.05k"),
            (31_049, "31k"),
            (310_400, "310k"),
            (999_499, "999k"),
            (999_500, "1M"),
            (1_250_000, "1.25M"),
            (50_000_000, "50M"),
            (2_100_000_000_000_000, "2100T"),
            (-1_250_000, "\u{2212}1.25M"),
        ] {
            assert_eq!(written(value), expected, "{value}");
        }
        assert_eq!(compact_digits(1_250_000, ","), "1,25M");
        assert!(!written(i64::MIN).is_empty());
    }
}
