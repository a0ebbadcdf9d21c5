//! Reading a body within limits of size, time and memory. What is left unread is `server`'s business. Imported through
//! [`super`].

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Payload;
use futures_util::StreamExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::error::ApiError;

/// Largest body taken, and more than BTCPay ever needs.
const LIMIT: usize = 1_048_576;
/// Bodies up to this need no share of the memory for large ones.
const SMALL: usize = 65_536;
/// Large bodies held at a time, of the largest size.
const LARGE: usize = 4;

/// A body that came in, with its share of the memory.
pub(super) struct Body {
    pub bytes: Vec<u8>,
    pub _share: Option<OwnedSemaphorePermit>,
}

/// Lets bodies in.
pub struct Gate {
    time_limit: Duration,
    /// One permit for each [`SMALL`] of a large body.
    memory: Arc<Semaphore>,
}

impl Gate {
    /// With the time in which a body must have come.
    #[must_use]
    pub fn new(time_limit: Duration) -> Self {
        Self { time_limit, memory: Arc::new(Semaphore::new(LARGE * LIMIT / SMALL)) }
    }

    /// Reads a body that has the declared length, if one was declared.
    pub(super) async fn read(&self, payload: &mut Payload, declared: Option<usize>) -> Result<Body, ApiError> {
        let deadline = Instant::now() + self.time_limit;
        if declared.is_some_and(|length| length > LIMIT) {
            return Err(ApiError::TooLarge);
        }
        let mut body = Body { bytes: Vec::new(), _share: None };
        loop {
            let chunk = match timeout_at(deadline, payload.next()).await.map_err(|_| ApiError::TooSlow)? {
                None => return Ok(body),
                Some(Err(_)) => return Err(ApiError::Broken),
                Some(Ok(chunk)) => chunk,
            };
            let length = body.bytes.len().saturating_add(chunk.len());
            if length > LIMIT {
                return Err(ApiError::TooLarge);
            }
            if length > SMALL && body._share.is_none() {
                let size = declared.unwrap_or(LIMIT).max(length);
                body._share = Some(self.share(size, deadline).await?);
                body.bytes.reserve_exact(size.saturating_sub(body.bytes.len()));
            }
            body.bytes.extend_from_slice(&chunk);
        }
    }

    /// The whole share at once: bodies that wait for a second part while they hold a first could wait for each other.
    async fn share(&self, size: usize, deadline: Instant) -> Result<OwnedSemaphorePermit, ApiError> {
        let permits = u32::try_from(size.div_ceil(SMALL)).map_err(|_| ApiError::TooLarge)?;
        let waiting = Arc::clone(&self.memory).acquire_many_owned(permits);
        timeout_at(deadline, waiting).await.map_err(|_| ApiError::Crowded)?.map_err(|_| ApiError::Crowded)
    }
}
