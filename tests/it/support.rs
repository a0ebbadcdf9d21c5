//! A server under test, its database, and a client for it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use api::config::Config;
use api::routes::App;
use api::startup::Application;
use api::store::DatabaseUrl;
use api::supervise::Stop;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::fake_btcpay::{API_KEY, FakeBtcpay, STORE_ID};

/// A database of its own for each test: a file, or a schema of the PostgreSQL server in `TEST_DATABASE_URL`.
pub struct TestDb {
    url: String,
    _folder: tempfile::TempDir,
    schema: Option<(String, String)>,
}

impl TestDb {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let Ok(server) = std::env::var("TEST_DATABASE_URL") else {
            let url = format!("sqlite://{}", folder.path().join("test.db").display());
            return Self { url, _folder: folder, schema: None };
        };
        let schema = format!("t_{}", uuid::Uuid::new_v4().simple());
        PgConnection::establish(&server).unwrap().batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
        let url = format!("{server}?options=--search_path%3D{schema}");
        Self { url, _folder: folder, schema: Some((server, schema)) }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn parsed(&self) -> DatabaseUrl {
        self.url.parse().unwrap()
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Some((server, schema)) = &self.schema
            && let Ok(mut conn) = PgConnection::establish(server)
        {
            let _ = conn.batch_execute(&format!("DROP SCHEMA {schema} CASCADE"));
        }
    }
}

/// Variables of a live server over a fake BTCPay.
pub fn live(fake: &FakeBtcpay) -> Vec<(&'static str, String)> {
    vec![("BTCPAY_HOST", fake.url()), ("BTCPAY_STORE_ID", STORE_ID.to_owned()), ("BTCPAY_API_KEY", API_KEY.to_owned())]
}

/// A client for plain HTTP; reqwest wants a TLS provider all the same.
pub fn http_client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().unwrap()
}

/// A running server. Its database lives as long as it does, or longer where the test keeps it.
pub struct TestApp {
    pub base: String,
    /// The state behind the handlers.
    pub app: Arc<App>,
    pub client: Client,
    stop: Stop,
    task: Option<JoinHandle<()>>,
}

impl TestApp {
    /// Starts with the given variables; background sync is off unless they say otherwise.
    pub async fn start(db: &TestDb, variables: &[(&'static str, String)]) -> Self {
        Self::start_tuned(db, variables, |_| ()).await
    }

    /// The same with settings that are no variables.
    pub async fn start_tuned(
        db: &TestDb,
        variables: &[(&'static str, String)],
        tune: impl FnOnce(&mut Config),
    ) -> Self {
        let mut map: HashMap<String, String> = [
            ("DATABASE_URL", db.url().to_owned()),
            ("LISTEN_ADDR", "127.0.0.1:0".to_owned()),
            ("SYNC_INTERVAL_SECONDS", "0".to_owned()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        // Where somebody works on the pages: a quick build of them instead of the one inside the binary.
        map.extend(std::env::var("TEST_WEB_DIR").ok().map(|folder| ("WEB_DIR".to_owned(), folder)));
        map.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let mut config = Config::from_map(map).unwrap();
        config.btcpay.patience = Duration::from_secs(2);
        config.btcpay.first_pause = Duration::from_millis(5);
        config.webhook.retry_unit = Duration::from_millis(20);
        tune(&mut config);
        let application = Application::build(config).await.unwrap();
        let base = format!("http://{}", application.address());
        let (stop, app) = (application.stop(), application.app());
        let task = tokio::spawn(async move { application.run_until_stopped().await.unwrap() });
        let client = http_client();
        Self { base, app, client, stop, task: Some(task) }
    }

    /// A live server over a fake BTCPay.
    pub async fn live(db: &TestDb, fake: &FakeBtcpay) -> Self {
        Self::start(db, &live(fake)).await
    }

    /// Stops as on SIGTERM and waits for the end.
    pub async fn stop(mut self) {
        self.stop.cancel();
        self.task.take().unwrap().await.unwrap();
    }

    pub async fn send(&self, method: reqwest::Method, path: &str) -> Response {
        self.client.request(method, format!("{}{path}", self.base)).send().await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Response {
        self.send(reqwest::Method::GET, path).await
    }

    /// The JSON of a successful GET.
    pub async fn json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        body(response).await
    }

    /// Status and code of a refused GET.
    pub async fn refused(&self, path: &str) -> (u16, String) {
        let response = self.get(path).await;
        let status = response.status().as_u16();
        let body = body(response).await;
        assert!(!body["error"]["request_id"].as_str().unwrap().is_empty());
        assert!(!body["error"]["message"].as_str().unwrap().is_empty());
        (status, body["error"]["code"].as_str().unwrap().to_owned())
    }

    /// Status and body of `POST /api/refresh`.
    pub async fn refresh(&self, query: &str) -> (u16, Value) {
        let response = self.send(reqwest::Method::POST, &format!("/api/refresh{query}")).await;
        (response.status().as_u16(), body(response).await)
    }

    /// A refresh that must go through.
    pub async fn refreshed(&self) -> Value {
        let (status, body) = self.refresh("").await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// All-time figures.
    pub async fn all_time(&self, more: &str) -> Value {
        self.json(&format!("/api/analytics?from=first&interval=month{more}")).await
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

/// The JSON of an answer.
pub async fn body(response: Response) -> Value {
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

/// The value of a KPI.
pub fn kpi(analytics: &Value, id: &str) -> Value {
    let kpis = analytics["kpis"].as_array().unwrap();
    kpis.iter().find(|kpi| kpi["id"] == id).unwrap_or_else(|| panic!("no KPI {id}"))["value"].clone()
}

/// Sum over a field of the series.
pub fn series_sum(analytics: &Value, field: &str) -> i64 {
    analytics["series"].as_array().unwrap().iter().map(|point| point[field].as_i64().unwrap()).sum()
}

/// UTC seconds of an instant in RFC 3339.
pub fn at(text: &str) -> i64 {
    chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp()
}

/// What `look` finds, as soon as it finds it.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(tokio::time::Instant::now() < deadline, "it never happened: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The clock.
pub fn now() -> i64 {
    chrono::Utc::now().timestamp()
}
