//! Money put into an Angor project: one transaction is one investment. Everybody may import it.
//!
//! It enters the ledger as an invoice of kind `Investment` in a store of its own, the project's, so that roll-ups, medians and
//! people are made by the same code; see [`Investment::to_invoice`].

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use shared::{AdditionalStatus, InvoiceStatus, InvoiceType, PaymentStatus};

use super::invoice::Invoice;
use super::money::MoneyError;
use super::payment::Payment;

/// No amount can be larger than all bitcoin there will ever be, in sats.
pub const MAX_SATS: i64 = 2_100_000_000_000_000;
/// Decimals of a bitcoin.
const SATS_SCALE: u32 = 8;
/// Angor takes one part in this many of what an investor pays, rounded down.
const FEE_PART: i64 = 100;

/// An investment as read from the chain. Amounts are sats, times UTC seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Investment {
    /// The transaction.
    pub txid: String,
    /// The investor's key for this project, 66 hex digits; one person has another one for each project.
    pub investor: String,
    /// Paid to Angor: output 0.
    pub fee_sats: i64,
    /// Locked for the stages, in their order.
    pub outputs: Vec<i64>,
    /// When each output may be taken, for kinds whose stages begin with the investment; else empty.
    pub releases: Vec<i64>,
    /// Time of its block; `None` while it waits for one.
    pub confirmed_at: Option<i64>,
    /// When we first saw it.
    pub first_seen: i64,
    /// Whether it passes the sanity rule; if not, it is in no figure but `unverified`.
    pub sound: bool,
}

impl Investment {
    /// What is locked for the project.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] beyond all bitcoin there is.
    pub fn net_sats(&self) -> Result<i64, MoneyError> {
        sum(self.outputs.iter().copied())
    }

    /// What the investor paid, Angor's fee included.
    ///
    /// # Errors
    /// As [`Investment::net_sats`].
    pub fn gross_sats(&self) -> Result<i64, MoneyError> {
        sum([self.fee_sats, self.net_sats()?].into_iter())
    }

    /// Whether the fee is the one that Angor's builder takes: anybody can send a transaction of this shape to a project's
    /// address, and without the fee it costs nothing.
    #[must_use]
    pub fn pays_the_fee(&self) -> bool {
        self.gross_sats().is_ok_and(|gross| gross / FEE_PART == self.fee_sats)
    }

    /// The investment as the ledger keeps it.
    ///
    /// # Errors
    /// As [`Investment::net_sats`].
    pub fn to_invoice(&self, project_id: &str) -> Result<Invoice, MoneyError> {
        let (status, payment) = match self.confirmed_at {
            Some(_) => (InvoiceStatus::Settled, PaymentStatus::Settled),
            None => (InvoiceStatus::Processing, PaymentStatus::Processing),
        };
        let (value, fee) = (Decimal::new(self.gross_sats()?, SATS_SCALE), Decimal::new(self.fee_sats, SATS_SCALE));
        Ok(Invoice {
            store_id: project_id.to_owned(),
            id: self.txid.clone(),
            status,
            additional_status: AdditionalStatus::None,
            kind: InvoiceType::Investment,
            amount: value.to_string(),
            currency: "BTC".to_owned(),
            created_at: self.first_seen,
            expires_at: None,
            monitored_until: None,
            archived: false,
            order_id: Some(self.investor.clone()),
            order_url: None,
            item_code: None,
            item_desc: None,
            buyer_email: None,
            upstream_missing: false,
            payments: vec![Payment {
                id: self.txid.clone(),
                method_id: "BTC-CHAIN".to_owned(),
                coin: "BTC".to_owned(),
                status: payment,
                received_at: self.confirmed_at.unwrap_or(self.first_seen),
                value,
                fee,
                rate: None,
                net_msat: Payment::net_msat("BTC", value, fee)?,
            }],
        })
    }
}

/// What becomes of an investment that is no longer on the chain: it was replaced, or its block was.
#[must_use]
pub fn withdrawn(mut invoice: Invoice) -> Invoice {
    invoice.status = InvoiceStatus::Invalid;
    invoice.upstream_missing = true;
    for payment in &mut invoice.payments {
        payment.status = PaymentStatus::Invalid;
    }
    invoice
}

/// What an investor pays, split as Angor splits it: the fee, and the rest by the stages' millionths of a percent, each
/// rounded half to even, the last one taking what is left. Equal parts for stages without a share.
#[must_use]
pub fn split(gross_sats: i64, shares: &[Option<i64>]) -> (i64, Vec<i64>) {
    let fee = gross_sats / FEE_PART;
    let rest = gross_sats - fee;
    let count = i64::try_from(shares.len()).unwrap_or(i64::MAX).max(1);
    let mut left = rest;
    let mut outputs = Vec::with_capacity(shares.len());
    for (index, share) in shares.iter().enumerate() {
        let last = index + 1 == shares.len();
        let part = match share {
            _ if last => left,
            Some(millionths) => part(rest, *millionths),
            None => rest / count,
        };
        left -= part;
        outputs.push(part);
    }
    (fee, outputs)
}

/// `sats × share`, rounded half to even.
fn part(sats: i64, millionths: i64) -> i64 {
    const WHOLE: i128 = 100_000_000;
    let product = i128::from(sats) * i128::from(millionths);
    let (floor, over) = (product.div_euclid(WHOLE), product.rem_euclid(WHOLE));
    let up = over > WHOLE / 2 || (over == WHOLE / 2 && floor % 2 == 1);
    i64::try_from(floor + i128::from(up)).unwrap_or(i64::MAX)
}

fn sum(mut amounts: impl Iterator<Item = i64>) -> Result<i64, MoneyError> {
    amounts
        .try_fold(0_i64, |sum, amount| sum.checked_add(amount).filter(|sum| amount >= 0 && *sum <= MAX_SATS))
        .ok_or(MoneyError::Overflow)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn investment(gross: i64, shares: &[Option<i64>]) -> Investment {
        let (fee_sats, outputs) = split(gross, shares);
        Investment {
            txid: "t".to_owned(),
            investor: "k".to_owned(),
            fee_sats,
            outputs,
            releases: Vec::new(),
            confirmed_at: None,
            first_seen: 7,
            sound: true,
        }
    }

    #[test]
    fn the_split_of_a_real_investment_is_the_one_on_the_chain() {
        let thirds = [Some(30_000_000), Some(30_000_000), Some(40_000_000)];
        assert_eq!(split(100_000_000, &thirds), (1_000_000, vec![29_700_000, 29_700_000, 39_600_000]));
        assert_eq!(split(2_345_678, &thirds), (23_456, vec![696_667, 696_667, 928_888]));
        assert_eq!(split(100, &[None, None]), (1, vec![49, 50]));
    }

    #[test]
    fn a_wrong_fee_and_absurd_amounts_are_noticed() {
        let sound = investment(2_345_678, &[None, None, None]);
        assert!(sound.pays_the_fee());
        assert!(!Investment { fee_sats: 23_455, ..sound.clone() }.pays_the_fee());
        let absurd = Investment { outputs: vec![MAX_SATS, 1], ..sound.clone() };
        assert!(!absurd.pays_the_fee() && absurd.to_invoice("p").is_err());
        assert!(Investment { outputs: vec![-1], ..sound }.net_sats().is_err());
    }

    proptest! {
        #[test]
        fn nothing_is_lost_in_a_split(gross in 0..MAX_SATS, shares in prop::collection::vec(1_i64..100_000_000, 1..9)) {
            let total: i64 = shares.iter().sum();
            prop_assume!(total <= 100_000_000);
            let shares: Vec<Option<i64>> = shares.into_iter().map(Some).collect();
            let investment = investment(gross, &shares);
            prop_assert_eq!(investment.gross_sats().unwrap(), gross);
            prop_assert!(investment.pays_the_fee());
        }
    }
}
