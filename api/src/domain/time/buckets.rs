//! Cutting a range of days into the buckets of a series. Everybody may import it through [`super`].

use chrono::{Datelike, NaiveDate, SecondsFormat};
use shared::Interval;

use super::{SLOT_SECONDS, Zone, day_number, next_day};

/// A series has at most this many buckets.
pub const MAX_BUCKETS: usize = 2_000;

/// The range has more buckets than a series may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the range has more than 2,000 buckets; choose a shorter range or a wider interval")]
pub struct TooManyBuckets;

/// A piece of the range: `start` inclusive, `end` exclusive, in UTC seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// What the series calls it; may lie before the range where the bucket is cut off.
    pub label: String,
    /// First instant in it.
    pub start: i64,
    /// First instant after it.
    pub end: i64,
    /// The days of the zone that it is made of: number of the first, and of the first after it; none for pieces of a day.
    pub days: Option<(i64, i64)>,
}

/// Cuts `from..=to` into buckets, in order, without gaps; the first and the last may be partial.
///
/// # Errors
/// [`TooManyBuckets`] beyond [`MAX_BUCKETS`].
pub fn buckets(from: NaiveDate, to: NaiveDate, zone: Zone, interval: Interval) -> Result<Vec<Bucket>, TooManyBuckets> {
    let cut = any_number_of_buckets(from, to, zone, interval, MAX_BUCKETS);
    if cut.len() > MAX_BUCKETS { Err(TooManyBuckets) } else { Ok(cut) }
}

/// The same for the range that another one is compared with: a leap day must not make it one too many.
#[must_use]
pub fn comparison_buckets(from: NaiveDate, to: NaiveDate, zone: Zone, interval: Interval) -> Vec<Bucket> {
    any_number_of_buckets(from, to, zone, interval, 2 * MAX_BUCKETS)
}

/// Cuts, and goes on until there is at least one bucket more than `enough`.
fn any_number_of_buckets(from: NaiveDate, to: NaiveDate, zone: Zone, interval: Interval, enough: usize) -> Vec<Bucket> {
    match interval {
        Interval::Hour => hours(zone, zone.start_of_day(from), zone.end_of_day(to), enough),
        Interval::Day => days(from, to, zone, enough, |day| day, |day| day),
        Interval::Week => days(from, to, zone, enough, monday_of, |day| monday_of(day) + chrono::TimeDelta::days(6)),
        Interval::Month => days(from, to, zone, enough, first_of_month, last_of_month),
    }
}

/// Buckets made of whole days: `first` and `last` give the days at the ends of the one that holds a day.
fn days(
    from: NaiveDate,
    to: NaiveDate,
    zone: Zone,
    enough: usize,
    first: impl Fn(NaiveDate) -> NaiveDate,
    last: impl Fn(NaiveDate) -> NaiveDate,
) -> Vec<Bucket> {
    let mut buckets: Vec<Bucket> = Vec::new();
    let mut day = from;
    let mut start = zone.start_of_day(from);
    while day <= to && buckets.len() <= enough {
        let next = next_day(last(day).min(to));
        let end = zone.start_of_day(next);
        let days = Some((day_number(day), day_number(next)));
        buckets.push(Bucket { label: first(day).to_string(), start, end, days });
        (day, start) = (next, end);
    }
    buckets
}

/// Clock hours. A bucket also ends where the zone's offset changes, so that each has one offset in its label.
fn hours(zone: Zone, start: i64, end: i64, enough: usize) -> Vec<Bucket> {
    let mut buckets = Vec::new();
    let mut at = start;
    while at < end && buckets.len() <= enough {
        let offset = zone.offset_seconds(at);
        let full_hour = |t: i64| (t + zone.offset_seconds(t)).rem_euclid(3600) == 0;
        let mut next = at + SLOT_SECONDS;
        while next < end && !full_hour(next) && zone.offset_seconds(next) == offset {
            next += SLOT_SECONDS;
        }
        let label = zone.local(at).to_rfc3339_opts(SecondsFormat::Secs, false);
        buckets.push(Bucket { label, start: at, end: next.min(end), days: None });
        at = next;
    }
    buckets
}

fn monday_of(day: NaiveDate) -> NaiveDate {
    day - chrono::TimeDelta::days(i64::from(day.weekday().num_days_from_monday()))
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn last_of_month(day: NaiveDate) -> NaiveDate {
    day + chrono::TimeDelta::days(i64::from(day.num_days_in_month()) - i64::from(day.day()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(from: &str, to: &str, zone: &str, interval: Interval) -> Vec<Bucket> {
        buckets(from.parse().unwrap(), to.parse().unwrap(), zone.parse().unwrap(), interval).unwrap()
    }

    fn labels(buckets: &[Bucket]) -> Vec<&str> {
        buckets.iter().map(|bucket| bucket.label.as_str()).collect()
    }

    #[test]
    fn weeks_are_named_by_their_monday_and_months_by_their_first() {
        assert_eq!(labels(&cut("2026-02-26", "2026-03-03", "UTC", Interval::Week)), ["2026-02-23", "2026-03-02"]);
        assert_eq!(labels(&cut("2026-02-26", "2026-03-03", "UTC", Interval::Month)), ["2026-02-01", "2026-03-01"]);
    }

    #[test]
    fn days_of_a_clock_change_have_23_and_25_hours() {
        let spring = cut("2026-03-29", "2026-03-29", "Europe/Lisbon", Interval::Hour);
        assert_eq!((spring.len(), spring[1].label.as_str()), (23, "2026-03-29T02:00:00+01:00"));
        let autumn = cut("2026-10-25", "2026-10-25", "Europe/Lisbon", Interval::Hour);
        assert_eq!(autumn.len(), 25);
        assert_eq!(labels(&autumn)[1..3], ["2026-10-25T01:00:00+01:00", "2026-10-25T01:00:00+00:00"]);
    }

    #[test]
    fn hours_follow_a_zone_at_five_forty_five_and_a_half_hour_change() {
        let nepal = cut("2026-03-04", "2026-03-04", "Asia/Kathmandu", Interval::Hour);
        assert_eq!((nepal.len(), nepal[0].label.as_str()), (24, "2026-03-04T00:00:00+05:45"));
        assert!(nepal.iter().all(|hour| hour.end - hour.start == 3600));
        let lord_howe = cut("2026-10-04", "2026-10-04", "Australia/Lord_Howe", Interval::Hour);
        assert_eq!(labels(&lord_howe)[2..4], ["2026-10-04T02:30:00+11:00", "2026-10-04T03:00:00+11:00"]);
    }

    #[test]
    fn more_than_two_thousand_buckets_are_refused() {
        let cut = |from: &str| buckets(from.parse().unwrap(), "2026-12-31".parse().unwrap(), Zone::UTC, Interval::Day);
        assert_eq!(cut("2021-07-11").map(|b| b.len()), Ok(2_000));
        assert_eq!(cut("2021-07-10"), Err(TooManyBuckets));
    }

    proptest! {
        #[test]
        fn buckets_partition_the_range(
            first in 14_000i32..22_000, length in 0i32..60, tz in 0usize..chrono_tz::TZ_VARIANTS.len(), interval in 0usize..4,
        ) {
            let zone = Zone(chrono_tz::TZ_VARIANTS[tz]);
            let from = NaiveDate::from_num_days_from_ce_opt(719_163 + first).unwrap();
            let to = from + chrono::TimeDelta::days(length.into());
            let cut = buckets(from, to, zone, Interval::ALL[interval]).unwrap();
            prop_assert_eq!(cut.first().map(|b| b.start), Some(zone.start_of_day(from)));
            prop_assert_eq!(cut.last().map(|b| b.end), Some(zone.end_of_day(to)));
            prop_assert!(cut.windows(2).all(|pair| pair[0].end == pair[1].start));
            prop_assert!(cut.iter().all(|b| b.start % SLOT_SECONDS == 0 && b.start <= b.end));
        }
    }
}
