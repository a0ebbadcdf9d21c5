//! Demo data: a pure function from a [`Plan`], a number and an instant to an invoice as it stood then. No clock, no
//! database. `ingest` writes what it makes; only `ingest` and `startup` import it.
//!
//! Invoice `k` of a seed has the same id, person, price and payments in every plan; only when it happens follows from the
//! plan. What it looks like at an instant follows from its payments by BTCPay's own rules (`script`), so open invoices move
//! on by themselves as time passes.

mod build;
mod dice;
mod kind;
mod money;
mod people;
mod script;
mod texts;
mod timeline;

use serde::{Deserialize, Serialize};

use crate::domain::Invoice;
use dice::{Dice, Topic};
use timeline::Timeline;

pub use texts::{CAMPAIGN_APP_ID, CAMPAIGN_TITLE};

/// Seed of the demo that `serve` shows.
pub const DEFAULT_SEED: u64 = 21;
/// Invoices of that demo.
pub const DEFAULT_INVOICES: u64 = 480;
/// Days of that demo, the last one included.
pub const DEFAULT_DAYS: u64 = 60;

/// How far after an invoice its story can go on beyond the slowest of its kind, in seconds: late payments and coins that
/// confirm after BTCPay stopped looking.
const LONGEST_STORY: i64 = 4 * 86_400;
/// A slow invoice ends when the one this many later is made. Each slow kind comes once in [`kind::BLOCK`] invoices, so there
/// is always one under way.
const SLOW_SPAN: u64 = 22;

/// Which invoices, and over which time they are spread. After `end` others follow at a steady pace, for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Chooses everything but the times.
    pub seed: u64,
    /// Number of invoices before `end`.
    pub invoices: u64,
    /// First instant, UTC seconds.
    pub start: i64,
    /// First instant after the planned ones; later than `start`.
    pub end: i64,
}

/// The invoices of a plan.
pub struct Generator {
    store_id: &'static str,
    plan: Plan,
    timeline: Timeline,
}

impl Generator {
    /// Prepares the invoices that a store has up to `until`, UTC seconds.
    #[must_use]
    pub fn new(store_id: &'static str, plan: Plan, until: i64) -> Self {
        Self { store_id, plan, timeline: Timeline::new(plan, until) }
    }

    /// Number of invoices that were made at or before `now`, which is not after the `until` of [`Generator::new`].
    #[must_use]
    pub fn count_at(&self, now: i64) -> u64 {
        self.timeline.count_at(now)
    }

    /// Number of invoices that can no longer change after `now`.
    #[must_use]
    pub fn finished_at(&self, now: i64) -> u64 {
        self.count_at(now.saturating_sub(LONGEST_STORY)).saturating_sub(SLOW_SPAN)
    }

    /// BTCPay's id of invoice `k`.
    #[must_use]
    pub fn id(&self, k: u64) -> String {
        Dice::new(self.plan.seed, Topic::Id, k).base58_id()
    }

    /// Invoice `k` as it stood at `now`; `None` before it was made.
    #[must_use]
    pub fn invoice(&self, k: u64, now: i64) -> Option<Invoice> {
        let created = self.timeline.at(k);
        if created > now {
            return None;
        }
        let closes = self.timeline.at(k.saturating_add(SLOW_SPAN)).max(created.saturating_add(3_600));
        let order = build::order(self.plan.seed, k);
        Some(order.script(created, closes).invoice_at(self.store_id, self.id(k), now))
    }
}

#[cfg(test)]
mod tests;
