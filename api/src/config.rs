//! Settings from the environment, typed once. Imported by `startup`, `routes` (to show them) and `main`.
//!
//! `dotenvy` reads `.env`, `config` merges, the process environment wins. [`variables`] lists every variable there is.

mod access;
mod addresses;
mod angor;
mod parse;
pub mod variables;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use secrecy::SecretString;
use shared::Mode;
use url::Url;

use crate::domain::Zone;
use crate::store::DatabaseUrl;

pub use angor::AngorConfig;
use parse::Reader;

/// Signs webhooks in demo mode where no secret is set. No secret at all: it stands in the README and on the page.
pub const DEMO_WEBHOOK_SECRET: &str = "demo-webhook-secret";

/// A start that cannot be: one line that names the variable, its value (never a secret's) and what is legal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub(crate) String);

/// All settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// The BTCPay store.
    pub btcpay: BtcpayConfig,
    /// Angor.
    pub angor: AngorConfig,
    /// Where the data are.
    pub database_url: DatabaseUrl,
    /// How browsers and BTCPay reach us.
    pub server: ServerConfig,
    /// Time limits of webhook deliveries.
    pub webhook: WebhookConfig,
    /// Seconds between background runs; `None` is off.
    pub sync_interval: Option<Duration>,
    /// Zone in which a day begins.
    pub display_zone: Zone,
    /// How logs are written.
    pub log: LogConfig,
    /// Variables that are set, with their values; secrets without.
    pub set: Vec<(String, Option<String>)>,
}

/// The BTCPay store.
#[derive(Debug, Clone)]
pub struct BtcpayConfig {
    /// Base URL the server calls.
    pub host: Option<Url>,
    /// Base URL the browser opens.
    pub public_url: Option<Url>,
    /// The store.
    pub store_id: Option<String>,
    /// Greenfield key.
    pub api_key: Option<SecretString>,
    /// Key of the webhooks' signatures.
    pub webhook_secret: Option<SecretString>,
    /// For onion hosts, or for all.
    pub socks_proxy: Option<Url>,
    /// Use the proxy for all hosts.
    pub tor_only: bool,
    /// Longest silence of BTCPay within an answer. Not a variable: tests shorten it.
    pub patience: Duration,
    /// First pause before a second try. Not a variable: tests shorten it.
    pub first_pause: Duration,
}

/// How browsers and BTCPay reach us.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Address and port.
    pub listen_addr: SocketAddr,
    /// Where the chosen port is written.
    pub port_file: Option<PathBuf>,
    /// What browsers call us.
    pub public_url: Option<Url>,
    /// Where BTCPay reaches us, if that differs.
    pub webhook_url: Option<Url>,
    /// Networks whose `Forwarded` and `X-Forwarded-*` headers count.
    pub trusted_proxies: Vec<IpNet>,
    /// A folder with the SPA instead of the one inside the binary.
    pub web_dir: Option<PathBuf>,
}

/// Time limits of webhook deliveries. None is a variable: tests shorten them.
#[derive(Debug, Clone)]
pub struct WebhookConfig {
    /// In which the whole body must have come.
    pub body_limit: Duration,
    /// In which the database must have taken it, else BTCPay is asked to come again.
    pub answer_limit: Duration,
    /// What the pauses between tries to read an invoice are counted in: a second.
    pub retry_unit: Duration,
}

impl Default for WebhookConfig {
    fn default() -> Self {
        Self {
            body_limit: Duration::from_secs(10),
            answer_limit: Duration::from_secs(8),
            retry_unit: Duration::from_secs(1),
        }
    }
}

/// How logs are written.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// One JSON object a line instead of text.
    pub json: bool,
    /// `tracing` filter.
    pub filter: String,
}

impl Config {
    /// Reads `.env` in the working folder and the process environment.
    ///
    /// # Errors
    /// What is wrong and what is legal, in one line.
    pub fn from_env() -> Result<Self, ConfigError> {
        let mut merged = HashMap::new();
        match dotenvy::dotenv_iter() {
            Ok(entries) => {
                for entry in entries {
                    let (name, value) = entry.map_err(|error| unreadable(&error))?;
                    merged.insert(name, value);
                }
            }
            Err(error) if error.not_found() => {}
            Err(error) => return Err(unreadable(&error)),
        }
        // Not `vars()`: it panics where a value is not UTF-8.
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            match value.into_string() {
                Ok(value) => drop(merged.insert(name, value)),
                Err(_) if variables::is_ours(&name) => {
                    return Err(ConfigError(format!("{name} has a value that is not UTF-8 text")));
                }
                Err(_) => {}
            }
        }
        Self::from_map(merged)
    }

    /// Settings from given variables; an empty value is the same as none.
    ///
    /// # Errors
    /// What is wrong and what is legal, in one line.
    pub fn from_map(variables: HashMap<String, String>) -> Result<Self, ConfigError> {
        let reader = Reader::new(variables)?;
        let config = Self {
            btcpay: BtcpayConfig {
                host: reader.btcpay_url("BTCPAY_HOST")?,
                public_url: reader.btcpay_url("BTCPAY_PUBLIC_URL")?,
                store_id: reader.store_id()?,
                api_key: reader.header_secret("BTCPAY_API_KEY")?,
                webhook_secret: reader.secret("BTCPAY_WEBHOOK_SECRET"),
                socks_proxy: reader.proxy()?,
                tor_only: reader.flag("TOR_ONLY")?,
                patience: Duration::from_secs(20),
                first_pause: Duration::from_millis(500),
            },
            angor: angor::read(&reader)?,
            database_url: reader.parsed("DATABASE_URL")?,
            server: ServerConfig {
                listen_addr: reader.listen_addr()?,
                port_file: reader.text("PORT_FILE").map(PathBuf::from),
                public_url: reader.web_url("PUBLIC_URL")?,
                webhook_url: reader.web_url("WEBHOOK_URL")?,
                trusted_proxies: reader.trusted_proxies()?,
                web_dir: reader.text("WEB_DIR").map(PathBuf::from),
            },
            webhook: WebhookConfig::default(),
            sync_interval: reader.sync_interval()?,
            display_zone: reader.parsed("DISPLAY_TIMEZONE")?,
            log: LogConfig { json: reader.log_format()?, filter: reader.log_filter()? },
            set: reader.set_variables(),
        };
        if config.btcpay.tor_only && config.btcpay.socks_proxy.is_none() {
            return Err(ConfigError(
                "TOR_ONLY=true needs SOCKS_PROXY, for example socks5h://127.0.0.1:9050".to_owned(),
            ));
        }
        Ok(config)
    }

    /// Live as soon as host and store are known; a missing key is then a matter of the connection.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        if self.btcpay.host.is_some() && self.btcpay.store_id.is_some() { Mode::Live } else { Mode::Demo }
    }

    /// The secret that signs webhooks. In demo mode there is always one, so that events can be sent by hand.
    #[must_use]
    pub fn webhook_secret(&self) -> Option<SecretString> {
        let demo = (self.mode() == Mode::Demo).then(|| SecretString::from(DEMO_WEBHOOK_SECRET));
        self.btcpay.webhook_secret.clone().or(demo)
    }

    /// Variables without which it cannot be live.
    #[must_use]
    pub fn missing_for_live(&self) -> Vec<String> {
        let needed = [
            ("BTCPAY_HOST", self.btcpay.host.is_none()),
            ("BTCPAY_STORE_ID", self.btcpay.store_id.is_none()),
            ("BTCPAY_API_KEY", self.btcpay.api_key.is_none()),
        ];
        needed.into_iter().filter(|(_, missing)| *missing).map(|(name, _)| name.to_owned()).collect()
    }

    /// Refuses a start that would show a store's books to others.
    ///
    /// # Errors
    /// Which variable to change.
    pub fn check_access(&self) -> Result<(), ConfigError> {
        access::check(self)
    }

    /// What the log should say at start.
    #[must_use]
    pub fn warning(&self) -> Option<&'static str> {
        access::warning(self)
    }
}

/// Why `.env` cannot be read. The line itself is not repeated: it may hold a secret.
fn unreadable(error: &dotenvy::Error) -> ConfigError {
    ConfigError(match error {
        dotenvy::Error::LineParse(line, _) => {
            let name: String = line.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').take(60).collect();
            let which = if name.is_empty() { "a line".to_owned() } else { format!("the line of {name}") };
            format!(".env cannot be read: {which} is not NAME=value; put values with blanks, quotes or # between '…'")
        }
        other => format!(".env cannot be read: {}", crate::domain::text::quote(&other.to_string())),
    })
}
