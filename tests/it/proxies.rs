//! Behind reverse proxies: whose headers count, and what comes of them.

use serde_json::Value;

use crate::support::{TestApp, TestDb, body, http_client};

async fn ask(app: &TestApp, path: &str, headers: &[(&'static str, &str)]) -> reqwest::Response {
    let mut request = http_client().get(format!("{}{path}", app.base));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

async fn webhook_url(app: &TestApp, headers: &[(&'static str, &str)]) -> Value {
    body(ask(app, "/api/settings", headers).await).await["webhook_url"].clone()
}

const PROXY: &[(&str, &str)] = &[
    ("X-Forwarded-For", "203.0.113.9"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Host", "stats.example.org"),
    ("X-Forwarded-Prefix", "/a/b"),
];

#[tokio::test]
async fn only_trusted_proxies_say_what_browsers_call_us() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    assert_eq!(webhook_url(&app, PROXY).await, format!("{}/webhook", app.base), "nobody is trusted by default");
    assert_eq!(webhook_url(&app, &[("Host", "localhost:1")]).await, "http://localhost:1/webhook");
    app.stop().await;

    let trusting = [("TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.0/8".to_owned())];
    let app = TestApp::start(&db, &trusting).await;
    assert_eq!(webhook_url(&app, PROXY).await, "https://stats.example.org/a/b/webhook");
    let standard = [("Forwarded", "for=203.0.113.9;proto=https;host=\"stats.example.org:8443\"")];
    assert_eq!(webhook_url(&app, &standard).await, "https://stats.example.org:8443/webhook");
    assert_eq!(webhook_url(&app, &[("X-Forwarded-Host", "evil/\"><script>")]).await, format!("{}/webhook", app.base));
    app.stop().await;

    let named = [trusting[0].clone(), ("PUBLIC_URL", "https://named.example.org/c".to_owned())];
    let app = TestApp::start(&db, &named).await;
    assert_eq!(webhook_url(&app, PROXY).await, "https://named.example.org/c/webhook", "what is configured goes first");
    app.stop().await;
}

#[tokio::test]
async fn the_page_is_based_where_the_proxy_puts_it() {
    let db = TestDb::new();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<base href=\"/\" />").unwrap();
    let variables =
        [("WEB_DIR", folder.path().to_str().unwrap().to_owned()), ("TRUSTED_PROXIES", "127.0.0.1".to_owned())];
    let app = TestApp::start(&db, &variables).await;
    let page = ask(&app, "/", PROXY).await.text().await.unwrap();
    assert_eq!(page, "<base href=\"/a/b/\">");
    assert_eq!(ask(&app, "/", &[]).await.text().await.unwrap(), "<base href=\"/\">");
    app.stop().await;
}
