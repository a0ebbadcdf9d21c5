//! Reading one invoice. Imported through [`super`].

use super::http::Patience;
use super::wire;
use super::{Btcpay, can_hold_money};
use crate::domain::Invoice;
use crate::sources::SourceError;

/// What one invoice turned out to be; the error says which of its fields cannot be read.
pub type Single = Result<Invoice, String>;

impl Btcpay {
    /// Reads one invoice with its payments, in one try: whoever asks for it tries again in his own time.
    ///
    /// # Errors
    /// Why BTCPay gave none; [`SourceError::NotFound`] where it has no such invoice.
    pub async fn invoice(&self, id: &str) -> Result<Single, SourceError> {
        let mut path = self.invoices_path();
        path.push(id);
        let query = [("includePaymentMethods", "true".to_owned())];
        let row = self.http.get(&path, &query, Patience::Once, wire::row).await?;
        let read = match wire::invoice(&row, &self.store_id) {
            Ok(read) => read,
            Err(message) => return Ok(Err(message)),
        };
        let mut invoice = read.invoice;
        if invoice.id != id {
            return Ok(Err("BTCPay answered with another invoice".to_owned()));
        }
        // From 2.3.6 to 2.4.0 this route has an empty list whatever it is asked for.
        if !invoice.payments.is_empty() || !can_hold_money(&invoice) {
            return Ok(Ok(invoice));
        }
        Ok(self.payments(id, Patience::Once).await?.map(|payments| {
            invoice.payments = payments;
            invoice
        }))
    }
}
