//! Transactions of a project's address: which one made the project, which ones are investments, and which of those are sound.
//! Imported through [`super`].

use chrono::{Days, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use shared::ProjectType;

use super::ProjectInfo;
use crate::domain::Investment;
use crate::domain::project::id::{self, Network, hex};

/// Days of an investment's start are counted from 2025-01-01.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(2025, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
/// The key type that says: an event's id follows. Little endian.
const EVENT_ID: [u8; 2] = [1, 0];

/// A transaction, as much of it as matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tx {
    /// 64 hex digits.
    pub txid: String,
    /// In order.
    pub outputs: Vec<Output>,
    /// `None` while it waits for a block.
    pub block: Option<Block>,
}

/// One output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Amount.
    pub sats: i64,
    /// Script, in lower-case hex.
    pub script: String,
}

/// Where a transaction is on the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Block {
    /// Its height; 0 where the explorer does not tell.
    pub height: i64,
    /// Its time, UTC seconds.
    pub time: i64,
}

/// The transaction that made a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Creation {
    /// 64 hex digits.
    pub txid: String,
    /// Where it is on the chain.
    pub block: Block,
    /// Key from which the project's id follows.
    pub founder_key: String,
    /// The one event that counts.
    pub event_id: String,
}

impl Tx {
    /// What the second output says, if the first one pays to the project.
    fn message(&self, script: &str) -> Option<Vec<Vec<u8>>> {
        (self.outputs.first()?.script == script).then(|| pushes(&self.outputs.get(1)?.script))?
    }
}

/// The oldest confirmed transaction that names an event, by the founder of this project. Transactions come newest first.
#[must_use]
pub fn creation(txs: &[Tx], project_id: &str, network: Network) -> Option<Creation> {
    let script = id::script(project_id)?;
    let creation = |tx: &Tx| {
        let block = tx.block?;
        let message = tx.message(&script)?;
        let [founder, key_type, event] = message.as_slice() else { return None };
        if founder.len() != 33 || *key_type != EVENT_ID || event.len() != 32 {
            return None;
        }
        let founder_key = hex(founder);
        id::belongs(project_id, &founder_key, network).then(|| Creation {
            txid: tx.txid.clone(),
            block,
            founder_key,
            event_id: hex(event),
        })
    };
    // Of one block the one that is listed last is the oldest.
    txs.iter().rev().filter_map(creation).min_by_key(|creation| (creation.block.height, creation.block.time))
}

/// The investments among the transactions; `info` tells how many stages each must have. `now` is when they were seen.
#[must_use]
pub fn investments(txs: &[Tx], project_id: &str, info: Option<&ProjectInfo>, now: i64) -> Vec<Investment> {
    let Some(script) = id::script(project_id) else { return Vec::new() };
    txs.iter().filter_map(|tx| investment(tx, &script, info, now)).collect()
}

fn investment(tx: &Tx, script: &str, info: Option<&ProjectInfo>, now: i64) -> Option<Investment> {
    let message = tx.message(script)?;
    let (key, dynamic) = match message.as_slice() {
        [key] => (key, None),
        [key, more] if more.len() == 32 => (key, None),
        [key, dynamic] | [key, _, dynamic] => (key, Some(dynamic)),
        _ => return None,
    };
    let secret_fits = message.len() < 3 || message.get(1).is_some_and(|secret| secret.len() == 32);
    if key.len() != 33 || dynamic.is_some_and(|dynamic| dynamic.len() != 4) || !secret_fits {
        return None;
    }
    let investor = hex(key);
    let mut outputs: Vec<i64> =
        tx.outputs.iter().skip(2).filter(|output| is_taproot(&output.script)).map(|output| output.sats).collect();
    if outputs.is_empty() {
        return None;
    }
    let releases = info.zip(dynamic).map(|(info, dynamic)| releases(info, dynamic)).unwrap_or_default();
    let stages = match info {
        Some(info) if info.kind == Some(ProjectType::Invest) => info.stages.len(),
        _ => releases.len(),
    };
    let enough = outputs.len() >= stages;
    if stages > 0 {
        // What is beyond may be change.
        outputs.truncate(stages);
    }
    let mut investment = Investment {
        txid: tx.txid.clone(),
        fee_sats: tx.outputs.first()?.sats,
        outputs,
        releases,
        confirmed_at: tx.block.map(|block| block.time),
        first_seen: tx.block.map_or(now, |block| block.time),
        sound: enough && id::public_key(&investor).is_some(),
        investor,
    };
    investment.sound &= investment.pays_the_fee();
    Some(investment)
}

/// When the outputs of an investment may be taken: its four bytes are the first day, the pattern, and the number of stages.
fn releases(info: &ProjectInfo, dynamic: &[u8]) -> Vec<i64> {
    let &[low, high, pattern, count] = dynamic else { return Vec::new() };
    let Some(pattern) = info.pattern(pattern) else { return Vec::new() };
    let start = FIRST_DAY.checked_add_days(Days::new(u16::from_le_bytes([low, high]).into()));
    let days = start.map(|start| pattern.days(start, (count > 0).then_some(count))).unwrap_or_default();
    days.into_iter().map(|day| day.and_time(NaiveTime::MIN).and_utc().timestamp()).collect()
}

/// Pay to taproot: one, and 32 bytes.
fn is_taproot(script: &str) -> bool {
    script.len() == 68 && script.starts_with("5120")
}

/// The pieces of data of an OP_RETURN script; `None` for anything else.
fn pushes(script: &str) -> Option<Vec<Vec<u8>>> {
    // Larger ones are none of Angor's.
    if script.len() > 1_000 || !script.len().is_multiple_of(2) {
        return None;
    }
    let bytes: Option<Vec<u8>> = script.as_bytes().chunks_exact(2).map(pair).collect();
    let bytes = bytes?;
    let (&0x6a, mut rest) = bytes.split_first()? else { return None };
    let mut pushes = Vec::new();
    while let Some((&code, after)) = rest.split_first() {
        let (length, after) = match code {
            1..=75 => (usize::from(code), after),
            0x4c => after.split_first().map(|(length, after)| (usize::from(*length), after))?,
            0x4d => {
                let (length, after) = after.split_at_checked(2)?;
                (usize::from(u16::from_le_bytes(length.try_into().ok()?)), after)
            }
            _ => return None,
        };
        let (data, after) = after.split_at_checked(length)?;
        pushes.push(data.to_vec());
        rest = after;
    }
    Some(pushes)
}

fn pair(digits: &[u8]) -> Option<u8> {
    id::bytes::<1>(std::str::from_utf8(digits).ok()?).map(|[byte]| byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::ProjectFigures;
    use crate::sources::angor::explorers::wire;
    use crate::sources::angor::project::fixtures;

    const ID: &str = "angor1qnaqyj6r5avqlh3538xf9xx2az3q9rkgwuppu4m";

    fn txs() -> Vec<Tx> {
        wire::transactions(fixtures::INVEST_TXS).unwrap().txs
    }

    #[test]
    fn the_creation_names_the_event() {
        let creation = creation(&txs(), ID, Network::Mainnet).unwrap();
        assert_eq!(creation.event_id, fixtures::invest().id);
        assert_eq!(creation.block, Block { height: 916_900, time: 1_790_732_800 });
        assert_eq!(super::creation(&txs(), ID, Network::Angornet), None, "the key has another id there");
        let unconfirmed: Vec<Tx> = txs().into_iter().map(|tx| Tx { block: None, ..tx }).collect();
        assert_eq!(super::creation(&unconfirmed, ID, Network::Mainnet), None);
    }

    #[test]
    fn the_oldest_creation_counts() {
        let mut all = txs();
        let mut later = all.last().unwrap().clone();
        later.txid = "f".repeat(64);
        later.block = Some(Block { height: 917_000, time: 1_790_800_000 });
        all.insert(0, later.clone());
        assert_eq!(creation(&all, ID, Network::Mainnet).unwrap().block.height, 916_900);
        later.block = Some(Block { height: 916_900, time: 1_790_732_800 });
        all[0] = later;
        assert_ne!(creation(&all, ID, Network::Mainnet).unwrap().txid, "f".repeat(64), "of one block the last listed");
    }

    #[test]
    fn the_published_transactions_give_the_published_figures() {
        let info = ProjectInfo::parse(&fixtures::invest()).unwrap();
        let investments = investments(&txs(), ID, Some(&info), 1_792_000_000);
        let figures = ProjectFigures::of(&investments, info.stages.len()).unwrap();
        assert_eq!(figures.raised.net_confirmed_sats, 101_322_222);
        assert_eq!(figures.raised.net_all_sats, 106_272_222);
        assert_eq!(figures.raised.gross_confirmed_sats, 102_345_678);
        assert_eq!(figures.raised.fee_x100_sats, 107_345_600);
        assert_eq!((figures.pending_sats, figures.investments, figures.investors), (4_950_000, 3, 2));
        assert_eq!(figures.by_stage, [30_396_667, 30_396_667, 40_528_888]);
        assert_eq!((figures.unverified.investments, figures.unverified.net_sats), (0, 0), "spam is none");
        assert_eq!(investments[0].first_seen, 1_792_000_000);
        assert_eq!(investments[1].first_seen, 1_791_244_800);
    }

    #[test]
    fn what_only_looks_like_an_investment_is_set_apart() {
        let info = ProjectInfo::parse(&fixtures::invest()).unwrap();
        let with = |change: fn(&mut Tx)| {
            let mut tx = txs().remove(2);
            change(&mut tx);
            ProjectFigures::of(&investments(&[tx], ID, Some(&info), 0), 3).unwrap()
        };
        let sound = with(|_| ());
        assert_eq!((sound.investments, sound.unverified.investments), (1, 0));
        let cheap = with(|tx| tx.outputs[0].sats = 330);
        assert_eq!((cheap.investments, cheap.unverified.investments, cheap.unverified.net_sats), (0, 1, 99_000_000));
        let two_stages = with(|tx| drop(tx.outputs.remove(4)));
        assert_eq!((two_stages.investments, two_stages.unverified.investments), (0, 1));
        let no_point = with(|tx| tx.outputs[1].script = format!("6a2102{}", "ff".repeat(32)));
        assert_eq!((no_point.investments, no_point.unverified.investments), (0, 1));
        let change = with(|tx| tx.outputs[5].script = format!("5120{}", "aa".repeat(32)));
        assert_eq!(change.raised.net_confirmed_sats, 99_000_000, "change to taproot is no stage");
        let elsewhere = with(|tx| tx.outputs[0].script = format!("0014{}", "11".repeat(20)));
        assert_eq!(elsewhere, ProjectFigures { by_stage: vec![0; 3], ..ProjectFigures::default() });
    }

    #[test]
    fn a_fund_is_paid_out_by_its_pattern() {
        let info = ProjectInfo::parse(&fixtures::fund()).unwrap();
        let script = id::script(&info.id).unwrap();
        let (fee, parts) = crate::domain::investment::split(3_000_000, &[None, None, None]);
        // Day 609 of 2025 is 2026-09-02; pattern 0; the pattern's own number of stages.
        let key = "0296ae9c5b38add45212555f9ed039f2c3f2fba66e9ecd3d76d28746b0ad3df5a5";
        let mut outputs = vec![
            Output { sats: fee, script: script.clone() },
            Output { sats: 0, script: format!("6a21{key}0461020000") },
        ];
        outputs.extend(parts.iter().map(|sats| Output { sats: *sats, script: format!("5120{}", "ab".repeat(32)) }));
        let tx = Tx { txid: "a".repeat(64), outputs, block: Some(Block { height: 1, time: 1_788_307_200 }) };
        let found = investments(&[tx], &info.id, Some(&info), 0);
        let figures = ProjectFigures::of(&found, 0).unwrap();
        let days: Vec<String> =
            figures.by_day.iter().map(|(at, _)| crate::domain::time::instant(*at).date_naive().to_string()).collect();
        assert_eq!(days, ["2026-10-01", "2026-11-01", "2026-12-01"]);
        assert_eq!(figures.by_day.iter().map(|(_, sats)| sats).sum::<i64>(), 2_970_000);
        assert!(found[0].sound);
    }

    #[test]
    fn messages_are_read_with_their_lengths() {
        assert_eq!(pushes("6a0101024142"), Some(vec![vec![1], vec![0x41, 0x42]]));
        assert_eq!(pushes("6a4c0141"), Some(vec![vec![0x41]]));
        assert_eq!(pushes("6a4d010041"), Some(vec![vec![0x41]]));
        assert_eq!(pushes("6a"), Some(Vec::new()));
        for wrong in ["", "6a0241", "6a4c", "6a4dff", "51", "6a60", "6", "zz", "6aé"] {
            assert_eq!(pushes(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_script_may_come(script in "(6a)?[0-9a-fA-Fz]{0,200}") {
            let _ = pushes(&script);
        }
    }
}
