//! The one wrapper for data that come from the server: skeleton, failure with retry, and the last good answer that
//! stays while a newer one is fetched.

use leptos::prelude::*;

use super::{Icon, IconName};
use crate::api::ApiError;
use crate::remote::Remote;

/// Shows `children` once there is an answer. `what` begins the failure's sentence: "The figures".
#[component]
pub fn Loading<T: Send + Sync + 'static>(
    remote: Remote<T>,
    what: &'static str,
    #[prop(into)] skeleton: ViewFn,
    children: ChildrenFn,
) -> impl IntoView {
    // Memos, so that a new answer or failure changes what is on screen in place instead of building it anew.
    let loaded = Memo::new(move |_| remote.is_loaded());
    let failed = Memo::new(move |_| remote.failure().is_some());
    // Nothing to show and nothing failed; constant once there is an answer, so that failures leave the children alone.
    let waiting = Memo::new(move |_| !loaded.get() && !failed.get());
    let failure = move || {
        let (error, busy) = (Signal::derive(move || remote.failure()), Signal::derive(move || remote.is_busy()));
        view! { <Failure what error busy on_retry=move || remote.retry() kept=loaded /> }.into_any()
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
            class:loading-again=move || remote.is_busy() && loaded.get()
            class:loading-old=move || failed.get()
        >
            {move || failed.get().then(failure)}
            {move || waiting.get().then(bones.clone())}
            {move || loaded.get().then(|| view! { <div class="loading-data">{children()}</div> }.into_any())}
        </div>
    }
}

/// What went wrong, what to do, and the request's name for the log.
#[component]
pub fn Failure(
    what: &'static str,
    /// The newest one; the button stays, and with it the reader's place, when it changes.
    error: Signal<Option<ApiError>>,
    /// A new try is under way.
    busy: Signal<bool>,
    on_retry: impl Fn() + 'static,
    /// Older data stay on screen.
    #[prop(into)]
    kept: Signal<bool>,
) -> impl IntoView {
    let message = move || error.get().map(|error| error.message);
    let request = move || error.get().and_then(|error| error.request_id);
    view! {
        <div class="notice notice-bad" role="alert">
            <Icon name=IconName::Alert />
            <div>
                <p>
                    <strong>{what} " could not be loaded. "</strong>
                    {message}
                </p>
                {move || kept.get().then(|| view! { <p class="muted">"What stands below is the last answer that came through."</p> })}
                {move || request().map(|id| view! { <p class="muted">"Request " <code>{id}</code></p> })}
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
            </div>
        </div>
    }
}
