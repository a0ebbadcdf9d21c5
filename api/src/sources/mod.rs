//! Adapters for what lies outside: each turns a foreign API into `domain` types. The only module that names reqwest.
//!
//! It imports `domain` and `shared`; `ingest` and `startup` import it.

pub mod btcpay;
mod error;

pub use error::SourceError;
