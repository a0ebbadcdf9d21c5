//! Webhooks: what BTCPay gets for an answer, what stays on disk, and what follows from it.

mod bodies;
mod crash;
mod demo;
mod json;
mod live;
mod logs;
mod raw;
mod repeats;
mod retry;
pub mod sender;
mod signature;
mod soak;
mod trouble;
