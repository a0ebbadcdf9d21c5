//! Ways to misbehave.

use std::io::Write;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::http::Response;

/// What goes wrong. Those that speak of the real answer compute it first, so a wrong key still gives a 401.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This answer instead; an empty content type sends none.
    Status(u16, &'static str, String),
    /// 429 with this `Retry-After`.
    Header429(String),
    /// A page of the proxy in front.
    Html(u16),
    /// The length of the whole body, but half of it, then the end.
    Truncate,
    /// 200 with the JSON cut in half under a length that is right.
    Garbage,
    /// The request is read and never answered.
    Silence,
    /// The real answer, later.
    Delay(Duration),
    /// The connection is closed without an answer.
    Reset,
    /// Somewhere else.
    Redirect(u16, String),
    /// The first page of the list again and again, always full, whatever dates and `skip` say.
    SamePage,
    /// The real body with one byte of a text replaced by 0xff.
    BadUtf8,
    /// The real body as text/plain.
    WrongContentType,
    /// Ten gigabytes of blanks, as fast as they are taken.
    Flood,
    /// 64 MiB of blanks in 64 KiB of gzip.
    Bomb,
    /// A byte, and another one after this time, and so on.
    Drip(Duration),
}

/// A fault waiting for its requests.
pub struct Planned {
    pub path_contains: String,
    /// How often it still strikes; none is for ever.
    pub left: Option<usize>,
    pub fault: Fault,
}

/// The first planned fault that fits this path, with one strike less from now on.
pub fn take(planned: &mut [Planned], path: &str) -> Option<Fault> {
    let fits = |fault: &&mut Planned| path.contains(&fault.path_contains) && fault.left != Some(0);
    let hit = planned.iter_mut().find(fits)?;
    hit.left = hit.left.map(|left| left - 1);
    Some(hit.fault.clone())
}

impl Fault {
    /// Plays the fault on this connection. `real` is the answer that should have been given.
    pub async fn play(self, stream: &mut TcpStream, mut real: Response) {
        let mut sent = usize::MAX;
        match self {
            Self::Status(status, content_type, body) => real = Response::text(status, content_type, body),
            Self::Header429(retry_after) => {
                real = Response::empty(429);
                real.headers.push(("Retry-After", retry_after));
            }
            Self::Html(status) => {
                let page =
                    format!("<html>\r\n<head><title>{status}</title></head>\r\n<body>nginx</body>\r\n</html>\r\n");
                real = Response::text(status, "text/html", page);
            }
            Self::Truncate => sent = real.body.len() / 2,
            Self::Garbage => {
                real.status = 200;
                real.body.truncate(real.body.len() / 2);
            }
            Self::Silence => return wait_for_the_end(stream).await,
            Self::Delay(time) => tokio::time::sleep(time).await,
            Self::Reset => return,
            Self::Redirect(status, location) => {
                real = Response::empty(status);
                real.headers.push(("Location", location));
            }
            // Played while the answer was computed.
            Self::SamePage => (),
            Self::BadUtf8 => spoil(&mut real.body),
            Self::WrongContentType => real.set_content_type("text/plain"),
            Self::Flood => return flood(stream).await,
            Self::Bomb => {
                real = Response::text(200, "application/json", bomb());
                real.headers.push(("Content-Encoding", "gzip".to_owned()));
            }
            Self::Drip(time) => return drip(stream, time).await,
        }
        real.send(stream, sent).await;
    }
}

/// Until the client gives up, or the fake is dropped and its connections with it.
async fn wait_for_the_end(stream: &mut TcpStream) {
    let mut unheard = [0_u8; 64];
    while matches!(stream.read(&mut unheard).await, Ok(length) if length > 0) {}
}

/// Until the client has had enough.
async fn flood(stream: &mut TcpStream) {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", 10_u64 << 30);
    let blanks = [b' '; 65_536];
    let mut going = stream.write_all(head.as_bytes()).await.is_ok();
    while going {
        going = stream.write_all(&blanks).await.is_ok();
    }
}

fn bomb() -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..1_024 {
        encoder.write_all(&[b' '; 65_536]).expect("memory");
    }
    encoder.finish().expect("memory")
}

async fn drip(stream: &mut TcpStream, time: Duration) {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";
    let mut going = stream.write_all(head.as_bytes()).await.is_ok();
    while going {
        tokio::time::sleep(time).await;
        going = stream.write_all(b" ").await.is_ok();
    }
}

/// Hits the `additionalStatus` of the first row, else the first text value: within a row, so that it spoils only that.
fn spoil(body: &mut [u8]) {
    let after = |text: &[u8]| {
        let found = body.windows(text.len()).position(|window| window == text);
        found.map(|at| at + text.len())
    };
    if let Some(at) = after(b"\"additionalStatus\":\"").or_else(|| after(b"\":\""))
        && let Some(byte) = body.get_mut(at)
    {
        *byte = 0xff;
    }
}
