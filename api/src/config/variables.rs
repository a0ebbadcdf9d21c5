//! Every variable that the program reads, once. Imported through [`super`], and by the test that keeps `.env.example`
//! equal to this table.

/// A variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What holds where it is not set; empty for none.
    pub default: &'static str,
    /// Never shown; may come from a file named in the variable with `_FILE` added.
    pub secret: bool,
}

const fn plain(name: &'static str, default: &'static str) -> Variable {
    Variable { name, default, secret: false }
}

const fn secret(name: &'static str, default: &'static str) -> Variable {
    Variable { name, default, secret: true }
}

/// All of them, in the order of `.env.example`.
pub const VARIABLES: &[Variable] = &[
    plain("BTCPAY_HOST", ""),
    plain("BTCPAY_STORE_ID", ""),
    secret("BTCPAY_API_KEY", ""),
    secret("BTCPAY_WEBHOOK_SECRET", ""),
    plain("BTCPAY_PUBLIC_URL", ""),
    plain("WEBHOOK_URL", ""),
    plain("ANGOR_ENABLE", "false"),
    plain("ANGOR_NETWORK", "mainnet"),
    plain("ANGOR_INDEXERS", ""),
    plain("ANGOR_RELAYS", ""),
    plain("ANGOR_HIDE", ""),
    plain("ANGOR_MODERATOR", ""),
    secret("DATABASE_URL", "sqlite://var/crowdfund.db"),
    plain("LISTEN_ADDR", "127.0.0.1:8000"),
    plain("PORT_FILE", ""),
    plain("PUBLIC_URL", ""),
    plain("TRUSTED_PROXIES", ""),
    plain("SOCKS_PROXY", ""),
    plain("TOR_ONLY", "false"),
    secret("ADMIN_PASSWORD", ""),
    plain("SYNC_INTERVAL_SECONDS", "300"),
    plain("DISPLAY_TIMEZONE", "UTC"),
    plain("LOG_FORMAT", "text"),
    plain("RUST_LOG", "info"),
    plain("WEB_DIR", ""),
];

/// Whether a name is one of ours, a secret's file twin included.
#[must_use]
pub fn is_ours(name: &str) -> bool {
    VARIABLES
        .iter()
        .any(|variable| variable.name == name || (variable.secret && name.strip_suffix("_FILE") == Some(variable.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_file_lists_exactly_these_variables_with_their_defaults() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../.env.example");
        let text = std::fs::read_to_string(path).unwrap();
        let listed: Vec<(&str, &str)> = text
            .lines()
            .filter_map(|line| line.strip_prefix("# ")?.split_once('='))
            .filter(|(name, _)| !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
            .collect();
        let known: Vec<(&str, &str)> = VARIABLES.iter().map(|variable| (variable.name, variable.default)).collect();
        assert_eq!(listed, known);
        for secret in VARIABLES.iter().filter(|variable| variable.secret) {
            let comment = text.split(&format!("\n# {}=", secret.name)).next().unwrap();
            assert!(comment.trim_end().ends_with("Secret.") || secret.name == "ADMIN_PASSWORD", "{}", secret.name);
        }
    }
}
