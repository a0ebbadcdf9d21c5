//! BTCPay Server through its Greenfield API, versions 1.7 to 2.4.
//!
//! [`Btcpay::walk`] reads invoices from the newest to the oldest; see `walk` for how no row is lost. The answers of all
//! versions become [`crate::domain::Invoice`] in `wire`. [`webhook`] reads what BTCPay sends by itself. Imported by `ingest` and `startup`.

mod http;
mod refusal;
mod single;
mod walk;
pub mod webhook;
mod wire;

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::domain::{Invoice, Payment};

use super::SourceError;
use http::Http;
pub use http::{Connect, Patience};
pub use single::Single;
pub use walk::{Row, Walk};
use wire::RawRow;

/// Payment lists of single invoices asked for at a time, where the server does not put them into the list.
const PAYMENT_CALLS: usize = 4;

/// One store of one server.
#[derive(Clone)]
pub struct Btcpay {
    http: Http,
    store_id: String,
    payment_calls: Arc<Semaphore>,
}

impl Btcpay {
    /// Prepares the client; nothing is asked yet.
    ///
    /// # Errors
    /// A sentence when TLS or the proxy cannot be set up.
    pub fn new(connect: Connect, store_id: String) -> Result<Self, String> {
        Ok(Self { http: Http::new(connect)?, store_id, payment_calls: Arc::new(Semaphore::new(PAYMENT_CALLS)) })
    }

    /// The store that is read.
    #[must_use]
    pub fn store_id(&self) -> &str {
        &self.store_id
    }

    /// Asks for one invoice, to see whether host, key and store fit together.
    ///
    /// # Errors
    /// Why they do not.
    pub async fn probe(&self) -> Result<(), SourceError> {
        let query = [("take", "1".to_owned())];
        self.http.get(&self.invoices_path(), &query, Patience::Once, wire::rows).await.map(|_| ())
    }

    /// Walks over the invoices created at or after `from` (UTC seconds; all of them for `None`), newest first.
    #[must_use]
    pub fn walk(&self, from: Option<i64>) -> Walk<'_> {
        Walk::new(self, from)
    }

    /// One page of the list, as raw rows.
    async fn list(
        &self,
        from: Option<i64>,
        until: Option<i64>,
        take: usize,
        skip: usize,
        patience: Patience,
    ) -> Result<Vec<RawRow>, SourceError> {
        let mut query = vec![
            ("includeArchived", "true".to_owned()),
            ("includePaymentMethods", "true".to_owned()),
            ("take", take.to_string()),
        ];
        query.extend((skip > 0).then(|| ("skip", skip.to_string())));
        query.extend(from.map(|at| ("startDate", at.to_string())));
        query.extend(until.map(|at| ("endDate", at.to_string())));
        self.http.get(&self.invoices_path(), &query, patience, wire::rows).await
    }

    /// The payments of an invoice, for servers that do not list them (before 2.3.6).
    async fn payments(
        &self,
        invoice_id: &str,
        patience: Patience,
    ) -> Result<Result<Vec<Payment>, String>, SourceError> {
        // The semaphore is never closed; should it be, the call goes on without it.
        let _permit = self.payment_calls.acquire().await.ok();
        let mut path = self.invoices_path();
        path.extend([invoice_id, "payment-methods"]);
        self.http.get(&path, &[], patience, wire::payments_of_answer).await
    }

    /// Scoped to the store: the unscoped routes need 2.4.
    fn invoices_path(&self) -> Vec<&str> {
        vec!["api", "v1", "stores", &self.store_id, "invoices"]
    }
}

/// Whether an invoice can hold money, so that its payments are worth a call.
fn can_hold_money(invoice: &Invoice) -> bool {
    use shared::{AdditionalStatus, InvoiceStatus};
    let free = || crate::domain::money::parse_decimal(&invoice.amount).is_ok_and(|amount| amount.is_zero());
    // A top-up that was paid late and then marked settled keeps a price of 0.
    invoice.additional_status != AdditionalStatus::None
        || match invoice.status {
            InvoiceStatus::Processing | InvoiceStatus::Invalid => true,
            InvoiceStatus::Settled => !free(),
            InvoiceStatus::New | InvoiceStatus::Expired => false,
        }
}
