//! Seeded chance. Imported through [`super`].
//!
//! ChaCha is a published algorithm with a counter, so a number depends on seed, topic and index alone, in any order and in
//! every release of this program; integers are drawn here and not by a library whose sampling may change.

use chacha20::ChaCha8Rng;
use chacha20::rand_core::{Rng, SeedableRng};

/// Independent draws for one index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    /// The invoice's id.
    Id,
    /// What it is about and how it is paid.
    Order,
    /// When it is made, within its share of the time.
    Moment,
    /// How busy a day is.
    Day,
    /// The price of bitcoin; one for each width of the waves.
    Rate(u8),
}

/// A source of numbers.
pub(super) struct Dice(ChaCha8Rng);

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

impl Dice {
    pub(super) fn new(seed: u64, topic: Topic, index: u64) -> Self {
        let topic = match topic {
            Topic::Id => 1,
            Topic::Order => 2,
            Topic::Moment => 3,
            Topic::Day => 4,
            Topic::Rate(width) => 16 + u64::from(width),
        };
        let mut key = [0; 32];
        key.iter_mut().zip(seed.to_le_bytes().into_iter().chain(topic.to_le_bytes())).for_each(|(to, byte)| *to = byte);
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(index);
        Self(rng)
    }

    /// 0 to `limit` − 1, each as likely as the others (to one part in 2⁶⁴ ÷ `limit`).
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        let wide = u128::from(self.0.next_u64()) * u128::from(limit);
        u64::try_from(wide >> 64).unwrap_or_default()
    }

    /// `from` to `to`, both included.
    pub(super) fn between(&mut self, from: i64, to: i64) -> i64 {
        let width = u64::try_from(to.saturating_sub(from)).unwrap_or_default().saturating_add(1);
        from.saturating_add(i64::try_from(self.below(width)).unwrap_or_default())
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// One of a list that is not empty.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let index = self.below(u64::try_from(of.len()).unwrap_or(u64::MAX));
        // In range by construction; the first would stand in.
        usize::try_from(index).ok().and_then(|index| of.get(index)).unwrap_or(&of[0])
    }

    /// As BTCPay writes ids: 16 bytes in base 58, here always in the 22 digits that the largest needs.
    pub(super) fn base58_id(&mut self) -> String {
        let mut rest = (u128::from(self.0.next_u64()) << 64) | u128::from(self.0.next_u64());
        let mut id = String::with_capacity(22);
        for _ in 0..22 {
            let digit = usize::try_from(rest % 58).unwrap_or_default();
            id.push(char::from(BASE58[digit]));
            rest /= 58;
        }
        id
    }

    /// 32 bytes in hex: a transaction id or a payment hash.
    pub(super) fn hash(&mut self) -> String {
        let words: [u64; 4] = std::array::from_fn(|_| self.0.next_u64());
        words.iter().map(|word| format!("{word:016x}")).collect()
    }
}
