//! The series: each bucket is the difference of rounded-down running totals, so the buckets always add up to the KPI.
//! Imported through [`super`].

use shared::SeriesPoint;

use crate::domain::figures::Figures;
use crate::domain::money::floor_sats;
use crate::domain::time::Bucket;
use crate::domain::{ExactFiat, currency};

/// One point for each bucket, in order; with the money in `currency` where one is asked for.
#[must_use]
pub fn points(buckets: &[Bucket], figures: &Figures, currency: Option<&str>) -> Vec<SeriesPoint> {
    let mut raised = RunningTotal::default();
    let mut pending = RunningTotal::default();
    let mut fiat = currency.map(|code| (RunningFiat::in_currency(code), RunningFiat::in_currency(code)));
    buckets
        .iter()
        .zip(&figures.buckets)
        .map(|(bucket, sums)| {
            let in_currency =
                fiat.as_mut().map(|(raised, pending)| (raised.add(&sums.fiat.raised), pending.add(&sums.fiat.pending)));
            let (raised_fiat, pending_fiat) = in_currency.unzip();
            SeriesPoint {
                bucket: bucket.label.clone(),
                raised_sats: raised.add(sums.raised_msat),
                pending_sats: pending.add(sums.pending_msat),
                contributions: sums.contributions,
                created: sums.created,
                raised_fiat,
                pending_fiat,
            }
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

/// The same for a currency: differences of the rounded running total.
struct RunningFiat {
    digits: u8,
    total: ExactFiat,
}

impl RunningFiat {
    fn in_currency(code: &str) -> Self {
        Self { digits: currency::digits(code), total: ExactFiat::default() }
    }

    fn add(&mut self, amount: &ExactFiat) -> String {
        let mut difference = self.total.rounded(self.digits).negated();
        self.total.add(amount);
        difference.add(&self.total.rounded(self.digits));
        difference.round(self.digits)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::*;
    use crate::domain::figures::BucketSums;

    fn buckets(count: usize) -> Vec<Bucket> {
        vec![Bucket { label: String::new(), start: 0, end: 0, days: None }; count]
    }

    proptest! {
        #[test]
        fn the_buckets_add_up_to_the_total(msat in prop::collection::vec(-2_000_i128..1_000_000, 0..50)) {
            let sums = msat.iter().map(|raised_msat| BucketSums { raised_msat: *raised_msat, ..BucketSums::default() });
            let figures = Figures { buckets: sums.collect(), ..Figures::default() };
            let total: i64 = points(&buckets(msat.len()), &figures, None).iter().map(|point| point.raised_sats).sum();
            prop_assert_eq!(total, floor_sats(msat.iter().sum()));
        }

        #[test]
        fn fiat_adds_up_to_the_total_to_its_last_digit(
            amounts in prop::collection::vec((0_i64..90_000, 0_u32..5), 0..30), code in prop::sample::select(vec!["EUR", "JPY", "KWD"]),
        ) {
            let amounts: Vec<ExactFiat> = amounts
                .into_iter()
                .map(|(digits, scale)| ExactFiat::product(Decimal::new(digits, scale), Decimal::ONE))
                .collect();
            let mut figures = Figures::default();
            let mut total = ExactFiat::default();
            for amount in &amounts {
                total.add(amount);
                let mut bucket = BucketSums::default();
                bucket.fiat.add(true, amount);
                figures.buckets.push(bucket);
            }
            let mut sum = ExactFiat::default();
            for point in points(&buckets(amounts.len()), &figures, Some(code)) {
                sum.add(&point.raised_fiat.unwrap().parse().unwrap());
            }
            let digits = currency::digits(code);
            prop_assert_eq!(sum.round(digits), total.round(digits));
        }
    }
}
