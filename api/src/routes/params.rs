//! Query parameters: known ones only, each once, with a sentence for what is wrong. Imported by the other routes.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use chrono::NaiveDate;

use crate::domain::text::quote;
use crate::domain::{ContributionMethod, Zone};
use crate::error::ApiError;

/// The parameters of a request.
#[derive(Debug)]
pub struct Params(BTreeMap<String, String>);

impl Params {
    /// Parses a query string; parameters not in `known` and repeated ones are errors.
    ///
    /// # Errors
    /// [`ApiError::BadParameter`].
    pub fn parse(query: &str, known: &[&str]) -> Result<Self, ApiError> {
        let mut params = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if !known.contains(&name.as_ref()) {
                return Err(bad(format!(
                    "There is no parameter \u{201c}{}\u{201d} here; known are {}.",
                    quote(&name),
                    known.join(", ")
                )));
            }
            // What was not UTF-8 has become a replacement character.
            if value.contains(['\u{fffd}', '\0']) {
                return Err(bad(format!("The value of `{name}` is not text.")));
            }
            if params.insert(name.to_string(), value.to_string()).is_some() {
                return Err(bad(format!("The parameter `{name}` is given more than once; separate values by commas.")));
            }
        }
        Ok(Self(params))
    }

    /// A parameter as it is; an empty one is an error where it stands, so that a typo is not taken for a default.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A parameter of a type.
    ///
    /// # Errors
    /// [`ApiError::BadParameter`] with the type's own words.
    pub fn get<T>(&self, name: &str) -> Result<Option<T>, ApiError>
    where
        T: FromStr,
        T::Err: Display,
    {
        self.text(name).map(|text| parse_as(name, text)).transpose()
    }

    /// A comma-separated list; empty where the parameter is missing.
    ///
    /// # Errors
    /// [`ApiError::BadParameter`] for any wrong element.
    pub fn list<T>(&self, name: &str) -> Result<Vec<T>, ApiError>
    where
        T: FromStr,
        T::Err: Display,
    {
        let Some(text) = self.text(name) else { return Ok(Vec::new()) };
        text.split(',').map(|part| parse_as(name, part)).collect()
    }

    /// A day, exactly as `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`ApiError::BadParameter`].
    pub fn day(&self, name: &str) -> Result<Option<NaiveDate>, ApiError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        match text.parse::<NaiveDate>() {
            Ok(day) if plain => Ok(Some(day)),
            _ => Err(wrong(name, text, "use a day such as 2026-03-04")),
        }
    }

    /// The zone named by `tz`, or the display zone.
    ///
    /// # Errors
    /// [`ApiError::BadParameter`].
    pub fn zone(&self, display_zone: Zone) -> Result<Zone, ApiError> {
        Ok(self.get("tz")?.unwrap_or(display_zone))
    }

    /// The payment filter named by `method`.
    ///
    /// # Errors
    /// [`ApiError::BadParameter`].
    pub fn method(&self) -> Result<Option<ContributionMethod>, ApiError> {
        match self.text("method") {
            None => Ok(None),
            Some("onchain") => Ok(Some(ContributionMethod::Onchain)),
            Some("lightning") => Ok(Some(ContributionMethod::Lightning)),
            Some(other) => Err(wrong("method", other, "use onchain or lightning")),
        }
    }

    /// The stores named by `store`, or all that can be seen.
    ///
    /// # Errors
    /// [`ApiError::BadParameter`] for a store that is not here.
    pub fn stores(&self, visible: &[String]) -> Result<Vec<String>, ApiError> {
        let mut wanted: Vec<String> = self.list("store")?;
        wanted.sort();
        wanted.dedup();
        match wanted.iter().find(|id| !visible.contains(id)) {
            Some(unknown) => Err(wrong("store", unknown, "there is no such store here")),
            None if wanted.is_empty() => Ok(visible.to_vec()),
            None => Ok(wanted),
        }
    }

    /// Refuses any value of `campaign`: there are none in the database of this version.
    ///
    /// # Errors
    /// [`ApiError::BadParameter`].
    pub fn no_campaign(&self) -> Result<(), ApiError> {
        self.text("campaign").map_or(Ok(()), |id| Err(wrong("campaign", id, "there is no such campaign here")))
    }
}

fn parse_as<T>(name: &str, text: &str) -> Result<T, ApiError>
where
    T: FromStr,
    T::Err: Display,
{
    text.parse().map_err(|error: T::Err| wrong(name, text, &error.to_string()))
}

/// A value that a parameter cannot have.
pub fn wrong(name: &str, value: &str, legal: &str) -> ApiError {
    bad(format!("`{name}={}` is not valid: {legal}.", quote(value)))
}

const fn bad(message: String) -> ApiError {
    ApiError::BadParameter(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_known_and_given_once() {
        let parse = |query: &str| Params::parse(query, &["a", "b"]).map_err(|error| error.to_string());
        assert_eq!(parse("a=1&b=x%20y").unwrap().text("b"), Some("x y"));
        assert!(parse("c=1").unwrap_err().contains("known are a, b"));
        assert!(parse("a=1&a=1").unwrap_err().contains("more than once"));
        assert!(parse("a=%ff").unwrap_err().contains("not text"));
        assert!(parse("a=%00").unwrap_err().contains("not text"));
    }

    #[test]
    fn days_are_written_in_one_way() {
        let day = |text: &str| Params::parse(&format!("from={text}"), &["from"]).unwrap().day("from");
        assert_eq!(day("2026-03-04").unwrap().unwrap().to_string(), "2026-03-04");
        for bad in ["2026-3-4", "2026-02-30", "04.03.2026", "%2B2026-03-04", "12026-03-04", "", "2026-03-04T00:00"] {
            assert!(day(bad).is_err(), "{bad}");
        }
    }
}
