//! Some projects of a refresh: looked up together, so that relays are asked once for all of their events. Imported through
//! [`super`].

use std::collections::HashSet;

use futures_util::{StreamExt as _, stream};
use shared::ProjectSource;

use super::look::Seen;
use super::{Run, UNVERIFIED};
use crate::domain::{Investment, Project};
use crate::ingest::{ProjectUpdate, now_ms};
use crate::sources::angor::explorers::History;
use crate::sources::angor::project::{Evidence, Pieces, assemble, investments};
use crate::sources::angor::relays::Question;
use crate::store::{StoreError, projects};

/// Projects looked up at a time; how many requests an explorer gets at once is its own matter.
const AT_A_TIME: usize = 8;

impl Run<'_> {
    /// Reads and writes some projects.
    pub(super) async fn batch(&mut self, ids: &[String], useless: &[String]) -> Result<(), StoreError> {
        let run = &*self;
        let looks = ids.iter().cloned().map(|id| async move { run.look(&id).await });
        let seen: Vec<Seen> = stream::iter(looks).buffer_unordered(AT_A_TIME).collect().await;
        self.ask_for_events(&seen, useless).await;
        for seen in seen {
            self.write(seen).await?;
        }
        Ok(())
    }

    /// Asks relays for the events that the chain names, and for the texts of their authors.
    async fn ask_for_events(&self, seen: &[Seen], useless: &[String]) {
        let missing: Vec<String> = seen
            .iter()
            .filter_map(|seen| seen.creation.as_ref().map(|creation| (seen, &creation.event_id)))
            .filter(|(seen, event_id)| self.evidence_event(&seen.id, event_id).is_none())
            .map(|(_, event_id)| event_id.clone())
            .collect();
        let authors = self.authors(seen);
        self.ask(&missing, &authors, useless).await;
        // Events that came by their id only may have authors that nobody knew of.
        let asked: HashSet<String> = authors.into_iter().collect();
        let late: Vec<String> = self.authors(seen).into_iter().filter(|author| !asked.contains(author)).collect();
        self.ask(&[], &late, useless).await;
    }

    async fn ask(&self, events: &[String], authors: &[String], useless: &[String]) {
        if events.is_empty() && authors.is_empty() {
            return;
        }
        self.collector.want_events(events);
        self.collector.want_texts(authors);
        let mut questions = Question::events(events);
        questions.extend(Question::texts(authors));
        self.source.relays.ask(questions, &self.collector, useless).enough().await;
    }

    /// Keys whose texts are wanted: of the events that count, or of the claims where there are none.
    fn authors(&self, seen: &[Seen]) -> Vec<String> {
        let mut authors: Vec<String> =
            seen.iter().filter_map(|seen| self.evidence(seen).event.map(|event| event.pubkey)).collect();
        authors.sort_unstable();
        authors.dedup();
        authors
    }

    /// The event of this id, as known or as a relay just told it.
    fn evidence_event(&self, id: &str, event_id: &str) -> Option<crate::sources::angor::Event> {
        let known = self.known.get(id).and_then(|known| known.evidence.event.clone());
        known.filter(|event| event.id == event_id).or_else(|| self.collector.event(event_id))
    }

    /// What a project is believed by: the event that the chain names; without a creation, the newest claim.
    fn evidence(&self, seen: &Seen) -> Evidence {
        let event = match &seen.creation {
            Some(creation) => self.evidence_event(&seen.id, &creation.event_id),
            None => self.collector.claim(&seen.id).or_else(|| self.known.get(&seen.id)?.evidence.event.clone()),
        };
        Evidence { creation: seen.creation.clone(), event }
    }

    async fn write(&mut self, seen: Seen) -> Result<(), StoreError> {
        let evidence = self.evidence(&seen);
        let known = self.known.get(&seen.id).map(|known| &known.project);
        let history = match &seen.history {
            Ok(history) => history.clone(),
            Err(reason) => {
                self.outcome.failed.insert(seen.id.clone(), reason.clone());
                if known.is_some() || evidence.event.is_none() {
                    return Ok(());
                }
                // At least that somebody tells of it.
                History { txs: Vec::new(), complete: true }
            }
        };
        if evidence.creation.is_none() {
            // Neither on the chain nor told by anybody, or one claim too many.
            if evidence.event.is_none() || (known.is_none() && self.unverified >= UNVERIFIED) {
                return Ok(());
            }
            self.unverified += 1;
        }
        let project = self.assembled(&seen.id, &evidence, &history, known);
        let investments = self.investments(&project, &evidence, &history).await?;
        // Everything in it serialises.
        let evidence = serde_json::to_string(&evidence).unwrap_or_default();
        match self.ingest.submit_project(ProjectUpdate { project, investments, evidence }).await {
            Ok(_) if seen.history.is_ok() => drop(self.outcome.confirmed.insert(seen.id)),
            Ok(_) => {}
            Err(error) if error.is_temporary() => return Err(error),
            Err(error) => drop(self.outcome.failed.insert(seen.id, format!("It was not taken: {error}."))),
        }
        Ok(())
    }

    fn assembled(&self, id: &str, evidence: &Evidence, history: &History, known: Option<&Project>) -> Project {
        let author = evidence.event.as_ref().map(|event| event.pubkey.as_str());
        assemble(&Pieces {
            id,
            network: self.source.network,
            evidence,
            profile: author.and_then(|author| self.collector.profile(author)).as_ref(),
            description: author.and_then(|author| self.collector.description(author)).as_ref(),
            before: known,
            truncated: !history.complete,
            spent: known.and_then(|known| known.spent),
            now_ms: now_ms(),
        })
    }

    /// The investments that the explorer lists and, where its list ends early, those known from before.
    async fn investments(
        &self,
        project: &Project,
        evidence: &Evidence,
        history: &History,
    ) -> Result<Vec<Investment>, StoreError> {
        let info = evidence.info().filter(|_| project.kind.is_some());
        let mut all = match evidence.creation {
            Some(_) => investments(&history.txs, &project.id, info.as_ref(), project.fetched_ms.div_euclid(1_000)),
            // Without a creation there is nothing to invest in.
            None => Vec::new(),
        };
        if !history.complete {
            let id = project.id.clone();
            let before = self.store.read(move |conn| projects::investments(conn, ProjectSource::Angor, &id)).await?;
            let listed: HashSet<&str> = history.txs.iter().map(|tx| tx.txid.as_str()).collect();
            all.extend(
                before.into_iter().filter(|one| one.confirmed_at.is_some() && !listed.contains(one.txid.as_str())),
            );
        }
        Ok(all)
    }
}
