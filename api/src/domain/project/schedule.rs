//! When the parts of a Fund or Subscribe investment may be taken: by the project's pattern, from the day of the investment.
//! Everybody may import it.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// Stages of one investment at most.
pub const MAX_STAGES: usize = 64;

/// A rule by which payouts follow each other. The numbers are Angor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// By which an investment names it.
    pub id: u8,
    /// 0 weekly, 1 every two weeks, 2 monthly, 3 every two months, 4 quarterly.
    pub frequency: u8,
    /// Payouts, where the investment names no number.
    pub stage_count: u8,
    /// What the payouts are counted from.
    pub payout: Payout,
}

/// What payouts are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Payout {
    /// The investment itself.
    Start,
    /// A day of the month, the last one where a month is shorter.
    DayOfMonth(u8),
    /// A day of the week, 0 is Sunday.
    DayOfWeek(u8),
}

impl Pattern {
    /// Days of the payouts of an investment that starts on `start`; `count` overrides the pattern's own number. Days beyond
    /// the calendar are left out.
    #[must_use]
    pub fn days(&self, start: NaiveDate, count: Option<u8>) -> Vec<NaiveDate> {
        let count = usize::from(count.unwrap_or(self.stage_count)).min(MAX_STAGES);
        (0_u32..).take(count).map_while(|index| self.day(start, index)).collect()
    }

    fn day(&self, start: NaiveDate, index: u32) -> Option<NaiveDate> {
        match self.payout {
            Payout::Start => {
                let step = match self.frequency {
                    0 => 7,
                    1 => 14,
                    3 => 60,
                    4 => 90,
                    _ => 30,
                };
                start.checked_add_days(Days::new(u64::from(index + 1) * step))
            }
            Payout::DayOfMonth(day) => {
                let step = match self.frequency {
                    3 => 2,
                    4 => 3,
                    _ => 1,
                };
                let this_month = clamped(start, day)?;
                let skipped = u32::from(this_month < start);
                clamped(start.with_day(1)?.checked_add_months(Months::new(index * step + skipped))?, day)
            }
            Payout::DayOfWeek(day) => {
                let wanted = Weekday::try_from((day + 6) % 7).ok()?;
                let ahead = (7 + wanted.num_days_from_monday() - start.weekday().num_days_from_monday()) % 7;
                let step = if self.frequency == 1 { 14 } else { 7 };
                start.checked_add_days(Days::new(u64::from(ahead + index * step)))
            }
        }
    }
}

/// The given day of the month of `month`, or its last one.
fn clamped(month: NaiveDate, day: u8) -> Option<NaiveDate> {
    (1..=u32::from(day).clamp(1, 31)).rev().find_map(|day| month.with_day(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(frequency: u8, payout: Payout, start: &str) -> Vec<String> {
        let pattern = Pattern { id: 0, frequency, stage_count: 3, payout };
        pattern.days(start.parse().unwrap(), None).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn payouts_follow_from_the_start() {
        assert_eq!(days(0, Payout::Start, "2026-01-01"), ["2026-01-08", "2026-01-15", "2026-01-22"]);
        assert_eq!(days(4, Payout::Start, "2026-01-01"), ["2026-04-01", "2026-06-30", "2026-09-28"]);
    }

    #[test]
    fn a_day_of_the_month_is_the_next_one_and_short_months_end_early() {
        assert_eq!(days(2, Payout::DayOfMonth(1), "2026-01-01"), ["2026-01-01", "2026-02-01", "2026-03-01"]);
        assert_eq!(days(2, Payout::DayOfMonth(31), "2026-01-15"), ["2026-01-31", "2026-02-28", "2026-03-31"]);
        assert_eq!(days(3, Payout::DayOfMonth(10), "2026-01-15"), ["2026-02-10", "2026-04-10", "2026-06-10"]);
    }

    #[test]
    fn a_day_of_the_week_is_the_next_one() {
        // 1 January 2026 is a Thursday.
        assert_eq!(days(0, Payout::DayOfWeek(0), "2026-01-01"), ["2026-01-04", "2026-01-11", "2026-01-18"]);
        assert_eq!(days(1, Payout::DayOfWeek(4), "2026-01-01"), ["2026-01-01", "2026-01-15", "2026-01-29"]);
    }
}
