//! An event sent by hand in demo mode: there is no BTCPay to ask, so its own fields say what its invoice is like. Imported
//! through [`super`].

use rust_decimal::Decimal;

use super::event::Kind;
use crate::domain::money;
use crate::domain::text::quote;
use crate::sources::btcpay::wire::fields::Fields;

/// What an event says of its invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    /// What kind.
    pub kind: Kind,
    /// `timestamp`: when it happened, UTC seconds.
    pub at: Option<i64>,
    /// `price`, the digits as they were written.
    pub price: Option<String>,
    /// `currency`, upper case.
    pub currency: Option<String>,
    /// `cryptoPrice`, BTC.
    pub paid: Option<Decimal>,
    /// `createdTime`, UTC seconds.
    pub created_at: Option<i64>,
    /// `paidTime`, UTC seconds.
    pub paid_at: Option<i64>,
    /// `manuallyMarked`.
    pub marked: bool,
    /// `metadata.orderId`.
    pub order_id: Option<String>,
    /// `metadata.orderUrl`.
    pub order_url: Option<String>,
    /// `metadata.itemCode`.
    pub item_code: Option<String>,
    /// `metadata.itemDesc`.
    pub item_desc: Option<String>,
    /// `metadata.buyerEmail`.
    pub buyer_email: Option<String>,
}

impl ByHand {
    /// Reads a payload.
    ///
    /// # Errors
    /// Which field is at fault, in words: whoever wrote it by hand can mend it.
    pub fn parse(payload: &str) -> Result<Self, String> {
        let fields = Fields::of(payload)?;
        let metadata = fields.object("metadata");
        let time = |name: &str| fields.raw(name).map(|_| fields.time(name)).transpose();
        Ok(Self {
            kind: Kind::of(&fields.text("type").unwrap_or_default()),
            at: fields.time("timestamp").ok(),
            price: amount(&fields, "price")?.map(|(text, _)| text),
            currency: currency(&fields)?,
            paid: paid(&fields)?,
            created_at: time("createdTime")?,
            paid_at: time("paidTime")?,
            marked: fields.flag("manuallyMarked"),
            order_id: metadata.text("orderId"),
            order_url: metadata.text("orderUrl"),
            item_code: metadata.text("itemCode"),
            item_desc: metadata.text("itemDesc"),
            buyer_email: metadata.text("buyerEmail"),
        })
    }
}

fn amount(fields: &Fields<'_>, name: &str) -> Result<Option<(String, Decimal)>, String> {
    if fields.raw(name).is_none() {
        return Ok(None);
    }
    let wrong = |why: &str| format!("the field `{name}`: {}", quote(why));
    let text = fields.text(name).ok_or_else(|| wrong("it is not an amount"))?;
    let value = money::parse_decimal(&text).map_err(|error| wrong(&error.to_string()))?;
    if value.is_sign_negative() && !value.is_zero() {
        return Err(wrong("it is negative"));
    }
    // An exponent is legal in JSON and means nothing to people.
    let text = if text.contains(['e', 'E']) { value.to_string() } else { text };
    Ok(Some((text, value)))
}

/// As a payment could have brought it.
fn paid(fields: &Fields<'_>) -> Result<Option<Decimal>, String> {
    let Some((_, value)) = amount(fields, "cryptoPrice")? else { return Ok(None) };
    money::btc_to_msat(value).map_err(|error| format!("the field `cryptoPrice`: {error}"))?;
    Ok(Some(value))
}

fn currency(fields: &Fields<'_>) -> Result<Option<String>, String> {
    match fields.text("currency") {
        Some(code) if code.len() > 20 || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            Err(format!("the field `currency` is no currency ({})", quote(&code)))
        }
        code => Ok(code.map(|code| code.to_uppercase())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_may_be_written_in_several_ways() {
        let read = ByHand::parse(
            r#"{"type":"InvoiceSettled","price":12.50,"currency":"eur","cryptoPrice":"0.00021","createdTime":"2026-01-01T14:00:00Z",
               "paidTime":1767276060,"metadata":{"buyerEmail":"bo@example.org","orderId":7}}"#,
        )
        .unwrap();
        assert_eq!((read.price.as_deref(), read.currency.as_deref()), (Some("12.50"), Some("EUR")));
        assert_eq!(read.paid, Some(Decimal::new(21, 5)));
        assert_eq!((read.created_at, read.paid_at), (Some(1_767_276_000), Some(1_767_276_060)));
        assert_eq!((read.order_id.as_deref(), read.buyer_email.as_deref()), (Some("7"), Some("bo@example.org")));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (field, value) in [
            ("price", "\"ten\""),
            ("price", "-1"),
            ("price", "{}"),
            ("cryptoPrice", "\"1,5\""),
            ("cryptoPrice", "21000001"),
            ("createdTime", "\"yesterday\""),
            ("paidTime", "-5"),
            ("currency", "\"<b>\""),
        ] {
            let error = ByHand::parse(&format!(r#"{{"type":"InvoiceSettled","{field}":{value}}}"#)).unwrap_err();
            assert!(error.contains(field), "{error}");
        }
    }
}
