//! What is wanted of Angor, and the source made of it. Imported through [`super`].

use std::time::Duration;

use url::Url;

use crate::domain::project::id::Network;
use crate::sources::angor::explorers::Explorers;
use crate::sources::angor::relays::Relays;
use crate::sources::angor::{Reach, defaults};

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
    /// How often it is read by ourselves; `None` is never.
    pub interval: Option<Duration>,
    /// The way out, and how long to wait.
    pub reach: Reach,
}

impl AngorSetup {
    /// Relays that are asked.
    pub(super) fn relay_urls(&self) -> Vec<String> {
        or_public(&self.relays, defaults::relays(self.network))
    }

    /// Explorers that are asked.
    pub(super) fn explorer_urls(&self) -> Vec<String> {
        or_public(&self.explorers, defaults::explorers(self.network))
    }
}

fn or_public(own: &[Url], public: &[&str]) -> Vec<String> {
    match own {
        [] => public.iter().map(|url| (*url).to_owned()).collect(),
        own => own.iter().map(Url::to_string).collect(),
    }
}

/// Whom to ask.
pub(super) struct Source {
    pub network: Network,
    pub moderator: Option<String>,
    pub relays: Relays,
    pub explorers: Explorers,
}

impl Source {
    pub(super) fn new(setup: &AngorSetup) -> Result<Self, String> {
        let parse = |urls: Vec<String>| urls.iter().filter_map(|url| Url::parse(url).ok()).collect();
        Ok(Self {
            network: setup.network,
            moderator: setup.moderator.clone(),
            relays: Relays::new(parse(setup.relay_urls()), setup.reach.clone())?,
            explorers: Explorers::new(parse(setup.explorer_urls()), defaults::explorers(setup.network), &setup.reach)?,
        })
    }
}
