//! Angor: crowdfunding on the chain. There is no server to ask: projects are told on Nostr relays, and the chain says which of
//! these words and which money count. Imported by `ingest`.

pub mod defaults;
pub mod demo;
