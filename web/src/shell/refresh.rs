//! "Refresh data": starts a sync, follows it to its end and tells in words what came of it.

use std::time::Duration;

use chrono::TimeDelta;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{Mode, Problem, RefreshResult, RunState, SyncStatus};

use crate::api::{self, ApiError, Refreshed};
use crate::components::{Icon, IconName};
use crate::format::{counted, number::whole};
use crate::state::AppState;

const POLL_EVERY: Duration = Duration::from_secs(2);
/// After so many polls without an answer in a row the page stops waiting: nothing may spin for ever.
const POLLS_WITHOUT_ANSWER: u8 = 5;
const COOL_DOWN_SECONDS: u8 = 10;
/// The regular sync is over sooner; the first one, or one after a long silence, is not.
const LONG: TimeDelta = TimeDelta::seconds(5);

/// What the strip below the header says.
#[derive(Debug, Clone, PartialEq)]
enum Outcome {
    Working(String),
    Done { text: String, problems: Vec<Problem> },
    Failed(ApiError),
}

/// The one refresh of the page; Copy, lives as long as the shell.
#[derive(Clone, Copy)]
pub struct Refresh {
    app: AppState,
    running: RwSignal<bool>,
    outcome: RwSignal<Option<Outcome>>,
    cool_down: RwSignal<u8>,
}

impl Refresh {
    /// Nothing runs yet; a long run that somebody else began is followed too.
    pub fn new(app: AppState) -> Self {
        let refresh =
            Self { app, running: RwSignal::new(false), outcome: RwSignal::new(None), cool_down: RwSignal::new(0) };
        let long = Memo::new(move |_| {
            let began = app.sync.read(|run| run.started_at.filter(|_| run.state == RunState::Running)).flatten();
            began.is_some_and(|began| app.now.get().signed_duration_since(began) > LONG)
        });
        Effect::new(move |_| {
            if long.get() && !refresh.running.get_untracked() {
                refresh.running.set(true);
                refresh
                    .follow("Invoices are being read from BTCPay Server; figures are complete when that is over.", 0);
            }
        });
        refresh
    }

    /// A run is under way.
    pub fn is_running(self) -> bool {
        self.running.get()
    }

    fn is_ready(self) -> bool {
        !self.running.get() && self.cool_down.get() == 0
    }

    fn start(self) {
        if !untrack(|| self.is_ready()) {
            return;
        }
        self.running.set(true);
        self.outcome.set(Some(Outcome::Working("Reading from BTCPay Server …".to_owned())));
        spawn_local(async move {
            match api::refresh().await {
                Ok(Refreshed::Done(result)) => self.end(told(result)),
                Ok(Refreshed::Running) => self.follow("This takes longer than usual.", 0),
                Err(error) if error.code == "refresh_running" => self.follow("A refresh is running already.", 0),
                Err(error) => self.end(Outcome::Failed(error)),
            }
        });
    }

    /// Asks every two seconds until the run is over.
    fn follow(self, why: &'static str, unanswered: u8) {
        if unanswered == 0 {
            self.outcome.update(|outcome| {
                if !matches!(outcome, Some(Outcome::Working(text)) if text.starts_with(why)) {
                    *outcome = Some(Outcome::Working(why.to_owned()));
                }
            });
        }
        let ask = async move {
            match api::sync().await {
                Ok(run) if run.state == RunState::Running => {
                    let text = format!("{why} {} so far.", counted(run.fetched, "invoice read", "invoices read"));
                    self.outcome.set(Some(Outcome::Working(text)));
                    self.follow(why, 0);
                }
                Ok(run) => self.end(ended(run)),
                Err(_) if unanswered < POLLS_WITHOUT_ANSWER => self.follow(why, unanswered.saturating_add(1)),
                Err(error) => self.end(Outcome::Failed(error)),
            }
        };
        set_timeout(move || spawn_local(ask), POLL_EVERY);
    }

    fn end(self, outcome: Outcome) {
        self.running.set(false);
        self.outcome.set(Some(outcome));
        // Also after a failure: rows read before it are there, and the connection's state has changed.
        self.app.reload();
        self.cool_down.set(COOL_DOWN_SECONDS);
        self.count_down();
    }

    fn count_down(self) {
        set_timeout(
            move || {
                self.cool_down.update(|seconds| *seconds = seconds.saturating_sub(1));
                if self.cool_down.get_untracked() > 0 {
                    self.count_down();
                }
            },
            Duration::from_secs(1),
        );
    }
}

fn told(result: RefreshResult) -> Outcome {
    if result.mode == Mode::Demo {
        let text = "Nothing to fetch: these are demo data, and no BTCPay store is connected.".to_owned();
        return Outcome::Done { text, problems: result.problems };
    }
    Outcome::Done { text: summary(result.inserted, result.updated, result.skipped), problems: result.problems }
}

fn ended(run: SyncStatus) -> Outcome {
    match run.error {
        Some(error) if run.state == RunState::Failed => {
            Outcome::Failed(ApiError { code: error.code, message: error.message, request_id: None, passing: false })
        }
        _ => Outcome::Done { text: summary(run.inserted, run.updated, run.skipped), problems: Vec::new() },
    }
}

/// `12 new, 3 changed, 1 could not be read`.
fn summary(inserted: i64, updated: i64, skipped: i64) -> String {
    let mut parts = Vec::new();
    if inserted > 0 || updated > 0 {
        parts.push(format!("{} new, {} changed", whole(inserted), whole(updated)));
    } else {
        parts.push("nothing new".to_owned());
    }
    if skipped > 0 {
        parts.push(format!("{} could not be read", whole(skipped)));
    }
    format!("Refreshed: {}.", parts.join(", "))
}

/// Stays focusable while it cannot be pressed, so that nobody loses their place.
#[component]
pub fn RefreshButton(refresh: Refresh) -> impl IntoView {
    let hint = move || match refresh.cool_down.get() {
        0 if refresh.is_running() => "Refreshing …".to_owned(),
        0 => String::new(),
        seconds => format!("Possible again in {seconds} s"),
    };
    view! {
        <span class="cool-down" aria-hidden="true">
            {move || Some(refresh.cool_down.get()).filter(|seconds| *seconds > 0).map(|seconds| format!("{seconds} s"))}
        </span>
        <button
            type="button"
            class="button refresh"
            class:refresh-running=move || refresh.is_running()
            aria-disabled=move || (!refresh.is_ready()).to_string()
            title=hint
            on:click=move |_| refresh.start()
        >
            <Icon name=IconName::Refresh />
            <span>"Refresh data"</span>
        </button>
    }
}

/// The strip that tells how the refresh stands or ended.
#[component]
pub fn RefreshOutcome(refresh: Refresh) -> impl IntoView {
    let close = move || {
        view! {
            <button
                type="button"
                class="icon-button"
                aria-label="Close this message"
                on:click=move |_| refresh.outcome.set(None)
            >
                <Icon name=IconName::Close />
            </button>
        }
    };
    view! {
        <div role="status" class="outcome">
            {move || match refresh.outcome.get() {
                None => ().into_any(),
                Some(Outcome::Working(text)) => view! { <div class="notice"><p>{text}</p></div> }.into_any(),
                Some(Outcome::Done { text, problems }) => {
                    view! { <div class="notice notice-ok"><div><p>{text}</p><Problems problems /></div> {close()}</div> }
                        .into_any()
                }
                Some(Outcome::Failed(error)) => {
                    view! {
                        <div class="notice notice-bad">
                            <Icon name=IconName::Alert />
                            <div>
                                <p><strong>"The refresh failed. "</strong> {error.message}</p>
                                {error.request_id.map(|id| view! { <p class="muted">"Request " <code>{id}</code></p> })}
                            </div>
                            {close()}
                        </div>
                    }
                    .into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Problems(problems: Vec<Problem>) -> impl IntoView {
    (!problems.is_empty()).then(|| {
        let rows = problems.into_iter().map(|problem| {
            view! { <li class="breaking"><code><bdi>{problem.invoice_id}</bdi></code> ": " <bdi>{problem.message}</bdi></li> }
        });
        view! {
            <details>
                <summary>"What could not be read"</summary>
                <ul>{rows.collect_view()}</ul>
            </details>
        }
    })
}
