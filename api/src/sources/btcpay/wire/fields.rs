//! Reading single fields of an object, leniently about form and strictly about meaning. Imported in `btcpay`.

use std::collections::HashMap;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde_json::value::RawValue;
use shared::UnknownName;

use crate::domain::{money, text};

/// Longest id taken; longer ones are not BTCPay's and would not fit an index.
const ID_LIMIT: usize = 200;
/// Last second of the year 9999, BTCPay's "never".
const LAST_SECOND: i64 = 253_402_300_799;

/// Fields of a JSON object, each as the text it came in. `null` is the same as missing.
#[derive(Default)]
pub(in crate::sources::btcpay) struct Fields<'a>(HashMap<String, &'a RawValue>);

impl<'a> Fields<'a> {
    pub(in crate::sources::btcpay) fn of(json: &'a str) -> Result<Self, String> {
        serde_json::from_str(json).map(Self).map_err(|_| "it is not an object".to_owned())
    }

    pub(in crate::sources::btcpay) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.0.get(name).copied().filter(|raw| raw.get() != "null")
    }

    /// An object in a field; empty where there is none.
    pub(in crate::sources::btcpay) fn object(&self, name: &str) -> Self {
        self.raw(name).and_then(|raw| Self::of(raw.get()).ok()).unwrap_or_default()
    }

    /// Text, or a number or truth value as text; nothing for lists and objects.
    pub(in crate::sources::btcpay) fn text(&self, name: &str) -> Option<String> {
        text::field(&self.whole_text(name)?)
    }

    fn whole_text(&self, name: &str) -> Option<String> {
        let raw = self.raw(name)?.get();
        match raw.as_bytes().first()? {
            b'"' => serde_json::from_str::<String>(raw).ok(),
            b'{' | b'[' => None,
            _ => Some(raw.to_owned()),
        }
    }

    /// Text that must be there and short.
    pub(in crate::sources::btcpay) fn id(&self, name: &str) -> Result<String, String> {
        self.id_up_to(name, ID_LIMIT)
    }

    /// Text that must be there and have at most so many bytes.
    pub(in crate::sources::btcpay) fn id_up_to(&self, name: &str, limit: usize) -> Result<String, String> {
        match self.whole_text(name) {
            Some(id) if id.len() > limit => Err(format!("the field `{name}` is too long")),
            Some(id) => text::field(&id).ok_or_else(|| format!("the field `{name}` is empty")),
            None => Err(format!("the field `{name}` is missing")),
        }
    }

    /// One of the names of an enum; where the field is missing, `default`.
    pub(in crate::sources::btcpay) fn name<T: FromStr<Err = UnknownName>>(
        &self,
        name: &str,
        default: Option<T>,
    ) -> Result<T, String> {
        match self.text(name) {
            Some(text) => text.parse().map_err(|error: UnknownName| text::quote(&error.to_string())),
            None => default.ok_or_else(|| format!("the field `{name}` is missing")),
        }
    }

    pub(in crate::sources::btcpay) fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// A number, in quotes or not; nothing where the field is missing.
    pub(in crate::sources::btcpay) fn decimal(&self, name: &str) -> Result<Option<Decimal>, String> {
        if self.raw(name).is_none() {
            return Ok(None);
        }
        let text = self.whole_text(name).ok_or_else(|| format!("the field `{name}` is not a number"))?;
        money::parse_decimal(&text)
            .map(Some)
            .map_err(|error| format!("the field `{name}`: {}", text::quote(&error.to_string())))
    }

    /// UTC seconds: a whole number, the same in quotes, or RFC 3339.
    pub(in crate::sources::btcpay) fn time(&self, name: &str) -> Result<i64, String> {
        let text = self.text(name).ok_or_else(|| format!("the field `{name}` is missing"))?;
        parse_time(&text).ok_or_else(|| format!("the field `{name}` is not a time ({})", text::quote(&text)))
    }
}

fn parse_time(text: &str) -> Option<i64> {
    let seconds = match money::parse_decimal(text) {
        Ok(number) => {
            i64::try_from(number.floor().mantissa().checked_div(10_i128.pow(number.floor().scale()))?).ok()?
        }
        Err(_) => chrono::DateTime::parse_from_rfc3339(text).ok()?.timestamp(),
    };
    (0..=LAST_SECOND).contains(&seconds).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_in_several_forms() {
        let json = r#"{"a":1767276000,"b":"1767276000","c":1767276000.75,"d":"2026-01-01T14:00:00Z",
            "e":"2026-01-01T15:00:00.123+01:00","f":1.767276E9,"g":null,"h":"soon","i":-1,"j":1767276000000,"k":253402300799}"#;
        let fields = Fields::of(json).unwrap();
        for name in ["a", "b", "c", "d", "e", "f"] {
            assert_eq!(fields.time(name), Ok(1_767_276_000), "{name}");
        }
        for name in ["g", "h", "i", "j", "missing"] {
            assert!(fields.time(name).is_err(), "{name}");
        }
        assert_eq!(fields.time("k"), Ok(LAST_SECOND));
    }

    #[test]
    fn text_may_be_a_number_and_a_number_text() {
        let fields = Fields::of(r#"{"a":12345678901234567890.10,"b":"7.5","c":{},"d":"\ud800","e":true}"#).unwrap();
        assert_eq!(fields.text("a").as_deref(), Some("12345678901234567890.10"));
        assert_eq!(fields.decimal("a").unwrap().unwrap().to_string(), "12345678901234567890.1");
        assert_eq!(fields.decimal("b").unwrap().unwrap().to_string(), "7.5");
        assert_eq!(fields.text("c"), None);
        assert_eq!(fields.text("d"), None, "half a character is no text");
        assert!(fields.flag("e"));
    }
}
