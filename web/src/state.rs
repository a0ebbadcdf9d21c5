//! What the whole app shares, in Leptos' context. Shell, components and pages may import it.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::{Freshness, Mode, Settings, SyncStatus};

use crate::api;
use crate::format::time;
use crate::remote::Remote;

/// Name of the program, as in the title bar.
pub const APP_NAME: &str = "BTC Crowdfund Analytics";

/// Shared state; Copy.
#[derive(Clone, Copy)]
pub struct AppState {
    /// Mode, connection and zone.
    pub settings: Remote<Settings>,
    /// The last sync as of the start of the page: the age of the data where no figures are on screen.
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
}

impl AppState {
    /// Asks for settings and sync state and lets the clock tick.
    pub fn provide() -> Self {
        let revision = RwSignal::new(0);
        let state = Self {
            settings: Remote::new(move || Some(revision.get()), |_| api::settings()),
            sync: Remote::new(move || Some(revision.get()), |_| api::sync()),
            freshness: RwSignal::new(None),
            revision,
            now: RwSignal::new(time::now()),
            announcement: RwSignal::new(String::new()),
            page_title: RwSignal::new(""),
        };
        let tick = move || state.now.set(time::now());
        if let Ok(handle) = set_interval_with_handle(tick, std::time::Duration::from_secs(30)) {
            on_cleanup(move || handle.clear());
        }
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
}

/// The shared state; [`App`](crate::app::App) provides it before anything else runs.
pub fn use_app() -> AppState {
    expect_context()
}
