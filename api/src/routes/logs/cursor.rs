//! The opaque place between two pages. Imported through [`super`].

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::ApiError;
use crate::routes::params::wrong;
use crate::store::deliveries::{After, LogRow};

/// The place after a row.
pub(super) fn after(row: &LogRow) -> String {
    // A number and a string always serialise.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(row.received_ms, &row.id)).unwrap_or_default())
}

/// Reads a cursor back.
pub(super) fn parse(text: &str) -> Result<After, ApiError> {
    let bad = || wrong("cursor", text, "use the next_cursor of the page before");
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
    let (received_ms, id): (i64, String) = serde_json::from_slice(&bytes).map_err(|_| bad())?;
    if id.contains('\0') {
        return Err(bad());
    }
    Ok(After { received_ms, id })
}
