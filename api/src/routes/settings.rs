//! `GET /api/settings`: what is set, and whether BTCPay answers. No secret leaves.

use actix_web::HttpRequest;
use actix_web::web::Json;
use secrecy::ExposeSecret;
use shared::{Connection, ConnectionState, FromEnvironment, Mode, Settings};

use super::origin::Origin;
use super::params::Params;
use super::{App, AppData};
use crate::config::{Config, DEMO_WEBHOOK_SECRET};
use crate::error::ApiError;

/// Mode, connection, and what the environment set.
#[utoipa::path(get, path = "/api/settings", tag = "operation", responses((status = 200, body = Settings)))]
pub async fn get_settings(app: AppData, request: HttpRequest) -> Result<Json<Settings>, ApiError> {
    Params::parse(request.query_string(), &[])?;
    let btcpay = &app.config.btcpay;
    let url = |url: &url::Url| url.as_str().trim_end_matches('/').to_owned();
    Ok(Json(Settings {
        mode: app.config.mode(),
        missing_for_live: app.config.missing_for_live(),
        connection: connection(&app).await,
        btcpay_host: btcpay.host.as_ref().map(url),
        btcpay_public_url: btcpay.public_url.as_ref().or(btcpay.host.as_ref()).map(url),
        store_id: btcpay.store_id.clone(),
        api_key_masked: btcpay.api_key.as_ref().map(|key| masked(key.expose_secret())),
        webhook_secret_set: btcpay.webhook_secret.is_some(),
        webhook_message: webhook_message(&app),
        demo_webhook_secret: demo_webhook_secret(&app.config),
        webhook_url: webhook_url(&app, &request),
        angor: app.angor.settings().await?,
        display_timezone: app.config.display_zone.to_string(),
        sync_interval_seconds: app.config.sync_interval.map_or(0, |interval| interval.as_secs()),
        database: app.store.backend().to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        from_environment: app
            .config
            .set
            .iter()
            .map(|(name, value)| FromEnvironment { name: name.clone(), value: value.clone() })
            .collect(),
    }))
}

async fn connection(app: &App) -> Connection {
    let Some(sync) = &app.sync else {
        let missing = app.config.missing_for_live().join(", ");
        let message = format!("No BTCPay store is connected. To see yours, set {missing} and start again.");
        return Connection { state: ConnectionState::Demo, message };
    };
    match sync.contact().await {
        Ok(()) => Connection { state: ConnectionState::Connected, message: "BTCPay answers.".to_owned() },
        Err(error) => Connection { state: error.connection_state(), message: error.to_string() },
    }
}

/// What signs webhooks that are sent by hand, where nobody set a secret of their own.
fn demo_webhook_secret(config: &Config) -> Option<String> {
    let demo = config.mode() == Mode::Demo && config.btcpay.webhook_secret.is_none();
    demo.then(|| DEMO_WEBHOOK_SECRET.to_owned())
}

/// An ellipsis and the last four characters; nothing of a key so short that these would be most of it.
fn masked(key: &str) -> String {
    let length = key.chars().count();
    let last: String = if length >= 12 { key.chars().skip(length - 4).collect() } else { String::new() };
    format!("…{last}")
}

/// Whether deliveries are taken, and what to do where they are not.
fn webhook_message(app: &App) -> String {
    let message = match (app.config.btcpay.webhook_secret.is_some(), app.config.mode()) {
        (true, _) => "Deliveries signed with BTCPAY_WEBHOOK_SECRET are taken.",
        (false, Mode::Demo) => {
            "Demo mode: deliveries signed with the demo secret are taken, and make or change demo invoices."
        }
        (false, Mode::Live) => {
            "No webhook secret is set, so every delivery is answered with 503. Set BTCPAY_WEBHOOK_SECRET to the secret of the webhook in BTCPay."
        }
    };
    message.to_owned()
}

fn webhook_url(app: &App, request: &HttpRequest) -> String {
    match &app.config.server.webhook_url {
        Some(url) => url.to_string(),
        None => format!("{}/webhook", Origin::of(request.head(), &app.config.server).public_url),
    }
}
