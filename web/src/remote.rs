//! Data that live on the server: the last good answer, the failure if the newest try failed, and whether one is under
//! way. Anyone above may import it.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::ApiError;

/// After these pauses a failure that may pass is tried again by itself; then it waits for a person.
const RETRY_AFTER: [Duration; 3] = [Duration::from_secs(5), Duration::from_secs(15), Duration::from_secs(60)];

/// One answer of the server and how it stands. Copy; lives as long as the component that made it.
pub struct Remote<T: Send + Sync + 'static> {
    data: RwSignal<Option<T>>,
    failure: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    again: RwSignal<u32>,
    automatic: StoredValue<bool>,
}

impl<T: Send + Sync + 'static> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Remote<T> {}

impl<T: Send + Sync + 'static> Remote<T> {
    /// Asks whenever what `key` reads has changed; `None` means that it is not known yet what to ask.
    pub fn new<K, F>(key: impl Fn() -> Option<K> + 'static, fetch: impl Fn(K) -> F + 'static) -> Self
    where
        K: 'static,
        F: Future<Output = Result<T, ApiError>> + 'static,
    {
        let remote = Self {
            data: RwSignal::new(None),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            again: RwSignal::new(0),
            automatic: StoredValue::new(false),
        };
        let turn = StoredValue::new(0_u32);
        let failures = StoredValue::new(0_usize);
        Effect::new(move |_| {
            remote.again.track();
            let Some(key) = key() else { return };
            let mine = turn.get_value().wrapping_add(1);
            turn.set_value(mine);
            if !remote.automatic.get_value() {
                failures.set_value(0);
            }
            remote.automatic.set_value(false);
            remote.busy.set(true);
            let answer = fetch(key);
            spawn_local(async move {
                let answer = answer.await;
                // Overtaken by a newer question, or its page is gone.
                if turn.try_get_value() != Some(mine) {
                    return;
                }
                remote.busy.set(false);
                match answer {
                    Ok(data) => {
                        remote.failure.set(None);
                        remote.data.set(Some(data));
                    }
                    Err(error) => {
                        let count = failures.get_value();
                        failures.set_value(count.saturating_add(1));
                        let pause = RETRY_AFTER.get(count).filter(|_| error.passing);
                        remote.failure.set(Some(error));
                        if let Some(pause) = pause {
                            set_timeout(move || remote.retry_by_itself(turn, mine), *pause);
                        }
                    }
                }
            });
        });
        remote
    }

    fn retry_by_itself(self, turn: StoredValue<u32>, mine: u32) {
        if turn.try_get_value() == Some(mine) {
            self.automatic.set_value(true);
            self.retry();
        }
    }

    /// Asks the same again.
    pub fn retry(self) {
        self.again.update(|count| *count = count.wrapping_add(1));
    }

    /// Something of the last good answer, followed; none before the first one.
    pub fn read<R>(self, pick: impl FnOnce(&T) -> R) -> Option<R> {
        self.data.with(|data| data.as_ref().map(pick))
    }

    /// Changes the data at hand, for example to append a page.
    pub fn change(self, change: impl FnOnce(&mut T)) {
        self.data.update(|data| {
            if let Some(data) = data {
                change(data);
            }
        });
    }

    /// There is a good answer to show.
    pub fn is_loaded(self) -> bool {
        self.data.with(Option::is_some)
    }

    /// Why the newest try failed.
    pub fn failure(self) -> Option<ApiError> {
        self.failure.get()
    }

    /// An answer is awaited.
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }
}
