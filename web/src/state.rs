//! What the whole app shares, in Leptos' context. Shell, components and pages may import it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use shared::{Freshness, Mode, RunState, Settings, SyncStatus};

use crate::api;
use crate::base::document;
use crate::format::time;
use crate::remote::{Pulse, Remote};
use crate::theme::Theme;

/// Name of the program, as in the title bar.
pub const APP_NAME: &str = "BTC Crowdfund Analytics";

/// A payment is on screen this long after it came in, at most.
const BEAT: Duration = Duration::from_secs(10);
/// Ages, settings and the state of sync are re-read this often.
const TICK: Duration = Duration::from_secs(30);

/// Shared state; Copy.
#[derive(Clone, Copy)]
pub struct AppState {
    /// Mode, connection and zone.
    pub settings: Remote<Settings>,
    /// The running or last sync.
    pub sync: Remote<SyncStatus>,
    /// Age of the data as the newest figures tell it.
    pub freshness: RwSignal<Option<Freshness>>,
    /// Goes up whenever the server has new data; every page's question reads it.
    pub revision: RwSignal<u32>,
    /// The present, to half a minute, so that ages are re-read.
    pub now: RwSignal<DateTime<Utc>>,
    /// What the one polite live region says.
    pub announcement: RwSignal<String>,
    /// Heading of the page, without the program's name.
    pub page_title: RwSignal<&'static str>,
    /// What the page is about, if it is about one thing; the shell forgets it with the page.
    pub page_subject: RwSignal<Option<String>>,
    /// Light, dark or the system's.
    pub theme: RwSignal<Theme>,
}

/// Age of what BTCPay told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    /// End of the last sync that went through.
    pub at: DateTime<Utc>,
    /// Too old, or the last try failed.
    pub stale: bool,
}

impl AppState {
    /// Asks for settings and sync state and lets the clock tick.
    pub fn provide() -> Self {
        let revision = RwSignal::new(0);
        let now = RwSignal::new(time::now());
        let state = Self {
            settings: Remote::new(move || Some(revision.get()), |_| api::settings()),
            sync: Remote::new(move || Some(revision.get()), |_| api::sync()),
            freshness: RwSignal::new(None),
            revision,
            now,
            announcement: RwSignal::new(String::new()),
            page_title: RwSignal::new(""),
            page_subject: RwSignal::new(None),
            theme: RwSignal::new(Theme::stored()),
        };
        state.settings.follow(move || now.track());
        state.sync.follow(move || now.track());
        let tick = move || now.set(time::now());
        every(TICK, tick);
        // Only what is made from here on follows it.
        let pulse = RwSignal::new(0_u32);
        provide_context(Pulse(pulse));
        let beat = move || pulse.update(|count| *count = count.wrapping_add(1));
        every(BEAT, beat);
        // Back from another tab: at once what a hidden page has missed.
        let back = window_event_listener_untyped("visibilitychange", move |_| {
            if is_seen() {
                tick();
                beat();
            }
        });
        on_cleanup(move || back.remove());
        provide_context(state);
        state
    }

    /// Zone in which the server's days begin; UTC until it is known.
    pub fn zone(self) -> String {
        self.settings.read(|settings| settings.display_timezone.clone()).unwrap_or_else(|| "UTC".to_owned())
    }

    /// Nothing on screen is real.
    pub fn is_demo(self) -> bool {
        self.settings.read(|settings| settings.mode == Mode::Demo).unwrap_or(false)
    }

    /// The server has new data: everything on screen asks again and keeps what it shows until the answer is there.
    pub fn reload(self) {
        self.revision.update(|revision| *revision = revision.wrapping_add(1));
    }

    /// For this page and, where it may remember, this browser.
    pub fn choose_theme(self, theme: Theme) {
        theme.apply();
        self.theme.set(theme);
    }

    /// How old BTCPay's data are, by the newest figures or the last run; none before the first.
    pub fn data_age(self) -> Option<Age> {
        let by_figures =
            self.freshness.get().and_then(|freshness| Some(Age { at: freshness.synced_at?, stale: freshness.stale }));
        let limit = self.settings.read(|settings| settings.sync_interval_seconds.saturating_mul(3)).unwrap_or(0);
        let now = self.now.get();
        let run = self.sync.read(|run| run.finished_at.filter(|_| run.state == RunState::Idle)).flatten();
        newest(by_figures, run.map(|at| Age { at, stale: limit > 0 && older_than(at, now, limit) }))
    }
}

/// A run that ended after the figures were read makes them fresh: they are being asked for again.
fn newest(by_figures: Option<Age>, by_run: Option<Age>) -> Option<Age> {
    match (by_figures, by_run) {
        (Some(figures), Some(run)) if run.at > figures.at => Some(run),
        (Some(figures), _) => Some(figures),
        (None, run) => run,
    }
}

fn older_than(then: DateTime<Utc>, now: DateTime<Utc>, seconds: u64) -> bool {
    let limit = i64::try_from(seconds).ok().and_then(TimeDelta::try_seconds).unwrap_or(TimeDelta::MAX);
    now.signed_duration_since(then) > limit
}

/// Somebody may be looking: hidden tabs ask the server nothing.
fn is_seen() -> bool {
    document().is_some_and(|document| !document.hidden())
}

fn every(pause: Duration, run: impl Fn() + 'static) {
    let run_if_seen = move || {
        if is_seen() {
            run();
        }
    };
    if let Ok(handle) = set_interval_with_handle(run_if_seen, pause) {
        on_cleanup(move || handle.clear());
    }
}

/// The shared state; [`App`](crate::app::App) provides it before anything else runs.
pub fn use_app() -> AppState {
    expect_context()
}
