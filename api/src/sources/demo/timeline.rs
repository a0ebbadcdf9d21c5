//! When the invoices of a plan are made: weeks and hours with a rhythm, a campaign that gathers pace and slows down, busy
//! and quiet days. Imported through [`super`].

use super::Plan;
use super::dice::{Dice, Topic};

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
/// Time looked ahead, so that the end of slow invoices is known.
const AHEAD: i64 = 60 * DAY;
/// Invoices a day after the plan's end.
const PACE: u64 = 8;

/// How busy the hours of a day are, UTC: lunch, and evenings above all.
const HOURS: [u64; 24] = [3, 2, 1, 1, 1, 2, 4, 8, 12, 14, 15, 16, 18, 17, 16, 16, 17, 19, 24, 30, 32, 26, 16, 8];
/// How busy the days of a week are, Monday first.
const WEEKDAYS: [u64; 7] = [92, 100, 104, 108, 124, 70, 62];
/// How busy twenty equal parts of the plan are: what comes in together draws an S.
const CURVE: [u64; 20] = [34, 36, 40, 46, 54, 64, 78, 94, 108, 118, 122, 120, 112, 102, 94, 86, 80, 76, 72, 70];

/// Time cut into hours, each with the weight of it and all before.
struct Stretch {
    start: i64,
    end: i64,
    sums: Vec<u64>,
}

pub(super) struct Timeline {
    plan: Plan,
    planned: Stretch,
    after: Stretch,
    /// Weight of one invoice after the plan's end.
    unit: u64,
}

impl Timeline {
    pub(super) fn new(plan: Plan, until: i64) -> Self {
        let length = plan.end.saturating_sub(plan.start).max(1);
        let curve = |at: i64| {
            let part = at.saturating_sub(plan.start).saturating_mul(20) / length;
            CURVE[usize::try_from(part).unwrap_or_default().min(CURVE.len() - 1)]
        };
        let last = CURVE[CURVE.len() - 1];
        let horizon = until.max(plan.end).saturating_add(AHEAD);
        let average_day = HOURS.iter().sum::<u64>() * (WEEKDAYS.iter().sum::<u64>() / 7) * 100 * last;
        Self {
            plan,
            planned: Stretch::new(plan.seed, plan.start, plan.end, curve),
            after: Stretch::new(plan.seed, plan.end, horizon, |_| last),
            unit: average_day * u64::try_from(HOUR).unwrap_or_default() / PACE,
        }
    }

    /// When invoice `k` is made, UTC seconds. Later ones are never earlier.
    pub(super) fn at(&self, k: u64) -> i64 {
        // In thousandths of an invoice: the middle of its share, moved by less than half of it.
        let moved = Dice::new(self.plan.seed, Topic::Moment, k).below(901) + 50;
        let total = self.planned.total();
        if k < self.plan.invoices {
            let place = u128::from(k) * 1_000 + u128::from(moved);
            let place = place * u128::from(total) / (u128::from(self.plan.invoices) * 1_000);
            return self.planned.at(u64::try_from(place).unwrap_or(total));
        }
        let place = (u128::from(k - self.plan.invoices) * 1_000 + u128::from(moved)) * u128::from(self.unit) / 1_000;
        self.after.at(u64::try_from(place).unwrap_or(u64::MAX))
    }

    /// Number of invoices made at or before `now`.
    pub(super) fn count_at(&self, now: i64) -> u64 {
        let (mut low, mut high) = (0, self.plan.invoices.saturating_add(self.after.total() / self.unit.max(1)));
        while low < high {
            let middle = low + (high - low) / 2;
            if self.at(middle) <= now { low = middle + 1 } else { high = middle }
        }
        low
    }
}

impl Stretch {
    fn new(seed: u64, start: i64, end: i64, curve: impl Fn(i64) -> u64) -> Self {
        let mut sums = Vec::new();
        let (mut sum, mut at, mut busy) = (0_u64, start, (i64::MIN, 0));
        while at < end {
            let next = at.saturating_add(HOUR).min(end);
            let day = at.div_euclid(DAY);
            if busy.0 != day {
                // 60 to 140, for each day of the calendar.
                busy = (day, Dice::new(seed, Topic::Day, day.unsigned_abs()).below(81) + 60);
            }
            let hour = HOURS[usize::try_from(at.rem_euclid(DAY) / HOUR).unwrap_or_default().min(23)];
            // 1 January 1970 was a Thursday.
            let weekday = WEEKDAYS[usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default().min(6)];
            let seconds = u64::try_from(next - at).unwrap_or_default();
            sum = sum.saturating_add(hour * weekday * busy.1 * curve(at) * seconds);
            sums.push(sum);
            at = next;
        }
        Self { start, end, sums }
    }

    fn total(&self) -> u64 {
        self.sums.last().copied().unwrap_or_default()
    }

    /// The instant before which `weight` has passed; the last one for more than there is.
    fn at(&self, weight: u64) -> i64 {
        let index = self.sums.partition_point(|sum| *sum <= weight);
        let Some(sum) = self.sums.get(index) else { return self.end.saturating_sub(1) };
        let before = index.checked_sub(1).and_then(|before| self.sums.get(before)).copied().unwrap_or_default();
        let from = self.start.saturating_add(HOUR.saturating_mul(i64::try_from(index).unwrap_or(i64::MAX)));
        let length = u128::try_from(self.end.min(from.saturating_add(HOUR)).saturating_sub(from)).unwrap_or_default();
        let inside = u128::from(weight - before) * length / u128::from(sum - before);
        from.saturating_add(i64::try_from(inside).unwrap_or_default())
    }
}
