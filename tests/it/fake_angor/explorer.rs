//! An explorer in mempool's style, pages of ten, with tricks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

use crate::fake_btcpay::http::{self, Request, Response};

/// What it does to every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trick {
    None,
    /// The first page, whatever was asked.
    FirstPageForEver,
    /// A new transaction on every page, for ever.
    NeverEnds,
    WebPage,
    Status(u16),
    /// Half of the JSON.
    Garbage,
    /// No answer.
    Silence,
}

pub struct FakeExplorer {
    url: String,
    state: Arc<Mutex<State>>,
    task: AbortHandle,
}

struct State {
    trick: Trick,
    /// By address, newest first.
    txs: HashMap<String, Vec<Value>>,
    /// Rows of its own list of projects; none is an explorer without one.
    projects: Option<Value>,
    requests: usize,
    pages_invented: usize,
}

impl FakeExplorer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (txs, trick) = (HashMap::new(), Trick::None);
        let state = Arc::new(Mutex::new(State { trick, txs, projects: None, requests: 0, pages_invented: 0 }));
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

    /// The transactions of an address, newest first.
    pub fn put(&self, address: &str, txs: Vec<Value>) {
        self.state.lock().unwrap().txs.insert(address.to_owned(), txs);
    }

    pub fn play(&self, trick: Trick) {
        self.state.lock().unwrap().trick = trick;
    }

    pub fn list_projects(&self, rows: Value) {
        self.state.lock().unwrap().projects = Some(rows);
    }

    pub fn requests(&self) -> usize {
        self.state.lock().unwrap().requests
    }
}

impl Drop for FakeExplorer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let Some(request) = http::read(&mut stream).await else { return };
    let (trick, real) = {
        let mut state = state.lock().unwrap();
        state.requests += 1;
        (state.trick.clone(), state.answer(&request))
    };
    match trick {
        Trick::Silence => tokio::time::sleep(Duration::from_secs(60)).await,
        Trick::WebPage => {
            Response::text(200, "text/html", "<!doctype html><html>app</html>").send(&mut stream, usize::MAX).await
        }
        Trick::Status(status) => Response::text(status, "text/plain", "no").send(&mut stream, usize::MAX).await,
        Trick::Garbage => {
            let half = real.body.len() / 2;
            Response::text(200, "application/json", &real.body[..half]).send(&mut stream, usize::MAX).await;
        }
        _ => real.send(&mut stream, usize::MAX).await,
    }
    let _ = stream.shutdown().await;
}

impl State {
    fn answer(&mut self, request: &Request) -> Response {
        let missing = || Response::text(404, "text/html", "<pre>Cannot GET</pre>");
        let Some(path) = request.path.strip_prefix("/api/v1/") else { return missing() };
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            ["address", address, "txs"] => self.page(address, request.first("after_txid")),
            ["address", address] if self.trick != Trick::FirstPageForEver => {
                let count = self.txs.get(*address).map_or(0, Vec::len);
                Response::json(200, &json!({"chain_stats": {"tx_count": count}, "mempool_stats": {"tx_count": 0}}))
            }
            ["tx", txid] => {
                let found = self.txs.values().flatten().find(|tx| tx["txid"] == **txid);
                found.map_or_else(missing, |tx| Response::json(200, tx))
            }
            ["query", "Angor", "projects"] => {
                self.projects.as_ref().map_or_else(missing, |rows| Response::json(200, rows))
            }
            _ => missing(),
        }
    }

    fn page(&mut self, address: &str, after: Option<&str>) -> Response {
        let all = self.txs.get(address).cloned().unwrap_or_default();
        if self.trick == Trick::NeverEnds {
            self.pages_invented += 1;
            let mut tx = all.first().cloned().unwrap_or_else(|| json!({"vout": [], "status": {"confirmed": false}}));
            tx["txid"] = format!("{:064x}", self.pages_invented).into();
            return Response::json(200, &json!([tx]));
        }
        // As electrum's way is: an unknown cursor gives the first page.
        let known = after.and_then(|after| all.iter().position(|tx| tx["txid"] == after));
        let start = known.filter(|_| self.trick != Trick::FirstPageForEver).map_or(0, |at| at + 1);
        let page: Vec<Value> = all.into_iter().skip(start).take(10).collect();
        Response::json(200, &json!(page))
    }
}
