//! The series as the page shows it: what each bucket is called, and whether its figure is known.

use chrono::{Datelike, Days, Months, NaiveDate};
use shared::{Freshness, Interval, Mode, SeriesPoint, SourceFilter};

use super::figures::Figures;
use crate::format::day::DayStyle;
use crate::format::time;

/// One bucket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Row {
    /// As the API tells it.
    pub point: SeriesPoint,
    /// Its first day; none for hours.
    pub day: Option<NaiveDate>,
    /// Its last day.
    pub last_day: Option<NaiveDate>,
    /// `4 March 2026`, `Week of 2 March 2026`, `March 2026`.
    pub name: String,
    /// Below the axis.
    pub label: String,
    /// A month begins with it, or a year with the month.
    pub anchor: bool,
    /// How far its figure can be trusted.
    pub state: BucketState,
}

/// Zero is a value; that nothing was read is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BucketState {
    /// Over, and read.
    Closed,
    /// It is now: more may come.
    Open,
    /// Still to come.
    Ahead,
    /// After the last time that BTCPay could be read.
    NotRead,
}

impl Row {
    /// Satoshi, if that is known.
    pub fn known_sats(&self) -> Option<i64> {
        matches!(self.state, BucketState::Closed | BucketState::Open).then_some(self.point.raised_sats)
    }
}

/// All buckets of the answer, in order.
pub fn rows(figures: &Figures) -> Vec<Row> {
    let range = &figures.answer.range;
    let years = range.from.year() != range.to.year();
    let synced = figures.answer.freshness.synced_at.map(|at| time::day_of(at, &range.tz));
    let facts = Facts {
        to: range.to,
        today: figures.today,
        unread_after: unread_after(figures.answer.mode, figures.answer.source, &figures.answer.freshness, synced),
    };
    let row = |point: &SeriesPoint| row(point.clone(), range.interval, years, &facts);
    figures.answer.series.iter().map(row).collect()
}

fn row(point: SeriesPoint, interval: Interval, years: bool, facts: &Facts) -> Row {
    let day: Option<NaiveDate> = point.bucket.parse().ok();
    let short = if years { DayStyle::ShortWithYear } else { DayStyle::Short };
    let (name, label) = match (day, interval) {
        (Some(day), Interval::Month) => (DayStyle::Month.write(day), DayStyle::ShortMonth.write(day)),
        (Some(day), Interval::Week) => (format!("Week of {}", DayStyle::Long.write(day)), short.write(day)),
        (Some(day), Interval::Day | Interval::Hour) => (DayStyle::Long.write(day), short.write(day)),
        (None, _) => (point.bucket.clone(), point.bucket.clone()),
    };
    let last_day = day.map(|day| last_day(day, interval));
    Row {
        anchor: day.is_some_and(|day| is_anchor(day, interval)),
        state: day.zip(last_day).map_or(BucketState::Closed, |(day, last)| facts.state(day, last, is_empty(&point))),
        point,
        day,
        last_day,
        name,
        label,
    }
}

/// What decides whether a bucket is known.
#[derive(Debug, Clone, Copy)]
struct Facts {
    /// Last day of the range.
    to: NaiveDate,
    today: NaiveDate,
    /// After this day nothing has been read, if that is so.
    unread_after: Option<NaiveDate>,
}

impl Facts {
    fn state(&self, day: NaiveDate, last: NaiveDate, empty: bool) -> BucketState {
        if day > self.today {
            return BucketState::Ahead;
        }
        // A webhook may have told of it all the same.
        if empty && self.unread_after.is_some_and(|after| day > after) {
            return BucketState::NotRead;
        }
        if last >= self.today && self.to >= self.today { BucketState::Open } else { BucketState::Closed }
    }
}

/// The day after which BTCPay could not be read; none where that is not known to be so.
fn unread_after(
    mode: Mode,
    source: SourceFilter,
    freshness: &Freshness,
    synced: Option<NaiveDate>,
) -> Option<NaiveDate> {
    let told = mode == Mode::Live && source == SourceFilter::Btcpay && freshness.stale;
    told.then(|| synced.unwrap_or(NaiveDate::MIN))
}

fn is_empty(point: &SeriesPoint) -> bool {
    (point.raised_sats, point.pending_sats, point.contributions, point.created) == (0, 0, 0, 0)
}

fn last_day(day: NaiveDate, interval: Interval) -> NaiveDate {
    let last = match interval {
        Interval::Day | Interval::Hour => Some(day),
        Interval::Week => day.checked_add_days(Days::new(6)),
        Interval::Month => day.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()),
    };
    last.unwrap_or(day)
}

fn is_anchor(day: NaiveDate, interval: Interval) -> bool {
    match interval {
        Interval::Day | Interval::Hour => day.day() == 1,
        // The week in which a month begins, by its Monday.
        Interval::Week => day.day() <= 7,
        Interval::Month => day.month() == 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn state(facts: Facts, bucket: &str, interval: Interval, empty: bool) -> BucketState {
        facts.state(day(bucket), last_day(day(bucket), interval), empty)
    }

    #[test]
    fn only_the_bucket_with_today_is_open_and_only_where_the_range_has_today() {
        let facts = Facts { to: day("2026-11-24"), today: day("2026-11-24"), unread_after: None };
        assert_eq!(state(facts, "2026-11-24", Interval::Day, true), BucketState::Open);
        assert_eq!(state(facts, "2026-11-23", Interval::Day, true), BucketState::Closed);
        assert_eq!(state(facts, "2026-11-23", Interval::Week, true), BucketState::Open);
        assert_eq!(state(facts, "2026-11-01", Interval::Month, true), BucketState::Open);
        assert_eq!(state(facts, "2026-10-01", Interval::Month, true), BucketState::Closed);
        let cut = Facts { to: day("2026-11-20"), ..facts };
        assert_eq!(state(cut, "2026-11-01", Interval::Month, true), BucketState::Closed);
    }

    #[test]
    fn what_is_to_come_is_not_zero() {
        let facts = Facts { to: day("2026-11-30"), today: day("2026-11-24"), unread_after: None };
        assert_eq!(state(facts, "2026-11-25", Interval::Day, true), BucketState::Ahead);
        assert_eq!(state(facts, "2026-11-24", Interval::Day, true), BucketState::Open);
        assert_eq!(state(facts, "2026-11-30", Interval::Week, true), BucketState::Ahead);
    }

    #[test]
    fn what_was_not_read_is_not_zero_unless_a_webhook_told_of_it() {
        let facts = Facts { to: day("2026-11-24"), today: day("2026-11-24"), unread_after: Some(day("2026-11-20")) };
        assert_eq!(state(facts, "2026-11-20", Interval::Day, true), BucketState::Closed);
        assert_eq!(state(facts, "2026-11-21", Interval::Day, true), BucketState::NotRead);
        assert_eq!(state(facts, "2026-11-21", Interval::Day, false), BucketState::Closed);
        assert_eq!(state(facts, "2026-11-24", Interval::Day, true), BucketState::NotRead);
    }

    #[test]
    fn figures_count_as_read_unless_the_server_says_that_they_are_stale() {
        let (fresh, stale) = (Freshness { synced_at: None, stale: false }, Freshness { synced_at: None, stale: true });
        let synced = Some(day("2026-11-20"));
        assert_eq!(unread_after(Mode::Live, SourceFilter::Btcpay, &fresh, synced), None);
        assert_eq!(unread_after(Mode::Live, SourceFilter::Btcpay, &stale, synced), synced);
        assert_eq!(unread_after(Mode::Live, SourceFilter::Btcpay, &stale, None), Some(NaiveDate::MIN));
        assert_eq!(unread_after(Mode::Demo, SourceFilter::Btcpay, &stale, synced), None);
        assert_eq!(unread_after(Mode::Live, SourceFilter::Angor, &stale, synced), None);
    }

    #[test]
    fn months_and_years_are_labelled_first() {
        assert!(is_anchor(day("2026-03-01"), Interval::Day) && !is_anchor(day("2026-03-02"), Interval::Day));
        assert!(is_anchor(day("2026-03-02"), Interval::Week) && !is_anchor(day("2026-03-09"), Interval::Week));
        assert!(is_anchor(day("2026-01-01"), Interval::Month) && !is_anchor(day("2026-02-01"), Interval::Month));
        assert_eq!(last_day(day("2028-02-01"), Interval::Month), day("2028-02-29"));
    }
}
