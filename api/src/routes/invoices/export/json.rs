//! Invoices as one JSON array. Imported through [`super`].

use shared::InvoiceItem;

use super::Format;
use crate::store::StoreError;

#[derive(Default)]
pub(super) struct Json {
    /// Whether a row was written, so that the next one needs a comma.
    begun: bool,
}

impl Format for Json {
    fn head(&mut self) -> Result<Vec<u8>, StoreError> {
        Ok(b"[".to_vec())
    }

    fn rows(&mut self, items: &[InvoiceItem]) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        for item in items {
            bytes.extend_from_slice(if self.begun { b",\n" } else { b"\n" });
            self.begun = true;
            serde_json::to_writer(&mut bytes, item)
                .map_err(|error| StoreError::Corrupt { what: "invoice", value: error.to_string() })?;
        }
        Ok(bytes)
    }

    fn tail(&self) -> &'static [u8] {
        b"\n]\n"
    }
}
