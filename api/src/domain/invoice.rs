//! An invoice and the sums made of its payments. Everybody may import it.

use shared::{AdditionalStatus, InvoiceStatus, InvoiceType, MethodFamily};

use super::currency;
use super::money::{ExactFiat, MoneyError};
use super::payment::{MoneyState, Payment, Verdict};

/// An invoice with its payments, as last seen in BTCPay. Times are UTC seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// The store it belongs to; part of its key.
    pub store_id: String,
    /// BTCPay's id.
    pub id: String,
    /// Where it stands.
    pub status: InvoiceStatus,
    /// What BTCPay adds to the status.
    pub additional_status: AdditionalStatus,
    /// Standard or top-up.
    pub kind: InvoiceType,
    /// Price in `currency`, the digits as BTCPay wrote them.
    pub amount: String,
    /// ISO code, `BTC`, `SATS` or a custom one; upper case.
    pub currency: String,
    /// When it was created.
    pub created_at: i64,
    /// When the time to pay ends.
    pub expires_at: Option<i64>,
    /// Until when BTCPay looks for payments.
    pub monitored_until: Option<i64>,
    /// Put away by the merchant.
    pub archived: bool,
    /// The creator's number for it.
    pub order_id: Option<String>,
    /// Page it was made on; tells which campaign it belongs to.
    pub order_url: Option<String>,
    /// Product or perk.
    pub item_code: Option<String>,
    /// Title of product or campaign.
    pub item_desc: Option<String>,
    /// As the buyer gave it.
    pub buyer_email: Option<String>,
    /// No longer in BTCPay.
    pub upstream_missing: bool,
    /// By id; ids are unique within the invoice.
    pub payments: Vec<Payment>,
}

/// Sums of one invoice, kept beside it so that lists can be sorted by them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceSums {
    /// Counted payments.
    pub raised_msat: i64,
    /// Payments not confirmed yet.
    pub pending_msat: i64,
    /// Both at their rates, rounded; `None` for invoices priced in bitcoin.
    pub paid_fiat: Option<String>,
    /// First counted payment, or else first unconfirmed one.
    pub paid_at: Option<i64>,
    /// Families of both.
    pub methods: Vec<MethodFamily>,
}

impl Invoice {
    /// Each payment with the verdict on it.
    pub fn verdicts(&self) -> impl Iterator<Item = (&Payment, Verdict)> {
        self.payments
            .iter()
            .map(|payment| (payment, payment.verdict(self.status, self.additional_status, self.expires_at)))
    }

    /// The payments that are money, with their heap.
    pub fn money(&self) -> impl Iterator<Item = (&Payment, MoneyState)> {
        self.verdicts().filter_map(|(payment, verdict)| verdict.state().map(|state| (payment, state)))
    }

    /// Sums over the payments.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when they leave 64 bits of msat.
    pub fn sums(&self) -> Result<InvoiceSums, MoneyError> {
        let total = |wanted: MoneyState| {
            self.money()
                .filter(|(_, state)| *state == wanted)
                .try_fold(0_i64, |sum, (payment, _)| sum.checked_add(payment.net_msat))
                .ok_or(MoneyError::Overflow)
        };
        let first = |wanted: MoneyState| {
            self.money().filter(|(_, state)| *state == wanted).map(|(payment, _)| payment.received_at).min()
        };
        let mut fiat = ExactFiat::default();
        let mut methods: Vec<MethodFamily> = Vec::new();
        for (payment, _) in self.money() {
            fiat.add(&payment.fiat());
            methods.push(payment.family());
        }
        methods.sort_unstable();
        methods.dedup();
        let priced_in_fiat = !currency::is_bitcoin(&self.currency);
        Ok(InvoiceSums {
            raised_msat: total(MoneyState::Raised)?,
            pending_msat: total(MoneyState::Pending)?,
            paid_fiat: priced_in_fiat.then(|| fiat.round(currency::digits(&self.currency))),
            paid_at: first(MoneyState::Raised).or_else(|| first(MoneyState::Pending)),
            methods,
        })
    }

    /// Whether it is an investment in an Angor project, which is money but no invoice.
    #[must_use]
    pub fn is_investment(&self) -> bool {
        self.kind == InvoiceType::Investment
    }

    /// The person behind it: the e-mail, trimmed and in lower case; of an investment the investor's key.
    #[must_use]
    pub fn backer(&self) -> Option<String> {
        let name = if self.is_investment() { &self.order_id } else { &self.buyer_email };
        name.as_deref().map(|email| email.trim().to_lowercase()).filter(|email| !email.is_empty())
    }
}
