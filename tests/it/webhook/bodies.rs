//! The address and the body: never a redirect, never more than a mebibyte, never slower than it may be.

use std::time::Duration;

use reqwest::{Client, Method, redirect};
use serde_json::json;

use super::raw::{Raw, status};
use super::sender::{DEMO_SECRET, deliver_with, event, post, sign};
use crate::support::{TestApp, TestDb, body};

const MEBIBYTE: usize = 1_048_576;

#[tokio::test]
async fn the_address_is_the_same_with_a_slash_and_never_redirects() {
    let db = TestDb::new();
    let base = [("PUBLIC_URL", "http://127.0.0.1/some/path".to_owned())];
    let app = TestApp::start(&db, &base).await;
    let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
    let text = event("InvoiceCreated", "a", "inv", json!({}));
    let signature = sign(DEMO_SECRET, text.as_bytes());
    for path in ["/webhook", "/webhook/", "//webhook", "/some/path/webhook", "/some/path/webhook/", "/webhook?x=1"] {
        let url = format!("{}{path}", app.base);
        let good = post(&client, &url, &[signature.as_bytes()], text.as_bytes()).await;
        assert_eq!(good.status(), 200, "{path}");
        assert_eq!(good.headers()["Cache-Control"], "no-store");
        assert_eq!(post(&client, &url, &[], text.as_bytes()).await.status(), 401, "{path}");
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
            let response = client.request(method.clone(), &url).send().await.unwrap();
            assert_eq!(
                (response.status().as_u16(), &response.headers()["Allow"]),
                (405, &"POST".parse().unwrap()),
                "{method}"
            );
        }
    }
    for path in ["/webhooks", "/webhook/x", "/api/webhook"] {
        let response = client.get(format!("{}{path}", app.base)).send().await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
    }
    app.stop().await;
}

/// A valid event of exactly so many bytes.
fn sized(bytes: usize) -> String {
    let empty = event("InvoiceCreated", &format!("size-{bytes}"), "inv", json!({"metadata": {"comment": ""}}));
    let fill = "x".repeat(bytes - empty.len());
    empty.replace("\"comment\": \"\"", &format!("\"comment\": \"{fill}\""))
}

#[tokio::test]
async fn a_mebibyte_is_taken_and_one_byte_more_is_not() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let largest = sized(MEBIBYTE);
    assert_eq!(largest.len(), MEBIBYTE);
    assert_eq!(deliver_with(&app, DEMO_SECRET, &largest).await.0, 200);
    let (status, answer) = deliver_with(&app, DEMO_SECRET, &sized(MEBIBYTE + 1)).await;
    assert_eq!((status, &answer["error"]["code"]), (413, &json!("too_large")));
    for small in ["", "x"] {
        assert_eq!(deliver_with(&app, DEMO_SECRET, small).await.0, 400);
        assert_eq!(deliver_with(&app, "wrong", small).await.0, 401);
    }
    app.stop().await;
}

#[tokio::test]
async fn a_length_that_is_too_large_is_refused_before_anything_comes() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let mut connection = Raw::open(&app).await;
    connection.head("Content-Length: 104857600\r\n").await;
    let answer = connection.rest().await;
    assert_eq!(status(&answer), 413, "{answer}");
    assert!(answer.to_lowercase().contains("connection: close"), "{answer}");

    // Without a length it is cut off at the limit.
    let mut connection = Raw::open(&app).await;
    connection.head("Transfer-Encoding: chunked\r\n").await;
    let piece = [b"10000\r\n".as_slice(), &[b'x'; 65_536], b"\r\n"].concat();
    for _ in 0..17 {
        connection.send(&piece).await;
    }
    // The body has not ended, and never will.
    let answer = connection.rest().await;
    assert_eq!(status(&answer), 413, "{answer}");
    app.stop().await;
}

#[tokio::test]
async fn a_length_that_lies_ends_the_request_and_harms_nobody() {
    let db = TestDb::new();
    let app = TestApp::start_tuned(&db, &[], |config| config.webhook.body_limit = Duration::from_millis(300)).await;
    let text = event("InvoiceCreated", "a", "inv", json!({}));
    let signature = format!("BTCPay-Sig: {}\r\n", sign(DEMO_SECRET, text.as_bytes()));
    // Too short: the rest is a second request that makes no sense.
    let mut connection = Raw::open(&app).await;
    connection.head(&format!("{signature}Content-Length: {}\r\n", text.len() - 10)).await;
    connection.send(text.as_bytes()).await;
    assert_eq!(status(&connection.rest().await), 401);
    // Too long: it never comes.
    let mut connection = Raw::open(&app).await;
    connection.head(&format!("{signature}Content-Length: {}\r\n", text.len() + 10)).await;
    connection.send(text.as_bytes()).await;
    let answer = connection.rest().await;
    assert_eq!(status(&answer), 408, "{answer}");
    assert!(answer.contains("too_slow"), "{answer}");
    assert_eq!(deliver_with(&app, DEMO_SECRET, &text).await.0, 200);
    app.stop().await;
}

#[tokio::test]
async fn slow_senders_are_cut_off_while_others_are_served() {
    let db = TestDb::new();
    let app = TestApp::start_tuned(&db, &[], |config| config.webhook.body_limit = Duration::from_millis(600)).await;
    let mut slow = Vec::new();
    for number in 0..40 {
        let mut connection = Raw::open(&app).await;
        let length = if number % 2 == 0 { "Content-Length: 500\r\n" } else { "Transfer-Encoding: chunked\r\n" };
        connection.head(length).await;
        connection.send(if number % 2 == 0 { b"{" } else { b"1\r\n{\r\n" }).await;
        slow.push(connection);
    }
    for number in 0..20 {
        let text = event("InvoiceCreated", &format!("d-{number}"), "inv", json!({}));
        assert_eq!(deliver_with(&app, DEMO_SECRET, &text).await.0, 200);
    }
    for mut connection in slow {
        assert_eq!(connection.status().await, 408);
    }
    app.stop().await;
}

#[tokio::test]
async fn large_bodies_at_once_wait_for_each_other_and_all_come_through() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    let requests = (0..12).map(|number| {
        let (client, url) = (app.client.clone(), format!("{}/webhook", app.base));
        tokio::spawn(async move {
            let text = sized(MEBIBYTE - number);
            let signature = sign(DEMO_SECRET, text.as_bytes());
            let response = post(&client, &url, &[signature.as_bytes()], text.as_bytes()).await;
            (response.status().as_u16(), body(response).await)
        })
    });
    for request in requests.collect::<Vec<_>>() {
        assert_eq!(request.await.unwrap().0, 200);
    }
    app.stop().await;
}
