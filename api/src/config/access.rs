//! Who may reach a server that has no login yet: only this machine, once real books are in it. Imported through [`super`].

use shared::Mode;
use url::{Host, Url};

use super::{Config, ConfigError};

pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    if config.mode() == Mode::Demo {
        return Ok(());
    }
    if !config.server.listen_addr.ip().is_loopback() {
        return Err(ConfigError(format!(
            "LISTEN_ADDR={} would show this store's books to the network, and there is no login yet: set LISTEN_ADDR to 127.0.0.1 and a port",
            config.server.listen_addr
        )));
    }
    if let Some(url) = config.server.public_url.as_ref().filter(|url| !is_loopback(url)) {
        return Err(ConfigError(format!(
            "PUBLIC_URL={url} would show this store's books to others, and there is no login yet: leave PUBLIC_URL unset"
        )));
    }
    Ok(())
}

/// What somebody should know who set a password: nothing asks for it.
pub(super) fn warning(config: &Config) -> Option<&'static str> {
    config
        .set
        .iter()
        .any(|(name, _)| name.starts_with("ADMIN_PASSWORD"))
        .then_some("ADMIN_PASSWORD is set, but there is no login yet: whoever reaches this address sees everything")
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn check(variables: &[(&str, &str)]) -> Result<(), String> {
        let map = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::from_map(map).and_then(|config| config.check_access()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_live_store_is_shown_on_this_machine_only() {
        let live = [("BTCPAY_HOST", "h"), ("BTCPAY_STORE_ID", "s")];
        let with = |more: &[(&'static str, &'static str)]| check(&[&live[..], more].concat());
        assert_eq!(with(&[]), Ok(()));
        assert_eq!(with(&[("LISTEN_ADDR", "[::1]:8000"), ("PUBLIC_URL", "http://localhost:8000")]), Ok(()));
        assert!(with(&[("LISTEN_ADDR", "0.0.0.0:8000")]).unwrap_err().starts_with("LISTEN_ADDR"));
        assert!(with(&[("LISTEN_ADDR", "0.0.0.0:8000"), ("ADMIN_PASSWORD", "x")]).is_err(), "no login yet");
        assert!(with(&[("PUBLIC_URL", "https://stats.example.org")]).unwrap_err().starts_with("PUBLIC_URL"));
        assert_eq!(check(&[("LISTEN_ADDR", "0.0.0.0:8000")]), Ok(()), "demo data are for everybody");
        let config = |name: &str| Config::from_map([(name.to_owned(), "/dev/null".to_owned())].into());
        assert!(config("ADMIN_PASSWORD_FILE").unwrap().warning().unwrap().contains("no login"));
        assert_eq!(config("WEB_DIR").unwrap().warning(), None);
    }
}
