//! The story of one invoice: payments with the times at which they are seen and confirmed, and where BTCPay's rules put the
//! invoice at an instant. Imported through [`super`].

use rust_decimal::Decimal;
use shared::{AdditionalStatus, InvoiceStatus, InvoiceType, PaymentStatus};

use super::build::Order;
use crate::domain::{Invoice, Payment};

/// The instants of an invoice, UTC seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub created: i64,
    /// When the time to pay ends.
    pub expires: i64,
    /// When BTCPay stops looking.
    pub monitored: i64,
    /// When a slow invoice comes to its end.
    pub closes: i64,
}

/// An instant told from another one, in seconds.
#[derive(Debug, Clone, Copy)]
pub(super) enum When {
    AfterCreation(i64),
    AfterExpiry(i64),
    AfterMonitoring(i64),
    BeforeClose(i64),
}

impl When {
    const fn at(self, times: &Times) -> i64 {
        match self {
            Self::AfterCreation(seconds) => times.created + seconds,
            Self::AfterExpiry(seconds) => times.expires + seconds,
            Self::AfterMonitoring(seconds) => times.monitored + seconds,
            Self::BeforeClose(seconds) => times.closes - seconds,
        }
    }
}

/// A payment that will be made.
pub(super) struct Intended {
    pub id: String,
    pub method_id: &'static str,
    pub coin: &'static str,
    pub value: Decimal,
    pub fee: Decimal,
    pub rate: Decimal,
    /// How much of the price it pays, in msat.
    pub covers: i64,
    pub received: When,
    /// Never before `received`.
    pub confirmed: When,
    /// From then on another transaction stands in its place.
    pub replaced: Option<When>,
}

/// An invoice's whole story.
pub(super) struct Script<'a> {
    order: &'a Order,
    times: Times,
}

impl<'a> Script<'a> {
    pub(super) const fn new(order: &'a Order, times: Times) -> Self {
        Self { order, times }
    }

    /// The invoice as it stood at `now`.
    pub(super) fn invoice_at(&self, store_id: &str, id: String, now: i64) -> Invoice {
        let order = self.order;
        let (status, additional_status) = self.standing(now);
        let mut payments: Vec<Payment> = self.seen(now).map(|intended| self.payment(intended, now)).collect();
        payments.sort_by(|a, b| a.id.cmp(&b.id));
        Invoice {
            store_id: store_id.to_owned(),
            id,
            status,
            additional_status,
            kind: if order.top_up { InvoiceType::TopUp } else { InvoiceType::Standard },
            amount: self.amount(now),
            currency: order.price.unit.code().to_owned(),
            created_at: self.times.created,
            expires_at: Some(self.times.expires),
            monitored_until: Some(self.times.monitored),
            archived: order.archived.is_some_and(|when| when.at(&self.times) <= now),
            order_id: order.subject.order_id.clone(),
            order_url: order.subject.order_url.clone(),
            item_code: order.subject.item_code.clone(),
            item_desc: order.subject.item_desc.clone(),
            buyer_email: order.email.clone(),
            upstream_missing: false,
            payments,
        }
    }

    /// A top-up is worth its first payment, if that came in time.
    fn amount(&self, now: i64) -> String {
        if !self.order.top_up {
            return self.order.price.amount.clone();
        }
        let first =
            self.standing_payments(now).find(|intended| intended.received.at(&self.times) <= self.times.expires);
        first.map_or_else(|| "0".to_owned(), |paid| ((paid.value - paid.fee) * paid.rate).normalize().to_string())
    }

    /// Payments that BTCPay has seen.
    fn seen(&self, now: i64) -> impl Iterator<Item = &'a Intended> {
        let times = self.times;
        self.order.payments.iter().filter(move |intended| intended.received.at(&times) <= now)
    }

    /// Those of them that stand.
    fn standing_payments(&self, now: i64) -> impl Iterator<Item = &'a Intended> {
        let times = self.times;
        self.seen(now).filter(move |intended| intended.replaced.is_none_or(|when| when.at(&times) > now))
    }

    fn payment(&self, intended: &Intended, now: i64) -> Payment {
        let gone = intended.replaced.is_some_and(|when| when.at(&self.times) <= now);
        let status = if gone {
            PaymentStatus::Invalid
        } else if intended.confirmed.at(&self.times) <= now {
            PaymentStatus::Settled
        } else {
            PaymentStatus::Processing
        };
        Payment {
            id: intended.id.clone(),
            method_id: intended.method_id.to_owned(),
            coin: intended.coin.to_owned(),
            status,
            received_at: intended.received.at(&self.times),
            value: intended.value,
            fee: intended.fee,
            rate: Some(intended.rate),
            // Amounts of a demo are far from the limits.
            net_msat: Payment::net_msat(intended.coin, intended.value, intended.fee).unwrap_or_default(),
        }
    }

    /// Where the invoice stands: BTCPay's transitions, from the payments alone.
    fn standing(&self, now: i64) -> (InvoiceStatus, AdditionalStatus) {
        let Times { expires, monitored, .. } = self.times;
        let due = self.order.price.due_sats.saturating_mul(1_000);
        if let Some((when, status)) = self.order.marked
            && when.at(&self.times) <= now
        {
            return (status, AdditionalStatus::Marked);
        }
        let full = |covered: i64| if self.order.top_up { covered > 0 } else { covered >= due };
        let in_time = || self.standing_payments(now).filter(|paid| paid.received.at(&self.times) <= expires);
        let covered: i64 = in_time().map(|paid| paid.covers).sum();
        if full(covered) {
            let over = !self.order.top_up && covered > due;
            let additional = if over { AdditionalStatus::PaidOver } else { AdditionalStatus::None };
            let last = in_time().map(|paid| paid.confirmed.at(&self.times)).max().unwrap_or(i64::MIN);
            return if last > monitored && now >= monitored {
                (InvoiceStatus::Invalid, AdditionalStatus::None)
            } else if last <= now {
                (InvoiceStatus::Settled, additional)
            } else {
                (InvoiceStatus::Processing, additional)
            };
        }
        let ever: i64 = self.standing_payments(now).map(|paid| paid.covers).sum();
        let additional = match ever {
            0 => AdditionalStatus::None,
            _ if full(ever) => AdditionalStatus::PaidLate,
            _ => AdditionalStatus::PaidPartial,
        };
        (if now < expires { InvoiceStatus::New } else { InvoiceStatus::Expired }, additional)
    }
}
