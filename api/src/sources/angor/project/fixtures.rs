//! Events with real ids and signatures, for tests.

use serde::de::DeserializeOwned;

use crate::sources::angor::Event;

macro_rules! fixture {
    ($name:literal) => {
        read(include_str!(concat!("../../../../../tests/fixtures/angor/", $name)))
    };
}

fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap()
}

/// An Invest project.
pub fn invest() -> Event {
    fixture!("04-nostr-3030-invest-signed.json")
}

/// The transactions of its address, newest first, as an explorer gives them.
pub const INVEST_TXS: &str = include_str!("../../../../../tests/fixtures/angor/05-address-txs-invest.json");

/// Its profile, with scripts in it.
pub fn profile() -> Event {
    fixture!("07-nostr-kind0-html-signed.json")
}

/// Its long text, questions and members.
pub fn details() -> [Event; 3] {
    fixture!("08-nostr-30078-set-signed.json")
}

/// A Fund without target.
pub fn fund() -> Event {
    fixture!("06-nostr-3030-fund-no-profile-signed.json")
}

/// Absurd in every field.
pub fn hostile() -> Event {
    let [hostile, _]: [Event; 2] = fixture!("09-nostr-3030-hostile-signed.json");
    hostile
}

/// Of another program that uses the same kind.
pub fn foreign() -> Event {
    let [_, foreign]: [Event; 2] = fixture!("09-nostr-3030-hostile-signed.json");
    foreign
}

/// Of the older kind, with a target in bitcoin.
pub fn legacy() -> Event {
    fixture!("10-nostr-30078-legacy-btc-target-signed.json")
}

/// All of them.
pub fn all() -> Vec<Event> {
    let mut all = vec![invest(), profile(), fund(), hostile(), foreign(), legacy()];
    all.extend(details());
    all
}
