//! The contributions of one day, and the sizes of all, each packed into one value of a row: what medians and people are
//! counted from. Imported through [`super`].
//!
//! Both are counts by key that can be added and taken back exactly. Packed they are differences of sorted numbers, each in as
//! many bytes as it needs (LEB128), so that a day of a thousand contributions is read in microseconds.

use std::collections::BTreeMap;

use super::{Cell, Sums, add_one};
use crate::domain::money::MoneyError;

/// One contribution of a day; several may be equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SheetEntry {
    /// When its first counted payment was received, UTC seconds.
    pub first_at: i64,
    /// Its whole amount.
    pub msat: i64,
    /// Key of the person, if an e-mail is known.
    pub backer: Option<i64>,
}

/// The contributions of a day, with how often each occurs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet(Sums<SheetEntry, i64>);

/// How many contributions there are of each size class.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sizes(Sums<i64, i64>);

/// Bytes that no sheet and no sizes are packed into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("packed numbers end in the middle")]
pub struct Broken;

impl Sheet {
    /// One contribution.
    #[must_use]
    pub fn of(entry: SheetEntry) -> Self {
        Self(BTreeMap::from([(entry, 1)]))
    }

    /// Packed.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * 16);
        let mut last = 0;
        for (entry, count) in &self.0 {
            write(&mut bytes, entry.first_at.wrapping_sub(last));
            last = entry.first_at;
            write(&mut bytes, entry.msat);
            // The count and whether a person follows share a number; keys of people are evenly spread over all bytes.
            write(&mut bytes, count.wrapping_mul(2) + i64::from(entry.backer.is_some()));
            bytes.extend(entry.backer.iter().flat_map(|backer| backer.to_le_bytes()));
        }
        bytes
    }

    /// Unpacked.
    ///
    /// # Errors
    /// [`Broken`] for bytes that [`Sheet::pack`] did not write.
    pub fn unpack(bytes: &[u8]) -> Result<Self, Broken> {
        let mut sheet = Sums::new();
        read_sheet(bytes, |entry, count| {
            sheet.insert(entry, count);
        })?;
        Ok(Self(sheet))
    }
}

/// Reads a packed sheet entry by entry, by time, without building it.
///
/// # Errors
/// [`Broken`] for bytes that [`Sheet::pack`] did not write.
pub fn read_sheet(mut bytes: &[u8], mut with: impl FnMut(SheetEntry, i64)) -> Result<(), Broken> {
    let mut last = 0_i64;
    while !bytes.is_empty() {
        let first_at = last.wrapping_add(read(&mut bytes)?);
        last = first_at;
        let msat = read(&mut bytes)?;
        let tag = read(&mut bytes)?;
        let backer = if tag & 1 == 1 {
            let (key, rest) = bytes.split_first_chunk::<8>().ok_or(Broken)?;
            bytes = rest;
            Some(i64::from_le_bytes(*key))
        } else {
            None
        };
        with(SheetEntry { first_at, msat, backer }, tag >> 1);
    }
    Ok(())
}

impl Sizes {
    /// One contribution of a class.
    #[must_use]
    pub fn of(class: i64) -> Self {
        Self(BTreeMap::from([(class, 1)]))
    }

    /// Classes in order, with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (i64, i64)> {
        self.0.iter().map(|(class, count)| (*class, *count))
    }

    /// Packed.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * 3);
        let mut last = 0;
        for (class, count) in &self.0 {
            write(&mut bytes, class.wrapping_sub(last));
            write(&mut bytes, *count);
            last = *class;
        }
        bytes
    }

    /// Unpacked.
    ///
    /// # Errors
    /// [`Broken`] for bytes that [`Sizes::pack`] did not write.
    pub fn unpack(mut bytes: &[u8]) -> Result<Self, Broken> {
        let mut sizes = Sums::new();
        let mut last = 0_i64;
        while !bytes.is_empty() {
            last = last.wrapping_add(read(&mut bytes)?);
            sizes.insert(last, read(&mut bytes)?);
        }
        Ok(Self(sizes))
    }
}

/// Counts by key add up key by key.
macro_rules! counts {
    ($name:ident) => {
        impl Cell for $name {
            fn add(&mut self, other: &Self) -> Result<(), MoneyError> {
                other.0.iter().try_for_each(|(key, count)| add_one(&mut self.0, *key, count))
            }

            fn negated(&self) -> Self {
                Self(self.0.iter().map(|(key, count)| (*key, count.negated())).collect())
            }

            fn is_empty(&self) -> bool {
                self.0.is_empty()
            }
        }
    };
}
counts!(Sheet);
counts!(Sizes);

/// Writes a number, small ones in few bytes; the sign goes to the lowest bit.
fn write(bytes: &mut Vec<u8>, value: i64) {
    let mut number = (value.wrapping_shl(1) ^ (value >> 63)).cast_unsigned();
    let low = |number: u64| number.to_le_bytes()[0];
    while number >= 0x80 {
        bytes.push(low(number) | 0x80);
        number >>= 7;
    }
    bytes.push(low(number));
}

/// Reads a number and moves on.
fn read(bytes: &mut &[u8]) -> Result<i64, Broken> {
    let mut number = 0_u64;
    let mut shift = 0_u32;
    loop {
        let (byte, rest) = bytes.split_first().ok_or(Broken)?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f).checked_shl(shift).ok_or(Broken)?;
        if byte & 0x80 == 0 {
            let half = (number >> 1).cast_signed();
            return Ok(if number & 1 == 0 { half } else { !half });
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entries() -> impl Strategy<Value = Vec<(SheetEntry, i64)>> {
        let entry = (any::<i64>(), any::<i64>(), any::<Option<i64>>(), 1..1_000_i64);
        let entry = entry.prop_map(|(first_at, msat, backer, count)| (SheetEntry { first_at, msat, backer }, count));
        prop::collection::vec(entry, 0..20)
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_out_again(entries in entries(), classes in prop::collection::btree_map(0..20_000_i64, 1..9_i64, 0..50)) {
            let sheet = Sheet(entries.into_iter().collect());
            prop_assert_eq!(Sheet::unpack(&sheet.pack()), Ok(sheet));
            let sizes = Sizes(classes);
            prop_assert_eq!(Sizes::unpack(&sizes.pack()), Ok(sizes));
        }

        #[test]
        fn foreign_bytes_are_refused_and_harm_nothing(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = Sheet::unpack(&bytes);
            let _ = Sizes::unpack(&bytes);
        }

        #[test]
        fn what_was_added_can_be_taken_back(a in entries(), b in entries()) {
            let (a, b) = (Sheet(a.into_iter().collect()), Sheet(b.into_iter().collect()));
            let mut sum = a.clone();
            sum.add(&b).unwrap();
            sum.add(&b.negated()).unwrap();
            prop_assert_eq!(sum, a);
        }
    }

    #[test]
    fn a_contribution_takes_few_bytes() {
        let entry =
            |n: i64| SheetEntry { first_at: 1_774_569_600 + n * 90, msat: 21_000_000, backer: Some(i64::MIN + n) };
        let sheet = Sheet((0..100).map(|n| (entry(n), 1)).collect());
        assert!(sheet.pack().len() < 1_600);
        assert_eq!(Sheet::unpack(&[0x80]), Err(Broken));
        assert_eq!(Sheet::unpack(&[0xff; 11]), Err(Broken));
    }
}
