//! Requests that want too much: of the real routes, over real connections.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{TestApp, TestDb, body};

/// Sends text, then reads to the end.
async fn raw(app: &TestApp, text: &str) -> String {
    let mut stream = TcpStream::connect(app.base.strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn refusals_of_every_kind_have_the_one_body() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    for (method, path, status, code) in [
        ("GET", "/api/nothing", 404, "not_found"),
        ("DELETE", "/api/analytics", 405, "method_not_allowed"),
        ("PUT", "/health", 405, "method_not_allowed"),
        ("GET", "/api/refresh", 405, "method_not_allowed"),
        ("POST", "/", 405, "method_not_allowed"),
    ] {
        let response = app.send(method.parse().unwrap(), path).await;
        assert_eq!(response.status().as_u16(), status, "{method} {path}");
        assert_eq!(response.headers().contains_key("allow"), status == 405, "{method} {path}");
        assert_eq!(response.headers()["content-type"], "application/json", "{method} {path}");
        let body = body(response).await;
        assert_eq!(body["error"]["code"], code, "{method} {path}");
        assert!(!body["error"]["request_id"].as_str().unwrap().is_empty());
    }
    for (text, status, code) in [
        ("POST /api/refresh HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n".to_owned(), 413, "too_large"),
        (
            format!("GET /api/invoices?q={} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "x".repeat(10_000)),
            414,
            "address_too_long",
        ),
    ] {
        let answer = raw(&app, &text).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.contains(code), "{answer}");
    }
    app.stop().await;
}

#[tokio::test]
async fn hundreds_of_slow_clients_do_not_keep_others_out() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let address = app.base.strip_prefix("http://").unwrap();
    let mut slow = Vec::new();
    for number in 0..400 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let begun = if number % 2 == 0 {
            "GET /api/analytics HTTP/1.1\r\nHost: h\r\nX-Half: "
        } else {
            "POST /api/refresh HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"
        };
        stream.write_all(begun.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    app.json("/api/analytics").await;
    // Each is told off and cut, whatever else it sends.
    for mut stream in slow {
        let cut = async {
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            answer
        };
        let answer = tokio::time::timeout(Duration::from_secs(30), cut).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 408") || answer.starts_with(b"HTTP/1.1 200"));
    }
    app.stop().await;
}
