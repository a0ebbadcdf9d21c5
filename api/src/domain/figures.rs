//! What analytics asks of the store, and what it gets: sums in msat, not yet rounded. Everybody may import it.

use std::collections::BTreeMap;

use super::money::ExactFiat;
use super::rollup::{ContributionMethod, Scope};
use super::time::{Bucket, Zone};

/// Which figures are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureQuery {
    /// Whose; figures of several are added up.
    pub scopes: Vec<Scope>,
    /// Which payments.
    pub method: ContributionMethod,
    /// Zone in which the range's days begin.
    pub zone: Zone,
    /// Zone in which the day tier is cut.
    pub display_zone: Zone,
    /// The range cut into buckets, in order, without gaps.
    pub buckets: Vec<Bucket>,
    /// Whether buckets begin and end with days of `zone`.
    pub whole_days: bool,
}

impl FigureQuery {
    /// First instant of the range, UTC seconds.
    #[must_use]
    pub fn start(&self) -> i64 {
        self.buckets.first().map_or(0, |bucket| bucket.start)
    }

    /// First instant after the range.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.buckets.last().map_or(0, |bucket| bucket.end)
    }

    /// Index of the bucket in which an instant of the range lies.
    #[must_use]
    pub fn bucket_of(&self, at: i64) -> Option<usize> {
        let after = self.buckets.partition_point(|bucket| bucket.start <= at);
        after.checked_sub(1).filter(|index| self.buckets.get(*index).is_some_and(|bucket| at < bucket.end))
    }
}

/// Sums of a range. `i128` because rows are added up without asking whether 64 bits are enough.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// One for each bucket of the query.
    pub buckets: Vec<BucketSums>,
    /// By currency of the invoices.
    pub fiat: BTreeMap<String, FiatSums>,
    /// Contributions dated in the range.
    pub contributions: i64,
    /// Those of them without an e-mail.
    pub anonymous: i64,
    /// Distinct e-mails among the others.
    pub identified_backers: i64,
    /// Whole amounts of the contributions dated in the range.
    pub contributed_msat: i128,
    /// The two middle amounts (equal for an odd number); `None` without contributions.
    pub middle_msat: Option<(i64, i64)>,
    /// Invoices created in the range, in the order of `InvoiceStatus::ALL`.
    pub statuses: [StatusSums; 5],
}

/// Sums of one bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BucketSums {
    /// Counted payments by time received.
    pub raised_msat: i128,
    /// Unconfirmed payments by time received.
    pub pending_msat: i128,
    /// Contributions by their first counted payment.
    pub contributions: i64,
    /// Invoices by time created.
    pub created: i64,
}

/// Sums in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FiatSums {
    /// Counted payments.
    pub raised: ExactFiat,
    /// Unconfirmed payments.
    pub pending: ExactFiat,
}

/// Sums of one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatusSums {
    /// Invoices.
    pub invoices: i64,
    /// Their counted payments, whenever received.
    pub raised_msat: i128,
}
