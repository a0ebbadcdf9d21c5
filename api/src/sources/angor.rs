//! Angor: crowdfunding on the chain. There is no server to ask: projects are told on Nostr relays, and the chain says which of
//! these words and which money count. Imported by `ingest` and `startup`.
//!
//! A refresh goes round three corners: relays tell candidates ([`relays`]), an explorer lists the transactions of each
//! one's address ([`explorers`]), and the creation among them names the one event that counts, which relays are then asked for by
//! its id. [`project`] puts the three together and believes nothing that does not fit.

pub mod defaults;
pub mod demo;
mod event;
pub mod explorers;
mod lenient;
pub mod project;
mod reach;
pub mod relays;
mod text;

pub use event::Event;
pub use reach::{Patience, Reach};
