//! Adapters for what lies outside: each turns a foreign API, or chance, into `domain` types. The only module that names
//! reqwest.
//!
//! It imports `domain` and `shared`; `ingest` and `startup` import it.

pub mod angor;
pub mod btcpay;
pub mod demo;
mod error;

pub use error::SourceError;
