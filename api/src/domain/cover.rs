//! Which sums make up the buckets of a query: whole months and days of the display zone where a bucket holds them, quarter-hours
//! where it cuts a day, single rows where the query stops inside a quarter-hour. Everybody may import it.

use super::figures::FigureQuery;
use super::time::{
    Bucket, SLOT_SECONDS, day_number, day_of_number, first_day_of_month, month_number, next_day, slot_of,
};

/// A run of months, days, slots or seconds that belongs to one bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Index of the bucket.
    pub bucket: usize,
    /// Number of the first.
    pub first: i64,
    /// Number of the first one after it.
    pub end: i64,
}

/// Pieces of one width, in order, none over another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pieces(Vec<Piece>);

/// Everything that makes up the buckets, each instant once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cover {
    /// Months of the display zone.
    pub months: Pieces,
    /// Days of the display zone.
    pub days: Pieces,
    /// What no whole day covers, UTC seconds.
    pub spans: Pieces,
    /// The slots in those spans.
    pub slots: Pieces,
    /// What is left of the spans, UTC seconds.
    pub rows: Pieces,
}

impl Pieces {
    fn push(&mut self, bucket: usize, first: i64, end: i64) {
        if first < end {
            self.0.push(Piece { bucket, first, end });
        }
    }

    /// Index of the bucket to which a number belongs.
    #[must_use]
    pub fn bucket_of(&self, number: i64) -> Option<usize> {
        let after = self.0.partition_point(|piece| piece.first <= number);
        self.0.get(after.checked_sub(1)?).filter(|piece| number < piece.end).map(|piece| piece.bucket)
    }

    /// First and first after the last of runs that hold all pieces. Gaps of up to `gap` are run over: a few rows that nobody
    /// asked for are cheaper than another question.
    #[must_use]
    pub fn runs(&self, gap: i64) -> Vec<(i64, i64)> {
        let mut runs: Vec<(i64, i64)> = Vec::new();
        for piece in &self.0 {
            match runs.last_mut() {
                Some((_, end)) if piece.first.saturating_sub(*end) <= gap => *end = piece.end,
                _ => runs.push((piece.first, piece.end)),
            }
        }
        runs
    }

    /// The pieces.
    #[must_use]
    pub fn as_slice(&self) -> &[Piece] {
        &self.0
    }
}

impl Cover {
    /// Covers a query.
    #[must_use]
    pub fn of(query: &FigureQuery) -> Self {
        let mut cover = Self::default();
        for (index, bucket) in query.buckets.iter().enumerate().filter(|(_, bucket)| bucket.start < query.until) {
            let end = bucket.end.min(query.until);
            match whole_days(query, bucket, end) {
                Some((first, after)) => {
                    let start_of = |number| query.display_zone.start_of_day(day_of_number(number));
                    // Known without asking the zone where the bucket is made of its days.
                    let exact = bucket.days == Some((first, after)) && query.zone == query.display_zone;
                    let (days_start, days_end) =
                        if exact { (bucket.start, end) } else { (start_of(first), start_of(after)) };
                    cover.add_span(index, bucket.start, days_start);
                    cover.add_days(index, first, after);
                    cover.add_span(index, days_end, end);
                }
                None => cover.add_span(index, bucket.start, end),
            }
        }
        cover
    }

    fn add_days(&mut self, bucket: usize, first: i64, end: i64) {
        let holds = |day: i64| month_number(day_of_number(day));
        let first_month = holds(first - 1) + 1;
        let end_month = holds(end);
        if first_month < end_month {
            self.days.push(bucket, first, first_day_of_month(first_month));
            self.months.push(bucket, first_month, end_month);
            self.days.push(bucket, first_day_of_month(end_month), end);
        } else {
            self.days.push(bucket, first, end);
        }
    }

    fn add_span(&mut self, bucket: usize, start: i64, end: i64) {
        self.spans.push(bucket, start, end);
        let first = slot_of(start + SLOT_SECONDS - 1);
        let after = slot_of(end);
        if first < after {
            self.rows.push(bucket, start, first * SLOT_SECONDS);
            self.slots.push(bucket, first, after);
            self.rows.push(bucket, after * SLOT_SECONDS, end);
        } else {
            self.rows.push(bucket, start, end);
        }
    }
}

/// Numbers of the first whole day of the display zone in a bucket that ends at `end`, and of the first one after it.
fn whole_days(query: &FigureQuery, bucket: &Bucket, end: i64) -> Option<(i64, i64)> {
    let zone = query.display_zone;
    if query.zone == zone && end == bucket.end && bucket.days.is_some() {
        return bucket.days;
    }
    let mut first = zone.day_of(bucket.start);
    if zone.start_of_day(first) < bucket.start {
        first = next_day(first);
    }
    // The day in which the bucket ends is the first one that is not whole.
    let (first, after) = (day_number(first), day_number(zone.day_of(end)));
    (first < after).then_some((first, after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;
    use shared::Interval;

    use super::*;
    use crate::domain::time::buckets;
    use crate::domain::{Tier, Zone};

    fn query(days: (i32, i32), zones: (&str, &str), interval: Interval, cut: i64) -> FigureQuery {
        let day = |n: i32| chrono::NaiveDate::from_num_days_from_ce_opt(719_163 + n).unwrap();
        let (zone, display_zone): (Zone, Zone) = (zones.0.parse().unwrap(), zones.1.parse().unwrap());
        let buckets = buckets(day(days.0), day(days.0 + days.1), zone, interval).unwrap();
        let query = FigureQuery::new(Vec::new(), display_zone, buckets);
        let until = query.until - cut.min(query.until - query.start() - 1);
        FigureQuery { zone, until, ..query }
    }

    fn zones() -> impl Strategy<Value = &'static str> {
        select(vec![
            "UTC",
            "Europe/Lisbon",
            "Asia/Kathmandu",
            "America/St_Johns",
            "Australia/Lord_Howe",
            "Pacific/Apia",
        ])
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn every_instant_of_the_range_is_covered_once_and_no_other(
            // Around the day that Samoa left out, and around today.
            from in prop_oneof![15_300..15_340_i32, 20_000..20_800_i32], length in 0..70_i32, zone in zones(), display in zones(),
            interval in select(Interval::ALL.to_vec()), cut in prop_oneof![Just(0_i64), 0..200_000_i64],
            probes in prop::collection::vec(0..10_000_i64, 60),
        ) {
            let query = query((from, length), (zone, display), interval, cut);
            let cover = Cover::of(&query);
            let (start, until) = (query.start(), query.until);
            let mut instants: Vec<i64> = probes.iter().map(|part| start - 90_000 + (until - start + 180_000) * part / 10_000).collect();
            instants.extend([start - 1, start, until - 1, until]);
            for at in instants {
                let found: Vec<usize> = [
                    cover.months.bucket_of(Tier::Month.bucket(at, query.display_zone)),
                    cover.days.bucket_of(Tier::Day.bucket(at, query.display_zone)),
                    cover.slots.bucket_of(slot_of(at)),
                    cover.rows.bucket_of(at),
                ].into_iter().flatten().collect();
                let expected: Vec<usize> = query.bucket_of(at).into_iter().collect();
                prop_assert_eq!(&found, &expected, "{}", at);
                let in_span = cover.spans.bucket_of(at).is_some();
                let in_days = cover.months.bucket_of(Tier::Month.bucket(at, query.display_zone)).is_some()
                    || cover.days.bucket_of(Tier::Day.bucket(at, query.display_zone)).is_some();
                prop_assert_eq!(in_span || in_days, !expected.is_empty());
                prop_assert!(!(in_span && in_days));
            }
        }
    }

    #[test]
    fn coarse_sums_are_taken_where_they_fit() {
        let year = query((20_454, 364), ("UTC", "UTC"), Interval::Month, 0);
        assert_eq!(Cover::of(&year).months.as_slice().len(), 12, "2026 is twelve months");
        assert_eq!(Cover::of(&year).days, Pieces::default());
        let stopped = Cover::of(&query((20_454, 364), ("UTC", "UTC"), Interval::Month, 86_400 + 1_000));
        assert_eq!((stopped.months.as_slice().len(), stopped.days.runs(0)), (11, vec![(20_788, 20_817)]));
        assert_eq!((stopped.slots.runs(0).len(), stopped.rows.as_slice().len()), (1, 1));
        let nepal = Cover::of(&query((20_454, 364), ("Asia/Kathmandu", "UTC"), Interval::Month, 0));
        assert_eq!((nepal.slots.runs(0).len(), nepal.rows), (13, Pieces::default()));
    }
}
