//! A BTCPay Server that is not one: it speaks the invoice part of the Greenfield API in four versions, and misbehaves on
//! request.
//!
//! It knows `skip`, `take`, `startDate`, `endDate`, `status`, `includeArchived` and `includePaymentMethods` of the list,
//! one invoice, its payment methods, `server/info` and `health`. `orderId` and `textSearch` are ignored.
#![allow(dead_code, reason = "an interface for tests: not every test binary state uses all of it")]

mod decimal;
mod faults;
pub mod http;
mod invoice;
mod methods;
mod render;
mod routes;
mod server;
#[cfg(test)]
mod tests;
mod version;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpListener;

pub use faults::Fault;
pub use http::Request;
pub use invoice::{Invoice, Payment};
pub use version::Version;

use faults::Planned;
use server::Door;

/// The one store.
pub const STORE_ID: &str = "gKPmi6b4U5BRgZp13UnjuxJViePiPCtHKGad9paPo6oM";
/// The one key.
pub const API_KEY: &str = "5c2c832df10ff5e2335bb50d85c06e4a9d167c2d";

type OnList = Box<dyn FnMut(usize) + Send>;

/// What the fake knows and has been told to do.
struct State {
    version: Version,
    key_revoked: bool,
    invoices: BTreeMap<String, Invoice>,
    requests: Vec<Request>,
    faults: Vec<Planned>,
    /// Under a lock of its own, so that the callback may use everything else.
    on_list: Option<Arc<Mutex<OnList>>>,
    lists_so_far: usize,
}

struct Shared {
    sub_path: String,
    address: SocketAddr,
    state: Mutex<State>,
    door: Mutex<Option<Door>>,
    payment_calls: AtomicUsize,
    peak_payment_calls: AtomicUsize,
}

/// Also after a panic in a callback: the test that panicked has failed already, and dropping must not panic again.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running fake. Dropping the one `start` returned stops it; clones only reach it, so that a callback inside it can
/// hold one without keeping it alive.
pub struct FakeBtcpay {
    shared: Arc<Shared>,
    owner: bool,
}

impl Clone for FakeBtcpay {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), owner: false }
    }
}

impl Drop for FakeBtcpay {
    fn drop(&mut self) {
        if self.owner {
            if let Some(door) = lock(&self.shared.door).as_mut() {
                door.close();
            }
            let callback = lock(&self.shared.state).on_list.take();
            // Outside the lock: what the callback captured is dropped here.
            drop(callback);
        }
    }
}

impl FakeBtcpay {
    /// On a free port of this machine.
    pub async fn start(version: Version) -> Self {
        Self::start_at(version, "").await
    }

    /// The same below a path, as with BTCPay's `rootpath`; everything outside is a 404.
    pub async fn start_at(version: Version, sub_path: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let state = State {
            version,
            key_revoked: false,
            invoices: BTreeMap::new(),
            requests: Vec::new(),
            faults: Vec::new(),
            on_list: None,
            lists_so_far: 0,
        };
        let shared = Arc::new(Shared {
            sub_path: sub_path.trim_end_matches('/').to_owned(),
            address: listener.local_addr().expect("an address"),
            state: Mutex::new(state),
            door: Mutex::new(None),
            payment_calls: AtomicUsize::new(0),
            peak_payment_calls: AtomicUsize::new(0),
        });
        *lock(&shared.door) = Some(Door::open(listener, Arc::clone(&shared)));
        Self { shared, owner: true }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.shared.state)
    }

    /// The base address, with the sub-path and without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.shared.address, self.shared.sub_path)
    }

    /// From now on this version, over the same invoices.
    pub fn set_version(&self, version: Version) {
        self.state().version = version;
    }

    /// The key is refused from now on.
    pub fn revoke_key(&self) {
        self.state().key_revoked = true;
    }

    /// Adds or replaces an invoice.
    pub fn put(&self, invoice: Invoice) {
        self.state().invoices.insert(invoice.id.clone(), invoice);
    }

    /// Adds or replaces invoices.
    pub fn put_all(&self, invoices: Vec<Invoice>) {
        self.state().invoices.extend(invoices.into_iter().map(|invoice| (invoice.id.clone(), invoice)));
    }

    /// Deletes an invoice, as the clean-up job of 2.3 does.
    pub fn remove(&self, id: &str) {
        self.state().invoices.remove(id);
    }

    /// Changes an invoice in place. The state is locked meanwhile.
    pub fn update(&self, id: &str, change: impl FnOnce(&mut Invoice)) {
        change(self.state().invoices.get_mut(id).expect("an invoice of this id"));
    }

    /// Every request so far, those that met a fault too.
    pub fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    /// Forgets the requests so far, and the peak of payment-methods requests.
    pub fn clear_requests(&self) {
        self.state().requests.clear();
        self.shared.peak_payment_calls.store(0, Ordering::SeqCst);
    }

    /// The most payment-methods requests that were under way at once.
    pub fn peak_payment_calls(&self) -> usize {
        self.shared.peak_payment_calls.load(Ordering::SeqCst)
    }

    /// Plans a fault for requests whose path (without query) contains this, so many times or, with None, always.
    /// Of several that fit, the first one planned strikes until it is used up.
    pub fn fault(&self, path_contains: &str, times: Option<usize>, fault: Fault) {
        self.state().faults.push(Planned { path_contains: path_contains.to_owned(), left: times, fault });
    }

    /// No faults from the next request on.
    pub fn clear_faults(&self) {
        self.state().faults.clear();
    }

    /// Called before each list answer is computed (and its fault chosen) with the number of list requests since this
    /// was set, that one included.
    pub fn on_list(&self, callback: OnList) {
        let mut state = self.state();
        state.lists_so_far = 0;
        let before = state.on_list.replace(Arc::new(Mutex::new(callback)));
        drop(state);
        // Outside the lock: what the callback captured is dropped here.
        drop(before);
    }

    /// Connections are refused from now on, and those under way are cut. The port stays ours.
    pub fn stop(&self) {
        if let Some(door) = lock(&self.shared.door).as_mut() {
            door.close();
            *door = Door::Closed(server::bound(self.shared.address).ok());
        }
    }

    /// Listens again on the same port.
    pub async fn restart(&self) {
        self.stop();
        // A thread of a many-threaded runtime may still be inside `accept` for an instant.
        for _ in 0..200 {
            // A guard in the condition would be held through the body, where the lock is taken again.
            let held = match lock(&self.shared.door).as_mut() {
                Some(Door::Closed(held)) => held.take(),
                _ => None,
            };
            let socket = held.or_else(|| server::bound(self.shared.address).ok());
            if let Some(Ok(listener)) = socket.map(|socket| socket.listen(1024)) {
                *lock(&self.shared.door) = Some(Door::open(listener, Arc::clone(&self.shared)));
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the port {} is taken", self.shared.address);
    }
}
