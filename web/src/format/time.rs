//! Instants, days and ages. Zones are the browser's: no zone table is shipped.

use std::cell::RefCell;

use chrono::{DateTime, Days, NaiveDate, SecondsFormat, Utc};
use leptos::wasm_bindgen::JsValue;

use super::{apply, intl};

/// The present by the browser's clock; the epoch should that clock be out of every calendar.
pub fn now() -> DateTime<Utc> {
    let text = String::from(js_sys::Date::new_0().to_iso_string());
    DateTime::parse_from_rfc3339(&text).map(|at| at.to_utc()).unwrap_or(DateTime::UNIX_EPOCH)
}

/// For `<time datetime>` and `title`: RFC 3339 in UTC, to the second.
pub fn exact(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

thread_local! {
    /// The newest zone's: a formatter is dear to make, and a list has hundreds of instants.
    static STAMP: RefCell<Option<(String, Stamp)>> = const { RefCell::new(None) };
}

/// Writes instants as `2026-03-04 15:20` in one zone.
#[derive(Clone)]
pub struct Stamp {
    format: Option<js_sys::Function>,
}

impl Stamp {
    /// For an IANA zone; one that the browser does not know reads as UTC.
    pub fn new(zone: &str) -> Self {
        STAMP.with_borrow_mut(|kept| match kept {
            Some((of, stamp)) if of == zone => stamp.clone(),
            _ => kept.insert((zone.to_owned(), Self::made(zone))).1.clone(),
        })
    }

    fn made(zone: &str) -> Self {
        let options = |zone| {
            [
                ("timeZone", zone),
                ("year", "numeric"),
                ("month", "2-digit"),
                ("day", "2-digit"),
                ("hour", "2-digit"),
                ("minute", "2-digit"),
            ]
        };
        // Sweden writes dates as ISO does.
        let format = intl("DateTimeFormat", Some("sv-SE"), &options(zone));
        Self { format: format.or_else(|| intl("DateTimeFormat", Some("sv-SE"), &options("UTC"))) }
    }

    /// `2026-03-04 15:20`.
    pub fn write(&self, at: DateTime<Utc>) -> String {
        let date = js_sys::Date::new(&JsValue::from_str(&exact(at)));
        let text = self.format.as_ref().and_then(|format| apply(format, &date));
        text.unwrap_or_else(|| at.format("%Y-%m-%d %H:%M").to_string())
    }
}

/// The day it is now in an IANA zone.
pub fn today(zone: &str) -> NaiveDate {
    day_of(now(), zone)
}

/// The day of an instant in an IANA zone.
pub fn day_of(at: DateTime<Utc>, zone: &str) -> NaiveDate {
    let text = Stamp::new(zone).write(at);
    text.split(' ').next().and_then(|day| day.parse().ok()).unwrap_or_else(|| at.date_naive())
}

/// The day so many days earlier.
pub fn days_before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

/// `4 Mar 2026` in the reader's language.
pub fn day(day: NaiveDate) -> String {
    let options = [("timeZone", "UTC"), ("dateStyle", "medium")];
    let date = js_sys::Date::new(&JsValue::from_str(&day.to_string()));
    intl("DateTimeFormat", None, &options).and_then(|format| apply(&format, &date)).unwrap_or_else(|| day.to_string())
}

/// `2 min ago`, up to a week; then the day in UTC. An instant ahead of this clock is `just now`.
pub fn age(then: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let elapsed = now.signed_duration_since(then);
    match (elapsed.num_days(), elapsed.num_hours(), elapsed.num_minutes()) {
        (days, ..) if days >= 7 => format!("on {}", then.date_naive()),
        (1, ..) => "1 day ago".to_owned(),
        (days, ..) if days > 1 => format!("{days} days ago"),
        (_, hours, _) if hours >= 1 => format!("{hours} h ago"),
        (.., minutes) if minutes >= 1 => format!("{minutes} min ago"),
        _ => "just now".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_the_largest_whole_unit_and_as_a_day_after_a_week() {
        let then = DateTime::UNIX_EPOCH;
        let after = |seconds| age(then, then + chrono::TimeDelta::seconds(seconds));
        assert_eq!(after(-90), "just now");
        assert_eq!(after(59), "just now");
        assert_eq!(after(60), "1 min ago");
        assert_eq!(after(3599), "59 min ago");
        assert_eq!(after(7200), "2 h ago");
        assert_eq!(after(86_400), "1 day ago");
        assert_eq!(after(6 * 86_400), "6 days ago");
        assert_eq!(after(7 * 86_400), "on 1970-01-01");
    }
}
