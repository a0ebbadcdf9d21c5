//! The opaque place between two pages. Imported through [`super`].

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::routes::params::wrong;
use crate::store::invoice_list::{After, Sort};
use crate::store::invoices::InvoiceRow;

/// What a cursor holds: the order it belongs to and the last row.
#[derive(Serialize, Deserialize)]
pub(super) struct Cursor {
    sort: String,
    value: i64,
    store: String,
    id: String,
}

impl Cursor {
    /// The place after a row.
    pub(super) fn after(row: &InvoiceRow, sort: Sort) -> String {
        let After { value, store_id: store, id } = After::row(row, sort);
        let cursor = Self { sort: name(sort), value, store, id };
        // Strings and numbers always serialise.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).unwrap_or_default())
    }

    /// Reads a cursor back; it must belong to the same order.
    pub(super) fn parse(text: &str, sort: Sort) -> Result<After, ApiError> {
        let bad = || wrong("cursor", text, "use the next_cursor of the page before, with the same sort");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
        let cursor: Self = serde_json::from_slice(&bytes).map_err(|_| bad())?;
        if cursor.sort != name(sort) || cursor.store.contains('\0') || cursor.id.contains('\0') {
            return Err(bad());
        }
        Ok(After { value: cursor.value, store_id: cursor.store, id: cursor.id })
    }
}

fn name(sort: Sort) -> String {
    format!("{}{:?}", if sort.descending { "-" } else { "" }, sort.by)
}
