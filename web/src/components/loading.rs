//! The one wrapper for data that come from the server: skeleton, failure with retry, the last good answer that stays
//! while a newer one is fetched, and its age where it is too old.

use std::time::Duration;

use leptos::prelude::*;

use super::{Icon, IconName, StaleChip};
use crate::api::ApiError;
use crate::remote::Remote;

/// Quick answers show no skeleton at all.
const SKELETON_AFTER: Duration = Duration::from_millis(150);
/// Once it is there it stays this long: a flash is worse than a wait.
const SKELETON_FOR: Duration = Duration::from_millis(300);

/// Shows `children` once there is an answer. `what` begins the failure's sentence: "The figures".
#[component]
pub fn Loading<T: Send + Sync + 'static>(
    remote: Remote<T>,
    what: &'static str,
    /// As high as the children, so that nothing jumps.
    #[prop(into)]
    skeleton: ViewFn,
    /// They come from BTCPay: when that is long ago, the widget says so.
    #[prop(default = false)]
    ages: bool,
    children: ChildrenFn,
) -> impl IntoView {
    // Memos, so that a new answer or failure changes what is on screen in place instead of building it anew.
    let loaded = Memo::new(move |_| remote.is_loaded());
    let failed = Memo::new(move |_| remote.failure().is_some());
    // Nothing to show and nothing failed; constant once there is an answer, so that failures leave the children alone.
    let waiting = Memo::new(move |_| !loaded.get() && !failed.get());
    let held = hold(waiting);
    let bones_on = Memo::new(move |_| waiting.get() || (held.get() && !failed.get()));
    let data_on = Memo::new(move |_| loaded.get() && !bones_on.get());
    let failure = move || {
        view! {
            <Failure
                what
                error=Signal::derive(move || remote.failure())
                busy=Signal::derive(move || remote.is_busy())
                pause=Signal::derive(move || remote.pause())
                on_retry=move || remote.retry()
                kept=loaded
            />
        }
        .into_any()
    };
    let bones = move || {
        view! {
            <div class="skeleton">
                <span class="visually-hidden">"Loading …"</span>
                {skeleton.run()}
            </div>
        }
        .into_any()
    };
    view! {
        <div
            class="loading"
            aria-busy=move || remote.is_busy().to_string()
            class:loading-again=move || remote.is_busy() && data_on.get()
            class:loading-old=move || failed.get()
        >
            {move || failed.get().then(failure)}
            {move || bones_on.get().then(bones.clone())}
            {(ages).then(|| view! { <StaleChip /> })}
            {move || data_on.get().then(|| view! { <div class="loading-data">{children()}</div> }.into_any())}
        </div>
    }
}

/// True from the moment at which the skeleton is seen until it has been seen long enough.
fn hold(waiting: Memo<bool>) -> RwSignal<bool> {
    let held = RwSignal::new(false);
    Effect::new(move |_| {
        if waiting.get() {
            let show = move || {
                if waiting.try_get_untracked() == Some(true) {
                    held.set(true);
                    set_timeout(
                        move || {
                            held.try_set(false);
                        },
                        SKELETON_FOR,
                    );
                }
            };
            set_timeout(show, SKELETON_AFTER);
        }
    });
    held
}

/// What went wrong, what to do, and the request's name for the log.
#[component]
pub fn Failure(
    what: &'static str,
    /// The newest one; the button stays, and with it the reader's place, when it changes.
    error: Signal<Option<ApiError>>,
    /// A new try is under way.
    busy: Signal<bool>,
    /// Until it is tried again without anybody's doing.
    #[prop(optional)]
    pause: Option<Signal<Option<Duration>>>,
    on_retry: impl Fn() + Copy + Send + Sync + 'static,
    /// Older data stay on screen.
    #[prop(into)]
    kept: Signal<bool>,
) -> impl IntoView {
    let message = move || error.get().map(|error| error.message);
    let request = move || error.get().and_then(|error| error.request_id);
    // What is not there will not be there the next time.
    let hopeless = Memo::new(move |_| error.get().is_some_and(|error| error.is_not_found()));
    let by_itself = move || {
        let pause = pause.and_then(|pause| pause.get())?;
        let words = format!("The page tries again by itself after {} seconds.", pause.as_secs());
        Some(view! { <p class="muted">{words}</p> })
    };
    view! {
        <div class="notice notice-bad">
            <Icon name=IconName::Alert />
            <div>
                <p role="alert">
                    <strong>{what} " could not be loaded. "</strong>
                    {message}
                </p>
                {move || kept.get().then(|| view! { <p class="muted">"What stands below is the last answer that came through."</p> })}
                {by_itself}
                {move || request().map(|id| view! { <p class="muted">"Request " <code class="whole">{id}</code></p> })}
                {move || (!hopeless.get()).then(|| {
                    view! {
                        <button
                            type="button"
                            class="button"
                            aria-disabled=move || busy.get().to_string()
                            on:click=move |_| {
                                if !busy.get_untracked() {
                                    on_retry();
                                }
                            }
                        >
                            {move || if busy.get() { "Trying again …" } else { "Retry" }}
                        </button>
                    }
                })}
            </div>
        </div>
    }
}
