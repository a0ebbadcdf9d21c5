//! Angor's projects: which of them are shown, and keeping them up to date. Imported by `startup` and `routes`.
//!
//! There are two tiers that never mix: projects that were read, and, where none ever were, those of the demo.

use std::sync::Arc;
use std::time::Duration;

use shared::{
    AngorEndpoint, AngorSettings, EndpointState, Freshness, Mode, ProjectFreshness, ProjectFreshnessState,
    ProjectSource,
};
use url::Url;

use super::{Ingest, ProjectUpdate, now_ms};
use crate::domain::Project;
use crate::domain::project::id::Network;
use crate::domain::time::instant;
use crate::sources::angor::{defaults, demo};
use crate::store::projects::{self, ProjectFilter};
use crate::store::{Store, StoreError};
use crate::supervise::Stop;

const OFF: &str = "Angor is not read; the projects shown are made up. Set ANGOR_ENABLE=true to read it.";
const NOT_READ: &str =
    "This version cannot read Angor yet: ANGOR_ENABLE=true has no effect, and the projects shown are made up.";

/// How often the demo is moved on with the calendar.
const DEMO_INTERVAL: Duration = Duration::from_secs(3_600);

/// What is wanted of Angor.
#[derive(Debug, Clone)]
pub struct AngorSetup {
    /// Off: nothing is asked.
    pub enabled: bool,
    /// Which chain.
    pub network: Network,
    /// The operator's relays; empty for the public ones.
    pub relays: Vec<Url>,
    /// The operator's explorers; empty for the public ones.
    pub explorers: Vec<Url>,
    /// Projects not to show.
    pub hidden: Vec<String>,
    /// Whose list of denied projects is followed, 64 hex digits.
    pub moderator: Option<String>,
}

/// Angor. Cheap to clone.
#[derive(Clone)]
pub struct Angor {
    ingest: Ingest,
    store: Store,
    setup: Arc<AngorSetup>,
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
    #[must_use]
    pub fn new(ingest: Ingest, store: Store, setup: AngorSetup) -> Self {
        if setup.enabled {
            tracing::warn!("{NOT_READ}");
        }
        Self { ingest, store, setup: Arc::new(setup) }
    }

    /// Relays and explorers, and whether they answer.
    #[must_use]
    pub fn settings(&self) -> AngorSettings {
        let setup = &self.setup;
        let message = if setup.enabled { NOT_READ } else { OFF };
        let endpoint = |url: &str| AngorEndpoint {
            url: url.trim_end_matches('/').to_owned(),
            state: if setup.enabled { EndpointState::Unknown } else { EndpointState::Off },
            message: message.to_owned(),
        };
        let of = |own: &[Url], public: &[&str]| match own {
            [] => public.iter().map(|url| endpoint(url)).collect(),
            own => own.iter().map(|url| endpoint(url.as_str())).collect(),
        };
        AngorSettings {
            enabled: setup.enabled,
            network: setup.network.to_string(),
            message: message.to_owned(),
            relays: of(&setup.relays, defaults::relays(setup.network)),
            explorers: of(&setup.explorers, defaults::explorers(setup.network)),
        }
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
            self.ingest.submit_project(ProjectUpdate { project, investments }).await?;
        }
        self.ingest.retain_projects(ProjectSource::Demo, ids).await
    }

    /// Keeps everything up to date, until the stop.
    pub async fn run_in_background(self, stop: Stop) {
        let mut ticks = tokio::time::interval(DEMO_INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        // The first one is at once, and the demo has just been loaded.
        ticks.tick().await;
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            if let Err(error) = self.load_demo().await {
                tracing::warn!("The demo projects cannot be moved on: {error}");
            }
        }
    }

    /// The tier that is shown, and its projects without the unverified ones.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn shown(&self) -> Result<Shown, StoreError> {
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
        Ok((mode, self.store.read(move |conn| projects::ids(conn, &filter)).await?))
    }

    /// How old all of them are together.
    #[must_use]
    pub const fn age(&self) -> Freshness {
        Freshness { synced_at: None, stale: false }
    }

    /// How old a project's figures are.
    #[must_use]
    pub fn freshness(&self, project: &Project) -> ProjectFreshness {
        ProjectFreshness {
            state: ProjectFreshnessState::Demo,
            as_of: Some(instant(project.fetched_ms.div_euclid(1_000))),
            reason: None,
        }
    }
}
