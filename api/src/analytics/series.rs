//! The series: each bucket is the difference of rounded-down running totals, so the buckets always add up to the KPI.
//! Imported through [`super`].

use shared::SeriesPoint;

use crate::domain::figures::Figures;
use crate::domain::money::floor_sats;
use crate::domain::time::Bucket;

/// One point for each bucket, in order.
#[must_use]
pub fn points(buckets: &[Bucket], figures: &Figures) -> Vec<SeriesPoint> {
    let mut raised = RunningTotal::default();
    let mut pending = RunningTotal::default();
    buckets
        .iter()
        .zip(&figures.buckets)
        .map(|(bucket, sums)| SeriesPoint {
            bucket: bucket.label.clone(),
            raised_sats: raised.add(sums.raised_msat),
            pending_sats: pending.add(sums.pending_msat),
            contributions: sums.contributions,
            created: sums.created,
        })
        .collect()
}

/// A sum of msat that gives out whole satoshi as they fill up.
#[derive(Default)]
struct RunningTotal {
    msat: i128,
}

impl RunningTotal {
    /// `floor(after) − floor(before)`, in sats.
    fn add(&mut self, msat: i128) -> i64 {
        let before = floor_sats(self.msat);
        self.msat += msat;
        floor_sats(self.msat).saturating_sub(before)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::figures::BucketSums;

    proptest! {
        #[test]
        fn the_buckets_add_up_to_the_total(msat in prop::collection::vec(-2_000_i128..1_000_000, 0..50)) {
            let buckets: Vec<Bucket> =
                msat.iter().map(|_| Bucket { label: String::new(), start: 0, end: 0, days: None }).collect();
            let sums = msat.iter().map(|raised_msat| BucketSums { raised_msat: *raised_msat, ..BucketSums::default() });
            let figures = Figures { buckets: sums.collect(), ..Figures::default() };
            let total: i64 = points(&buckets, &figures).iter().map(|point| point.raised_sats).sum();
            prop_assert_eq!(total, floor_sats(msat.iter().sum()));
        }
    }
}
