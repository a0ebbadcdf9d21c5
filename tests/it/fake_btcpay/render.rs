//! An invoice as the server of one version shows it.

use serde_json::{Value, json};

use super::decimal;
use super::invoice::Invoice;
use super::methods::{method_ids, payment_methods, received};
use super::version::Version;

/// One row of the list, or the one invoice. `base` is the address the client used: links are made from it.
pub fn invoice(invoice: &Invoice, version: Version, base: &str, store: &str, with_payments: bool) -> Value {
    let mut row = json!({
        "id": invoice.id,
        "storeId": store,
        "amount": invoice.price(),
        "checkoutLink": format!("{base}/i/{}", invoice.id),
        "status": invoice.status,
        "additionalStatus": invoice.additional,
        "monitoringExpiration": invoice.monitored_until,
        "expirationTime": invoice.expires,
        "createdTime": invoice.created,
        "availableStatusesForManualMarking": markable(&invoice.status),
        "archived": invoice.archived,
        "type": if invoice.top_up { "TopUp" } else { "Standard" },
        "currency": invoice.currency,
        "metadata": invoice.metadata,
        "checkout": checkout(version),
        "receipt": receipt(version),
    });
    if version.is_2x() {
        row["paidAmount"] = Value::from(paid_amount(invoice));
    }
    if version.includes_payments() {
        row["paymentMethods"] =
            Value::from(if with_payments { payment_methods(invoice, version, true) } else { vec![] });
    }
    for patch in &invoice.patches {
        merge(&mut row, patch);
    }
    if let Some(fields) = row.as_object_mut() {
        invoice.dropped.iter().for_each(|field| drop(fields.remove(field)));
    }
    row
}

/// Objects key by key, everything else replaced. Not RFC 7396: null writes null, because tests need nulls in rows.
fn merge(target: &mut Value, patch: &Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(target.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (target, patch) => *target = patch.clone(),
    }
}

/// Everything accounted, net of fees, rounded to the digits of the currency, half to even.
fn paid_amount(invoice: &Invoice) -> String {
    let digits = match invoice.currency.as_str() {
        "JPY" | "CLP" | "KRW" | "VND" | "SATS" => 0,
        "KWD" | "BHD" | "JOD" | "OMR" | "TND" => 3,
        "BTC" | "LTC" => 8,
        _ => 2,
    };
    decimal::show(decimal::round(received(invoice), digits))
}

fn markable(status: &str) -> &'static [&'static str] {
    match status {
        "Settled" => &[],
        "Invalid" => &["Settled"],
        _ => &["Settled", "Invalid"],
    }
}

fn checkout(version: Version) -> Value {
    let mut checkout = json!({
        "speedPolicy": "MediumSpeed",
        "paymentMethods": method_ids(version),
        "defaultPaymentMethod": null,
        "expirationMinutes": 15,
        "monitoringMinutes": 1440,
        // A JSON number on every version, the only one of money's kind in an invoice.
        "paymentTolerance": 0.0,
        "redirectURL": null,
        "redirectAutomatically": false,
        "defaultLanguage": null,
    });
    if !version.is_2x() {
        checkout["requiresRefundEmail"] = Value::Null;
        checkout["checkoutType"] = Value::Null;
    }
    if version >= Version::V1_13_7 {
        checkout["lazyPaymentMethods"] = Value::Null;
    }
    checkout
}

fn receipt(version: Version) -> Value {
    // Merged with the store's defaults only from 2.0.5.
    let shown = if version.is_2x() { Value::from(true) } else { Value::Null };
    json!({ "enabled": shown, "showQR": shown, "showPayments": shown })
}

/// `server/info`.
pub fn server_info(version: Version) -> Value {
    let mut chain = json!({
        "chainHeight": 930_112,
        "syncHeight": 930_112,
        "nodeInformation": { "headers": 930_112, "blocks": 930_112, "verificationProgress": 0.999_999_1 },
        "available": true,
    });
    let supported = if version.is_2x() {
        chain["paymentMethodId"] = Value::from("BTC-CHAIN");
        ["BTC-CHAIN", "BTC-LN", "BTC-LNURL"]
    } else {
        chain["cryptoCode"] = Value::from("BTC");
        // Another spelling than in the invoices of the same version.
        ["BTC", "BTC_LightningLike", "BTC_LNURLPAY"]
    };
    json!({
        "version": version.number(),
        "onion": null,
        "supportedPaymentMethods": supported,
        "fullySynched": true,
        "syncStatus": [chain],
    })
}
