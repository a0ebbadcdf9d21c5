//! A Nostr relay: filters, EOSE, and bad manners.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// How it behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manners {
    Good,
    /// Sends events and never says that these were all.
    NoEnd,
    /// Closes the connection after so many messages.
    HangsUp(usize),
    /// Refuses every question in these words.
    Refuses(&'static str),
    /// Says this and nothing else.
    Notice(&'static str),
    /// Takes the connection and never says a word.
    Silent,
    /// Is a web server.
    WebPage,
    /// Sends junk of the right kind without end.
    Floods,
}

pub struct FakeRelay {
    url: String,
    state: Arc<Mutex<State>>,
    task: AbortHandle,
}

struct State {
    manners: Manners,
    events: Vec<Value>,
}

impl FakeRelay {
    pub async fn start(manners: Manners, events: Vec<Value>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { manners, events }));
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { url, state, task: task.abort_handle() }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn behave(&self, manners: Manners) {
        self.state.lock().unwrap().manners = manners;
    }
}

impl Drop for FakeRelay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let manners = state.lock().unwrap().manners.clone();
    match manners {
        Manners::Silent => return tokio::time::sleep(Duration::from_secs(60)).await,
        Manners::WebPage => {
            let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>";
            let _ = stream.write_all(page.as_bytes()).await;
            return;
        }
        _ => {}
    }
    let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else { return };
    let mut sent = 0;
    while let Some(Ok(message)) = socket.next().await {
        let Ok(text) = message.into_text() else { continue };
        let Ok(message) = serde_json::from_str::<Value>(&text) else { continue };
        if message[0] == "REQ" && answer(&mut socket, &message, &manners, &state, &mut sent).await.is_err() {
            return;
        }
    }
}

async fn answer(
    socket: &mut WebSocketStream<TcpStream>,
    request: &Value,
    manners: &Manners,
    state: &Mutex<State>,
    sent: &mut usize,
) -> Result<(), ()> {
    let name = &request[1];
    let mut send = async |message: Value| socket.send(Message::text(message.to_string())).await.map_err(drop);
    match manners {
        Manners::Refuses(words) => return send(json!(["CLOSED", name, words])).await,
        Manners::Notice(words) => return send(json!(["NOTICE", words])).await,
        Manners::Floods => loop {
            *sent += 1;
            let junk = json!({"id": format!("{sent:064x}"), "pubkey": "0".repeat(64), "created_at": sent, "kind": 3030,
                "tags": [], "content": "junk", "sig": "0".repeat(128)});
            send(json!(["EVENT", name, junk])).await?;
        },
        _ => {}
    }
    let events = state.lock().unwrap().events.clone();
    for event in matching(&events, &request[2]) {
        if *manners == Manners::HangsUp(*sent) {
            return Err(());
        }
        send(json!(["EVENT", name, event])).await?;
        *sent += 1;
    }
    match manners {
        Manners::NoEnd => Ok(()),
        Manners::HangsUp(_) => Err(()),
        _ => send(json!(["EOSE", name])).await,
    }
}

/// Events that pass a filter, the newest first.
fn matching(events: &[Value], filter: &Value) -> Vec<Value> {
    let among = |list: &Value, value: &Value| list.as_array().is_none_or(|list| list.contains(value));
    let mut found: Vec<Value> = events
        .iter()
        .filter(|event| among(&filter["kinds"], &event["kind"]) && among(&filter["ids"], &event["id"]))
        .filter(|event| among(&filter["authors"], &event["pubkey"]))
        .filter(|event| filter["until"].as_i64().is_none_or(|until| event["created_at"].as_i64() <= Some(until)))
        .filter(|event| {
            let tags = event["tags"].as_array().unwrap();
            filter["#d"]
                .as_array()
                .is_none_or(|wanted| tags.iter().any(|tag| tag[0] == "d" && wanted.contains(&tag[1])))
        })
        .cloned()
        .collect();
    found.sort_by_key(|event| std::cmp::Reverse(event["created_at"].as_i64()));
    // As the published settings of Angor's own relay, only smaller.
    found.truncate(filter["limit"].as_u64().unwrap_or(40).min(40).try_into().unwrap());
    found
}
