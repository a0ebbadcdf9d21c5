//! One refresh: ask relays for candidates, ask an explorer about each, ask relays for the events that the chain names, write what
//! fits together. Imported through [`super`].
//!
//! Nothing that is known is lost because somebody does not answer: a project whose transactions cannot be read stays as it
//! was, and is told to be so.

mod batch;
mod look;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use shared::{EndpointState, ProjectSource};

use super::setup::Source;
use crate::domain::Project;
use crate::ingest::{Ingest, now_ms};
use crate::sources::angor::explorers::Row;
use crate::sources::angor::project::Evidence;
use crate::sources::angor::relays::{Collector, End, Question, RelayReport};
use crate::store::{Store, StoreError, meta, projects};

/// Longest time of a whole refresh.
const LIMIT: Duration = Duration::from_secs(600);
/// Projects looked at in one refresh; known ones come first.
const PROJECTS: usize = 2_000;
/// Projects whose events and texts are asked for together.
const BATCH: usize = 200;
/// Projects without a creation that are kept; of junk there may be any number.
const UNVERIFIED: usize = 500;

/// What a refresh found.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Projects that it read in full.
    pub confirmed: HashSet<String>,
    /// Projects that it could not read, with the reason.
    pub failed: HashMap<String, String>,
    /// How it went with each relay.
    pub relays: Vec<RelayReport>,
    /// Why it is not to be taken for the whole truth; `None` where it went through.
    pub reason: Option<String>,
}

impl Outcome {
    /// Why a project is not confirmed by it.
    #[must_use]
    pub fn reason_for(&self, id: &str) -> Option<String> {
        self.failed.get(id).or(self.reason.as_ref()).cloned()
    }

    /// In a sentence.
    #[must_use]
    pub fn summary(&self) -> String {
        let (read, failed) = (self.confirmed.len(), self.failed.len());
        let said = match failed {
            0 => format!("Angor: {read} projects read."),
            _ => format!("Angor: {read} projects read, {failed} could not be read."),
        };
        self.reason.as_ref().map_or(said.clone(), |reason| format!("{said} {reason}"))
    }
}

/// A project as the database has it.
pub(super) struct Known {
    pub project: Project,
    pub evidence: Evidence,
}

/// A refresh under way.
pub(super) struct Run<'a> {
    ingest: &'a Ingest,
    store: &'a Store,
    source: &'a Source,
    collector: Arc<Collector>,
    known: BTreeMap<String, Known>,
    rows: HashMap<String, Row>,
    outcome: Outcome,
    unverified: usize,
}

pub(super) async fn run(ingest: &Ingest, store: &Store, source: &Source) -> Outcome {
    let started = now_ms();
    let mut run = Run {
        ingest,
        store,
        source,
        collector: Arc::new(Collector::new(source.network, source.moderator.clone())),
        known: BTreeMap::new(),
        rows: HashMap::new(),
        outcome: Outcome::default(),
        unverified: 0,
    };
    let result = tokio::time::timeout(LIMIT, run.through()).await;
    let mut outcome = run.outcome;
    match result {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!("Angor's projects could not be written: {error}");
            outcome.reason = Some("The database did not take what was read.".to_owned());
        }
        Err(_) => outcome.reason = Some(format!("Reading took longer than {} minutes.", LIMIT.as_secs() / 60)),
    }
    let took_ms = now_ms().saturating_sub(started);
    tracing::info!(angor.read = outcome.confirmed.len(), angor.took_ms = took_ms, "{}", outcome.summary());
    outcome
}

impl Run<'_> {
    async fn through(&mut self) -> Result<(), StoreError> {
        self.source.explorers.forgive();
        self.remember().await?;
        let questions = self.first_questions();
        let mut round = self.source.relays.ask(questions, &self.collector, &[]);
        let ((), rows) = tokio::join!(round.enough(), self.source.explorers.rows());
        self.rows = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
        let useless = useless(round.so_far(), self.source.relays.urls());

        let ids = self.ids();
        for ids in ids.chunks(BATCH) {
            self.batch(ids, &useless).await?;
        }
        self.outcome.relays = round.all().await;
        self.moderate().await?;
        self.forget(&ids).await?;
        self.conclude(ids.is_empty()).await
    }

    /// Loads what is known.
    async fn remember(&mut self) -> Result<(), StoreError> {
        let network = self.source.network.to_string();
        let kept = self.store.read(move |conn| projects::kept(conn, ProjectSource::Angor, &network)).await?;
        self.known = kept
            .into_iter()
            .map(|(project, evidence)| {
                // Of another version: it is asked for anew.
                let evidence = serde_json::from_str(&evidence).unwrap_or_default();
                (project.id.clone(), Known { project, evidence })
            })
            .collect();
        Ok(())
    }

    fn first_questions(&self) -> Vec<Question> {
        let open = self.known.iter().filter(|(_, known)| !known.evidence.is_complete());
        let (mut names, mut events) = (Vec::new(), Vec::new());
        for (id, known) in open {
            names.push(id.clone());
            events.extend(known.evidence.creation.iter().map(|creation| creation.event_id.clone()));
        }
        self.collector.want_events(&events);
        let mut questions = vec![Question::projects()];
        questions.extend(self.source.moderator.iter().map(|moderator| Question::denied_by(moderator)));
        questions.extend(Question::events(&events));
        questions.extend(Question::projects_named(&names));
        questions
    }

    /// Projects to look at: known ones first, then those of which relays or explorers told.
    fn ids(&self) -> Vec<String> {
        let (verified, open): (Vec<_>, Vec<_>) = self.known.iter().partition(|(_, known)| known.evidence.is_complete());
        let known = verified.into_iter().chain(open).map(|(id, _)| id.clone());
        let mut seen = HashSet::new();
        let mut all: Vec<String> = known
            .chain(self.rows.keys().cloned())
            .chain(self.collector.project_ids())
            .filter(|id| seen.insert(id.clone()))
            .collect();
        if all.len() > PROJECTS {
            tracing::warn!("{} projects are told of; only the first {PROJECTS} are looked at", all.len());
            all.truncate(PROJECTS);
        }
        all
    }

    /// Follows the moderator's list. Where no relay has it now, the last one known goes on.
    async fn moderate(&self) -> Result<(), StoreError> {
        let (Some(moderator), Some(denied)) = (self.source.moderator.clone(), self.collector.denied()) else {
            return Ok(());
        };
        let network = self.source.network.to_string();
        let kept = self.store.read(move |conn| projects::kept(conn, ProjectSource::Angor, &network)).await?;
        let ids: Vec<String> = kept
            .into_iter()
            .filter(|(project, _)| project.nostr_key.as_ref().is_some_and(|key| denied.contains(key)))
            .map(|(project, _)| project.id)
            .collect();
        self.ingest.deny_projects(moderator, ids).await
    }

    /// Forgets claims without a creation that nobody repeats: relays are full of junk.
    async fn forget(&self, ids: &[String]) -> Result<(), StoreError> {
        if !self.outcome.relays.iter().any(|report| report.end == End::Done) {
            return Ok(());
        }
        let heard: HashSet<String> = self.collector.project_ids().into_iter().collect();
        let gone: Vec<String> = self
            .known
            .iter()
            .filter(|(id, known)| known.evidence.creation.is_none() && !heard.contains(*id) && ids.contains(id))
            .map(|(id, _)| id.clone())
            .collect();
        if gone.is_empty() { Ok(()) } else { self.ingest.forget_unverified_projects(gone).await }
    }

    /// Says whether the refresh is to be taken for the whole truth, and notes that it was.
    async fn conclude(&mut self, nothing_to_look_at: bool) -> Result<(), StoreError> {
        let explorers = self.source.explorers.reports();
        let explored = nothing_to_look_at || explorers.iter().any(|one| one.state == EndpointState::Connected);
        let told = self.outcome.relays.iter().any(|report| report.end == End::Done);
        self.outcome.reason = match (told, explored) {
            (true, true) => None,
            (false, _) => Some(match self.outcome.relays.first() {
                Some(report) => format!("No relay answered in full ({}: {})", report.url, report.message()),
                None => "No relay was asked.".to_owned(),
            }),
            (true, false) => Some(match explorers.first() {
                Some(report) => format!("No explorer answers ({}: {})", report.url, report.message),
                None => "No explorer was asked.".to_owned(),
            }),
        };
        if self.outcome.reason.is_some() {
            return Ok(());
        }
        let (name, now) = (format!("{}{}", meta::ANGOR_READ, self.source.network), now_ms().to_string());
        self.ingest.note(name, now).await
    }
}

/// Relays that need not be asked again in this refresh: where one told everything, all others; else those that nobody reaches.
fn useless<'a>(reports: &[RelayReport], all: impl Iterator<Item = &'a str>) -> Vec<String> {
    let done: Vec<&str> =
        reports.iter().filter(|report| report.end == End::Done).map(|report| report.url.as_str()).collect();
    if !done.is_empty() {
        return all.filter(|url| !done.contains(url)).map(ToOwned::to_owned).collect();
    }
    let dead = |report: &&RelayReport| matches!(report.end, End::Unreachable(_) | End::NotARelay(_));
    reports.iter().filter(dead).map(|report| report.url.clone()).collect()
}
