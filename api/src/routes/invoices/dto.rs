//! Invoices as the API shows them. Imported through [`super`].

use std::str::FromStr;

use shared::{DeliverySummary, InvoiceDetail, InvoiceItem, PaymentItem};

use crate::config::Config;
use crate::domain::money::floor_sats;
use crate::domain::time::instant;
use crate::domain::{MoneyState, Payment, Verdict};
use crate::store::deliveries::Mention;
use crate::store::invoice_list::{self, InvoiceFilter};
use crate::store::invoices::{InvoiceRow, Stored};
use crate::store::{DbConn, StoreError};

/// Rows of the list; with `basis=paid` each with its money in the range.
pub(super) fn items(
    conn: &mut DbConn,
    filter: &InvoiceFilter,
    rows: &[InvoiceRow],
) -> Result<Vec<InvoiceItem>, StoreError> {
    let in_range = invoice_list::raised_in_range(conn, filter, rows)?;
    rows.iter()
        .map(|row| {
            let mut item = item(row)?;
            if filter.paid.is_some() {
                let key = (row.store_id.clone(), row.id.clone());
                item.raised_msat_in_range = Some(in_range.get(&key).copied().unwrap_or_default());
            }
            Ok(item)
        })
        .collect()
}

/// A row of the list.
pub(super) fn item(row: &InvoiceRow) -> Result<InvoiceItem, StoreError> {
    Ok(InvoiceItem {
        id: row.id.clone(),
        store_id: row.store_id.clone(),
        status: named("invoice status", &row.status)?,
        additional_status: named("additional status", &row.additional_status)?,
        kind: named("invoice type", &row.kind)?,
        amount: row.amount.clone(),
        currency: row.currency.clone(),
        raised_sats: floor_sats(row.raised_msat.into()),
        pending_sats: floor_sats(row.pending_msat.into()),
        paid_fiat: row.paid_fiat.clone(),
        methods: row.method_families()?,
        created_at: instant(row.created_at),
        expires_at: row.expires_at.map(instant),
        paid_at: row.paid_at.map(instant),
        order_id: row.order_id.clone(),
        item_code: row.item_code.clone(),
        campaigns: Vec::new(),
        archived: row.archived,
        buyer_email: row.buyer_email.clone(),
        raised_msat_in_range: None,
    })
}

/// One invoice with its payments and deliveries.
pub(super) fn detail(
    config: &Config,
    invoice: InvoiceItem,
    stored: &Stored,
    deliveries: Vec<Mention>,
) -> InvoiceDetail {
    let mut payments: Vec<PaymentItem> =
        stored.invoice.verdicts().map(|(payment, verdict)| payment_item(payment, verdict)).collect();
    payments.sort_by(|a, b| (a.received_at, &a.id).cmp(&(b.received_at, &b.id)));
    let public = config.btcpay.public_url.as_ref().or(config.btcpay.host.as_ref());
    let btcpay_url = public.and_then(|base| {
        let mut url = base.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend(["invoices", &invoice.id]);
        Some(url.to_string())
    });
    InvoiceDetail {
        upstream_missing: stored.invoice.upstream_missing,
        updated_at: instant(stored.observed_ms / 1_000),
        btcpay_url,
        payments,
        deliveries: deliveries
            .into_iter()
            .map(|row| DeliverySummary {
                id: row.id,
                received_at: instant(row.received_ms / 1_000),
                event_type: row.event_type.unwrap_or_default(),
                outcome: row.outcome,
            })
            .collect(),
        invoice,
    }
}

fn payment_item(payment: &Payment, verdict: Verdict) -> PaymentItem {
    PaymentItem {
        id: payment.id.clone(),
        method_id: payment.method_id.clone(),
        method: payment.family(),
        coin: payment.coin.clone(),
        status: payment.status,
        received_at: instant(payment.received_at),
        value: payment.value.to_string(),
        fee: payment.fee.to_string(),
        net_msat: (payment.coin == "BTC").then_some(payment.net_msat),
        rate: payment.rate.map(|rate| rate.to_string()),
        counted: verdict.state() == Some(MoneyState::Raised),
        reason: verdict.reason().to_owned(),
        sentence: payment.sentence(verdict),
    }
}

fn named<T: FromStr>(what: &'static str, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt { what, value: text.to_owned() })
}
