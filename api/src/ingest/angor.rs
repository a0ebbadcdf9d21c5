//! Angor's projects: which of them are shown, how old they are, and keeping them up to date. Imported by `startup` and
//! `routes`.
//!
//! There are three tiers that never mix: projects read by the last refresh, those kept from before, and, where none were ever
//! read, those of the demo.

mod refresh;
mod runs;
mod setup;

use std::sync::Arc;
use std::time::Duration;

use shared::{
    AngorEndpoint, AngorSettings, EndpointState, Freshness, Mode, ProjectFreshness, ProjectFreshnessState,
    ProjectSource,
};

use super::{Ingest, ProjectUpdate, now_ms};
use crate::domain::Project;
use crate::domain::time::instant;
use crate::sources::angor::demo;
use crate::store::projects::{self, ProjectFilter};
use crate::store::{Store, StoreError, meta};
use crate::supervise::{Stop, Supervisor};

pub use refresh::Outcome;
pub use runs::Running;
use runs::Runs;
pub use setup::AngorSetup;
use setup::Source;

/// How often the demo is moved on with the calendar.
const DEMO_INTERVAL: Duration = Duration::from_secs(3_600);
/// Public relays and explorers are not asked more often than this by ourselves.
const PUBLIC_INTERVAL: Duration = Duration::from_secs(600);
/// Data older than this many intervals are stale.
const STALE_AFTER_INTERVALS: u32 = 3;
/// With background refreshes off, data older than this are stale.
const STALE_WITHOUT_INTERVAL: Duration = Duration::from_secs(900);

const OFF: &str = "Angor is not read; the projects shown are made up. Set ANGOR_ENABLE=true to read it.";

/// Angor. Cheap to clone.
#[derive(Clone)]
pub struct Angor {
    inner: Arc<Inner>,
}

struct Inner {
    ingest: Ingest,
    store: Store,
    setup: AngorSetup,
    /// `None` where Angor is switched off.
    source: Option<Source>,
    runs: Runs,
    supervisor: Supervisor,
}

/// The tier that is shown.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Demo or live.
    pub mode: Mode,
    /// Which projects that are.
    pub filter: ProjectFilter,
}

impl Angor {
    /// Prepares it; nothing is read yet.
    ///
    /// # Errors
    /// A sentence when TLS or the proxy cannot be set up.
    pub fn new(ingest: Ingest, store: Store, setup: AngorSetup, supervisor: Supervisor) -> Result<Self, String> {
        let source = if setup.enabled { Some(Source::new(&setup)?) } else { None };
        Ok(Self { inner: Arc::new(Inner { ingest, store, setup, source, runs: Runs::default(), supervisor }) })
    }

    /// Writes the demo's projects as of today. On the same day a second time changes nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn load_demo(&self) -> Result<(), StoreError> {
        let projects = match demo::load(now_ms()) {
            Ok(projects) => projects,
            // A test keeps this from happening; without the demo everything else still works.
            Err(error) => {
                tracing::error!("The demo projects cannot be read: {error}");
                return Ok(());
            }
        };
        let ids = projects.iter().map(|(project, _)| project.id.clone()).collect();
        for (project, investments) in projects {
            let update = ProjectUpdate { project, investments, evidence: String::new() };
            self.inner.ingest.submit_project(update).await?;
        }
        self.inner.ingest.retain_projects(ProjectSource::Demo, ids).await
    }

    /// Keeps everything up to date, until the stop: the demo, and at every interval Angor.
    pub async fn run_in_background(self, stop: Stop) {
        let mut demo = tokio::time::interval(DEMO_INTERVAL);
        demo.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        // The first one is at once, and the demo has just been loaded.
        demo.tick().await;
        let interval = self.interval();
        let mut read = tokio::time::interval(interval.unwrap_or(DEMO_INTERVAL));
        read.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = demo.tick() => if let Err(error) = self.load_demo().await {
                    tracing::warn!("The demo projects cannot be moved on: {error}");
                },
                _ = read.tick() => if interval.is_some() && let Some(running) = self.refresh() {
                    stop.run_until_cancelled(running.outcome()).await;
                },
            }
        }
    }

    /// Reads Angor now, or joins the run that is under way; `None` where it is switched off.
    #[must_use]
    pub fn refresh(&self) -> Option<Running> {
        self.inner.source.as_ref()?;
        let inner = Arc::clone(&self.inner);
        Some(self.inner.runs.start(&self.inner.supervisor, async move {
            match &inner.source {
                Some(source) => refresh::run(&inner.ingest, &inner.store, source).await,
                None => Outcome::default(),
            }
        }))
    }

    /// The tier that is shown, and its projects without the unverified ones.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn shown(&self) -> Result<Shown, StoreError> {
        let setup = &self.inner.setup;
        let network = setup.network.to_string();
        if setup.enabled && self.ever_read().await? {
            let filter = ProjectFilter {
                source: ProjectSource::Angor,
                network: Some(network),
                unverified: false,
                hidden: setup.hidden.clone(),
                moderator: setup.moderator.clone(),
            };
            return Ok(Shown { mode: Mode::Live, filter });
        }
        let filter = ProjectFilter {
            source: ProjectSource::Demo,
            network: None,
            unverified: false,
            hidden: Vec::new(),
            moderator: None,
        };
        Ok(Shown { mode: Mode::Demo, filter })
    }

    /// Ids of the projects whose money counts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn counted(&self) -> Result<(Mode, Vec<String>), StoreError> {
        let Shown { mode, filter } = self.shown().await?;
        Ok((mode, self.inner.store.read(move |conn| projects::ids(conn, &filter)).await?))
    }

    /// How old all of them are together.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn age(&self) -> Result<Freshness, StoreError> {
        if self.shown().await?.mode == Mode::Demo {
            return Ok(Freshness { synced_at: None, stale: false });
        }
        let read_ms = self.read_ms().await?;
        let limit = self.interval().map_or(STALE_WITHOUT_INTERVAL, |interval| interval * STALE_AFTER_INTERVALS);
        let limit_ms = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
        let old = read_ms.is_none_or(|at| now_ms().saturating_sub(at) > limit_ms);
        let failed = self.inner.runs.latest().is_some_and(|latest| latest.reason.is_some());
        Ok(Freshness { synced_at: read_ms.map(|at| instant(at.div_euclid(1_000))), stale: old || failed })
    }

    /// How old a project's figures are.
    #[must_use]
    pub fn freshness(&self, project: &Project) -> ProjectFreshness {
        let latest = self.inner.runs.latest();
        let (state, reason) = match (project.source, &latest) {
            (ProjectSource::Demo, latest) => {
                (ProjectFreshnessState::Demo, latest.as_ref().and_then(|latest| latest.reason.clone()))
            }
            (ProjectSource::Angor, Some(latest)) if latest.confirmed.contains(&project.id) => {
                (ProjectFreshnessState::Live, None)
            }
            (ProjectSource::Angor, latest) => {
                let reason = latest.as_ref().and_then(|latest| latest.reason_for(&project.id));
                (ProjectFreshnessState::Cached, reason)
            }
        };
        ProjectFreshness { state, as_of: Some(instant(project.fetched_ms.div_euclid(1_000))), reason }
    }

    /// Relays and explorers, and whether they answer.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn settings(&self) -> Result<AngorSettings, StoreError> {
        let setup = &self.inner.setup;
        let off = |url: &String| AngorEndpoint {
            url: shown_url(url),
            state: EndpointState::Off,
            message: "Not asked, because ANGOR_ENABLE is not true.".to_owned(),
        };
        let (relays, explorers) = match &self.inner.source {
            Some(source) => self.inner.runs.endpoints(source),
            None => (setup.relay_urls().iter().map(off).collect(), setup.explorer_urls().iter().map(off).collect()),
        };
        Ok(AngorSettings {
            enabled: setup.enabled,
            network: setup.network.to_string(),
            message: self.message().await?,
            relays,
            explorers,
        })
    }

    /// What is shown, in a sentence or two.
    async fn message(&self) -> Result<String, StoreError> {
        let setup = &self.inner.setup;
        if !setup.enabled {
            return Ok(OFF.to_owned());
        }
        let Shown { mode, filter } = self.shown().await?;
        let latest = self.inner.runs.latest();
        let mut said = match (mode, latest.as_ref().map(|latest| &latest.reason)) {
            (Mode::Demo, None) => "Angor was not read yet; the projects shown are made up.".to_owned(),
            (Mode::Demo, Some(None)) => "Angor was read, and nothing was found.".to_owned(),
            (Mode::Demo, Some(Some(reason))) => format!("{reason} The projects shown are made up."),
            (Mode::Live, Some(Some(reason))) => format!("{reason} The projects shown are the last that were read."),
            (Mode::Live, _) => {
                let count = self.inner.store.read(move |conn| projects::total(conn, &filter)).await?;
                format!("{count} projects are shown.")
            }
        };
        if !setup.hidden.is_empty() {
            said.push_str(&format!(" ANGOR_HIDE names {}.", setup.hidden.len()));
        }
        if let Some(moderator) = setup.moderator.clone() {
            let network = setup.network.to_string();
            let denied = self
                .inner
                .store
                .read(move |conn| projects::count_denied(conn, ProjectSource::Angor, &network, &moderator))
                .await?;
            said.push_str(&format!(" {denied} are hidden as the moderator wishes."));
        }
        Ok(said)
    }

    /// How often we read by ourselves; `None` is never.
    fn interval(&self) -> Option<Duration> {
        let setup = &self.inner.setup;
        let public = setup.relays.is_empty() || setup.explorers.is_empty();
        setup.interval.map(|interval| if public { interval.max(PUBLIC_INTERVAL) } else { interval })
    }

    /// Whether this network was ever read: an empty list is then an answer.
    async fn ever_read(&self) -> Result<bool, StoreError> {
        let network = self.inner.setup.network.to_string();
        let name = format!("{}{network}", meta::ANGOR_READ);
        self.inner
            .store
            .read(move |conn| {
                Ok(meta::get(conn, &name)?.is_some() || projects::any_verified(conn, ProjectSource::Angor, &network)?)
            })
            .await
    }

    async fn read_ms(&self) -> Result<Option<i64>, StoreError> {
        let name = format!("{}{}", meta::ANGOR_READ, self.inner.setup.network);
        let value = self.inner.store.read(move |conn| meta::get(conn, &name)).await?;
        Ok(value.and_then(|value| value.parse().ok()))
    }
}

/// An address without a slash at its end.
fn shown_url(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}
