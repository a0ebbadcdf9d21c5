//! Sums over a project's investments: every meaning that "raised" has in Angor, over the same set. Imported through
//! [`super`].

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use shared::{RaisedFigures, UnverifiedInvestments};

use crate::domain::investment::Investment;
use crate::domain::money::MoneyError;
use crate::domain::time::day_number;
use crate::domain::time::instant;

const DAY: i64 = 86_400;

/// Sums in sats. All but `unverified` are over the investments that pass the sanity rule.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProjectFigures {
    /// The meanings of raised, side by side.
    pub raised: RaisedFigures,
    /// Not confirmed yet, net.
    pub pending_sats: i64,
    /// Confirmed and pending ones.
    pub investments: i64,
    /// Distinct keys among them.
    pub investors: i64,
    /// Transactions that do not pass.
    pub unverified: UnverifiedInvestments,
    /// Confirmed outputs of each stage, in the order of the project's stages.
    pub by_stage: Vec<i64>,
    /// Confirmed outputs by the start of the UTC day on which they may be taken, for stages that begin with the investment.
    pub by_day: Vec<(i64, i64)>,
}

impl ProjectFigures {
    /// Adds up.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when sums leave 64 bits: such transactions do not exist.
    pub fn of(investments: &[Investment], stages: usize) -> Result<Self, MoneyError> {
        let mut figures = Self { by_stage: vec![0; stages], ..Self::default() };
        let mut investors = BTreeSet::new();
        let mut by_day = BTreeMap::new();
        for investment in investments {
            let net = investment.net_sats()?;
            if !investment.sound {
                add(&mut figures.unverified.investments, 1)?;
                add(&mut figures.unverified.net_sats, net)?;
                continue;
            }
            investors.insert(investment.investor.as_str());
            add(&mut figures.investments, 1)?;
            add(&mut figures.raised.net_all_sats, net)?;
            let fee_x100 = investment.fee_sats.checked_mul(100).ok_or(MoneyError::Overflow)?;
            add(&mut figures.raised.fee_x100_sats, fee_x100)?;
            if investment.confirmed_at.is_none() {
                add(&mut figures.pending_sats, net)?;
                continue;
            }
            add(&mut figures.raised.net_confirmed_sats, net)?;
            add(&mut figures.raised.gross_confirmed_sats, investment.gross_sats()?)?;
            for (stage, output) in figures.by_stage.iter_mut().zip(&investment.outputs) {
                add(stage, *output)?;
            }
            for (release, output) in investment.releases.iter().zip(&investment.outputs) {
                let day = day_number(instant(*release).date_naive()).saturating_mul(DAY);
                add(by_day.entry(day).or_default(), *output)?;
            }
        }
        figures.investors = i64::try_from(investors.len()).unwrap_or(i64::MAX);
        figures.by_day = by_day.into_iter().collect();
        Ok(figures)
    }
}

fn add(sum: &mut i64, more: i64) -> Result<(), MoneyError> {
    *sum = sum.checked_add(more).ok_or(MoneyError::Overflow)?;
    Ok(())
}
