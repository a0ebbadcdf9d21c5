//! BTC Crowdfund Analytics: exact figures of BTCPay Server stores, traceable to the invoices behind them.
//!
//! Data flow one way: [`sources`] → [`ingest`] → [`store`] → roll-ups → [`analytics`] → DTOs of `shared` → the SPA.
//! [`domain`] holds what they all speak of; `routes` translate HTTP; [`startup`] wires everything.

pub mod analytics;
pub mod config;
pub mod domain;
pub mod error;
pub mod ingest;
pub mod routes;
mod server;
mod shutdown;
pub mod sources;
pub mod startup;
pub mod store;
pub mod supervise;
pub mod telemetry;
