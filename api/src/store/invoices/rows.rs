//! Rows of invoices and payments, to and from the domain. Imported through [`super`].

use std::str::FromStr;

use diesel::prelude::*;
use rust_decimal::Decimal;
use shared::MethodFamily;

use super::Stored;
use crate::domain::{Invoice, Payment};
use crate::store::StoreError;
use crate::store::schema::{invoices, payments};

/// A row of `invoices`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = invoices, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "columns are described in the migration and in domain::Invoice")]
pub struct InvoiceRow {
    pub store_id: String,
    pub id: String,
    pub status: String,
    pub additional_status: String,
    pub kind: String,
    pub amount: String,
    pub currency: String,
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub monitored_until: Option<i64>,
    pub archived: bool,
    pub order_id: Option<String>,
    pub order_url: Option<String>,
    pub item_code: Option<String>,
    pub item_desc: Option<String>,
    pub buyer_email: Option<String>,
    pub upstream_missing: bool,
    pub raised_msat: i64,
    pub pending_msat: i64,
    pub paid_fiat: Option<String>,
    pub paid_at: Option<i64>,
    pub methods: String,
    pub search: String,
    pub observed_ms: i64,
}

impl InvoiceRow {
    pub(super) fn of(stored: &Stored) -> Result<Self, StoreError> {
        let invoice = &stored.invoice;
        let sums = invoice.sums()?;
        Ok(Self {
            store_id: invoice.store_id.clone(),
            id: invoice.id.clone(),
            status: invoice.status.as_str().to_owned(),
            additional_status: invoice.additional_status.as_str().to_owned(),
            kind: invoice.kind.as_str().to_owned(),
            amount: invoice.amount.clone(),
            currency: invoice.currency.clone(),
            created_at: invoice.created_at,
            expires_at: invoice.expires_at,
            monitored_until: invoice.monitored_until,
            archived: invoice.archived,
            order_id: invoice.order_id.clone(),
            order_url: invoice.order_url.clone(),
            item_code: invoice.item_code.clone(),
            item_desc: invoice.item_desc.clone(),
            buyer_email: invoice.buyer_email.clone(),
            upstream_missing: invoice.upstream_missing,
            raised_msat: sums.raised_msat,
            pending_msat: sums.pending_msat,
            paid_fiat: sums.paid_fiat,
            paid_at: sums.paid_at,
            methods: sums.methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(" "),
            search: search_text(invoice),
            observed_ms: stored.observed_ms,
        })
    }

    pub(super) fn into_stored(self, payments: Vec<PaymentRow>) -> Result<Stored, StoreError> {
        let mut payments = payments.into_iter().map(PaymentRow::into_payment).collect::<Result<Vec<_>, _>>()?;
        // In Rust, since databases order text by locale: invoices are compared with their payments.
        payments.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Stored {
            observed_ms: self.observed_ms,
            invoice: Invoice {
                status: named("invoice status", &self.status)?,
                additional_status: named("additional status", &self.additional_status)?,
                kind: named("invoice type", &self.kind)?,
                store_id: self.store_id,
                id: self.id,
                amount: self.amount,
                currency: self.currency,
                created_at: self.created_at,
                expires_at: self.expires_at,
                monitored_until: self.monitored_until,
                archived: self.archived,
                order_id: self.order_id,
                order_url: self.order_url,
                item_code: self.item_code,
                item_desc: self.item_desc,
                buyer_email: self.buyer_email,
                upstream_missing: self.upstream_missing,
                payments,
            },
        })
    }

    /// Families of the payments that are money.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a name that this program does not write.
    pub fn method_families(&self) -> Result<Vec<MethodFamily>, StoreError> {
        self.methods.split_whitespace().map(|name| named("payment method", name)).collect()
    }
}

/// What a search looks through, in lower case.
fn search_text(invoice: &Invoice) -> String {
    let fields = [&invoice.order_id, &invoice.item_code, &invoice.item_desc, &invoice.buyer_email];
    let payments = invoice.payments.iter().map(|payment| payment.id.as_str());
    std::iter::once(invoice.id.as_str())
        .chain(fields.into_iter().flatten().map(String::as_str))
        .chain(payments)
        .collect::<Vec<_>>()
        .join("\n")
        .to_lowercase()
}

/// A row of `payments`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = payments, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "columns are described in the migration and in domain::Payment")]
pub struct PaymentRow {
    pub store_id: String,
    pub invoice_id: String,
    pub id: String,
    pub method_id: String,
    pub coin: String,
    pub status: String,
    pub received_at: i64,
    pub value: String,
    pub fee: String,
    pub rate: Option<String>,
    pub net_msat: i64,
    pub family: String,
    pub state: String,
}

impl PaymentRow {
    pub(super) fn all_of(invoice: &Invoice) -> Vec<Self> {
        invoice
            .verdicts()
            .map(|(payment, verdict)| Self {
                store_id: invoice.store_id.clone(),
                invoice_id: invoice.id.clone(),
                id: payment.id.clone(),
                method_id: payment.method_id.clone(),
                coin: payment.coin.clone(),
                status: payment.status.as_str().to_owned(),
                received_at: payment.received_at,
                value: payment.value.to_string(),
                fee: payment.fee.to_string(),
                rate: payment.rate.map(|rate| rate.to_string()),
                net_msat: payment.net_msat,
                family: payment.family().as_str().to_owned(),
                state: verdict.state().map_or("none", |state| state.as_str()).to_owned(),
            })
            .collect()
    }

    fn into_payment(self) -> Result<Payment, StoreError> {
        Ok(Payment {
            status: named("payment status", &self.status)?,
            value: decimal("value", &self.value)?,
            fee: decimal("fee", &self.fee)?,
            rate: self.rate.as_deref().map(|rate| decimal("rate", rate)).transpose()?,
            id: self.id,
            method_id: self.method_id,
            coin: self.coin,
            received_at: self.received_at,
            net_msat: self.net_msat,
        })
    }
}

fn named<T: FromStr>(what: &'static str, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::corrupt(what, text))
}

fn decimal(what: &'static str, text: &str) -> Result<Decimal, StoreError> {
    Decimal::from_str_exact(text).map_err(|_| StoreError::corrupt(what, text))
}
