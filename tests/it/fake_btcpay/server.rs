//! The listener and its connections: one request each, then the connection is closed.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::task::Poll;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use super::faults::{self, Fault};
use super::http::{self, Request};
use super::routes::{self, Route};
use super::{Shared, lock};

/// How long a payment-methods request takes, so that several at a time meet.
const PAYMENT_CALL_TAKES: Duration = Duration::from_millis(20);

/// An open or closed door.
pub enum Door {
    /// The task holds the listener weakly, so that dropping this closes the port at once, not when the task next runs.
    Open(Arc<TcpListener>, AbortHandle),
    /// Bound but not listening: connections are refused, and nobody else gets the port.
    Closed(Option<TcpSocket>),
}

impl Door {
    /// Starts to accept.
    pub fn open(listener: TcpListener, shared: Arc<Shared>) -> Self {
        let listener = Arc::new(listener);
        let task = tokio::spawn(accept(Arc::downgrade(&listener), shared));
        Self::Open(listener, task.abort_handle())
    }

    /// Stops to accept and cuts all connections.
    pub fn close(&mut self) {
        if let Self::Open(_, task) = std::mem::replace(self, Self::Closed(None)) {
            task.abort();
        }
    }
}

/// A socket that holds this port without listening on it.
pub fn bound(address: SocketAddr) -> std::io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // Connections that have just been closed linger on the port.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

async fn accept(listener: Weak<TcpListener>, shared: Arc<Shared>) {
    // Connections die with this task.
    let mut connections = JoinSet::new();
    loop {
        let next = poll_fn(|context| match listener.upgrade() {
            Some(listener) => listener.poll_accept(context).map(Some),
            None => Poll::Ready(None),
        });
        tokio::select! {
            accepted = next => match accepted {
                Some(Ok((stream, _))) => drop(connections.spawn(serve(stream, Arc::clone(&shared)))),
                Some(Err(_)) => tokio::task::yield_now().await,
                None => return,
            },
            Some(_) = connections.join_next() => (),
        }
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let Some(request) = http::read(&mut stream).await else { return };
    lock(&shared.state).requests.push(request.clone());
    let route = Route::of(&request, &shared.sub_path);
    let mut _in_flight = None;
    if matches!(route, Some(Route::PaymentMethods(..))) {
        _in_flight = Some(InFlight::enter(&shared));
        tokio::time::sleep(PAYMENT_CALL_TAKES).await;
    }
    if matches!(route, Some(Route::List(_))) {
        call_back(&shared);
    }
    let (fault, real) = {
        let mut state = lock(&shared.state);
        let fault = faults::take(&mut state.faults, &request.path);
        let same_page = matches!(fault, Some(Fault::SamePage));
        let real = routes::answer(&state, &request, &shared.sub_path, same_page);
        (fault, real)
    };
    match fault {
        // What the server knows after the delay, not before.
        Some(Fault::Delay(time)) => {
            tokio::time::sleep(time).await;
            answer_now(&mut stream, &shared, &request).await;
        }
        Some(fault) => fault.play(&mut stream, real).await,
        None => real.send(&mut stream, usize::MAX).await,
    }
}

async fn answer_now(stream: &mut TcpStream, shared: &Shared, request: &Request) {
    let real = routes::answer(&lock(&shared.state), request, &shared.sub_path, false);
    real.send(stream, usize::MAX).await;
}

/// Tells the test about this list request. The state is not locked meanwhile: the test wants to change it.
fn call_back(shared: &Shared) {
    let (count, callback) = {
        let mut state = lock(&shared.state);
        state.lists_so_far += 1;
        (state.lists_so_far, state.on_list.clone())
    };
    if let Some(callback) = callback {
        lock(&callback)(count);
    }
}

/// One payment-methods request under way, also when it is cut off.
struct InFlight<'a>(&'a Shared);

impl<'a> InFlight<'a> {
    fn enter(shared: &'a Shared) -> Self {
        let now = shared.payment_calls.fetch_add(1, Ordering::SeqCst) + 1;
        shared.peak_payment_calls.fetch_max(now, Ordering::SeqCst);
        Self(shared)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.payment_calls.fetch_sub(1, Ordering::SeqCst);
    }
}
