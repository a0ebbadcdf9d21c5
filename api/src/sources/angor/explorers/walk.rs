//! Walking over the transactions of one address. Imported through [`super`].

use std::collections::HashSet;

use super::explorer::Explorer;
use super::{History, Trouble, wire};
use crate::sources::angor::project::Tx;

/// Pages of one address.
const PAGES: usize = 100;
/// Transactions of one address.
const TXS: usize = 1_000;
/// The smallest page that a known server fills: a shorter one that repeats was all there is.
const FULL_PAGE: usize = 10;

/// Reads from one explorer.
pub(super) async fn history(explorer: &Explorer, address: &str) -> Result<History, Trouble> {
    let mut walk = Walk { explorer, address, txs: Vec::new(), seen: HashSet::new(), unreadable: 0, first_page: 0 };
    let complete = match walk.by_query().await? {
        Ended::Empty => true,
        Ended::TooMany => false,
        Ended::Repeats => walk.is_all().await || (walk.by_path().await == Ended::Empty && walk.is_all().await),
    };
    Ok(History { complete: complete && walk.unreadable == 0, txs: walk.txs })
}

/// How a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// There is nothing more.
    Empty,
    /// The same came again.
    Repeats,
    /// More than we are willing to read.
    TooMany,
}

struct Walk<'a> {
    explorer: &'a Explorer,
    address: &'a str,
    txs: Vec<Tx>,
    seen: HashSet<String>,
    unreadable: usize,
    first_page: usize,
}

impl Walk<'_> {
    /// Mempool's way: the page after a transaction. Some servers do not know it and give the first page again.
    async fn by_query(&mut self) -> Result<Ended, Trouble> {
        let mut cursor: Option<String> = None;
        for number in 0..PAGES {
            let query: Vec<(&str, &str)> = cursor.iter().map(|txid| ("after_txid", txid.as_str())).collect();
            // An unknown address has no transactions.
            let Some(body) = self.explorer.get(&["address", self.address, "txs"], &query).await? else {
                return Ok(if number == 0 { Ended::Empty } else { Ended::Repeats });
            };
            let Some(page) = wire::transactions(&body) else {
                return Err(Trouble::Unreadable("it is no list of transactions".to_owned()));
            };
            let last = page.last.clone();
            if number == 0 {
                self.first_page = page.txs.len();
            }
            if page.txs.is_empty() && page.unreadable == 0 {
                return Ok(Ended::Empty);
            }
            if self.take(page) == 0 || last == cursor {
                return Ok(Ended::Repeats);
            }
            if self.txs.len() >= TXS {
                return Ok(Ended::TooMany);
            }
            cursor = last;
        }
        Ok(Ended::TooMany)
    }

    /// Esplora's way: confirmed transactions after one.
    async fn by_path(&mut self) -> Ended {
        for _ in 0..PAGES {
            let last = self.txs.iter().rev().find(|tx| tx.block.is_some()).map(|tx| tx.txid.clone());
            let Some(last) = last else { return Ended::Repeats };
            let path = ["address", self.address, "txs", "chain", last.as_str()];
            let Ok(Some(body)) = self.explorer.get(&path, &[]).await else { return Ended::Repeats };
            let Some(page) = wire::transactions(&body) else { return Ended::Repeats };
            if page.txs.is_empty() {
                return Ended::Empty;
            }
            if self.take(page) == 0 {
                return Ended::Repeats;
            }
            if self.txs.len() >= TXS {
                return Ended::TooMany;
            }
        }
        Ended::TooMany
    }

    /// Whether these are as many as the explorer counts; where it does not count, a page that was not full was the last.
    async fn is_all(&self) -> bool {
        let counted = match self.explorer.get(&["address", self.address], &[]).await {
            Ok(Some(body)) => wire::tx_count(&body),
            _ => None,
        };
        counted.map_or(self.first_page < FULL_PAGE, |counted| counted <= self.txs.len())
    }

    /// Adds what is new and tells how many that were.
    fn take(&mut self, page: wire::Transactions) -> usize {
        self.unreadable += page.unreadable;
        let before = self.txs.len();
        for tx in page.txs {
            if self.seen.insert(tx.txid.clone()) {
                self.txs.push(tx);
            }
        }
        self.txs.len() - before
    }
}
