//! Reading single variables; each error is one line that names the variable and what is legal. Imported through [`super`].

use std::collections::HashMap;
use std::fmt::Display;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

use super::variables::{self, VARIABLES};
use super::{ConfigError, addresses};
use crate::domain::text::quote;

/// Longest sync interval, in seconds: more is a typo.
const YEAR: u64 = 366 * 86_400;

/// Merged variables.
pub(super) struct Reader {
    merged: config::Config,
    set: Vec<(String, Option<String>)>,
}

impl Reader {
    pub(super) fn new(mut given: HashMap<String, String>) -> Result<Self, ConfigError> {
        given.retain(|name, value| variables::is_ours(name) && !value.trim().is_empty());
        let mut set: Vec<_> = given.iter().map(|(name, value)| (name.clone(), shown(name, value))).collect();
        set.sort();
        read_files(&mut given)?;
        let mut builder = config::Config::builder();
        for variable in VARIABLES.iter().filter(|variable| !variable.default.is_empty()) {
            builder = builder.set_default(variable.name.to_lowercase(), variable.default).map_err(broken)?;
        }
        let source = config::Environment::default().source(Some(given.into_iter().collect()));
        let merged = builder.add_source(source).build().map_err(broken)?;
        Ok(Self { merged, set })
    }

    /// Names of the variables that are set, with the values of those that are no secrets.
    pub(super) fn set_variables(&self) -> Vec<(String, Option<String>)> {
        self.set.clone()
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.untrimmed(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn untrimmed(&self, name: &str) -> Option<String> {
        // `config` folds the names of its environment source to lower case.
        self.merged.get_string(&name.to_lowercase()).ok()
    }

    /// A secret that somebody else uses byte by byte: a blank at its end is part of it.
    pub(super) fn secret(&self, name: &str) -> Option<SecretString> {
        self.untrimmed(name).filter(|value| !value.is_empty()).map(SecretString::from)
    }

    /// A secret that travels in a header.
    pub(super) fn header_secret(&self, name: &str) -> Result<Option<SecretString>, ConfigError> {
        match self.text(name) {
            Some(value) if value.bytes().any(|byte| !byte.is_ascii_graphic()) => {
                Err(ConfigError(format!("{name} has characters that no API key has; copy it again, without spaces")))
            }
            value => Ok(value.map(SecretString::from)),
        }
    }

    /// A variable with a default.
    pub(super) fn parsed<T>(&self, name: &str) -> Result<T, ConfigError>
    where
        T: FromStr,
        T::Err: Display,
    {
        let value = self.text(name).unwrap_or_default();
        value.parse().map_err(|error: T::Err| wrong(name, &value, &error.to_string()))
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, ConfigError> {
        match self.text(name).as_deref() {
            None | Some("false" | "0" | "no") => Ok(false),
            Some("true" | "1" | "yes") => Ok(true),
            Some(value) => Err(wrong(name, value, "it must be true or false")),
        }
    }

    pub(super) fn listen_addr(&self) -> Result<SocketAddr, ConfigError> {
        let value = self.text("LISTEN_ADDR").unwrap_or_default();
        let value = value.strip_prefix("localhost:").map_or(value.clone(), |port| format!("127.0.0.1:{port}"));
        value
            .parse()
            .map_err(|_| wrong("LISTEN_ADDR", &value, "it must be an address and a port, for example 127.0.0.1:8000"))
    }

    pub(super) fn store_id(&self) -> Result<Option<String>, ConfigError> {
        match self.text("BTCPAY_STORE_ID") {
            Some(id) if id.len() > 100 || id.bytes().any(|byte| !byte.is_ascii_graphic()) => {
                Err(wrong("BTCPAY_STORE_ID", &id, "copy it from the store's settings in BTCPay"))
            }
            id => Ok(id),
        }
    }

    /// A BTCPay address: without a scheme it means https, and a page of BTCPay means the server behind it.
    pub(super) fn btcpay_url(&self, name: &str) -> Result<Option<Url>, ConfigError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let full = if text.contains("://") { text.clone() } else { format!("https://{text}") };
        let base = Url::parse(&full).ok().and_then(|url| addresses::base_of_page(&url));
        web_url(name, &text, base.as_ref().map_or(&full, |base| base.as_str())).map(Some)
    }

    /// An address of ours, with its scheme.
    pub(super) fn web_url(&self, name: &str) -> Result<Option<Url>, ConfigError> {
        self.text(name).map(|text| web_url(name, &text, &text)).transpose()
    }

    pub(super) fn proxy(&self) -> Result<Option<Url>, ConfigError> {
        let Some(text) = self.text("SOCKS_PROXY") else { return Ok(None) };
        let legal = "it must look like socks5h://127.0.0.1:9050";
        match Url::parse(&text) {
            // The value is not repeated: it holds a password.
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                Err(ConfigError(format!("SOCKS_PROXY must not contain a user or password; {legal}")))
            }
            Ok(url) if matches!(url.scheme(), "socks5h" | "socks5") && url.host().is_some() => Ok(Some(url)),
            _ => Err(wrong("SOCKS_PROXY", &text, legal)),
        }
    }

    pub(super) fn trusted_proxies(&self) -> Result<Vec<IpNet>, ConfigError> {
        let text = self.text("TRUSTED_PROXIES").unwrap_or_default();
        addresses::networks(&text).ok_or_else(|| {
            wrong("TRUSTED_PROXIES", &text, "it must be a comma list of networks, for example 127.0.0.1,10.0.0.0/8")
        })
    }

    pub(super) fn sync_interval(&self) -> Result<Option<Duration>, ConfigError> {
        let value = self.text("SYNC_INTERVAL_SECONDS").unwrap_or_default();
        match value.parse::<u64>() {
            Ok(0) => Ok(None),
            Ok(seconds @ 1..=YEAR) => Ok(Some(Duration::from_secs(seconds))),
            _ => Err(wrong("SYNC_INTERVAL_SECONDS", &value, "it must be 0 (off) or a number of seconds up to a year")),
        }
    }

    pub(super) fn log_format(&self) -> Result<bool, ConfigError> {
        match self.text("LOG_FORMAT").as_deref() {
            None | Some("text") => Ok(false),
            Some("json") => Ok(true),
            Some(value) => Err(wrong("LOG_FORMAT", value, "it must be text or json")),
        }
    }

    pub(super) fn log_filter(&self) -> Result<String, ConfigError> {
        let value = self.text("RUST_LOG").unwrap_or_default();
        match tracing_subscriber::EnvFilter::try_new(&value) {
            Ok(_) => Ok(value),
            Err(_) => Err(wrong(
                "RUST_LOG",
                &value,
                "it must be a level (error, warn, info, debug, trace) or a filter such as info,api=debug",
            )),
        }
    }
}

fn web_url(name: &str, given: &str, full: &str) -> Result<Url, ConfigError> {
    let legal = "it must be an address such as https://pay.example.org/path";
    let url = Url::parse(full).map_err(|_| wrong(name, given, legal))?;
    if !url.username().is_empty() || url.password().is_some() {
        // The value is not repeated: it holds a password.
        return Err(ConfigError(format!(
            "{name} must not contain a user or password; BTCPay is called with an API key"
        )));
    }
    if !matches!(url.scheme(), "http" | "https")
        || url.host().is_none()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(wrong(name, given, legal));
    }
    Ok(url)
}

/// Puts the contents of `…_FILE` where the secret would stand.
fn read_files(given: &mut HashMap<String, String>) -> Result<(), ConfigError> {
    for variable in VARIABLES.iter().filter(|variable| variable.secret) {
        let twin = format!("{}_FILE", variable.name);
        let Some(path) = given.remove(&twin) else { continue };
        if given.contains_key(variable.name) {
            return Err(ConfigError(format!("{} and {twin} are both set; keep one of them", variable.name)));
        }
        let text = std::fs::read_to_string(path.trim())
            .map_err(|error| ConfigError(format!("{twin} names {}, which cannot be read: {error}", quote(&path))))?;
        given.insert(variable.name.to_owned(), text.trim_end_matches(['\r', '\n']).to_owned());
    }
    Ok(())
}

/// A value as the settings page may show it.
fn shown(name: &str, value: &str) -> Option<String> {
    let secret = VARIABLES.iter().any(|variable| variable.secret && variable.name == name);
    (!secret).then(|| quote(value))
}

pub(super) fn wrong(name: &str, value: &str, legal: &str) -> ConfigError {
    let secret = VARIABLES.iter().any(|variable| variable.secret && variable.name == name);
    let given = if secret { String::new() } else { format!("={}", quote(value)) };
    ConfigError(format!("{name}{given} is not valid: {legal}"))
}

fn broken(error: config::ConfigError) -> ConfigError {
    ConfigError(format!("the environment cannot be read: {}", quote(&error.to_string())))
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use secrecy::ExposeSecret;

    fn config(variables: &[(&str, &str)]) -> Result<Config, String> {
        let map = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::from_map(map).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_set_is_a_demo_on_loopback() {
        let config = config(&[("BTCPAY_HOST", " ")]).unwrap();
        assert_eq!(config.mode(), shared::Mode::Demo);
        assert_eq!(config.missing_for_live(), ["BTCPAY_HOST", "BTCPAY_STORE_ID", "BTCPAY_API_KEY"]);
        assert_eq!(config.server.listen_addr.to_string(), "127.0.0.1:8000");
    }

    #[test]
    fn hosts_come_in_all_forms() {
        for (given, url) in [
            ("pay.example.org", "https://pay.example.org/"),
            ("pay.example.org:8443", "https://pay.example.org:8443/"),
            ("https://example.org/sub/path", "https://example.org/sub/path"),
            ("http://127.0.0.1:14142", "http://127.0.0.1:14142/"),
            ("http://abc.onion", "http://abc.onion/"),
            ("[::1]:8080", "https://[::1]:8080/"),
            ("Pay.Example.org/btcpay/stores/abc?x=1", "https://pay.example.org/btcpay"),
        ] {
            assert_eq!(config(&[("BTCPAY_HOST", given)]).unwrap().btcpay.host.unwrap().as_str(), url);
        }
    }

    #[test]
    fn a_wrong_value_is_one_line_that_names_it() {
        for (name, value) in [
            ("BTCPAY_HOST", "ftp://x"),
            ("BTCPAY_HOST", "http://"),
            ("DISPLAY_TIMEZONE", "Mars/Base"),
            ("LISTEN_ADDR", "8000"),
            ("SYNC_INTERVAL_SECONDS", "-1"),
            ("SYNC_INTERVAL_SECONDS", "5m"),
            ("LOG_FORMAT", "xml"),
            ("TOR_ONLY", "maybe"),
            ("SOCKS_PROXY", "http://x"),
            ("PUBLIC_URL", "example.org"),
            ("RUST_LOG", "a=b=c"),
            ("BTCPAY_STORE_ID", "a\nb"),
            ("BTCPAY_HOST", "a b"),
            ("BTCPAY_HOST", "https://h/?a=b"),
            ("TRUSTED_PROXIES", "everybody"),
            ("DATABASE_URL", "sqlite://:memory:"),
        ] {
            let error = config(&[(name, value)]).unwrap_err();
            assert!(error.starts_with(name) && !error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn secrets_are_neither_printed_nor_quoted() {
        let set = [
            ("BTCPAY_API_KEY", "canary-key"),
            ("BTCPAY_WEBHOOK_SECRET", "canary-hook"),
            ("DATABASE_URL", "postgres://u:canary@h/d"),
        ];
        let config1 = config(&set).unwrap();
        assert!(!format!("{config1:?}").contains("canary"));
        for wrong in [
            ("DATABASE_URL", "mysql://u:canary@h"),
            ("BTCPAY_API_KEY", "canary key"),
            ("BTCPAY_HOST", "https://u:canary@h"),
            ("BTCPAY_HOST", "https://u:canary@h/stores/x"),
            ("SOCKS_PROXY", "socks5h://u:canary@127.0.0.1:9050"),
        ] {
            assert!(!config(&[wrong]).unwrap_err().contains("canary"));
        }
    }

    #[test]
    fn a_secret_may_come_from_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "key-from-file\n").unwrap();
        let path = file.path().to_str().unwrap();
        let read = config(&[("BTCPAY_API_KEY_FILE", path)]).unwrap();
        assert_eq!(read.btcpay.api_key.unwrap().expose_secret(), "key-from-file");
        let hook = config(&[("BTCPAY_WEBHOOK_SECRET", " blanks are part of it ")]).unwrap();
        assert_eq!(hook.btcpay.webhook_secret.unwrap().expose_secret(), " blanks are part of it ");
        assert!(config(&[("BTCPAY_API_KEY_FILE", path), ("BTCPAY_API_KEY", "x")]).unwrap_err().contains("both"));
        assert!(config(&[("BTCPAY_API_KEY_FILE", "/no/such/file")]).unwrap_err().starts_with("BTCPAY_API_KEY_FILE"));
    }
}
