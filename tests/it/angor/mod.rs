//! Angor from outside: a fake relay and a fake explorer, the published examples, and everything that may go wrong.

mod chain;
mod published;
mod trouble;

use std::time::Duration;

use serde_json::Value;

use crate::support::{TestApp, TestDb};

/// A server that reads Angor from these.
async fn start(db: &TestDb, variables: &[(&'static str, String)]) -> TestApp {
    TestApp::start_tuned(db, variables, |config| {
        let patience = &mut config.angor.patience;
        patience.connect = Duration::from_millis(800);
        patience.relay = Duration::from_millis(1_500);
        patience.stragglers = Duration::from_millis(100);
        patience.request = Duration::from_millis(800);
        patience.spacing = Duration::from_millis(1);
    })
    .await
}

async fn project(app: &TestApp, id: &str) -> Value {
    app.json(&format!("/api/projects/{id}?include=unverified")).await
}

/// State and message of the relay or explorer with this address.
async fn endpoint(app: &TestApp, url: &str) -> (String, String) {
    let angor = app.json("/api/settings").await["angor"].clone();
    let all = [angor["relays"].as_array().unwrap().clone(), angor["explorers"].as_array().unwrap().clone()].concat();
    let found = all.iter().find(|one| one["url"] == url).unwrap();
    (found["state"].as_str().unwrap().to_owned(), found["message"].as_str().unwrap().to_owned())
}
