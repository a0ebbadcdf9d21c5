//! Fields of JSON that different programs wrote over the years: every one is optional, a number may stand in quotes, a time may
//! be text. What makes no sense is as good as not there. Imported through [`super`].

use serde_json::{Map, Value};

use crate::domain::investment::MAX_SATS;
use crate::domain::money;

/// 2009-01-03: there was no bitcoin before.
const FIRST_SECOND: i64 = 1_230_940_800;
/// 2200-01-01: nobody plans beyond.
const LAST_SECOND: i64 = 7_258_118_400;
/// Numbers above are milliseconds.
const MILLISECONDS: i64 = 100_000_000_000;

/// A JSON object.
#[derive(Debug, Clone, PartialEq)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Reads an object; `None` for anything else.
    #[must_use]
    pub fn parse(json: &str) -> Option<Self> {
        match serde_json::from_str(json.trim()) {
            Ok(Value::Object(map)) => Some(Self(map)),
            _ => None,
        }
    }

    /// Takes a value that is an object.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        value.as_object().map(|map| Self(map.clone()))
    }

    /// A text that is not empty; a number is text, too.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        let text = match self.0.get(name)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// A whole number.
    #[must_use]
    pub fn whole(&self, name: &str) -> Option<i64> {
        whole(&self.text(name)?)
    }

    /// A number in millionths; more decimals are cut off.
    #[must_use]
    pub fn millionths(&self, name: &str) -> Option<i64> {
        let number = money::parse_decimal(&self.text(name)?)
            .ok()?
            .round_dp_with_strategy(6, rust_decimal::RoundingStrategy::ToZero);
        let scale = 6_u32.checked_sub(number.scale())?;
        i64::try_from(number.mantissa().checked_mul(10_i128.checked_pow(scale)?)?).ok()
    }

    /// An amount in sats, in the range of what exists.
    #[must_use]
    pub fn sats(&self, name: &str) -> Option<i64> {
        self.whole(name).filter(|sats| (0..=MAX_SATS).contains(sats))
    }

    /// UTC seconds: seconds, milliseconds or RFC 3339. What lies before bitcoin or beyond 2200 is unset.
    #[must_use]
    pub fn time(&self, name: &str) -> Option<i64> {
        let text = self.text(name)?;
        let seconds = match whole(&text) {
            Some(number) if number > MILLISECONDS => number.div_euclid(1_000),
            Some(number) => number,
            None => chrono::DateTime::parse_from_rfc3339(&text).ok()?.timestamp(),
        };
        (FIRST_SECOND..=LAST_SECOND).contains(&seconds).then_some(seconds)
    }

    /// A list; empty where there is none.
    #[must_use]
    pub fn list(&self, name: &str) -> &[Value] {
        self.0.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
}

/// A whole number, also one with a decimal point and zeros behind it.
fn whole(text: &str) -> Option<i64> {
    let number = money::parse_decimal(text).ok()?.normalize();
    (number.scale() == 0).then(|| i64::try_from(number.mantissa()).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_come_in_many_forms() {
        let fields = Fields::parse(
            r#"{"a":150000000,"b":"150000000","c":150000000.0,"d":-1,"e":2100000000000001,"f":0.75,"g":null,"h":{},
            "t":1790812800,"u":1790812800000,"v":"2026-10-01T00:00:00Z","w":-62135596800,"x":0,"y":"soon","z":99999999999,
            "p":30,"q":33.33,"r":"33.3333339","s":1e2}"#,
        )
        .unwrap();
        for name in ["a", "b", "c"] {
            assert_eq!(fields.sats(name), Some(150_000_000), "{name}");
        }
        for name in ["d", "e", "f", "g", "h", "missing"] {
            assert_eq!(fields.sats(name), None, "{name}");
        }
        for name in ["t", "u", "v"] {
            assert_eq!(fields.time(name), Some(1_790_812_800), "{name}");
        }
        for name in ["w", "x", "y", "z", "g"] {
            assert_eq!(fields.time(name), None, "{name}");
        }
        let millionths = ["p", "q", "r", "s"].map(|name| fields.millionths(name));
        assert_eq!(millionths, [Some(30_000_000), Some(33_330_000), Some(33_333_333), Some(100_000_000)]);
        assert_eq!((fields.list("a").len(), Fields::parse("[]"), Fields::parse("x")), (0, None, None));
    }
}
