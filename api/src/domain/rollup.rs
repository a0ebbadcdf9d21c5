//! Roll-ups: what an invoice adds to each sum, and how a change of it changes them.
//!
//! An invoice is turned into [`Rollups`]; a change is the difference between those of the new and the old invoice, so a
//! replay adds nothing and a rebuild from the rows can never disagree. Everybody may import it; `store` keeps the sums.

mod cells;
mod contribution;
mod sheet;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use shared::InvoiceStatus;

pub use cells::{Cell, CreatedCell, CreatedKey, MoneyCell, MoneyKey, PeopleCell, PeopleKey, SheetKey};
pub use contribution::{Contribution, ContributionMethod, SIZE_CLASSES, size_class};
pub use sheet::{Broken, Sheet, SheetEntry, Sizes, read_sheet};

use super::invoice::Invoice;
use super::money::MoneyError;
use super::time::{self, Zone};

/// What sums are kept for. An invoice adds to each scope it belongs to; figures of several stores are sums over theirs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// One store, by BTCPay's id, or one Angor project.
    Store(String),
}

impl Scope {
    /// Kind and reference as the database keeps them.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Store(id) => ("store", id),
        }
    }

    /// The scopes to which an invoice belongs.
    #[must_use]
    pub fn of(invoice: &Invoice) -> Vec<Self> {
        vec![Self::Store(invoice.store_id.clone())]
    }
}

/// How finely time is cut. Quarter-hour slots serve any zone and edge, days and months whatever holds whole ones of the display
/// zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// 15 minutes of UTC, counted from 1970.
    Slot,
    /// Days of the display zone, counted from 1970.
    Day,
    /// Calendar months of the display zone, counted from January 1970.
    Month,
}

impl Tier {
    /// From fine to coarse.
    pub const ALL: [Self; 3] = [Self::Slot, Self::Day, Self::Month];
    /// Those of contributions: what cuts a day is counted from its sheet.
    pub const WHOLE_DAYS: [Self; 2] = [Self::Day, Self::Month];

    /// Name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Slot => "slot",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// The bucket of this tier in which an instant lies.
    #[must_use]
    pub fn bucket(self, at: i64, zone: Zone) -> i64 {
        match self {
            Self::Slot => time::slot_of(at),
            Self::Day => time::day_number(zone.day_of(at)),
            Self::Month => time::month_number(zone.day_of(at)),
        }
    }
}

/// Sums by key; a key whose cell became empty is not in it.
pub type Sums<K, C> = BTreeMap<K, C>;

/// Everything that is added up for one scope.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rollups {
    /// Money by time received.
    pub money: Sums<MoneyKey, MoneyCell>,
    /// Contributions by the time of their first counted payment.
    pub people: Sums<PeopleKey, PeopleCell>,
    /// Invoices by time created.
    pub created: Sums<CreatedKey, CreatedCell>,
    /// The contributions themselves, by day.
    pub sheets: Sums<SheetKey, Sheet>,
    /// Their sizes, of all time.
    pub sizes: Sums<ContributionMethod, Sizes>,
    /// Number of contributions by person, of all time.
    pub backers: Sums<(ContributionMethod, i64), i64>,
}

impl Rollups {
    /// What one invoice adds.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when its payments leave 64 bits of msat.
    pub fn of(invoice: &Invoice, zone: Zone) -> Result<Self, MoneyError> {
        let mut rollups = Self::default();
        for tier in Tier::ALL {
            rollups.add_money(invoice, tier, zone)?;
            if !invoice.is_investment() {
                rollups.add_created(invoice, tier, zone)?;
            }
        }
        for contribution in Contribution::all_of(invoice)? {
            rollups.add_contribution(&contribution, zone)?;
        }
        Ok(rollups)
    }

    /// What a change of an invoice changes; `None` stands for an invoice that was not there.
    ///
    /// # Errors
    /// As [`Rollups::of`].
    pub fn between(old: Option<&Invoice>, new: Option<&Invoice>, zone: Zone) -> Result<Self, MoneyError> {
        let mut change = new.map(|invoice| Self::of(invoice, zone)).transpose()?.unwrap_or_default();
        if let Some(old) = old {
            change.add(&Self::of(old, zone)?.negated())?;
        }
        Ok(change)
    }

    /// Adds all of `other`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when a sum leaves 64 bits.
    pub fn add(&mut self, other: &Self) -> Result<(), MoneyError> {
        add_all(&mut self.money, &other.money)?;
        add_all(&mut self.people, &other.people)?;
        add_all(&mut self.created, &other.created)?;
        add_all(&mut self.sheets, &other.sheets)?;
        add_all(&mut self.sizes, &other.sizes)?;
        add_all(&mut self.backers, &other.backers)
    }

    /// The same sums taken away.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self {
            money: negated(&self.money),
            people: negated(&self.people),
            created: negated(&self.created),
            sheets: negated(&self.sheets),
            sizes: negated(&self.sizes),
            backers: negated(&self.backers),
        }
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn add_money(&mut self, invoice: &Invoice, tier: Tier, zone: Zone) -> Result<(), MoneyError> {
        for (payment, state) in invoice.money() {
            let key = MoneyKey {
                tier,
                bucket: tier.bucket(payment.received_at, zone),
                method: payment.family(),
                state,
                currency: invoice.currency.clone(),
            };
            add_one(&mut self.money, key, &MoneyCell { msat: payment.net_msat, fiat: payment.fiat(), payments: 1 })?;
        }
        Ok(())
    }

    fn add_created(&mut self, invoice: &Invoice, tier: Tier, zone: Zone) -> Result<(), MoneyError> {
        let key = CreatedKey { tier, bucket: tier.bucket(invoice.created_at, zone), status: invoice.status };
        add_one(&mut self.created, key, &CreatedCell::of(invoice)?)
    }

    fn add_contribution(&mut self, contribution: &Contribution, zone: Zone) -> Result<(), MoneyError> {
        let Contribution { method, first_at, msat, backer } = *contribution;
        for tier in Tier::WHOLE_DAYS {
            let key = PeopleKey { tier, bucket: tier.bucket(first_at, zone), method };
            let anonymous = i64::from(backer.is_none());
            add_one(&mut self.people, key, &PeopleCell { contributions: 1, anonymous, msat })?;
        }
        let day = Tier::Day.bucket(first_at, zone);
        add_one(&mut self.sheets, SheetKey { day, method }, &Sheet::of(SheetEntry { first_at, msat, backer }))?;
        add_one(&mut self.sizes, method, &Sizes::of(size_class(msat)))?;
        match backer {
            Some(backer) => add_one(&mut self.backers, (method, backer), &1),
            None => Ok(()),
        }
    }
}

/// Counts by status in the order of the API; a helper of everything that shows the created invoices.
#[must_use]
pub fn status_index(status: InvoiceStatus) -> usize {
    InvoiceStatus::ALL.iter().position(|candidate| *candidate == status).unwrap_or_default()
}

/// Adds one cell and forgets the key when nothing is left.
///
/// # Errors
/// [`MoneyError::Overflow`] when a sum leaves 64 bits.
pub fn add_one<K: Ord, C: Cell>(sums: &mut Sums<K, C>, key: K, cell: &C) -> Result<(), MoneyError> {
    match sums.entry(key) {
        Entry::Vacant(entry) => {
            if !cell.is_empty() {
                entry.insert(cell.clone());
            }
        }
        Entry::Occupied(mut entry) => {
            entry.get_mut().add(cell)?;
            if entry.get().is_empty() {
                entry.remove();
            }
        }
    }
    Ok(())
}

fn add_all<K: Ord + Clone, C: Cell>(sums: &mut Sums<K, C>, other: &Sums<K, C>) -> Result<(), MoneyError> {
    other.iter().try_for_each(|(key, cell)| add_one(sums, key.clone(), cell))
}

fn negated<K: Ord + Clone, C: Cell>(sums: &Sums<K, C>) -> Sums<K, C> {
    sums.iter().map(|(key, cell)| (key.clone(), cell.negated())).collect()
}
