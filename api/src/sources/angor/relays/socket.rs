//! A WebSocket to a relay, over reqwest's connection. Imported through [`super`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{CONNECTION, CONTENT_TYPE, UPGRADE};
use reqwest::{Client, StatusCode, Upgraded, Url};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::End;
use crate::domain::text::quote;
use crate::sources::angor::reach::cause;

/// Largest message taken in. Larger events than Angor's are dropped one by one; beyond this the line is cut.
const MESSAGE_LIMIT: usize = 4 * 1_048_576;

/// Connects.
pub(super) async fn connect(client: &Client, url: &Url) -> Result<WebSocketStream<Upgraded>, End> {
    let key = STANDARD.encode(uuid::Uuid::new_v4().as_bytes());
    let response = client
        .get(over_http(url)?)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", &key)
        .send()
        .await
        .map_err(|error| End::Unreachable(cause(&error)))?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let page = if kind.contains("html") { " with a web page" } else { "" };
        return Err(End::NotARelay(format!("it answers with status {}{page}", response.status().as_u16())));
    }
    let accepted = response.headers().get("Sec-WebSocket-Accept").and_then(|value| value.to_str().ok());
    if accepted.map(str::trim) != Some(derive_accept_key(key.as_bytes()).as_str()) {
        return Err(End::NotARelay("its handshake is wrong".to_owned()));
    }
    let upgraded = response.upgrade().await.map_err(|error| End::Unreachable(cause(&error)))?;
    let config = WebSocketConfig::default()
        .read_buffer_size(64 * 1_024)
        .max_message_size(Some(MESSAGE_LIMIT))
        .max_frame_size(Some(MESSAGE_LIMIT));
    Ok(WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(config)).await)
}

/// The handshake is HTTP.
fn over_http(url: &Url) -> Result<Url, End> {
    let scheme = if url.scheme() == "wss" { "https" } else { "http" };
    let rest = url.as_str().split_once(':').map(|(_, rest)| rest).unwrap_or_default();
    Url::parse(&format!("{scheme}:{rest}"))
        .map_err(|_| End::Unreachable(format!("{} is no address", quote(url.as_str()))))
}
