//! Deliveries as the API shows them. Imported through [`super`].

use shared::{LogDetail, LogEvent, LogItem};

use crate::domain::time::instant_ms;
use crate::store::StoreError;
use crate::store::deliveries::{DeliveryRow, LogRow, StepRow};

/// A row of the list.
pub(super) fn item(row: LogRow) -> Result<LogItem, StoreError> {
    Ok(LogItem {
        outcome: row.outcome()?,
        id: row.id,
        received_at: instant_ms(row.received_ms),
        event_type: row.event_type,
        invoice_id: row.invoice_id,
        delivery_id: row.delivery_id,
        original_delivery_id: row.original_delivery_id,
        verified: row.verified,
        signature_preview: row.signature_preview,
    })
}

/// One delivery with its history.
pub(super) fn detail(row: DeliveryRow, steps: Vec<StepRow>, related: Vec<LogRow>) -> Result<LogDetail, StoreError> {
    let arrival = row.note.unwrap_or_else(|| "Received; the signature is good, and it is on disk.".to_owned());
    let mut history = vec![LogEvent { at: instant_ms(row.received_ms), message: arrival }];
    history.extend(steps.into_iter().map(event));
    let log = LogRow {
        id: row.id,
        received_ms: row.received_ms,
        event_type: row.event_type,
        invoice_id: row.invoice_id,
        delivery_id: row.delivery_id,
        original_delivery_id: row.original_delivery_id,
        verified: row.verified,
        outcome: row.outcome,
        signature_preview: row.signature_preview,
    };
    Ok(LogDetail {
        log: item(log)?,
        store_id: row.store_id,
        payload: row.payload,
        next_attempt_at: row.next_ms.map(instant_ms),
        history,
        related: related.into_iter().map(item).collect::<Result<_, _>>()?,
    })
}

fn event(step: StepRow) -> LogEvent {
    let message = if step.times > 1 {
        let last = instant_ms(step.last_ms).format("%Y-%m-%d %H:%M:%S UTC");
        format!("{} ({} times, the last at {last})", step.message, step.times)
    } else {
        step.message
    };
    LogEvent { at: instant_ms(step.first_ms), message }
}
