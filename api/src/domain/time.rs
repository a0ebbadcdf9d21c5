//! Days, quarter-hour slots and buckets. Time is UTC seconds since 1970; a day exists only together with a [`Zone`].
//!
//! Everybody may import it.

mod buckets;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

pub use buckets::{Bucket, MAX_BUCKETS, TooManyBuckets, buckets, comparison_buckets};

/// Seconds of a slot. Every zone's day has begun on a multiple of it since bitcoin exists.
pub const SLOT_SECONDS: i64 = 900;

/// An IANA time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(Tz);

/// Not an IANA zone name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\u{201c}{0}\u{201d} is not a time zone; use an IANA name such as Europe/Lisbon or UTC")]
pub struct UnknownZone(String);

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        name.parse::<Tz>().map(Self).map_err(|_| UnknownZone(super::text::quote(name)))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl Zone {
    /// UTC.
    pub const UTC: Self = Self(Tz::UTC);

    /// First instant of a day, in UTC seconds. Where clocks jump over midnight it is the first one after the jump; where
    /// midnight comes twice it is the earlier. A day that a zone left out begins and ends with the next one.
    #[must_use]
    pub fn start_of_day(self, day: NaiveDate) -> i64 {
        self.first_at(day.and_time(NaiveTime::MIN))
    }

    /// When the clock shows on `day` what it shows at `at`, in UTC seconds; the first time where it does so twice, the end of
    /// the jump where clocks jump over it.
    #[must_use]
    pub fn same_time_of_day(self, at: i64, day: NaiveDate) -> i64 {
        let wanted = day.and_time(self.local(at).time());
        match self.0.from_local_datetime(&wanted).earliest() {
            Some(instant) => instant.timestamp(),
            None => {
                let past_the_hour = i64::from(wanted.minute() % 15) * 60 + i64::from(wanted.second());
                self.first_at(wanted - chrono::TimeDelta::seconds(past_the_hour))
            }
        }
    }

    /// First instant at which the clock shows this, or the first quarter of an hour after it that it does show.
    fn first_at(self, wanted: NaiveDateTime) -> i64 {
        // Jumps are multiples of a quarter of an hour and at most a day long (Samoa, 2011).
        let steps = (0..=96).map(|step| wanted + chrono::TimeDelta::minutes(15 * step));
        steps
            .filter_map(|local| self.0.from_local_datetime(&local).earliest())
            .map(|instant| instant.timestamp())
            .next()
            .unwrap_or_else(|| wanted.and_utc().timestamp())
    }

    /// First instant after a day.
    #[must_use]
    pub fn end_of_day(self, day: NaiveDate) -> i64 {
        self.start_of_day(next_day(day))
    }

    /// The day in which an instant lies, such that days cut time into whole pieces between their starts.
    #[must_use]
    pub fn day_of(self, at: i64) -> NaiveDate {
        let local = self.local(at).date_naive();
        if at < self.start_of_day(local) {
            previous_day(local)
        } else if at >= self.end_of_day(local) {
            next_day(local)
        } else {
            local
        }
    }

    /// The clock in this zone.
    fn local(self, at: i64) -> DateTime<Tz> {
        instant(at).with_timezone(&self.0)
    }

    /// Seconds by which this zone's clock is ahead of UTC.
    fn offset_seconds(self, at: i64) -> i64 {
        i64::from(self.local(at).offset().fix().local_minus_utc())
    }
}

/// UTC seconds as chrono's instant; those beyond its range become 1970.
#[must_use]
pub fn instant(at: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(at, 0).unwrap_or_default()
}

/// UTC milliseconds as chrono's instant; those beyond its range become 1970.
#[must_use]
pub fn instant_ms(at_ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at_ms).unwrap_or_default()
}

/// Number of the quarter-hour slot in which an instant lies, counted from 1970.
#[must_use]
pub const fn slot_of(at: i64) -> i64 {
    at.div_euclid(SLOT_SECONDS)
}

/// Number of a day, counted from 1970-01-01: what the day tier is keyed by.
#[must_use]
pub fn day_number(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce()) - 719_163
}

/// The day of a number.
#[must_use]
pub fn day_of_number(number: i64) -> NaiveDate {
    instant(number.saturating_mul(86_400)).date_naive()
}

/// Number of the calendar month in which a day lies, counted from January 1970.
#[must_use]
pub fn month_number(day: NaiveDate) -> i64 {
    (i64::from(day.year()) - 1970) * 12 + i64::from(day.month0())
}

/// Number of the first day of the month of a number.
#[must_use]
pub fn first_day_of_month(number: i64) -> i64 {
    let year = i32::try_from(1970 + number.div_euclid(12)).unwrap_or(1970);
    let month = u32::try_from(number.rem_euclid(12)).unwrap_or_default() + 1;
    NaiveDate::from_ymd_opt(year, month, 1).map_or(0, day_number)
}

/// The day after; the last day there is stays.
#[must_use]
pub fn next_day(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}

/// So many days before; the first day there is stays.
#[must_use]
pub fn days_before(day: NaiveDate, count: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(count)).unwrap_or(NaiveDate::MIN)
}

/// The day before.
#[must_use]
pub fn previous_day(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(1)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    #[test]
    fn days_begin_where_the_zone_says() {
        let start = |name: &str, date: &str| instant(zone(name).start_of_day(day(date))).to_rfc3339();
        assert_eq!(start("UTC", "2026-03-04"), "2026-03-04T00:00:00+00:00");
        assert_eq!(start("Asia/Kathmandu", "2026-03-04"), "2026-03-03T18:15:00+00:00");
        // Clocks jump from midnight to one: the day begins at one.
        assert_eq!(start("America/Asuncion", "2023-10-01"), "2023-10-01T04:00:00+00:00");
        // Midnight comes twice: the first counts.
        assert_eq!(start("America/Havana", "2026-11-01"), "2026-11-01T04:00:00+00:00");
        // Samoa had no 30 December 2011.
        assert_eq!(start("Pacific/Apia", "2011-12-30"), start("Pacific/Apia", "2011-12-31"));
        assert_eq!(
            zone("Europe/Lisbon").end_of_day(day("2026-03-29")) - zone("Europe/Lisbon").start_of_day(day("2026-03-29")),
            23 * 3600
        );
        assert_eq!(
            zone("Europe/Lisbon").end_of_day(day("2026-10-25")) - zone("Europe/Lisbon").start_of_day(day("2026-10-25")),
            25 * 3600
        );
    }

    #[test]
    fn the_same_time_of_day_follows_the_clock_on_the_wall() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().timestamp();
        let on =
            |now: &str, date: &str| instant(zone("Europe/Lisbon").same_time_of_day(at(now), day(date))).to_rfc3339();
        // 15:20 in summer is 14:20 UTC, in winter 15:20.
        assert_eq!(on("2026-04-02T14:20:07Z", "2026-03-03"), "2026-03-03T15:20:07+00:00");
        assert_eq!(on("2026-03-03T15:20:07Z", "2026-04-02"), "2026-04-02T14:20:07+00:00");
        // On 29 March clocks jump from one to two, on 25 October they show half past one twice.
        assert_eq!(on("2026-03-30T00:30:07Z", "2026-03-29"), "2026-03-29T01:00:00+00:00");
        assert_eq!(on("2026-10-24T00:30:00Z", "2026-10-25"), "2026-10-25T00:30:00+00:00");
    }

    #[test]
    fn every_zone_begins_its_days_on_a_slot_and_cuts_time_without_gaps() {
        // The slot tier is exact for any zone only because of this.
        for tz in chrono_tz::TZ_VARIANTS {
            let zone = Zone(tz);
            for year in [2009, 2011, 2018, 2026] {
                let mut date = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
                while date.year() == year {
                    let start = zone.start_of_day(date);
                    assert_eq!(start % SLOT_SECONDS, 0, "{tz} {date}");
                    let end = zone.end_of_day(date);
                    if end > start {
                        assert_eq!(zone.day_of(start), date, "{tz}");
                        assert_eq!(zone.day_of(end - 1), date, "{tz}");
                    }
                    date = next_day(date);
                }
            }
        }
    }

    #[test]
    fn day_numbers_count_from_1970() {
        assert_eq!(day_number(day("1970-01-01")), 0);
        assert_eq!(day_number(day("1969-12-31")), -1);
        assert_eq!(slot_of(-1), -1);
        assert_eq!(month_number(day("1970-01-31")), 0);
        assert_eq!(month_number(day("1969-12-31")), -1);
        for month in [-1, 0, 675, 676] {
            let first = day_of_number(first_day_of_month(month));
            assert_eq!((month_number(first), first.day()), (month, 1));
        }
        assert_eq!(slot_of(899), 0);
    }

    #[test]
    fn unknown_zones_are_refused_with_a_hint() {
        assert!("Mars/Base".parse::<Zone>().unwrap_err().to_string().contains("IANA"));
        assert!("".parse::<Zone>().is_err());
    }
}
