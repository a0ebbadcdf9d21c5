//! Chromium through ChromeDriver, both of the system, each test with its own. Imported through [`super`].

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// Longest wait for something to appear.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser.
pub struct Chrome {
    client: Client,
    driver: Child,
}

impl Chrome {
    /// Starts ChromeDriver on a free port, and a browser with it.
    pub async fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is not installed; `make test` installs it");
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = loop {
            let line = lines.next().expect("chromedriver said no port").unwrap();
            if let Some((_, port)) = line.split_once("successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        // Keeps the pipe open, so that later words of the driver do not end it.
        std::thread::spawn(move || lines.for_each(drop));
        let options = json!({
            "goog:chromeOptions": {"args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--lang=en-US", "--window-size=1280,900"
            ]},
            "goog:loggingPrefs": {"browser": "ALL"}
        });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(options.as_object().unwrap().clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("Chromium does not start");
        Self { client, driver }
    }

    /// Theme of the system and size of the page. Without motion, so that nothing is looked at half-way.
    pub async fn look(&self, theme: &str, width: u32, height: u32) {
        let media = json!({"features": [
            {"name": "prefers-color-scheme", "value": theme}, {"name": "prefers-reduced-motion", "value": "reduce"}
        ]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    pub async fn url(&self) -> String {
        self.client.current_url().await.unwrap().to_string()
    }

    /// Waits until something matches.
    pub async fn wait(&self, css: &str) {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        if found.is_err() {
            panic!("nothing matches {css}; the page is:\n{}", self.script("return document.body.innerText").await);
        }
    }

    /// Texts of all that matches.
    pub async fn texts(&self, css: &str) -> Vec<String> {
        let script = format!("return [...document.querySelectorAll({css:?})].map(element => element.textContent)");
        serde_json::from_value(self.script(&script).await).unwrap()
    }

    pub async fn click_button(&self, name: &str) {
        self.click(&format!("//button[normalize-space(.)='{name}' or @aria-label='{name}']")).await;
    }

    pub async fn click_link(&self, name: &str) {
        self.click(&format!("//a[normalize-space(.)='{name}']")).await;
    }

    pub async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Warnings and errors on the console so far.
    pub async fn console(&self) -> Vec<String> {
        let logs = self.client.issue_cmd(Raw { path: "se/log", body: json!({"type": "browser"}) }).await.unwrap();
        let serious = |entry: &&Value| ["WARNING", "SEVERE"].contains(&entry["level"].as_str().unwrap_or_default());
        logs.as_array().unwrap().iter().filter(serious).map(|entry| entry["message"].to_string()).collect()
    }

    /// What people who do not see the page, or not well, would trip over; empty is good.
    pub async fn accessibility(&self) -> Vec<String> {
        let tools = std::env::var("TOOLS_DIR")
            .map(PathBuf::from)
            .unwrap_or_else(|_| PathBuf::from(std::env::var("HOME").unwrap()).join(".cache/btc-crowdfund/tools"));
        let axe = std::fs::read_to_string(tools.join("axe-core/axe.min.js"))
            .expect("axe-core is not there; scripts/test-tools.sh fetches it");
        // Not `preload`: it would ask for the style sheets again.
        let run = "const done = arguments[0];
            axe.run(document, {preload: false, resultTypes: ['violations']}).then(
                result => done(result.violations.flatMap(rule => rule.nodes.map(
                    node => `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`))),
                error => done([String(error)]))";
        let found = self.client.execute_async(&format!("{axe};{run}"), Vec::new()).await.unwrap();
        serde_json::from_value(found).unwrap()
    }

    /// How far the page can be scrolled sideways, and what reaches out.
    pub async fn overflow(&self) -> Value {
        self.script(
            "const wide = document.documentElement.scrollWidth - innerWidth;
             return wide <= 0 ? null : [wide, ...[...document.querySelectorAll('body *')]
                .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 5).map(element => element.tagName + '.' + element.className)]",
        )
        .await
    }

    /// Waits until this expression is true.
    pub async fn until(&self, expression: &str) {
        let end = Instant::now() + PATIENCE;
        // What is not there yet is not true yet either.
        let script = format!("try {{ return Boolean({expression}) }} catch {{ return false }}");
        while self.script(&script).await != Value::Bool(true) {
            let late = Instant::now() > end;
            assert!(!late, "{expression} stays false; {}", self.script("return document.body.innerText").await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Presses keys where the focus is. Special ones have code points of WebDriver's own.
    pub async fn press(&self, keys: &str) {
        self.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// Presses the first that matches.
    pub async fn click_css(&self, css: &str) {
        self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await.unwrap().click().await.unwrap();
    }

    /// Runs this in every page from now on, before its own scripts.
    pub async fn before_pages(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": script})).await;
    }

    pub async fn back(&self) {
        self.client.back().await.unwrap();
    }

    pub async fn reload(&self) {
        self.client.refresh().await.unwrap();
    }

    pub async fn stop(self) {
        self.client.clone().close().await.unwrap();
    }

    async fn click(&self, xpath: &str) {
        self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(xpath)).await.unwrap().click().await.unwrap();
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        let body = json!({"cmd": command, "params": parameters});
        self.client.issue_cmd(Raw { path: "goog/cdp/execute", body }).await.unwrap();
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// A command of ChromeDriver that the WebDriver standard does not know.
#[derive(Debug)]
struct Raw {
    path: &'static str,
    body: Value,
}

impl fantoccini::wd::WebDriverCompatibleCommand for Raw {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
