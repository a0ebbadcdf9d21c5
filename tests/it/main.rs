//! The whole program from outside: a real server on port 0, a fresh database, a fake BTCPay Server that can misbehave.
//!
//! Everything runs on SQLite, and on PostgreSQL when `TEST_DATABASE_URL` is set.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod analytics;
mod angor;
mod api;
mod browser;
mod compare;
mod damage;
mod demo;
mod disk;
mod docs;
mod export;
mod fake_angor;
mod fake_btcpay;
mod layout;
mod licences;
mod limits;
mod migrations;
mod oracle;
mod outage;
mod process;
mod program;
mod projects;
mod proxies;
mod rollups;
mod shutdown;
mod store;
mod support;
mod sync;
mod trouble;
mod webhook;
