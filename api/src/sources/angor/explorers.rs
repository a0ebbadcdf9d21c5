//! Explorers of the chain in the style of mempool and esplora, asked in the operator's order: when one fails, the next is asked.
//! Imported by `ingest`.
//!
//! They page differently, and some give the first page for ever. So transactions are told apart by their ids, a walk ends
//! where a page brings none that is new, and whether that was all is found out, not assumed.

mod explorer;
mod trouble;
mod walk;
pub mod wire;

use std::sync::Arc;

use reqwest::Url;
use shared::EndpointState;

use super::project::Tx;
use super::reach::Reach;
use explorer::Explorer;
pub use trouble::Trouble;

/// The transactions of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Newest first, unconfirmed ones before.
    pub txs: Vec<Tx>,
    /// Whether these are all.
    pub complete: bool,
}

/// A row of an explorer that knows Angor's projects: ids to look at, and nothing more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The project.
    pub id: String,
    /// The transaction that made it, as the explorer says.
    pub creation: Option<String>,
}

/// How it went with an explorer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplorerReport {
    /// Its address.
    pub url: String,
    /// In a word.
    pub state: EndpointState,
    /// In a sentence.
    pub message: String,
}

/// The explorers of a network.
pub struct Explorers {
    all: Vec<Arc<Explorer>>,
}

impl Explorers {
    /// Prepares; nothing is asked yet. Those whose host is in `public` are asked slowly.
    ///
    /// # Errors
    /// A sentence when TLS or the proxy cannot be set up.
    pub fn new(urls: Vec<Url>, public: &[&str], reach: &Reach) -> Result<Self, String> {
        let client = reach.client(false)?;
        let hosts: Vec<String> =
            public.iter().filter_map(|url| Url::parse(url).ok()?.host_str().map(ToOwned::to_owned)).collect();
        let is_public = |url: &Url| url.host_str().is_some_and(|host| hosts.iter().any(|public| public == host));
        let all = urls
            .into_iter()
            .map(|url| {
                let public = is_public(&url);
                Arc::new(Explorer::new(client.clone(), url, public, reach.clone()))
            })
            .collect();
        Ok(Self { all })
    }

    /// Their addresses.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|explorer| explorer.url())
    }

    /// A new refresh: those that failed may try again.
    pub fn forgive(&self) {
        self.all.iter().for_each(|explorer| explorer.forgive());
    }

    /// All transactions of an address, from the first explorer that has them in full, or else from the one that has most.
    ///
    /// # Errors
    /// Why none gave any.
    pub async fn history(&self, address: &str) -> Result<History, Trouble> {
        let mut best: Option<History> = None;
        let mut trouble = None;
        for explorer in &self.all {
            match walk::history(explorer, address).await {
                Ok(history) if history.complete => return Ok(history),
                Ok(history) => {
                    if best.as_ref().is_none_or(|best| best.txs.len() < history.txs.len()) {
                        best = Some(history);
                    }
                }
                Err(Trouble::Resting) if trouble.is_some() => {}
                Err(error) => trouble = Some(error),
            }
        }
        best.ok_or_else(|| trouble.unwrap_or(Trouble::None))
    }

    /// One transaction, from the first explorer that has it.
    pub async fn transaction(&self, txid: &str) -> Option<Tx> {
        for explorer in &self.all {
            if let Ok(Some(body)) = explorer.get(&["tx", txid], &[]).await
                && let Some(tx) = wire::transaction(&body)
            {
                return Some(tx);
            }
        }
        None
    }

    /// Projects that explorers know by themselves. Most know none, and are not asked again by this process.
    pub async fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for explorer in &self.all {
            for row in explorer.rows().await {
                if !rows.iter().any(|known| known.id == row.id) {
                    rows.push(row);
                }
            }
        }
        rows
    }

    /// How it went with each.
    #[must_use]
    pub fn reports(&self) -> Vec<ExplorerReport> {
        self.all.iter().map(|explorer| explorer.report()).collect()
    }
}
