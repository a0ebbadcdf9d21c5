//! The public relays and explorers that Angor's own programs use. Imported by `ingest`.

use crate::domain::project::id::Network;

/// Relays of a network. Both networks share the first two.
#[must_use]
pub const fn relays(network: Network) -> &'static [&'static str] {
    match network {
        Network::Mainnet => &[
            "wss://relay.angor.io",
            "wss://relay2.angor.io",
            "wss://relay.damus.io",
            "wss://nos.lol",
            "wss://relay.primal.net",
        ],
        Network::Angornet => &["wss://relay.angor.io", "wss://relay2.angor.io"],
    }
}

/// Explorers of a network, the preferred one first.
#[must_use]
pub const fn explorers(network: Network) -> &'static [&'static str] {
    match network {
        Network::Mainnet => {
            &["https://fulcrum.angor.online", "https://electrs.angor.online", "https://explorer.angor.io"]
        }
        Network::Angornet => {
            &["https://signet.angor.online", "https://signet2.angor.online", "https://test.indexer.angor.io"]
        }
    }
}
