//! Contributions: invoices with counted money, seen through each method filter. Imported through [`super`].

use sha2::{Digest, Sha256};
use shared::MethodFamily;

use crate::domain::invoice::Invoice;
use crate::domain::money::MoneyError;
use crate::domain::payment::MoneyState;

/// Which payments are looked at before an invoice is dated and added up: the values of the API's `method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContributionMethod {
    /// All bitcoin payments.
    Any,
    /// On-chain ones.
    Onchain,
    /// Lightning ones.
    Lightning,
}

impl ContributionMethod {
    /// All filters.
    pub const ALL: [Self; 3] = [Self::Any, Self::Onchain, Self::Lightning];

    /// Name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Onchain => "onchain",
            Self::Lightning => "lightning",
        }
    }

    /// Whether the filter lets a payment of this family through.
    #[must_use]
    pub fn admits(self, family: MethodFamily) -> bool {
        match self {
            Self::Any => true,
            Self::Onchain => family == MethodFamily::Onchain,
            Self::Lightning => family == MethodFamily::Lightning,
        }
    }
}

/// An invoice with at least one counted payment left after the method filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// The filter.
    pub method: ContributionMethod,
    /// When the first of these payments was received, UTC seconds.
    pub first_at: i64,
    /// The sum of all of them.
    pub msat: i64,
    /// Key of the person, if one is known.
    pub backer: Option<i64>,
}

impl Contribution {
    /// The contributions that an invoice is, one for each filter that leaves something.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when its payments leave 64 bits of msat.
    pub fn all_of(invoice: &Invoice) -> Result<Vec<Self>, MoneyError> {
        let backer = invoice.backer().map(|name| backer_key(&name));
        let mut contributions = Vec::new();
        for method in ContributionMethod::ALL {
            let counted = invoice
                .money()
                .filter(|(payment, state)| *state == MoneyState::Raised && method.admits(payment.family()));
            let mut first_at: Option<i64> = None;
            let mut msat = 0_i64;
            for (payment, _) in counted {
                first_at = Some(first_at.map_or(payment.received_at, |first| first.min(payment.received_at)));
                msat = msat.checked_add(payment.net_msat).ok_or(MoneyError::Overflow)?;
            }
            if let Some(first_at) = first_at {
                contributions.push(Self { method, first_at, msat, backer });
            }
        }
        Ok(contributions)
    }
}

/// A short key for a normalised e-mail or an investor's key: 64 bits of its SHA-256, so that counting people needs no addresses.
/// Among a million people the odds that any two share one are about one to forty million.
fn backer_key(name: &str) -> i64 {
    let digest = Sha256::digest(name.as_bytes());
    digest.first_chunk::<8>().copied().map(i64::from_le_bytes).unwrap_or_default()
}

/// Size classes to each power of two: so many that a class of a million contributions has about a thousand.
const CLASSES: i64 = 256;
/// Number of size classes an amount of 63 bits can fall into; negative amounts share class 0.
pub const SIZE_CLASSES: i64 = 64 * CLASSES;

/// Size class of an amount, so that a median needs the rows of one class only. Classes follow the order of the amounts.
#[must_use]
pub fn size_class(msat: i64) -> i64 {
    if msat <= 0 {
        return 0;
    }
    let exponent = i64::from(msat.ilog2());
    // The eight bits after the leading one.
    let mantissa = if exponent >= 8 { msat >> (exponent - 8) } else { msat << (8 - exponent) } & (CLASSES - 1);
    exponent * CLASSES + mantissa + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn size_classes_keep_the_order_of_amounts(a in any::<i64>(), b in any::<i64>()) {
            let (small, large) = (a.min(b), a.max(b));
            prop_assert!(size_class(small) <= size_class(large));
            prop_assert!((0..=SIZE_CLASSES).contains(&size_class(large)));
        }
    }

    #[test]
    fn a_person_has_one_key() {
        assert_eq!(backer_key("bo@example.org"), backer_key("bo@example.org"));
        assert_ne!(backer_key("bo@example.org"), backer_key("al@example.org"));
    }
}
