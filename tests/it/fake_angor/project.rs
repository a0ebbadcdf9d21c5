//! Projects with keys of their own: events that verify, transactions that fit.

use api::domain::investment::split;
use api::domain::project::id::{self, Network, hex};
use bitcoin_hashes::Sha256;
use secp256k1::{Keypair, SecretKey, schnorr};
use serde_json::{Value, json};

/// 2026-10-02.
const CREATED: i64 = 1_790_900_000;

/// A key pair by number.
fn keypair(number: u8) -> Keypair {
    let mut secret = [7; 32];
    secret[31] = number;
    Keypair::from_secret_key(&SecretKey::from_secret_bytes(secret).unwrap())
}

fn founder(number: u8) -> String {
    hex(&keypair(number).public_key().serialize())
}

/// The key that signs, by number.
pub fn nostr_key(number: u8) -> String {
    hex(&keypair(number).x_only_public_key().0.to_byte_array())
}

/// An event with its id and signature.
pub fn sign(number: u8, kind: u32, created_at: i64, tags: Value, content: &str) -> Value {
    let pubkey = nostr_key(number);
    let id = Sha256::hash(json!([0, pubkey, created_at, kind, tags, content]).to_string().as_bytes()).to_byte_array();
    let signature = schnorr::sign_no_aux_rand(&id, &keypair(number));
    json!({"id": hex(&id), "pubkey": pubkey, "created_at": created_at, "kind": kind, "tags": tags, "content": content,
        "sig": hex(&signature.to_byte_array())})
}

/// A project; the number tells its keys.
#[derive(Clone)]
pub struct FakeProject {
    pub number: u8,
    pub network: Network,
    pub id: String,
    pub event: Value,
    pub created: i64,
}

/// One investment in it.
#[derive(Clone, Copy)]
pub struct Investor {
    /// Whose key.
    pub number: u8,
    /// What is paid, the fee included.
    pub sats: i64,
    /// Time of the block; none is unconfirmed.
    pub at: Option<i64>,
}

impl FakeProject {
    /// An Invest project of two stages, with a target of 0.5 BTC.
    pub fn invest(number: u8) -> Self {
        Self::with(
            number,
            Network::Mainnet,
            3030,
            &json!({"version": 2, "projectType": 0, "targetAmount": 50_000_000,
            "networkName": "Main", "startDate": CREATED, "endDate": CREATED + 40_000_000, "expiryDate": CREATED + 90_000_000,
            "stages": [{"amountToRelease": 33.33, "releaseDate": CREATED + 50_000_000},
                {"amountToRelease": 66.67, "releaseDate": CREATED + 60_000_000}]}),
        )
    }

    /// Any other words.
    pub fn with(number: u8, network: Network, kind: u32, words: &Value) -> Self {
        let id = id::of_founder(&founder(number), network).unwrap();
        let mut words = words.clone();
        words["projectIdentifier"] = id.clone().into();
        words["founderKey"] = founder(number).into();
        words["nostrPubKey"] = nostr_key(number).into();
        let event = sign(number, kind, CREATED, json!([]), &words.to_string());
        Self { number, network, id, event, created: CREATED }
    }

    pub fn address(&self) -> String {
        id::address(&self.id, self.network).unwrap()
    }

    /// The same project in words that its key never signed on the chain.
    pub fn other_words(&self, target: i64, by: u8) -> Value {
        let mut words: Value = serde_json::from_str(self.event["content"].as_str().unwrap()).unwrap();
        words["targetAmount"] = target.into();
        words["nostrPubKey"] = nostr_key(by).into();
        sign(by, 3030, CREATED + 1_000, json!([["d", self.id]]), &words.to_string())
    }

    /// The transaction that made it.
    pub fn creation(&self) -> Value {
        let message = format!("6a21{}020100{}{}", founder(self.number), "20", self.event["id"].as_str().unwrap());
        let outputs = [(10_001, id::script(&self.id).unwrap()), (0, message)];
        tx(u32::from(self.number) * 1_000, &outputs, Some(self.created))
    }

    /// The transaction of an investment, in equal or given parts.
    pub fn investment(&self, number: u32, investor: Investor, shares: &[Option<i64>]) -> Value {
        let (fee, parts) = split(investor.sats, shares);
        let mut outputs = vec![(fee, id::script(&self.id).unwrap()), (0, format!("6a21{}", founder(investor.number)))];
        outputs.extend(parts.into_iter().map(|part| (part, format!("5120{}", "ab".repeat(32)))));
        outputs.push((777, format!("0014{}", "cd".repeat(20))));
        tx(u32::from(self.number) * 1_000 + number, &outputs, investor.at)
    }
}

fn tx(number: u32, outputs: &[(i64, String)], at: Option<i64>) -> Value {
    let outputs: Vec<Value> =
        outputs.iter().map(|(sats, script)| json!({"value": sats, "scriptpubkey": script})).collect();
    let status = match at {
        Some(at) => json!({"confirmed": true, "block_height": 900_000 + at / 600 - CREATED / 600, "block_time": at}),
        None => json!({"confirmed": false}),
    };
    json!({"txid": format!("{number:064x}"), "vin": [], "vout": outputs, "status": status})
}
