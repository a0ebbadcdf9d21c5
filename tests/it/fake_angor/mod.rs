//! Angor's world without internet: a relay and an explorer that can misbehave, and projects with real keys and signatures.

mod explorer;
mod project;
mod relay;

pub use explorer::{FakeExplorer, Trick};
pub use project::{FakeProject, Investor, nostr_key, sign};
pub use relay::{FakeRelay, Manners};

use serde_json::Value;

/// One of the published examples.
pub fn example(name: &str) -> Value {
    let path = format!("{}/../tests/fixtures/angor/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Variables that read Angor from these.
pub fn reading(relays: &[&str], explorers: &[&str]) -> Vec<(&'static str, String)> {
    vec![
        ("ANGOR_ENABLE", "true".to_owned()),
        ("ANGOR_RELAYS", relays.join(",")),
        ("ANGOR_INDEXERS", explorers.join(",")),
    ]
}
