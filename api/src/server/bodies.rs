//! Bodies of requests: how large, how slow, and what happens to those that nobody reads. Imported through [`super`].
//!
//! actix puts no deadline on bodies, and where a handler drops a chunked one it goes on reading it for as long as the client
//! likes, even after the answer. Here the body is kept until the answer is sent, which makes actix close the connection.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage};
use futures_util::Stream;
use tokio::time::{Sleep, sleep};

/// Largest body of a request, in bytes. Webhooks have limits of their own.
const LIMIT: u64 = 64 * 1_024;
/// A body has to be there by then, counted from its head.
const DEADLINE: Duration = Duration::from_secs(10);

/// Largest body that a path takes; `None` where its handler sees to that.
pub(super) fn limit(path: &str) -> Option<u64> {
    (!matches!(path, "/webhook" | "/webhook/" | "//webhook")).then_some(LIMIT)
}

/// Watches the body of a request that has one.
pub(super) async fn hold<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let payload = match request.take_payload() {
        Payload::None => return next.call(request).await.map(ServiceResponse::map_into_boxed_body),
        payload => Rc::new(RefCell::new(payload)),
    };
    let bounds = limit(request.path()).map(|limit| (limit, Box::pin(sleep(DEADLINE))));
    let incoming = Incoming { payload: Rc::clone(&payload), bounds };
    request.set_payload(Payload::Stream { payload: Box::pin(incoming) });
    let held = move |body: BoxBody| BoxBody::new(Held { body, _unread: Rc::clone(&payload) });
    match next.call(request).await {
        Ok(response) => Ok(response.map_into_boxed_body().map_body(|_, body| held(body))),
        Err(mut error) => {
            error.add_response_mapper(move |answer| answer.map_body(|_, body| held(body)));
            Err(error)
        }
    }
}

/// The body as the handler reads it.
struct Incoming {
    payload: Rc<RefCell<Payload>>,
    /// Bytes that may still come, and until when.
    bounds: Option<(u64, Pin<Box<Sleep>>)>,
}

impl Stream for Incoming {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut *self.payload.borrow_mut()).poll_next(context);
        let Some((left, deadline)) = &mut self.bounds else { return next };
        match next {
            Poll::Ready(Some(Ok(chunk))) => match left.checked_sub(u64::try_from(chunk.len()).unwrap_or(u64::MAX)) {
                Some(rest) => {
                    *left = rest;
                    Poll::Ready(Some(Ok(chunk)))
                }
                None => Poll::Ready(Some(Err(PayloadError::Overflow))),
            },
            Poll::Pending if deadline.as_mut().poll(context).is_ready() => {
                Poll::Ready(Some(Err(PayloadError::Io(std::io::ErrorKind::TimedOut.into()))))
            }
            other => other,
        }
    }
}

/// An answer that keeps what is unread of its request.
struct Held {
    body: BoxBody,
    _unread: Rc<RefCell<Payload>>,
}

impl MessageBody for Held {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_next(context)
    }
}
