//! The event in a delivery: enough of it to file it and to know which invoice to read. Imported through [`super`].
//!
//! Unknown keys are ignored and wrong types are taken for missing: what a webhook says is a hint, and the invoice is read
//! from BTCPay's API in any case.

use shared::{AdditionalStatus, InvoiceStatus, PaymentStatus};

use super::digest;
use crate::domain::Invoice;
use crate::sources::btcpay::wire::fields::Fields;

/// Longest name of an event that is kept, in characters.
const NAME_LIMIT: usize = 100;
/// Longest id that is kept as it is; a longer one is no id of BTCPay.
const ID_LIMIT: usize = 200;
/// How the ids of test deliveries begin, which BTCPay up to 2.2 sends on request.
const TEST: &str = "__test__";

/// Kinds of events that are about an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "BTCPay's own names")]
pub enum Kind {
    Created,
    ReceivedPayment,
    PaymentSettled,
    Processing,
    Settled,
    Expired,
    Invalid,
    ExpiredPaidPartial,
    PaidAfterExpiration,
    Refund,
    /// Anything else: payouts, payment requests, plugins, and what is yet to come.
    Other,
}

impl Kind {
    /// By BTCPay's name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        match name {
            "InvoiceCreated" => Self::Created,
            "InvoiceReceivedPayment" => Self::ReceivedPayment,
            "InvoicePaymentSettled" => Self::PaymentSettled,
            "InvoiceProcessing" => Self::Processing,
            "InvoiceSettled" => Self::Settled,
            "InvoiceExpired" => Self::Expired,
            "InvoiceInvalid" => Self::Invalid,
            "InvoiceExpiredPaidPartial" => Self::ExpiredPaidPartial,
            "InvoicePaidAfterExpiration" => Self::PaidAfterExpiration,
            "InvoiceRefund" => Self::Refund,
            _ => Self::Other,
        }
    }
}

/// Why a body that is signed is no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Bytes that are not UTF-8.
    #[error("its body is not UTF-8 text")]
    NotText,
    /// Not JSON, or JSON but not an object.
    #[error("its body is not a JSON object")]
    NotAnObject,
    /// Nothing to tell what happened.
    #[error("it has no `type`")]
    NoType,
}

/// The event of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What kind.
    pub kind: Kind,
    /// Its name as BTCPay wrote it.
    pub name: String,
    /// What makes a repeat a repeat.
    pub key: String,
    /// Id of this attempt.
    pub delivery_id: Option<String>,
    /// Id of the first attempt.
    pub original_delivery_id: Option<String>,
    /// The store.
    pub store_id: Option<String>,
    /// The invoice, if the id is one that BTCPay could have made.
    pub invoice_id: Option<String>,
    /// Sent by the test button.
    pub is_test: bool,
}

impl Event {
    /// Reads a body whose signature is good.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn parse(body: &str) -> Result<Self, Malformed> {
        let fields = Fields::of(body).map_err(|_| Malformed::NotAnObject)?;
        let name = fields.text("type").ok_or(Malformed::NoType)?;
        let shown = |name: &str| fields.text(name).map(|id| id.chars().take(ID_LIMIT).collect::<String>());
        let original = ["originalDeliveryId", "orignalDeliveryId"].into_iter().find(|name| fields.text(name).is_some());
        let delivery_id = shown("deliveryId");
        let original_delivery_id = original.and_then(shown).or_else(|| delivery_id.clone());
        let invoice_id = fields.id("invoiceId").ok().filter(|id| !matches!(id.as_str(), "." | ".."));
        let ids = [&original_delivery_id, &delivery_id, &invoice_id];
        let is_test = ids.into_iter().flatten().any(|id| id.starts_with(TEST));
        Ok(Self {
            kind: Kind::of(&name),
            name: name.chars().take(NAME_LIMIT).collect(),
            key: key(&fields, original.unwrap_or("deliveryId"), body),
            is_test,
            delivery_id,
            original_delivery_id,
            store_id: shown("storeId"),
            invoice_id,
        })
    }
}

/// The id in a field where it looks like one; its hash where it does not, so that cleaning and cutting make no two the same;
/// the hash of the body where there is none.
fn key(fields: &Fields<'_>, name: &str, body: &str) -> String {
    let (Some(id), Some(raw)) = (fields.text(name), fields.raw(name)) else {
        return format!("body:{}", digest(body.as_bytes()));
    };
    let as_written = raw.get().trim_matches('"') == id;
    let plain = id.len() <= ID_LIMIT && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
    if as_written && plain { id } else { format!("id:{}", digest(raw.get().as_bytes())) }
}

/// Whether an event tells of something that an invoice, read after it, does not show yet: BTCPay before 1.10.2 may answer
/// with a state a moment old. A later event can have the same look, so this is a reason to read again, once.
#[must_use]
pub fn is_ahead_of(payload: &str, invoice: &Invoice) -> bool {
    let Ok(fields) = Fields::of(payload) else { return false };
    let status = invoice.status;
    let (new, processing) = (status == InvoiceStatus::New, status == InvoiceStatus::Processing);
    let expired = status == InvoiceStatus::Expired;
    let additional = invoice.additional_status;
    match Kind::of(&fields.text("type").unwrap_or_default()) {
        Kind::Processing | Kind::Expired => new,
        Kind::Settled => new || processing || expired,
        Kind::Invalid => new || processing,
        Kind::ExpiredPaidPartial => new || (expired && additional == AdditionalStatus::None),
        Kind::PaidAfterExpiration => new || (expired && additional != AdditionalStatus::PaidLate),
        kind @ (Kind::ReceivedPayment | Kind::PaymentSettled) => {
            let Some(id) = fields.object("payment").text("id") else { return false };
            match invoice.payments.iter().find(|payment| payment.id == id) {
                None => true,
                Some(payment) => kind == Kind::PaymentSettled && payment.status == PaymentStatus::Processing,
            }
        }
        Kind::Created | Kind::Refund | Kind::Other => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_first_attempt_in_either_spelling_then_this_attempt_then_the_body() {
        let key = |json: &str| Event::parse(json).unwrap().key;
        assert_eq!(key(r#"{"type":"x","deliveryId":"a","originalDeliveryId":"b","orignalDeliveryId":"c"}"#), "b");
        assert_eq!(key(r#"{"type":"x","deliveryId":"a","orignalDeliveryId":"c"}"#), "c");
        assert_eq!(key(r#"{"type":"x","deliveryId":"a","originalDeliveryId":null}"#), "a");
        assert_eq!(key(r#"{"type":"x","deliveryId":"a","originalDeliveryId":""}"#), "a");
        assert_eq!(key(r#"{"type":"x","deliveryId":7}"#), "7");
        let body = r#"{"type":"x","deliveryId":{}}"#;
        assert_eq!(key(body), format!("body:{}", digest(body.as_bytes())));
    }

    #[test]
    fn odd_ids_make_keys_of_their_own() {
        let long = "x".repeat(5_000);
        let keys: Vec<String> = ["a\\u0000b", "ab", "a b", "body:1", &long, &format!("{long}y"), "ü"]
            .iter()
            .map(|id| Event::parse(&format!(r#"{{"type":"x","deliveryId":"{id}"}}"#)).unwrap().key)
            .collect();
        for (at, key) in keys.iter().enumerate() {
            assert!(key.len() <= ID_LIMIT && !key.contains('\0'), "{key}");
            assert!(!keys[..at].contains(key), "{key}");
        }
    }

    #[test]
    fn only_an_object_with_a_type_is_an_event() {
        for body in ["", "[]", "null", "{", "{}x", "\u{feff}{\"type\":\"x\"}", "{\"type\":\"x\",}", "'x'"] {
            assert_eq!(Event::parse(body), Err(Malformed::NotAnObject), "{body}");
        }
        for body in ["{}", r#"{"type":null}"#, r#"{"type":""}"#, r#"{"type":["x"]}"#, r#"{"Type":"x"}"#] {
            assert_eq!(Event::parse(body), Err(Malformed::NoType), "{body}");
        }
    }

    #[test]
    fn wrong_types_and_ids_that_lead_elsewhere_are_as_if_missing() {
        let invoice = |id: &str| Event::parse(&format!(r#"{{"type":"InvoiceSettled","invoiceId":{id}}}"#)).unwrap();
        assert_eq!(invoice("\"abc\"").invoice_id.as_deref(), Some("abc"));
        for id in ["null", "{}", "\"\"", "\".\"", "\"..\"", "\"\\ud800\"", &format!("\"{}\"", "x".repeat(10_000))] {
            assert_eq!(invoice(id).invoice_id, None, "{id}");
        }
        assert!(invoice("\"__test__7d0c__test__\"").is_test);
        assert_eq!(Kind::of("InvoiceFrobbed"), Kind::Other);
    }
}
