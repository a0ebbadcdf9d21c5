//! Keys and cells of the roll-ups, and how cells add up. Imported through [`super`].

use shared::{InvoiceStatus, MethodFamily};

use super::{ContributionMethod, Tier};
use crate::domain::invoice::Invoice;
use crate::domain::money::{ExactFiat, MoneyError};
use crate::domain::payment::MoneyState;

/// Something that can be added and taken back exactly.
pub trait Cell: Clone {
    /// Adds in place.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when a sum leaves 64 bits.
    fn add(&mut self, other: &Self) -> Result<(), MoneyError>;
    /// The same taken away.
    #[must_use]
    fn negated(&self) -> Self;
    /// Whether the row can go.
    fn is_empty(&self) -> bool;
}

/// Money received in a bucket of time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MoneyKey {
    /// Slot, day or month.
    pub tier: Tier,
    /// Its number.
    pub bucket: i64,
    /// How it came.
    pub method: MethodFamily,
    /// Raised or pending.
    pub state: MoneyState,
    /// Currency of the invoices.
    pub currency: String,
}

/// A sum of payments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MoneyCell {
    /// Net, in msat.
    pub msat: i64,
    /// Net at the invoices' rates, in their currency.
    pub fiat: ExactFiat,
    /// How many payments.
    pub payments: i64,
}

impl Cell for MoneyCell {
    fn add(&mut self, other: &Self) -> Result<(), MoneyError> {
        sum(&mut self.msat, other.msat)?;
        sum(&mut self.payments, other.payments)?;
        self.fiat.add(&other.fiat);
        Ok(())
    }

    fn negated(&self) -> Self {
        Self { msat: negative(self.msat), fiat: self.fiat.negated(), payments: negative(self.payments) }
    }

    fn is_empty(&self) -> bool {
        self.payments == 0 && self.msat == 0 && self.fiat.is_zero()
    }
}

/// Contributions whose first counted payment lies in a bucket of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeopleKey {
    /// Day or month.
    pub tier: Tier,
    /// Its number.
    pub bucket: i64,
    /// Which payments were looked at.
    pub method: ContributionMethod,
}

/// A sum of contributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PeopleCell {
    /// How many.
    pub contributions: i64,
    /// How many of them carry no e-mail.
    pub anonymous: i64,
    /// Their whole amounts, in msat, whenever received.
    pub msat: i64,
}

impl Cell for PeopleCell {
    fn add(&mut self, other: &Self) -> Result<(), MoneyError> {
        sum(&mut self.contributions, other.contributions)?;
        sum(&mut self.anonymous, other.anonymous)?;
        sum(&mut self.msat, other.msat)
    }

    fn negated(&self) -> Self {
        Self {
            contributions: negative(self.contributions),
            anonymous: negative(self.anonymous),
            msat: negative(self.msat),
        }
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Invoices of a status created in a bucket of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreatedKey {
    /// Slot, day or month.
    pub tier: Tier,
    /// Its number.
    pub bucket: i64,
    /// Where the invoices stand.
    pub status: InvoiceStatus,
}

/// A sum of invoices, and of their counted payments whenever received, in msat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CreatedCell {
    /// How many invoices.
    pub invoices: i64,
    /// Raised on chain.
    pub onchain_msat: i64,
    /// Raised over Lightning.
    pub lightning_msat: i64,
    /// Raised otherwise.
    pub other_msat: i64,
}

impl CreatedCell {
    /// What one invoice adds.
    pub(super) fn of(invoice: &Invoice) -> Result<Self, MoneyError> {
        let mut cell = Self { invoices: 1, ..Self::default() };
        for (payment, state) in invoice.money() {
            let heap = match payment.family() {
                _ if state != MoneyState::Raised => continue,
                MethodFamily::Onchain => &mut cell.onchain_msat,
                MethodFamily::Lightning => &mut cell.lightning_msat,
                MethodFamily::Other => &mut cell.other_msat,
            };
            sum(heap, payment.net_msat)?;
        }
        Ok(cell)
    }
}

impl Cell for CreatedCell {
    fn add(&mut self, other: &Self) -> Result<(), MoneyError> {
        sum(&mut self.invoices, other.invoices)?;
        sum(&mut self.onchain_msat, other.onchain_msat)?;
        sum(&mut self.lightning_msat, other.lightning_msat)?;
        sum(&mut self.other_msat, other.other_msat)
    }

    fn negated(&self) -> Self {
        Self {
            invoices: negative(self.invoices),
            onchain_msat: negative(self.onchain_msat),
            lightning_msat: negative(self.lightning_msat),
            other_msat: negative(self.other_msat),
        }
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The contributions of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SheetKey {
    /// Day of the display zone.
    pub day: i64,
    /// Which payments were looked at.
    pub method: ContributionMethod,
}

impl Cell for i64 {
    fn add(&mut self, other: &Self) -> Result<(), MoneyError> {
        sum(self, *other)
    }

    fn negated(&self) -> Self {
        negative(*self)
    }

    fn is_empty(&self) -> bool {
        *self == 0
    }
}

fn sum(total: &mut i64, more: i64) -> Result<(), MoneyError> {
    *total = total.checked_add(more).ok_or(MoneyError::Overflow)?;
    Ok(())
}

/// Sums of single invoices lie far inside the range of `i64`, so that the one value without a negative cannot occur.
fn negative(value: i64) -> i64 {
    value.checked_neg().unwrap_or(i64::MAX)
}
