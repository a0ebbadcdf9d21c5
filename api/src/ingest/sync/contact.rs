//! Whether BTCPay answers. Imported through [`super`].

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::sources::SourceError;
use crate::sources::btcpay::Btcpay;

/// For how long the latest contact is believed.
const FRESH: Duration = Duration::from_secs(15);
/// How long a person who looks at the settings waits for BTCPay.
const PROBE_LIMIT: Duration = Duration::from_secs(8);

/// The latest contact.
#[derive(Default)]
pub(super) struct Contact(Mutex<Option<(Instant, Result<(), SourceError>)>>);

impl Contact {
    /// Remembers how it went.
    pub(super) fn note(&self, result: Result<(), SourceError>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), result));
    }

    /// What is known, or asks.
    pub(super) async fn check(&self, btcpay: &Btcpay) -> Result<(), SourceError> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, result)) = known.filter(|(at, _)| at.elapsed() < FRESH) {
            return result;
        }
        let result =
            tokio::time::timeout(PROBE_LIMIT, btcpay.probe()).await.unwrap_or(Err(SourceError::TimedOut(PROBE_LIMIT)));
        self.note(result.clone());
        result
    }
}
