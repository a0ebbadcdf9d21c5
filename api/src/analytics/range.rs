//! Which days are meant. Imported through [`super`].

use chrono::{Days, NaiveDate};
use shared::Interval;

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
        Ok(Resolved { from, to, buckets: time::buckets(from, to, self.zone, self.interval)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON_4_MARCH: i64 = 1_772_625_600;

    fn request(from: Option<From>, to: Option<&str>) -> RangeRequest {
        RangeRequest { from, to: to.map(|day| day.parse().unwrap()), zone: Zone::UTC, interval: Interval::Day }
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
