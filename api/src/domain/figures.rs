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
    /// First instant that is left out, UTC seconds: the end of the last bucket, or before it where the range is not over yet.
    pub until: i64,
    /// Currency of which each bucket's sums are wanted, too.
    pub currency: Option<String>,
}

impl FigureQuery {
    /// All payments of the display zone's days, to the end of the last bucket.
    #[must_use]
    pub fn new(scopes: Vec<Scope>, display_zone: Zone, buckets: Vec<Bucket>) -> Self {
        let until = buckets.last().map_or(0, |bucket| bucket.end);
        Self {
            scopes,
            method: ContributionMethod::Any,
            zone: display_zone,
            display_zone,
            buckets,
            until,
            currency: None,
        }
    }

    /// First instant of the range, UTC seconds.
    #[must_use]
    pub fn start(&self) -> i64 {
        self.buckets.first().map_or(0, |bucket| bucket.start)
    }

    /// Index of the bucket in which an instant of the range lies.
    #[must_use]
    pub fn bucket_of(&self, at: i64) -> Option<usize> {
        let after = self.buckets.partition_point(|bucket| bucket.start <= at);
        let holds = |bucket: &Bucket| at < bucket.end && at < self.until;
        after.checked_sub(1).filter(|index| self.buckets.get(*index).is_some_and(holds))
    }
}

/// Sums of a range. `i128` because rows are added up without asking whether 64 bits are enough.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// One for each bucket of the query.
    pub buckets: Vec<BucketSums>,
    /// By currency of the invoices, those priced in bitcoin included.
    pub currencies: BTreeMap<String, FiatSums>,
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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BucketSums {
    /// Counted payments by time received.
    pub raised_msat: i128,
    /// Unconfirmed payments by time received.
    pub pending_msat: i128,
    /// Contributions by their first counted payment.
    pub contributions: i64,
    /// Invoices by time created.
    pub created: i64,
    /// Money of the invoices in the query's currency.
    pub fiat: FiatSums,
}

/// Sums in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FiatSums {
    /// Counted payments.
    pub raised: ExactFiat,
    /// Unconfirmed payments.
    pub pending: ExactFiat,
}

impl FiatSums {
    /// Adds to one of the heaps.
    pub fn add(&mut self, raised: bool, amount: &ExactFiat) {
        if raised { self.raised.add(amount) } else { self.pending.add(amount) }
    }

    /// Whether nothing is in either.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.raised.is_zero() && self.pending.is_zero()
    }
}

/// Sums of one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatusSums {
    /// Invoices.
    pub invoices: i64,
    /// Their counted payments, whenever received.
    pub raised_msat: i128,
}
