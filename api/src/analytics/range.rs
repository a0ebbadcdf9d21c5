//! Which days are meant. Imported through [`super`].

use chrono::{Days, NaiveDate};
use shared::{Compare, Interval};

use super::compare;
use crate::domain::Zone;
use crate::domain::time::{self, Bucket, TooManyBuckets};

/// Days shown where nothing is said, today included.
const DEFAULT_DAYS: u64 = 30;

/// Where a range begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// On a day.
    Day(NaiveDate),
    /// On the first day of which anything is known.
    First,
}

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RangeRequest {
    /// First day; 29 days before the last where missing.
    pub from: Option<From>,
    /// Last day; today where missing.
    pub to: Option<NaiveDate>,
    /// Zone in which the days begin.
    pub zone: Zone,
    /// Width of a bucket.
    pub interval: Interval,
    /// Which earlier range is wanted, too.
    pub compare: Compare,
    /// Whether that one is to have equal weekdays.
    pub weekdays: bool,
}

/// The days, and the range cut into buckets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// In order, without gaps.
    pub buckets: Vec<Bucket>,
    /// First instant that is left out, before the end of the last bucket: the range ends today and is compared.
    pub stops_at: Option<i64>,
}

/// Days that make no range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// Ends before it begins.
    #[error("`from` ({0}) is after `to` ({1})")]
    Backwards(NaiveDate, NaiveDate),
    /// Too many buckets.
    #[error(transparent)]
    TooLong(#[from] TooManyBuckets),
}

impl RangeRequest {
    /// Fills in what is missing. `now` and `first_activity` are UTC seconds.
    ///
    /// # Errors
    /// [`RangeError`].
    pub fn resolve(&self, now: i64, first_activity: Option<i64>) -> Result<Resolved, RangeError> {
        let to = self.to.unwrap_or_else(|| self.zone.day_of(now));
        let from = match self.from {
            Some(From::Day(day)) => day,
            // Nothing known yet, or only later: the last day alone.
            Some(From::First) => first_activity.map_or(to, |at| self.zone.day_of(at).min(to)),
            None => to.checked_sub_days(Days::new(DEFAULT_DAYS - 1)).unwrap_or(to),
        };
        if from > to {
            return Err(RangeError::Backwards(from, to));
        }
        let buckets = time::buckets(from, to, self.zone, self.interval)?;
        let ends_today = self.compare != Compare::None && to == self.zone.day_of(now);
        // The second that is under way counts.
        Ok(Resolved { from, to, buckets, stops_at: ends_today.then_some(now + 1) })
    }

    /// The range that a resolved one is compared with. `now` as above.
    #[must_use]
    pub fn compared_with(&self, range: &Resolved, now: i64) -> Option<Resolved> {
        let (from, to) = compare::earlier(range.from, range.to, self.compare, self.weekdays)?;
        let buckets = time::comparison_buckets(from, to, self.zone, self.interval);
        let stops_at = range.stops_at.map(|_| self.zone.same_time_of_day(now, to) + 1);
        Some(Resolved { from, to, buckets, stops_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON_4_MARCH: i64 = 1_772_625_600;

    fn request(from: Option<From>, to: Option<&str>) -> RangeRequest {
        let to = to.map(|day| day.parse().unwrap());
        let (compare, weekdays) = (Compare::None, false);
        RangeRequest { from, to, zone: Zone::UTC, interval: Interval::Day, compare, weekdays }
    }

    #[test]
    fn a_compared_range_that_ends_today_stops_now_and_the_other_at_the_same_time_of_day() {
        let compare = Compare::Previous;
        let today = RangeRequest { compare, ..request(None, None) };
        let range = today.resolve(NOON_4_MARCH, None).unwrap();
        assert_eq!(range.stops_at, Some(NOON_4_MARCH + 1));
        let other = today.compared_with(&range, NOON_4_MARCH).unwrap();
        assert_eq!((other.from.to_string(), other.to.to_string()), ("2026-01-04".into(), "2026-02-02".into()));
        assert_eq!(other.stops_at, Some(NOON_4_MARCH + 1 - 30 * 86_400));
        let yesterday = RangeRequest { compare, ..request(None, Some("2026-03-03")) };
        let range = yesterday.resolve(NOON_4_MARCH, None).unwrap();
        assert_eq!(range.stops_at, None);
        assert_eq!(yesterday.compared_with(&range, NOON_4_MARCH).unwrap().stops_at, None);
        let alone = request(None, None);
        let range = alone.resolve(NOON_4_MARCH, None).unwrap();
        assert_eq!((range.stops_at, alone.compared_with(&range, NOON_4_MARCH)), (None, None));
    }

    #[test]
    fn a_leap_day_does_not_make_the_compared_range_too_long() {
        let from = Some(From::Day("2021-07-11".parse().unwrap()));
        let longest = RangeRequest { compare: Compare::Year, ..request(from, Some("2026-12-31")) };
        let range = longest.resolve(NOON_4_MARCH, None).unwrap();
        assert_eq!(range.buckets.len(), 2_000);
        assert_eq!(longest.compared_with(&range, NOON_4_MARCH).unwrap().buckets.len(), 2_000);
    }

    #[test]
    fn the_default_is_thirty_days_with_today() {
        let range = request(None, None).resolve(NOON_4_MARCH, None).unwrap();
        assert_eq!((range.from.to_string(), range.to.to_string()), ("2026-02-03".into(), "2026-03-04".into()));
        assert_eq!(range.buckets.len(), 30);
    }

    #[test]
    fn the_first_known_day_is_today_where_nothing_is_known() {
        let first = |known| request(Some(From::First), None).resolve(NOON_4_MARCH, known).unwrap().from.to_string();
        assert_eq!(first(None), "2026-03-04");
        assert_eq!(first(Some(NOON_4_MARCH - 86_400)), "2026-03-03");
    }

    #[test]
    fn a_range_does_not_run_backwards() {
        let from = Some(From::Day("2026-03-05".parse().unwrap()));
        assert!(matches!(request(from, Some("2026-03-04")).resolve(0, None), Err(RangeError::Backwards(_, _))));
    }
}
