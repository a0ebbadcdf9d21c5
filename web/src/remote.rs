//! Data that live on the server: the last good answer, the failure if the newest try failed, and whether one is under
//! way. Anyone above may import it.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::ApiError;

/// After these pauses a failure that may pass is tried again by itself; then it waits for a person.
const RETRY_AFTER: [Duration; 3] = [Duration::from_secs(5), Duration::from_secs(15), Duration::from_secs(60)];

/// In the context: each beat re-reads what is on screen, without a word, so that a payment appears while one looks.
#[derive(Clone, Copy)]
pub struct Pulse(pub RwSignal<u32>);

/// One answer of the server and how it stands. Copy; lives as long as the component that made it.
pub struct Remote<T: Send + Sync + 'static> {
    data: RwSignal<Option<T>>,
    failure: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    pause: RwSignal<Option<Duration>>,
    again: RwSignal<u32>,
    /// Who wanted the next question.
    asker: StoredValue<Asker>,
    /// An answer is awaited, also one that nobody is told of.
    pending: StoredValue<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    /// The page or its reader.
    Person,
    /// A pause after a failure is over.
    Timer,
    /// [`Pulse`].
    Pulse,
}

impl<T: Send + Sync + 'static> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Remote<T> {}

impl<T: PartialEq + Send + Sync + 'static> Remote<T> {
    /// Asks whenever what `key` reads has changed, and with the [`Pulse`] where there is one; `None` means that it is
    /// not known yet what to ask.
    pub fn new<K, F>(key: impl Fn() -> Option<K> + 'static, fetch: impl Fn(K) -> F + 'static) -> Self
    where
        K: 'static,
        F: Future<Output = Result<T, ApiError>> + 'static,
    {
        let remote = Self {
            data: RwSignal::new(None),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            pause: RwSignal::new(None),
            again: RwSignal::new(0),
            asker: StoredValue::new(Asker::Person),
            pending: StoredValue::new(false),
        };
        let turn = StoredValue::new(0_u32);
        let failures = StoredValue::new(0_usize);
        Effect::new(move |_| {
            remote.again.track();
            let Some(key) = key() else { return };
            let mine = turn.get_value().wrapping_add(1);
            turn.set_value(mine);
            let asker = remote.asker.get_value();
            remote.asker.set_value(Asker::Person);
            if asker != Asker::Timer {
                failures.set_value(0);
            }
            remote.pending.set_value(true);
            remote.busy.set(asker != Asker::Pulse);
            let answer = fetch(key);
            spawn_local(async move {
                let answer = answer.await;
                // Overtaken by a newer question, or its page is gone.
                if turn.try_get_value() != Some(mine) {
                    return;
                }
                remote.pending.set_value(false);
                remote.busy.set(false);
                remote.pause.set(None);
                match answer {
                    Ok(data) => remote.accept(data),
                    Err(error) => {
                        let count = failures.get_value();
                        failures.set_value(count.saturating_add(1));
                        let pause = RETRY_AFTER.get(count).filter(|_| error.passing);
                        remote.pause.set(pause.copied());
                        remote.failure.set(Some(error));
                        if let Some(pause) = pause {
                            set_timeout(move || remote.retry_by_itself(turn, mine), *pause);
                        }
                    }
                }
            });
        });
        if let Some(Pulse(beat)) = use_context() {
            remote.follow(move || beat.track());
        }
        remote
    }

    /// The same answer as before changes nothing on screen.
    fn accept(self, data: T) {
        if self.failure.with_untracked(Option::is_some) {
            self.failure.set(None);
        }
        if self.data.with_untracked(|old| old.as_ref() != Some(&data)) {
            self.data.set(Some(data));
        }
    }
}

impl<T: Send + Sync + 'static> Remote<T> {
    /// Asks again, quietly, whenever what `beat` reads changes; but not after a failure, which has its own pauses, nor
    /// while an answer is awaited.
    pub fn follow(self, beat: impl Fn() + 'static) {
        Effect::new(move |before: Option<()>| {
            beat();
            let idle = !self.pending.get_value() && self.failure.with_untracked(Option::is_none);
            if before.is_some() && idle && self.data.with_untracked(Option::is_some) {
                self.ask(Asker::Pulse);
            }
        });
    }

    fn retry_by_itself(self, turn: StoredValue<u32>, mine: u32) {
        if turn.try_get_value() == Some(mine) {
            self.ask(Asker::Timer);
        }
    }

    /// Asks the same again.
    pub fn retry(self) {
        self.ask(Asker::Person);
    }

    fn ask(self, asker: Asker) {
        self.asker.set_value(asker);
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

    /// The pause before it is tried again by itself; none where it waits for a person.
    pub fn pause(self) -> Option<Duration> {
        self.pause.get()
    }

    /// An answer is awaited that the reader knows of.
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }
}
