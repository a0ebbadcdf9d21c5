//! As much of HTTP/1.1 as is needed, by hand: a real server library would not let us lie about lengths or fall silent.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    /// Without the query, percent-encoding untouched.
    pub path: String,
    /// Decoded.
    pub query: Vec<(String, String)>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// The first header of this (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values of a query parameter; ASP.NET does not mind the case of names.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let given = self.query.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        given.map(|(_, value)| value.as_str()).collect()
    }

    /// The first value of a query parameter.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.all(name).first().copied()
    }

    fn parse(head: &str) -> Option<Self> {
        let mut lines = head.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(key, value)| (decode(&key.replace('+', " ")), decode(&value.replace('+', " "))))
            .collect();
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_owned()))
            .collect();
        Some(Self { method, path: path.to_owned(), query, headers })
    }
}

/// Percent-decoding. What is not an escape stays.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(escaped) if byte == b'%' => {
                decoded.push(escaped);
                at += 3;
            }
            _ => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Reads one request with its body; none if the client went away or does not speak HTTP.
pub async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        // A head of this size is a mistake of the test.
        if bytes.len() > 1 << 20 || stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let request = Request::parse(std::str::from_utf8(bytes.get(..end)?).ok()?)?;
    // A body left unread would turn our close into a reset and could take the answer with it.
    let length: usize = request.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(request)
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Response {
    /// Status and nothing else, as for a route that does not exist.
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// Text under a content type; "" sends none.
    pub fn text(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut response = Self::empty(status);
        response.body = body.into();
        if !content_type.is_empty() {
            response.headers.push(("Content-Type", content_type.to_owned()));
        }
        response
    }

    /// As BTCPay answers.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json; charset=utf-8", body.to_string())
    }

    /// Another content type in place of the right one.
    pub fn set_content_type(&mut self, content_type: &str) {
        self.headers.retain(|(name, _)| *name != "Content-Type");
        self.headers.push(("Content-Type", content_type.to_owned()));
    }

    /// Sends the first `sent` bytes of the body under a Content-Length of the whole of it. The client may be gone by
    /// now, which is its business.
    pub async fn send(&self, stream: &mut TcpStream, sent: usize) {
        let mut head = format!("HTTP/1.1 {} Status\r\nConnection: close\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        // 204 has no body by definition, and no length either.
        if self.status != 204 {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        let body = self.body.get(..sent).unwrap_or(&self.body);
        if stream.write_all(head.as_bytes()).await.is_ok() && stream.write_all(body).await.is_ok() {
            let _ = stream.shutdown().await;
        }
    }
}
