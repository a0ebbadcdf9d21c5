//! Answers of explorers, read field by field: one transaction that cannot be read does not spoil its page. Imported by the
//! sources of Angor.

use std::collections::HashSet;

use serde_json::Value;

use super::Row;
use crate::domain::project::id;
use crate::sources::angor::lenient::Fields;
use crate::sources::angor::project::{Block, Output, Tx};

/// Outputs of a transaction that are looked at.
const OUTPUTS: usize = 200;

/// A page of transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transactions {
    /// Those that can be read, in the order of the page.
    pub txs: Vec<Tx>,
    /// How many cannot.
    pub unreadable: usize,
    /// Id of the last one, to go on from.
    pub last: Option<String>,
}

/// Reads a page; `None` where it is no list.
#[must_use]
pub fn transactions(body: &str) -> Option<Transactions> {
    let list: Vec<Value> = serde_json::from_str(body).ok()?;
    let txs: Vec<Option<Tx>> = list.iter().map(tx).collect();
    let last = list.last().and_then(|tx| txid(&Fields::of(tx)?, "txid"));
    let unreadable = txs.iter().filter(|tx| tx.is_none()).count();
    Some(Transactions { txs: txs.into_iter().flatten().collect(), unreadable, last })
}

/// Reads one transaction.
#[must_use]
pub fn transaction(body: &str) -> Option<Tx> {
    tx(&serde_json::from_str(body).ok()?)
}

/// How many transactions an address has, confirmed and waiting.
#[must_use]
pub fn tx_count(body: &str) -> Option<usize> {
    let address: Value = serde_json::from_str(body).ok()?;
    let count = |stats: &str| Fields::of(address.get(stats)?)?.whole("tx_count");
    let total = count("chain_stats")?.checked_add(count("mempool_stats").unwrap_or(0))?;
    usize::try_from(total).ok()
}

/// Rows of the list of projects that some explorers have; `None` where it is none.
#[must_use]
pub fn rows(body: &str) -> Option<Vec<Row>> {
    let list: Vec<Value> = serde_json::from_str(body).ok()?;
    let mut seen = HashSet::new();
    let row = |value: &Value| {
        let fields = Fields::of(value)?;
        let id = fields.text("projectIdentifier").filter(|id| id::is_project_id(id))?;
        Some(Row { id, creation: txid(&fields, "trxId") })
    };
    Some(list.iter().filter_map(row).filter(|row| seen.insert(row.id.clone())).collect())
}

fn tx(value: &Value) -> Option<Tx> {
    let fields = Fields::of(value)?;
    let outputs = value.get("vout")?.as_array()?;
    let block = match value.get("status").and_then(Fields::of) {
        Some(status) if value.pointer("/status/confirmed") == Some(&Value::Bool(true)) => {
            // Without a time it cannot be dated, and so not be counted.
            Some(Block { height: status.whole("block_height").unwrap_or(0), time: status.time("block_time")? })
        }
        _ => None,
    };
    Some(Tx {
        txid: txid(&fields, "txid")?,
        outputs: outputs.iter().take(OUTPUTS).map(output).collect::<Option<_>>()?,
        block,
    })
}

fn output(value: &Value) -> Option<Output> {
    let fields = Fields::of(value)?;
    Some(Output {
        sats: fields.sats("value")?,
        script: fields.text("scriptpubkey").unwrap_or_default().to_ascii_lowercase(),
    })
}

fn txid(fields: &Fields, name: &str) -> Option<String> {
    fields.text(name).filter(|id| id::bytes::<32>(id).is_some()).map(|id| id.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_cannot_be_read_does_not_spoil_the_list() {
        let text = include_str!("../../../../../tests/fixtures/angor/01-indexer-projects-page.json");
        let page: Value = serde_json::from_str(text).unwrap();
        let rows = rows(&page["body"].to_string()).unwrap();
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(
            ids,
            ["angor1qnaqyj6r5avqlh3538xf9xx2az3q9rkgwuppu4m", "angor1qjy4xvy8tmdr9ctnp3kt38tr7eyha8v7qp6rndg"]
        );
        assert!(rows[0].creation.as_deref().unwrap().starts_with("d9f07191"));
        assert_eq!(super::rows("{}"), None);
    }

    #[test]
    fn absurd_transactions_are_left_out_and_counted() {
        let id = "a".repeat(64);
        let page = format!(
            r#"[{{"txid":"{id}","vout":[{{"value":1,"scriptpubkey":"AB"}}],"status":{{"confirmed":false}}}},
            {{"txid":"{id}","vout":[{{"value":-1}}]}}, {{"txid":"x","vout":[]}}, 7, {{}},
            {{"txid":"{id}","vout":[{{"value":2100000000000001}}]}},
            {{"txid":"{id}","vout":[],"status":{{"confirmed":true}}}}]"#
        );
        let read = transactions(&page).unwrap();
        assert_eq!((read.txs.len(), read.unreadable, read.last), (1, 6, Some(id)));
        assert_eq!((read.txs[0].block, read.txs[0].outputs[0].script.as_str()), (None, "ab"));
        assert_eq!(transactions("{}"), None);
        assert_eq!(transactions("[{\"txid\""), None);
    }

    #[test]
    fn transactions_are_counted_in_both_places() {
        let count =
            |chain: &str| tx_count(&format!("{{\"chain_stats\":{chain},\"mempool_stats\":{{\"tx_count\":2}}}}"));
        assert_eq!(count(r#"{"tx_count":3}"#), Some(5));
        assert_eq!((count("{}"), count(r#"{"tx_count":-9}"#), tx_count("[]")), (None, None, None));
    }
}
