//! Ranges of days as the URL and the API write them. Knows nothing of the page.

use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use shared::{Interval, Range};

use crate::format::time::days_before;

/// The days a reader chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeChoice {
    /// So many days up to today, today included.
    Last(u16),
    /// From the first known day.
    All,
    /// Both days included.
    Between(NaiveDate, NaiveDate),
}

/// Not a range.
#[derive(Debug, PartialEq, Eq)]
pub struct NotARange;

impl RangeChoice {
    /// What a URL without `range` means.
    pub const DEFAULT: Self = Self::Last(30);
    /// What the page offers, with its name.
    pub const PRESETS: [(Self, &'static str); 4] =
        [(Self::Last(7), "7 days"), (Self::Last(30), "30 days"), (Self::Last(90), "90 days"), (Self::All, "All time")];

    /// The most years that a chart of months shows.
    const MOST_YEARS: i32 = 33;

    /// From one day to another.
    ///
    /// # Errors
    /// [`NotARange`] if they run backwards, or further than a chart can show.
    pub fn between(from: NaiveDate, to: NaiveDate) -> Result<Self, NotARange> {
        let years = 1..=9999;
        let fits = years.contains(&from.year()) && years.contains(&to.year());
        let near = to.year().saturating_sub(from.year()) < Self::MOST_YEARS;
        if from <= to && fits && near { Ok(Self::Between(from, to)) } else { Err(NotARange) }
    }

    /// As in `?range=`; none for the default.
    pub fn in_url(self) -> Option<String> {
        match self {
            Self::DEFAULT => None,
            Self::Last(days) => Some(format!("{days}d")),
            Self::All => Some("all".to_owned()),
            Self::Between(from, to) => Some(format!("{from}..{to}")),
        }
    }

    /// Parameters of `GET api/analytics`; none while they need the server's today and that is not known.
    pub fn in_api(self, today: Option<NaiveDate>) -> Option<Vec<(&'static str, String)>> {
        let interval = |interval: Interval| ("interval", interval.as_str().to_owned());
        match self {
            // The API's own default: right at once, whatever this device takes for today.
            Self::DEFAULT => Some(Vec::new()),
            // Without `to`: the server knows best which day it is.
            Self::Last(days) => {
                let from = days_before(today?, u64::from(days.saturating_sub(1)));
                Some(vec![("from", from.to_string())])
            }
            Self::All => Some(vec![("from", "first".to_owned()), interval(Interval::Month)]),
            Self::Between(from, to) => {
                Some(vec![("from", from.to_string()), ("to", to.to_string()), interval(width(from, to))])
            }
        }
    }

    /// Parameters to ask again with, where the days answered deserve narrower buckets than were asked for.
    pub fn finer(self, answered: &Range) -> Option<Vec<(&'static str, String)>> {
        let width = width(answered.from, answered.to);
        let finer = self == Self::All && width != answered.interval;
        finer.then(|| vec![("from", "first".to_owned()), ("interval", width.as_str().to_owned())])
    }
}

/// Buckets of a range: never more than 400, and few enough to read.
fn width(from: NaiveDate, to: NaiveDate) -> Interval {
    match to.signed_duration_since(from).num_days().saturating_add(1) {
        ..=92 => Interval::Day,
        93..=731 => Interval::Week,
        _ => Interval::Month,
    }
}

impl FromStr for RangeChoice {
    type Err = NotARange;

    fn from_str(text: &str) -> Result<Self, NotARange> {
        let preset = Self::PRESETS.into_iter().map(|(choice, _)| choice);
        let named = |choice: &Self| choice.in_url().as_deref() == Some(text);
        if let Some(choice) = preset.clone().find(named) {
            return Ok(choice);
        }
        if text == "30d" {
            return Ok(Self::DEFAULT);
        }
        let (from, to) = text.split_once("..").ok_or(NotARange)?;
        let day = |text: &str| text.parse::<NaiveDate>().map_err(|_| NotARange);
        Self::between(day(from)?, day(to)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        text.parse().ok()
    }

    #[test]
    fn every_range_is_read_back_from_its_url() {
        for text in ["7d", "90d", "all", "2026-03-01..2026-03-31", "2026-03-01..2026-03-01"] {
            assert_eq!(text.parse::<RangeChoice>().map(RangeChoice::in_url), Ok(Some(text.to_owned())));
        }
        assert_eq!("30d".parse(), Ok(RangeChoice::DEFAULT));
        assert_eq!(RangeChoice::DEFAULT.in_url(), None);
    }

    #[test]
    fn anything_else_is_not_a_range() {
        for text in [
            "",
            "8d",
            "7",
            "ALL",
            "2026-03-31..2026-03-01",
            "2026-02-30..2026-03-01",
            "2026-03-01",
            "..",
            "x..y",
            "1900-01-01..2026-03-01",
            "-0001-01-01..2026-03-01",
        ] {
            assert_eq!(text.parse::<RangeChoice>(), Err(NotARange), "{text}");
        }
    }

    #[test]
    fn last_days_include_today_and_wait_until_it_is_known() {
        assert_eq!(RangeChoice::DEFAULT.in_api(None), Some(Vec::new()));
        assert_eq!(RangeChoice::Last(7).in_api(None), None);
        let pairs = RangeChoice::Last(7).in_api(day("2026-03-03"));
        assert_eq!(pairs, Some(vec![("from", "2026-02-25".to_owned())]));
    }

    #[test]
    fn long_ranges_have_wide_buckets() {
        let width = |text: &str| {
            let pairs = text.parse::<RangeChoice>().ok().and_then(|range| range.in_api(None)).unwrap_or_default();
            pairs.into_iter().find(|(key, _)| *key == "interval").map(|(_, value)| value)
        };
        assert_eq!(width("2026-01-01..2026-04-02").as_deref(), Some("day"));
        assert_eq!(width("2026-01-01..2026-04-03").as_deref(), Some("week"));
        assert_eq!(width("2020-01-01..2026-04-03").as_deref(), Some("month"));
        assert_eq!(width("all").as_deref(), Some("month"));
    }

    #[test]
    fn all_time_is_asked_again_where_it_is_short() {
        let answered = |from: &str, interval| {
            let (from, to) = (from.parse().unwrap(), "2026-04-02".parse().unwrap());
            Range { from, to, tz: "UTC".to_owned(), interval }
        };
        let finer = |range: RangeChoice, answered| range.finer(&answered).map(|pairs| pairs[1].1.clone());
        assert_eq!(finer(RangeChoice::All, answered("2026-01-01", Interval::Month)).as_deref(), Some("day"));
        assert_eq!(finer(RangeChoice::All, answered("2025-01-01", Interval::Month)).as_deref(), Some("week"));
        assert_eq!(finer(RangeChoice::All, answered("2020-01-01", Interval::Month)), None);
        assert_eq!(finer(RangeChoice::All, answered("2026-01-01", Interval::Day)), None);
        assert_eq!(finer(RangeChoice::Last(7), answered("2020-01-01", Interval::Day)), None);
    }
}
