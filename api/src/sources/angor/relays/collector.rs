//! What is kept of the events that relays send: candidates for projects, and what was asked for by name. Imported through
//! [`super`].

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::project::id::Network;
use crate::sources::angor::Event;
use crate::sources::angor::event::{DETAILS, LIST, PROFILE, PROJECT};
use crate::sources::angor::project::ProjectInfo;

/// `d` of the event with a project's long text.
pub(super) const DESCRIPTION: &str = "angor:project";
/// `d` of the list of denied projects.
pub(super) const DENIED: &str = "angor:deny";

/// Candidates kept for one project: the one that counts is asked for by its id, should others crowd it out.
const CANDIDATES: usize = 4;
/// All that is kept together, in bytes.
const BYTES: usize = 32 * 1_048_576;

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is of use.
    Kept,
    /// It is not about anything that was asked for.
    Foreign,
    /// It claims to be what it is not.
    Forged,
}

/// Collects. Several relays may send at once.
pub struct Collector {
    network: Network,
    moderator: Option<String>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    bytes: usize,
    wanted: HashSet<String>,
    authors: HashSet<String>,
    verified: HashSet<String>,
    projects: HashMap<String, Vec<Event>>,
    events: HashMap<String, Event>,
    profiles: HashMap<String, Event>,
    descriptions: HashMap<String, Event>,
    denied: Option<Event>,
}

impl Collector {
    /// Collects for a network; `moderator` is the key whose list is believed.
    #[must_use]
    pub fn new(network: Network, moderator: Option<String>) -> Self {
        Self { network, moderator, state: Mutex::default() }
    }

    /// Events that will be asked for by id.
    pub fn want_events(&self, ids: &[String]) {
        self.lock().wanted.extend(ids.iter().cloned());
    }

    /// Authors whose profiles and texts will be asked for.
    pub fn want_texts(&self, authors: &[String]) {
        self.lock().authors.extend(authors.iter().cloned());
    }

    /// Looks at an event. Relays are not trusted to send what was asked for.
    pub(super) fn take(&self, event: Event) -> Taken {
        let place = self.place(&event);
        if place == Place::None {
            return Taken::Foreign;
        }
        if self.lock().verified.contains(&event.id) {
            // The same event, if it is: another relay may claim anything under a known id, and is not listened to.
            return Taken::Kept;
        }
        // Outside of the lock: it takes a tenth of a millisecond.
        if event.verify().is_err() {
            return Taken::Forged;
        }
        self.lock().keep(event, place)
    }

    fn place(&self, event: &Event) -> Place {
        let state = self.lock();
        match event.kind {
            PROJECT | DETAILS if state.wanted.contains(&event.id) => Place::Event,
            PROFILE if state.authors.contains(&event.pubkey) => Place::Profile,
            DETAILS if state.authors.contains(&event.pubkey) && event.tag("d") == Some(DESCRIPTION) => {
                Place::Description
            }
            LIST if self.moderator.as_deref() == Some(&event.pubkey) && event.tag("d") == Some(DENIED) => Place::Denied,
            PROJECT => {
                drop(state);
                match ProjectInfo::parse(event).filter(|info| info.fits(self.network)) {
                    Some(info) => Place::Project(info.id),
                    None => Place::None,
                }
            }
            _ => Place::None,
        }
    }

    /// Ids of all projects of which anything was heard, the ones told last first.
    #[must_use]
    pub fn project_ids(&self) -> Vec<String> {
        let state = self.lock();
        let newest = |events: &[Event]| events.iter().map(|event| event.created_at).max();
        let mut ids: Vec<_> = state.projects.iter().map(|(id, events)| (newest(events), id.clone())).collect();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        ids.into_iter().map(|(_, id)| id).collect()
    }

    /// The event of this id, if it was heard.
    #[must_use]
    pub fn event(&self, id: &str) -> Option<Event> {
        let state = self.lock();
        let candidates = state.projects.values().flatten();
        state.events.get(id).or_else(|| candidates.into_iter().find(|event| event.id == id)).cloned()
    }

    /// The newest words about a project; not more than somebody's claim.
    #[must_use]
    pub fn claim(&self, project_id: &str) -> Option<Event> {
        let state = self.lock();
        let claims = state.projects.get(project_id)?;
        claims.iter().reduce(|newest, event| if event.replaces(newest) { event } else { newest }).cloned()
    }

    /// An author's profile.
    #[must_use]
    pub fn profile(&self, author: &str) -> Option<Event> {
        self.lock().profiles.get(author).cloned()
    }

    /// An author's long text.
    #[must_use]
    pub fn description(&self, author: &str) -> Option<Event> {
        self.lock().descriptions.get(author).cloned()
    }

    /// Keys on the moderator's list; `None` where no relay had one.
    #[must_use]
    pub fn denied(&self) -> Option<HashSet<String>> {
        let state = self.lock();
        state.denied.as_ref().map(|list| list.tags_named("p").map(str::to_lowercase).collect())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where an event belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    None,
    Event,
    Project(String),
    Profile,
    Description,
    Denied,
}

impl State {
    fn keep(&mut self, event: Event, place: Place) -> Taken {
        self.bytes += event.content.len() + 512;
        if self.bytes > BYTES {
            return Taken::Foreign;
        }
        match place {
            Place::None => return Taken::Foreign,
            Place::Event => {
                self.verified.insert(event.id.clone());
                self.events.insert(event.id.clone(), event);
            }
            Place::Project(id) => {
                let candidates = self.projects.entry(id).or_default();
                // Left out, it is not marked as verified: it may be asked for by its id.
                if candidates.len() < CANDIDATES {
                    self.verified.insert(event.id.clone());
                    candidates.push(event);
                }
            }
            Place::Profile => newest(&mut self.profiles, event),
            Place::Description => newest(&mut self.descriptions, event),
            Place::Denied => {
                if self.denied.as_ref().is_none_or(|known| event.replaces(known)) {
                    self.denied = Some(event);
                }
            }
        }
        Taken::Kept
    }
}

fn newest(by_author: &mut HashMap<String, Event>, event: Event) {
    if by_author.get(&event.pubkey).is_none_or(|known| event.replaces(known)) {
        by_author.insert(event.pubkey.clone(), event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::angor::project::fixtures;

    fn collector() -> Collector {
        Collector::new(Network::Mainnet, None)
    }

    #[test]
    fn only_what_can_be_a_project_is_kept() {
        let collector = collector();
        assert_eq!(collector.take(fixtures::invest()), Taken::Kept);
        assert_eq!(collector.take(fixtures::invest()), Taken::Kept);
        assert_eq!(collector.take(fixtures::fund()), Taken::Kept);
        assert_eq!(collector.take(fixtures::foreign()), Taken::Foreign, "another program's event");
        assert_eq!(collector.take(fixtures::profile()), Taken::Foreign, "nobody asked");
        let forged = Event { sig: fixtures::fund().sig, ..fixtures::hostile() };
        assert_eq!(collector.take(forged), Taken::Forged);
        assert_eq!(collector.project_ids().len(), 2);
        let info = ProjectInfo::parse(&fixtures::invest()).unwrap();
        assert_eq!(collector.claim(&info.id), Some(fixtures::invest()));
        assert!(Collector::new(Network::Angornet, None).take(fixtures::invest()) == Taken::Foreign);
    }

    #[test]
    fn what_was_asked_for_by_name_is_kept_whatever_it_says() {
        let collector = collector();
        let legacy = fixtures::legacy();
        assert_eq!(collector.take(legacy.clone()), Taken::Foreign);
        collector.want_events(std::slice::from_ref(&legacy.id));
        assert_eq!(collector.take(legacy.clone()), Taken::Kept);
        assert_eq!(collector.event(&legacy.id), Some(legacy));
    }

    #[test]
    fn the_newest_profile_of_the_author_counts() {
        let collector = collector();
        let profile = fixtures::profile();
        collector.want_texts(std::slice::from_ref(&profile.pubkey));
        let forged = Event { created_at: profile.created_at + 1, ..profile.clone() };
        assert_eq!(collector.take(forged), Taken::Forged);
        assert_eq!(collector.take(profile.clone()), Taken::Kept);
        let [description, faq, _] = fixtures::details();
        assert_eq!((collector.take(description.clone()), collector.take(faq)), (Taken::Kept, Taken::Foreign));
        assert_eq!(collector.profile(&profile.pubkey), Some(profile.clone()));
        assert_eq!(collector.description(&profile.pubkey), Some(description));
    }
}
