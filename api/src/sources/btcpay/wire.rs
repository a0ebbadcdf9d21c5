//! Answers of all versions, turned into `domain` types. Imported through [`super`].
//!
//! Every field is kept as the JSON text it came in and read on its own: numbers keep all their digits, a string may stand
//! where a number should and the other way round, and one unreadable row does not spoil its page.

pub(super) mod fields;

use serde::Deserialize;
use serde_json::value::RawValue;
use shared::{AdditionalStatus, InvoiceType};

use super::SourceError;
use crate::domain::money::MoneyError;
use crate::domain::{Invoice, Payment};
use fields::Fields;

/// Longest id of a payment: a Lightning payment rarely has its whole invoice for an id. It still fits an index.
const PAYMENT_ID_LIMIT: usize = 2_000;

/// A row of the list, not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawRow {
    json: String,
    /// BTCPay's id, where it can be read.
    pub id: Option<String>,
    /// Creation time, where it can be read, UTC seconds.
    pub created_at: Option<i64>,
}

impl RawRow {
    /// What makes it the same row on the next page.
    pub(super) fn key(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.json)
    }
}

/// An invoice as the list had it.
#[derive(Debug)]
pub(super) struct Listed {
    pub invoice: Invoice,
    /// Whether the payments were in the list; before 2.3.6 they are not.
    pub payments_listed: bool,
}

/// Rows of a page.
pub(super) fn rows(body: &str) -> Result<Vec<RawRow>, SourceError> {
    let rows: Vec<&RawValue> = serde_json::from_str(body.trim_start_matches('\u{feff}'))
        .map_err(|error| SourceError::Unreadable(format!("not a list of invoices ({error})")))?;
    Ok(rows.into_iter().map(raw_row).collect())
}

/// The row of a route that gives one.
pub(super) fn row(body: &str) -> Result<RawRow, SourceError> {
    let row: &RawValue =
        serde_json::from_str(body).map_err(|error| SourceError::Unreadable(format!("not an invoice ({error})")))?;
    Ok(raw_row(row))
}

fn raw_row(row: &RawValue) -> RawRow {
    let fields = Fields::of(row.get()).unwrap_or_default();
    RawRow { json: row.get().to_owned(), id: fields.id("id").ok(), created_at: fields.time("createdTime").ok() }
}

/// Reads a row; the error says which field is at fault.
pub(super) fn invoice(row: &RawRow, store_id: &str) -> Result<Listed, String> {
    let fields = Fields::of(&row.json)?;
    let metadata = fields.object("metadata");
    if let Some(other) = fields.text("storeId").filter(|other| other != store_id) {
        return Err(format!("it belongs to another store ({})", crate::domain::text::quote(&other)));
    }
    let payments = match fields.raw("paymentMethods") {
        Some(methods) => Some(payments_of(methods)?),
        None => None,
    };
    let invoice = Invoice {
        store_id: store_id.to_owned(),
        id: fields.id("id")?,
        status: fields.name("status", None)?,
        additional_status: fields.name("additionalStatus", Some(AdditionalStatus::None))?,
        kind: match fields.name("type", Some(InvoiceType::Standard))? {
            // A word of ours, not of BTCPay's.
            InvoiceType::Investment => return Err("the field `type` is not one of BTCPay's".to_owned()),
            kind => kind,
        },
        amount: price(&fields)?,
        currency: fields.id("currency")?.to_uppercase(),
        created_at: fields.time("createdTime")?,
        expires_at: fields.time("expirationTime").ok(),
        monitored_until: fields.time("monitoringExpiration").ok(),
        archived: fields.flag("archived"),
        order_id: metadata.text("orderId"),
        order_url: metadata.text("orderUrl"),
        item_code: metadata.text("itemCode"),
        item_desc: metadata.text("itemDesc"),
        buyer_email: metadata.text("buyerEmail"),
        upstream_missing: false,
        payments: payments.clone().unwrap_or_default(),
    };
    Ok(Listed { invoice, payments_listed: payments.is_some() })
}

/// The price with the digits that BTCPay wrote; nothing is none for a top-up.
fn price(fields: &Fields<'_>) -> Result<String, String> {
    let Some(amount) = fields.decimal("amount")? else { return Ok("0".to_owned()) };
    let written = fields.text("amount").unwrap_or_default();
    Ok(if written.contains(['e', 'E']) { amount.to_string() } else { written })
}

/// The answer of the payment-methods route: unreadable as a whole, or with a payment that is.
pub(super) fn payments_of_answer(body: &str) -> Result<Result<Vec<Payment>, String>, SourceError> {
    let raw: &RawValue = serde_json::from_str(body.trim_start_matches('\u{feff}'))
        .map_err(|error| SourceError::Unreadable(format!("not a list of payments ({error})")))?;
    Ok(payments_of(raw))
}

fn payments_of(methods: &RawValue) -> Result<Vec<Payment>, String> {
    let methods = list(methods.get(), "paymentMethods")?;
    let mut payments: Vec<Payment> = Vec::new();
    for method in methods {
        let method = Fields::of(method.get())?;
        let Some(listed) = method.raw("payments") else { continue };
        for payment in list(listed.get(), "payments")? {
            let payment = payment_of(&method, &Fields::of(payment.get())?)?;
            // The same transaction or hash under two methods is one payment.
            if !payments.iter().any(|known| known.id == payment.id) {
                payments.push(payment);
            }
        }
    }
    payments.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(payments)
}

fn payment_of(method: &Fields<'_>, payment: &Fields<'_>) -> Result<Payment, String> {
    let method_id = method.id("paymentMethodId").or_else(|_| method.id("paymentMethod"))?;
    // Version 1 calls the coin `cryptoCode`; before 1.4 only the method's name tells it.
    let coin = method
        .text("currency")
        .or_else(|| method.text("cryptoCode"))
        .unwrap_or_else(|| method_id.split(['-', '_']).next().unwrap_or_default().to_owned())
        .to_uppercase();
    let value = payment.decimal("value")?.ok_or("the field `value` of a payment is missing")?;
    let fee = payment.decimal("fee")?.unwrap_or_default();
    let wrong = |error: MoneyError| format!("the field `value` of a payment: {error}");
    Ok(Payment {
        id: payment.id_up_to("id", PAYMENT_ID_LIMIT)?,
        method_id: Payment::canonical_method_id(&method_id, &coin),
        status: payment.name("status", None)?,
        received_at: payment.time("receivedDate")?,
        net_msat: Payment::net_msat(&coin, value, fee).map_err(wrong)?,
        rate: method.decimal("rate")?,
        coin,
        value,
        fee,
    })
}

fn list<'a>(json: &'a str, what: &str) -> Result<Vec<&'a RawValue>, String> {
    Vec::<&RawValue>::deserialize(&mut serde_json::Deserializer::from_str(json))
        .map_err(|_| format!("the field `{what}` is not a list"))
}

#[cfg(test)]
mod tests;
