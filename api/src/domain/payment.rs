//! Payments, and the one rule that says which of them count. Everybody may import it.

use rust_decimal::Decimal;
use shared::{AdditionalStatus, InvoiceStatus, MethodFamily, PaymentStatus};

use super::money::{self, ExactFiat, MoneyError};
use super::time::instant;

/// One payment as BTCPay tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Transaction id and output, or payment hash: unique within the invoice.
    pub id: String,
    /// Method id in the spelling of BTCPay 2, so that an upgrade of the server changes nothing.
    pub method_id: String,
    /// Coin, upper case.
    pub coin: String,
    /// Where it stands.
    pub status: PaymentStatus,
    /// When BTCPay saw it, UTC seconds.
    pub received_at: i64,
    /// What arrived, in `coin`.
    pub value: Decimal,
    /// Part of `value` that was a network-fee surcharge, in `coin`.
    pub fee: Decimal,
    /// The invoice's currency for one coin.
    pub rate: Option<Decimal>,
    /// `value` less `fee` in msat; 0 for other coins.
    pub net_msat: i64,
}

/// The two heaps into which money is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MoneyState {
    /// Settled.
    Raised,
    /// Seen, not settled.
    Pending,
}

impl MoneyState {
    /// Name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Pending => "pending",
        }
    }
}

/// Why a payment counts as it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Counted.
    Settled,
    /// Counted; received after the invoice expired.
    Late,
    /// In `pending`.
    Pending,
    /// Left out: a person marked the invoice invalid.
    Disowned,
    /// Left out: not bitcoin.
    OtherCoin,
    /// Left out: replaced or double-spent.
    Replaced,
}

impl Payment {
    /// Method ids of version 1 in the spelling of version 2; others as they are. Version 1 calls a chain by its coin alone.
    #[must_use]
    pub fn canonical_method_id(id: &str, coin: &str) -> String {
        if id.eq_ignore_ascii_case(coin) {
            return format!("{coin}-CHAIN");
        }
        match id.split_once(['-', '_']).map(|(prefix, rail)| (prefix, rail.to_ascii_lowercase())) {
            Some((prefix, rail)) if rail == "lightningnetwork" || rail == "lightninglike" => format!("{prefix}-LN"),
            Some((prefix, rail)) if rail == "lnurlpay" => format!("{prefix}-LNURL"),
            _ => id.to_owned(),
        }
    }

    /// Family of the (canonical) method id.
    #[must_use]
    pub fn family(&self) -> MethodFamily {
        if self.method_id.ends_with("-CHAIN") {
            MethodFamily::Onchain
        } else if self.method_id.ends_with("-LN") || self.method_id.ends_with("-LNURL") {
            MethodFamily::Lightning
        } else {
            MethodFamily::Other
        }
    }

    /// What is credited, in `coin`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] beyond the range of decimals.
    pub fn net(value: Decimal, fee: Decimal) -> Result<Decimal, MoneyError> {
        value.checked_sub(fee).ok_or(MoneyError::Overflow)
    }

    /// The credited amount at the invoice's rate; nothing where BTCPay gave no rate.
    #[must_use]
    pub fn fiat(&self) -> ExactFiat {
        Self::fiat_of(self.value, self.fee, self.rate)
    }

    /// The same of the parts of a payment.
    #[must_use]
    pub fn fiat_of(value: Decimal, fee: Decimal, rate: Option<Decimal>) -> ExactFiat {
        match (Self::net(value, fee), rate) {
            (Ok(net), Some(rate)) => ExactFiat::product(net, rate),
            _ => ExactFiat::default(),
        }
    }

    /// The rule: settled bitcoin counts, whatever the invoice's status, unless a person marked the invoice invalid.
    #[must_use]
    pub fn verdict(&self, status: InvoiceStatus, additional: AdditionalStatus, expires_at: Option<i64>) -> Verdict {
        if self.status == PaymentStatus::Invalid {
            Verdict::Replaced
        } else if self.coin != "BTC" {
            Verdict::OtherCoin
        } else if status == InvoiceStatus::Invalid && additional == AdditionalStatus::Marked {
            Verdict::Disowned
        } else if self.status == PaymentStatus::Processing {
            Verdict::Pending
        } else if expires_at.is_some_and(|expiry| self.received_at > expiry) {
            Verdict::Late
        } else {
            Verdict::Settled
        }
    }

    /// The verdict as a sentence.
    #[must_use]
    pub fn sentence(&self, verdict: Verdict) -> String {
        let rail = match self.family() {
            MethodFamily::Onchain => "On-chain",
            MethodFamily::Lightning => "Lightning",
            MethodFamily::Other => self.method_id.as_str(),
        };
        let day = instant(self.received_at).format("%-d %B %Y");
        match verdict {
            Verdict::Settled => format!("{rail} payment received on {day} and settled."),
            Verdict::Late => format!("{rail} payment received on {day}, after the invoice expired, and settled."),
            Verdict::Pending => format!("{rail} payment received on {day}, not confirmed yet."),
            Verdict::Disowned => {
                format!("{rail} payment received on {day}; left out because the invoice was marked invalid by hand.")
            }
            Verdict::OtherCoin => format!("Paid in {} on {day}; only bitcoin is counted.", self.coin),
            Verdict::Replaced => format!("{rail} payment of {day} was replaced or double-spent and is not money."),
        }
    }

    /// Re-reads the msat from value and fee.
    ///
    /// # Errors
    /// Amounts that no payment can have.
    pub fn net_msat(coin: &str, value: Decimal, fee: Decimal) -> Result<i64, MoneyError> {
        if coin == "BTC" { money::btc_to_msat(Self::net(value, fee)?) } else { Ok(0) }
    }
}

impl Verdict {
    /// Into which heap the payment goes, if any.
    #[must_use]
    pub const fn state(self) -> Option<MoneyState> {
        match self {
            Self::Settled | Self::Late => Some(MoneyState::Raised),
            Self::Pending => Some(MoneyState::Pending),
            Self::Disowned | Self::OtherCoin | Self::Replaced => None,
        }
    }

    /// Name in the API.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Late => "late",
            Self::Pending => "pending",
            Self::Disowned => "disowned",
            Self::OtherCoin => "other_coin",
            Self::Replaced => "replaced",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn method_ids_of_both_generations_are_the_same_method() {
        let canonical = |id: &str| Payment::canonical_method_id(id, "BTC");
        assert_eq!(canonical("BTC"), "BTC-CHAIN");
        assert_eq!(canonical("BTC-LightningNetwork"), "BTC-LN");
        assert_eq!(canonical("BTC_LightningLike"), "BTC-LN");
        assert_eq!(canonical("BTC-LNURLPAY"), "BTC-LNURL");
        assert_eq!(canonical("BTC_LNURLPAY"), "BTC-LNURL");
        assert_eq!(canonical("LTC-CHAIN"), "LTC-CHAIN");
        assert_eq!(canonical("my_plugin-pay"), "my_plugin-pay");
        assert_eq!(canonical("Cashu"), "Cashu", "a plugin's bare id is no chain");
    }
}
