//! Stands between the browser and the server: below a path, as reverse proxies do, and with answers of its own where a
//! test wants the server to fail or to say what it cannot be brought to say. Imported through [`super`].

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// What happens instead of the server's answer.
#[derive(Clone, Debug)]
pub enum Act {
    /// This JSON with this status.
    Json(u16, String),
    /// A page of the proxy's own.
    Html(u16),
    /// The server's answer, later.
    Late(Duration),
    /// The connection ends without an answer.
    Cut,
}

/// Whether the server sees the path below which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    Kept,
    Stripped,
}

struct Shared {
    server: SocketAddr,
    base: &'static str,
    prefix: Prefix,
    plans: Mutex<Vec<(String, Act)>>,
    seen: Mutex<Vec<String>>,
}

/// Running until it is dropped.
pub struct Proxy {
    /// Address with the path, without a slash at its end.
    pub base: String,
    shared: Arc<Shared>,
    task: AbortHandle,
}

impl Proxy {
    /// In front of a server, at its root.
    pub async fn start(server: &str) -> Self {
        Self::below(server, "", Prefix::Kept).await
    }

    /// In front of a server, below a path; what lies outside of it is a 404 that no server of ours gives.
    pub async fn below(server: &str, base: &'static str, prefix: Prefix) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = server.trim_start_matches("http://").parse().unwrap();
        let shared = Arc::new(Shared { server, base, prefix, plans: Mutex::default(), seen: Mutex::default() });
        let task = tokio::spawn(accept(listener, Arc::clone(&shared))).abort_handle();
        Self { base: format!("http://{address}{base}"), shared, task }
    }

    /// From now on for paths (without query) that begin so; the newest plan counts.
    pub fn plan(&self, path: &str, act: Act) {
        self.shared.plans.lock().unwrap().insert(0, (path.to_owned(), act));
    }

    /// The server answers everything itself.
    pub fn clear(&self) {
        self.shared.plans.lock().unwrap().clear();
    }

    /// Paths and queries asked for so far, and forgets them.
    pub fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.seen.lock().unwrap())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        // A connection that breaks off is the browser's doing.
        tokio::spawn(async move { serve(stream, &shared).await.ok() });
    }
}

async fn serve(mut browser: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if browser.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let (line, headers) = head.split_once("\r\n").unwrap_or((&head, ""));
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let Some(inner) = target.strip_prefix(shared.base).filter(|rest| rest.is_empty() || rest.starts_with('/')) else {
        return answer(&mut browser, 404, "text/plain", "outside of the path").await;
    };
    shared.seen.lock().unwrap().push(inner.to_owned());
    let path = inner.split('?').next().unwrap_or_default();
    let plan = shared.plans.lock().unwrap().iter().find(|(start, _)| path.starts_with(start.as_str())).cloned();
    match plan.map(|(_, act)| act) {
        Some(Act::Json(status, body)) => return answer(&mut browser, status, "application/json", &body).await,
        Some(Act::Html(status)) => return answer(&mut browser, status, "text/html", "<h1>Bad gateway</h1>").await,
        Some(Act::Cut) => return Ok(()),
        Some(Act::Late(time)) => tokio::time::sleep(time).await,
        None => {}
    }
    let target = match shared.prefix {
        Prefix::Kept => target,
        Prefix::Stripped if inner.is_empty() => "/",
        Prefix::Stripped => inner,
    };
    let mut server = TcpStream::connect(shared.server).await?;
    let kept = headers.split("\r\n").filter(|line| !line.to_lowercase().starts_with("connection:"));
    let headers = kept.collect::<Vec<_>>().join("\r\n");
    server.write_all(format!("{method} {target} HTTP/1.1\r\nConnection: close\r\n{headers}").as_bytes()).await?;
    server.write_all(&bytes[end..]).await?;
    copy(&mut server, &mut browser).await?;
    browser.shutdown().await
}

async fn answer(browser: &mut TcpStream, status: u16, kind: &str, body: &str) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nX-Request-Id: proxy-1\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    browser.write_all(head.as_bytes()).await?;
    browser.write_all(body.as_bytes()).await?;
    browser.shutdown().await
}
