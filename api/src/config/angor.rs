//! Variables about Angor. Imported through [`super`].

use url::Url;

use super::ConfigError;
use super::parse::{Reader, wrong};
use crate::domain::project::id::{self, Network};
use crate::sources::angor::Patience;

/// More addresses than this are a mistake.
const LIST_LIMIT: usize = 20;

/// Reading Angor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AngorConfig {
    /// Off: the demo's projects are shown and nothing is asked.
    pub enabled: bool,
    /// Which chain.
    pub network: Network,
    /// Base URLs of explorers, in the order in which they are tried; empty for the public ones.
    pub indexers: Vec<Url>,
    /// Relays; empty for the public ones.
    pub relays: Vec<Url>,
    /// Ids of projects that are not shown.
    pub hide: Vec<String>,
    /// Key of the one whose list of denied projects is followed, 64 hex digits.
    pub moderator: Option<String>,
    /// How long relays and explorers are waited for. Not a variable: tests shorten it.
    pub patience: Patience,
}

pub(super) fn read(reader: &Reader) -> Result<AngorConfig, ConfigError> {
    Ok(AngorConfig {
        enabled: reader.flag("ANGOR_ENABLE")?,
        network: reader.parsed("ANGOR_NETWORK")?,
        indexers: urls(reader, "ANGOR_INDEXERS", &["https", "http"], "https://explorer.example.org")?,
        relays: urls(reader, "ANGOR_RELAYS", &["wss", "ws"], "wss://relay.example.org")?,
        hide: list(reader, "ANGOR_HIDE")
            .into_iter()
            .map(|text| match id::is_project_id(&text) {
                true => Ok(text),
                false => Err(wrong(
                    "ANGOR_HIDE",
                    &text,
                    "it must be a list of project ids such as angor1q…, separated by commas",
                )),
            })
            .collect::<Result<_, _>>()?,
        patience: Patience::default(),
        moderator: reader
            .text("ANGOR_MODERATOR")
            .map(|text| {
                id::nostr_key(&text)
                    .ok_or_else(|| wrong("ANGOR_MODERATOR", &text, "it must be a public key such as npub1…"))
            })
            .transpose()?,
    })
}

/// Comma-separated texts without the empty ones.
fn list(reader: &Reader, name: &str) -> Vec<String> {
    let text = reader.text(name).unwrap_or_default();
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect()
}

fn urls(reader: &Reader, name: &str, schemes: &[&str], example: &str) -> Result<Vec<Url>, ConfigError> {
    let texts = list(reader, name);
    if texts.len() > LIST_LIMIT {
        return Err(ConfigError(format!("{name} names {} addresses; at most {LIST_LIMIT} make sense", texts.len())));
    }
    let mut urls: Vec<Url> = Vec::with_capacity(texts.len());
    for text in texts {
        let legal = || format!("it must be a list of addresses such as {example}, separated by commas");
        let url = Url::parse(&text).map_err(|_| wrong(name, &text, &legal()))?;
        if !url.username().is_empty() || url.password().is_some() {
            // The value is not repeated: it holds a password.
            return Err(ConfigError(format!("{name} must not contain a user or password; {}", legal())));
        }
        let plain = url.host().is_some() && url.query().is_none() && url.fragment().is_none();
        if !plain || !schemes.contains(&url.scheme()) {
            return Err(wrong(name, &text, &legal()));
        }
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    Ok(urls)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn config(variables: &[(&str, &str)]) -> Result<AngorConfig, String> {
        let map = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::from_map(map).map(|config| config.angor).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_is_asked_unless_it_is_wanted() {
        let config = config(&[]).unwrap();
        assert!(!config.enabled && config.indexers.is_empty() && config.relays.is_empty());
        assert_eq!((config.network, config.hide.len(), config.moderator), (Network::Mainnet, 0, None));
    }

    #[test]
    fn lists_are_separated_by_commas() {
        let config = config(&[
            ("ANGOR_ENABLE", "true"),
            ("ANGOR_NETWORK", "angornet"),
            ("ANGOR_INDEXERS", "http://127.0.0.1:3000/api, https://a.example/ ,,https://a.example"),
            ("ANGOR_RELAYS", "ws://127.0.0.1:7000,wss://relay.example.org"),
            ("ANGOR_HIDE", "angor1qnaqyj6r5avqlh3538xf9xx2az3q9rkgwuppu4m"),
            ("ANGOR_MODERATOR", "npub1fu64hh9hes90w2808n8tjc2ajp5yhddjef0ctx4s7zmsgp6cwx4qgy4eg9"),
        ])
        .unwrap();
        assert_eq!(
            config.indexers.iter().map(Url::as_str).collect::<Vec<_>>(),
            ["http://127.0.0.1:3000/api", "https://a.example/"]
        );
        assert_eq!((config.relays.len(), config.hide.len(), config.network), (2, 1, Network::Angornet));
        assert!(config.moderator.unwrap().starts_with("4f355bdc"));
    }

    #[test]
    fn a_wrong_value_is_one_line_that_names_it() {
        for (name, value) in [
            ("ANGOR_ENABLE", "maybe"),
            ("ANGOR_NETWORK", "liquid"),
            ("ANGOR_INDEXERS", "ftp://x"),
            ("ANGOR_INDEXERS", "https://a,b"),
            ("ANGOR_RELAYS", "https://relay.example.org"),
            ("ANGOR_RELAYS", "wss://h/?x=1"),
            ("ANGOR_HIDE", "angor1qnaqyj6r5avqlh3538xf9xx2az3q9rkgwuppu4n"),
            ("ANGOR_MODERATOR", "npub1abc"),
        ] {
            let error = config(&[(name, value)]).unwrap_err();
            assert!(error.starts_with(name) && !error.contains('\n'), "{error}");
        }
        let error = config(&[("ANGOR_RELAYS", "wss://u:canary@h")]).unwrap_err();
        assert!(error.starts_with("ANGOR_RELAYS") && !error.contains("canary"), "{error}");
        let many = (0..30).map(|number| format!("wss://r{number}.example")).collect::<Vec<_>>().join(",");
        assert!(config(&[("ANGOR_RELAYS", &many)]).unwrap_err().contains("at most 20"));
    }
}
