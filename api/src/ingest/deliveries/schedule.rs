//! When a failed try is repeated. Imported through [`super`].

use std::time::Duration;

/// Longest pause in the first hour.
const HOUR_PAUSE: i64 = 60;
/// Failed tries that fill the first hour.
const HOUR_TRIES: i64 = 64;
/// Longest pause in the first day, and the tries until its end.
const DAY_PAUSE: i64 = 300;
const DAY_TRIES: i64 = HOUR_TRIES + 23 * 12;
/// Longest pause after that, and the tries until the end of the week.
const WEEK_PAUSE: i64 = 3_600;
const WEEK_TRIES: i64 = DAY_TRIES + 6 * 24;
/// An invoice that was behind its event is read again after this.
const BEHIND_PAUSE: i64 = 2;

/// Pauses, counted in units of a second (shorter in tests). They follow from the number of tries and not from the clock, so
/// that a clock that is set cannot end a delivery early.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schedule {
    unit: Duration,
}

impl Schedule {
    pub(super) const fn new(unit: Duration) -> Self {
        Self { unit }
    }

    /// When the try after `failed` failed ones is due: UTC milliseconds, for a try that began and ended at the given ones.
    /// Pauses count from the beginning, since a server that hangs makes a try long. `None` when it is time to give up.
    pub(super) fn next_ms(self, failed: i64, began_ms: i64, ended_ms: i64, asked: Option<Duration>) -> Option<i64> {
        let (regular, longest) = if failed <= HOUR_TRIES {
            (growing(failed), HOUR_PAUSE)
        } else if failed <= DAY_TRIES {
            (DAY_PAUSE, DAY_PAUSE)
        } else if failed <= WEEK_TRIES {
            (WEEK_PAUSE, WEEK_PAUSE)
        } else {
            return None;
        };
        // What the server asks for is heard, within what is promised.
        let asked = asked.and_then(|asked| i64::try_from(asked.as_secs()).ok()).unwrap_or(0);
        let pause = regular.max(asked.min(longest));
        let breath = self.ms(regular.min(BEHIND_PAUSE));
        Some(began_ms.saturating_add(self.ms(pause)).max(ended_ms.saturating_add(breath)))
    }

    /// When an invoice that was behind its event is read again, UTC milliseconds.
    pub(super) fn again_ms(self, now_ms: i64) -> i64 {
        now_ms.saturating_add(self.ms(BEHIND_PAUSE))
    }

    /// Nothing is ever due later than this; a later time was written by a clock that has been set back since.
    pub(super) fn latest_ms(self, now_ms: i64) -> i64 {
        now_ms.saturating_add(self.ms(2 * WEEK_PAUSE))
    }

    /// The pause after trouble with our own database.
    pub(super) const fn breath(self) -> Duration {
        self.unit
    }

    fn ms(self, units: i64) -> i64 {
        let unit = i64::try_from(self.unit.as_millis()).unwrap_or(i64::MAX);
        unit.saturating_mul(units)
    }
}

/// 3, 6, 12, 24, 48, 60, 60 …
fn growing(failed: i64) -> i64 {
    let doublings = u32::try_from(failed.saturating_sub(1).clamp(0, 10)).unwrap_or(0);
    (3_i64 << doublings).min(HOUR_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds between tries that fail at once, until it is given up.
    fn pauses() -> Vec<i64> {
        let schedule = Schedule::new(Duration::from_secs(1));
        let next = |failed| schedule.next_ms(failed, 0, 0, None);
        (1..).map_while(next).map(|ms| ms / 1_000).collect()
    }

    #[test]
    fn soon_at_first_then_every_minute_for_an_hour_then_rarer_for_days() {
        let pauses = pauses();
        assert!(pauses[0] <= 10);
        let mut at = 0;
        for pause in &pauses {
            assert!(at >= 3_600 || *pause <= 60, "{pause} s at {at} s");
            assert!(at >= 86_400 || *pause <= 300, "{pause} s at {at} s");
            at += pause;
        }
        assert!((6 * 86_400..8 * 86_400).contains(&at), "given up after {at} s");
    }

    #[test]
    fn a_try_that_takes_long_counts_into_the_pause_and_a_wish_within_what_is_promised() {
        let schedule = Schedule::new(Duration::from_secs(1));
        assert_eq!(schedule.next_ms(20, 0, 30_000, None), Some(60_000));
        assert_eq!(schedule.next_ms(20, 0, 70_000, None), Some(72_000));
        assert_eq!(schedule.next_ms(1, 0, 0, Some(Duration::from_secs(600))), Some(60_000));
        assert_eq!(schedule.next_ms(100, 0, 0, Some(Duration::from_secs(9))), Some(300_000));
    }
}
