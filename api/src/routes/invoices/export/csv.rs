//! Invoices as CSV by RFC 4180, safe to open in a spreadsheet. Imported through [`super`].

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};
use csv::{Terminator, Writer, WriterBuilder};
use shared::InvoiceItem;

use super::Format;
use crate::store::StoreError;

/// The item's fields, in the order of the API.
const COLUMNS: [&str; 19] = [
    "id",
    "store_id",
    "status",
    "additional_status",
    "type",
    "amount",
    "currency",
    "raised_sats",
    "pending_sats",
    "paid_fiat",
    "methods",
    "created_at",
    "expires_at",
    "paid_at",
    "order_id",
    "item_code",
    "campaigns",
    "archived",
    "buyer_email",
];

pub(super) struct Csv {
    /// Whether each row says what it received in the range.
    in_range: bool,
}

impl Csv {
    pub(super) const fn new(in_range: bool) -> Self {
        Self { in_range }
    }

    fn lines(&self, fill: impl FnOnce(&mut Writer<Vec<u8>>) -> csv::Result<()>) -> Result<Vec<u8>, StoreError> {
        let broken = |error: String| StoreError::Corrupt { what: "invoice", value: error };
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        fill(&mut writer).map_err(|error| broken(error.to_string()))?;
        writer.into_inner().map_err(|error| broken(error.to_string()))
    }

    fn record(&self, writer: &mut Writer<Vec<u8>>, item: &InvoiceItem) -> csv::Result<()> {
        let text = |value: &Option<String>| value.as_deref().map(|value| safe(value).into_owned()).unwrap_or_default();
        let time = |value: &Option<DateTime<Utc>>| value.map(rfc_3339).unwrap_or_default();
        for field in [
            safe(&item.id),
            safe(&item.store_id),
            item.status.as_str().into(),
            item.additional_status.as_str().into(),
            item.kind.as_str().into(),
            // Numbers stay numbers: a minus is no formula there.
            item.amount.as_str().into(),
            safe(&item.currency),
            item.raised_sats.to_string().into(),
            item.pending_sats.to_string().into(),
            item.paid_fiat.as_deref().unwrap_or_default().into(),
            item.methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(" ").into(),
            rfc_3339(item.created_at).into(),
            time(&item.expires_at).into(),
            time(&item.paid_at).into(),
            text(&item.order_id).into(),
            text(&item.item_code).into(),
            safe(&item.campaigns.join(" ")).into_owned().into(),
            if item.archived { "true" } else { "false" }.into(),
            text(&item.buyer_email).into(),
        ] {
            writer.write_field(field.as_bytes())?;
        }
        if self.in_range {
            writer.write_field(item.raised_msat_in_range.unwrap_or_default().to_string())?;
        }
        writer.write_record(None::<&[u8]>)
    }
}

impl Format for Csv {
    fn head(&mut self) -> Result<Vec<u8>, StoreError> {
        let in_range = self.in_range.then_some("raised_msat_in_range");
        self.lines(|writer| writer.write_record(COLUMNS.into_iter().chain(in_range)))
    }

    fn rows(&mut self, items: &[InvoiceItem]) -> Result<Vec<u8>, StoreError> {
        self.lines(|writer| items.iter().try_for_each(|item| self.record(writer, item)))
    }

    fn tail(&self) -> &'static [u8] {
        b""
    }
}

fn rfc_3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A text that no spreadsheet takes for a formula: those that begin like one get an apostrophe before them.
fn safe(text: &str) -> Cow<'_, str> {
    const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(STARTS) { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text_and_text_stays() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＠x"] {
            assert_eq!(safe(formula), format!("'{formula}"));
        }
        for text in ["bo@example.org", "a=b", "", "'quoted", "1-2"] {
            assert_eq!(safe(text), text);
        }
    }
}
