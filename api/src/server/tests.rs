//! The server over real sockets, with routes that do what none of ours should.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use actix_web::web::{self, Bytes, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::StreamExt as _;
use serde_json::Value;

use super::*;
use crate::error::ApiError;

fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/fine").get(async || "fine").post(async |body: Bytes| body.len().to_string()))
        .service(web::resource("/at-once").get(async || -> HttpResponse { panic!("at once") }))
        .service(web::resource("/later").get(async || -> HttpResponse {
            tokio::task::yield_now().await;
            panic!("later")
        }))
        .service(web::resource("/ignores").post(async |_: HttpRequest| "ignored"))
        .service(web::resource("/reads").post(async |mut body: Payload| -> Result<HttpResponse, ApiError> {
            let mut length = 0;
            while let Some(chunk) = body.next().await {
                match chunk {
                    Ok(chunk) => length += chunk.len(),
                    Err(actix_web::error::PayloadError::Overflow) => return Err(ApiError::TooLarge),
                    Err(error) => return Ok(HttpResponse::RequestTimeout().body(error.to_string())),
                }
            }
            Ok(HttpResponse::Ok().body(length.to_string()))
        }));
}

/// A server until the test ends.
fn start() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async { serve(listener, "", routes).unwrap().await.unwrap() });
    });
    address
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

/// Sends, and reads until the server closes.
fn ask(address: SocketAddr, text: &str) -> String {
    let mut stream = connect(address);
    stream.write_all(text.as_bytes()).unwrap();
    rest(stream)
}

fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).unwrap_or_default().parse().unwrap_or_default()
}

fn envelope_of(answer: &str) -> Value {
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn a_panic_is_a_500_with_the_requests_id_and_the_workers_live_on() {
    let address = start();
    for round in 0..20 {
        let answer = ask(address, &get(if round % 2 == 0 { "/at-once" } else { "/later" }));
        assert_eq!(status(&answer), 500);
        let error = &envelope_of(&answer)["error"];
        assert_eq!(error["code"], "internal_error");
        let id = error["request_id"].as_str().unwrap();
        assert!(!id.is_empty() && answer.contains(&format!("x-request-id: {id}")), "{answer}");
        assert!(answer.contains("x-content-type-options: nosniff") && !answer.contains("at once"), "{answer}");
    }
    // Also on a connection that is kept.
    let mut stream = connect(address);
    write!(stream, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n{}", get("/fine")).unwrap();
    let answers = rest(stream);
    assert!(status(&answers) == 500 && answers.ends_with("fine"), "{answers}");
}

#[test]
fn what_is_too_large_is_refused_by_its_word_or_by_its_bytes() {
    let address = start();
    let head = "Host: h\r\nConnection: close\r\n";
    let long = format!("GET /fine?q={} HTTP/1.1\r\n{head}\r\n", "x".repeat(9_000));
    assert_eq!((status(&ask(address, &long)), 414), (414, 414));
    let declared = format!("POST /reads HTTP/1.1\r\n{head}Content-Length: 100000000\r\n\r\n");
    let answer = ask(address, &declared);
    assert_eq!((status(&answer), &envelope_of(&answer)["error"]["code"]), (413, &Value::from("too_large")));
    let chunk = format!("{:x}\r\n{}\r\n", 40_000, "x".repeat(40_000));
    let chunked = format!("POST /reads HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n");
    let answer = ask(address, &chunked);
    assert_eq!((status(&answer), &envelope_of(&answer)["error"]["code"]), (413, &Value::from("too_large")));
    let fits = format!("POST /fine HTTP/1.1\r\n{head}Content-Length: 5\r\n\r\nhello");
    assert!(ask(address, &fits).ends_with("\r\n\r\n5"));
}

#[test]
fn a_body_that_nobody_reads_does_not_hold_the_connection() {
    let address = start();
    for framing in ["Content-Length: 1000", "Transfer-Encoding: chunked"] {
        for (path, expected) in [("/ignores", 200), ("/nowhere", 404), ("/at-once", 405)] {
            let mut stream = connect(address);
            let begun = if framing.starts_with('C') { "x" } else { "1\r\nx\r\n" };
            write!(stream, "POST {path} HTTP/1.1\r\nHost: h\r\n{framing}\r\n\r\n{begun}").unwrap();
            let started = Instant::now();
            let mut drip = stream.try_clone().unwrap();
            std::thread::spawn(move || {
                // Goes on sending until the server has enough.
                while drip.write_all(begun.as_bytes()).is_ok() && started.elapsed() < Duration::from_secs(20) {
                    std::thread::sleep(Duration::from_millis(100));
                }
            });
            let mut answer = Vec::new();
            // A reset after the answer is an end, too.
            let _ = stream.read_to_end(&mut answer);
            assert_eq!(status(&String::from_utf8_lossy(&answer)), expected, "{path} {framing}");
            assert!(started.elapsed() < Duration::from_secs(10), "{path} {framing}: {:?}", started.elapsed());
        }
    }
}

#[test]
fn a_slow_body_and_a_slow_head_end_by_their_deadlines() {
    let address = start();
    let bodies = ["Content-Length: 10\r\n\r\nx", "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"];
    let slow: Vec<_> = bodies
        .map(|body| format!("POST /reads HTTP/1.1\r\nHost: h\r\n{body}"))
        .into_iter()
        .chain(["GET /fine HTTP/1.1\r\nHost: h\r\nX-Half: ".to_owned()])
        .map(|text| std::thread::spawn(move || status(&ask(address, &text))))
        .collect();
    assert!(ask(address, &get("/fine")).ends_with("fine"), "others are served meanwhile");
    for thread in slow {
        assert_eq!(thread.join().unwrap(), 408);
    }
}

#[test]
fn odd_requests_are_refused_or_dropped_and_never_fail() {
    let address = start();
    let many: String = (0..100).map(|n| format!("X-{n}: y\r\n")).collect();
    let odd = [
        "POST /fine HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
        "POST /fine HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody".to_owned(),
        "POST /fine HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n".to_owned(),
        "POST /fine HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551616\r\n\r\n".to_owned(),
        "POST /fine HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, xchunked\r\n\r\n".to_owned(),
        "GET /fine HTTP/1.1\r\nHost: h\r\nX-Folded: a\r\n b\r\n\r\n".to_owned(),
        "GET /fine HTTP/1.1\nHost: h\n\n".to_owned(),
        "GET /fine\r\n\r\n".to_owned(),
        "GET /fine HTTP/9.9\r\nHost: h\r\n\r\n".to_owned(),
        "GET http://[bad HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(),
        "GET /%zz?%f HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".to_owned(),
        "GET /fine HTTP/1.1\r\n\r\n".to_owned(),
        "\0\u{1}\u{2}\r\n\r\n".to_owned(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        format!("GET /fine HTTP/1.1\r\nHost: h\r\n{many}\r\n"),
        format!("GET /fine HTTP/1.1\r\nHost: h\r\nX: {}\r\n\r\n", "y".repeat(140_000)),
        format!("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", "y".repeat(70_000)),
    ];
    for text in odd {
        let mut stream = connect(address);
        let _ = stream.write_all(text.as_bytes());
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        let shown = text.chars().take(80).collect::<String>();
        assert!(answer.is_empty() || (200..500).contains(&status(&answer)), "{shown:?}: {answer}");
        assert!(answer.matches("HTTP/1.1 ").count() <= 1, "{shown:?} was taken for two requests: {answer}");
    }
    assert!(ask(address, &get("/fine")).ends_with("fine"));
}
