//! What happens to which invoice: a fixed order of roles, so that every status is there and people come back, whatever the
//! seed. Imported through [`super`].

/// Invoices after which the order of roles begins again.
pub(super) const BLOCK: u64 = 20;

/// What happens to an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Paid or not, as it comes.
    Ordinary,
    /// Paid at once by somebody who was not here before: at least one distinct backer to four contributions.
    Newcomer,
    /// Expires.
    Unpaid,
    /// Paid on chain with so low a fee that it stays unconfirmed for long.
    SlowChain,
    /// The same with too much paid.
    SlowChainOver,
    /// A sponsor's invoice with days to pay.
    Pledge,
    /// The same, paid in two parts.
    PledgeInParts,
    /// Paid, then marked invalid by hand.
    Disowned,
    /// Expires with a part paid.
    PaidInPart,
    /// Too much paid.
    PaidOver,
    /// Paid in full after expiry.
    PaidLate,
    /// Paid on chain, unconfirmed until BTCPay gave up.
    NeverConfirmed,
    /// Marked settled by hand, nothing paid here.
    Marked,
    /// Marked settled by hand, a part paid.
    MarkedInPart,
    /// Without a price; the payment sets it.
    TopUp,
    /// The same, paid after expiry.
    LateTopUp,
    /// Paid in another coin.
    OtherCoin,
    /// Half over Lightning, half on chain.
    Mixed,
    /// The first transaction was replaced by another.
    Replaced,
    /// Settled and put away.
    Archived,
    /// Free of charge: settled at once without a payment.
    Free,
}

use Kind::*;

/// The roles in order; `None` is one of the rare kinds.
const ROLES: [Option<Kind>; 20] = [
    Some(Newcomer),
    Some(Ordinary),
    Some(Newcomer),
    Some(SlowChain),
    Some(Ordinary),
    Some(Newcomer),
    Some(Unpaid),
    Some(Newcomer),
    Some(Pledge),
    None,
    Some(Newcomer),
    Some(Ordinary),
    Some(Newcomer),
    Some(SlowChainOver),
    None,
    Some(Newcomer),
    Some(Ordinary),
    Some(Newcomer),
    Some(PledgeInParts),
    None,
];

/// What stands in the gaps of one block after the other: those that make a status of their own come first.
const RARE: [[Kind; 3]; 5] = [
    [Disowned, PaidInPart, PaidOver],
    [PaidLate, NeverConfirmed, Marked],
    [TopUp, OtherCoin, Mixed],
    [LateTopUp, Replaced, Archived],
    [MarkedInPart, TopUp, Free],
];

/// The role of invoice `k`.
pub(super) fn of(k: u64) -> Kind {
    let place = place(k);
    let block = usize::try_from((k / BLOCK) % 5).unwrap_or_default();
    ROLES[place].unwrap_or_else(|| {
        let gap = ROLES[..place].iter().filter(|role| role.is_none()).count();
        RARE[block][gap.min(2)]
    })
}

/// How many newcomers there were before invoice `k`.
pub(super) fn newcomers_before(k: u64) -> u64 {
    let in_block = |roles: &[Option<Kind>]| {
        u64::try_from(roles.iter().filter(|role| **role == Some(Newcomer)).count()).unwrap_or_default()
    };
    (k / BLOCK).saturating_mul(in_block(&ROLES)).saturating_add(in_block(&ROLES[..place(k)]))
}

fn place(k: u64) -> usize {
    usize::try_from(k % BLOCK).unwrap_or_default()
}
