//! A connection by hand, for requests that no client library makes.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::TestApp;

pub struct Raw(TcpStream);

impl Raw {
    pub async fn open(app: &TestApp) -> Self {
        Self(TcpStream::connect(app.base.strip_prefix("http://").unwrap()).await.unwrap())
    }

    /// Sends the head of a delivery with these headers, `\r\n` after each.
    pub async fn head(&mut self, headers: &str) {
        self.send(format!("POST /webhook HTTP/1.1\r\nHost: x\r\n{headers}\r\n").as_bytes()).await;
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// Everything until the other side closes.
    pub async fn rest(mut self) -> String {
        let mut answer = Vec::new();
        let read = async {
            // A reset after the answer is a way to close.
            let mut piece = [0; 4_096];
            while let Ok(length @ 1..) = self.0.read(&mut piece).await {
                answer.extend_from_slice(&piece[..length]);
            }
        };
        tokio::time::timeout(Duration::from_secs(20), read).await.expect("the connection stays open");
        String::from_utf8(answer).unwrap()
    }

    /// The status of the next answer, without waiting for the end.
    pub async fn status(&mut self) -> u16 {
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n") {
            answer.push(tokio::time::timeout(Duration::from_secs(20), self.0.read_u8()).await.unwrap().unwrap());
        }
        status(&String::from_utf8(answer).unwrap())
    }
}

pub fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).unwrap_or_else(|| panic!("no answer: {answer:?}")).parse().unwrap()
}
