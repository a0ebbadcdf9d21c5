//! Why an outside server did not give what was asked, told apart and said in a sentence. Imported through [`super`].

use std::time::Duration;

use shared::ConnectionState;

/// A failure to read from BTCPay Server. Outside text in it has gone through [`crate::domain::text::quote`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// There is nothing to ask with.
    #[error(
        "No API key is set. Create one in BTCPay (Account, API Keys) with \u{201c}View invoices\u{201d} and set BTCPAY_API_KEY."
    )]
    NoKey,
    /// 401.
    #[error("BTCPay did not accept the API key (401{}). It may have been revoked: create a new one and set BTCPAY_API_KEY.", reason(.0))]
    Unauthorized(String),
    /// 403.
    #[error("The API key lacks the permission {permission} for this store, or the store id is wrong (403{}). Check BTCPAY_STORE_ID and the key's permissions.", reason(.message))]
    Forbidden {
        /// BTCPay's name of it.
        permission: String,
        /// BTCPay's words.
        message: String,
    },
    /// 401 or 403, but from something before BTCPay: its own refusals are never pages.
    #[error(
        "A proxy or firewall before BTCPay refuses this server ({0}, with a web page). Let it through to the API there; the key was not looked at."
    )]
    Blocked(u16),
    /// 404 without BTCPay's error code: the route is not there.
    #[error("There is no BTCPay API at this address (404). Check BTCPAY_HOST, including a path such as /btcpay.")]
    NoApi,
    /// 404 with BTCPay's error code.
    #[error("BTCPay does not know it (404{}).", reason(.0))]
    NotFound(String),
    /// 400 or 422.
    #[error("BTCPay refused the question ({status}{}).", reason(.message))]
    Rejected {
        /// HTTP status.
        status: u16,
        /// BTCPay's words.
        message: String,
    },
    /// 429.
    #[error("BTCPay, or a proxy before it, asks us to slow down (429). It is tried again at the next sync.")]
    RateLimited {
        /// How long it wants us to wait.
        retry_after: Option<Duration>,
    },
    /// 5xx.
    #[error(
        "BTCPay, or a proxy before it, failed ({status}). It is tried again at the next sync; look at BTCPay's own log if it stays."
    )]
    Failing {
        /// HTTP status.
        status: u16,
        /// How long it wants us to wait.
        retry_after: Option<Duration>,
    },
    /// Any other status.
    #[error("BTCPay answered with status {0}, which makes no sense here. Check BTCPAY_HOST.")]
    OddStatus(u16),
    /// 3xx. Never followed: the key must not travel to another host.
    #[error(
        "BTCPay redirects to {0}. Redirects are not followed, so that the API key stays with this host: set BTCPAY_HOST to the final address."
    )]
    Redirected(String),
    /// A page instead of data.
    #[error(
        "The address answers with a web page instead of data: a proxy or login page stands before BTCPay. Check BTCPAY_HOST."
    )]
    Html,
    /// Data that end too early or are not JSON.
    #[error("BTCPay's answer cannot be read: {0}.")]
    Unreadable(String),
    /// More than we are willing to hold.
    #[error("BTCPay's answer is larger than {} MiB.", .0 / 1_048_576)]
    TooLarge(usize),
    /// The host name is not known, nobody listens, or the line was cut.
    #[error("BTCPay cannot be reached at {host}: {cause}. Check BTCPAY_HOST and that the server runs.")]
    Unreachable {
        /// Where we tried.
        host: String,
        /// What the system says.
        cause: String,
    },
    /// An onion host, and no way to it.
    #[error(
        "{0} is an onion host, and no proxy to it is known: set SOCKS_PROXY, for example socks5h://127.0.0.1:9050."
    )]
    NoTor(String),
    /// The certificate is not trusted, or TLS does not come about.
    #[error(
        "No trusted connection to {host}: {cause}. Check the certificate of BTCPay, or whether BTCPAY_HOST needs http://."
    )]
    Tls {
        /// Where we tried.
        host: String,
        /// What rustls says.
        cause: String,
    },
    /// No answer in time.
    #[error("BTCPay did not answer within {} seconds.", .0.as_secs())]
    TimedOut(Duration),
}

/// BTCPay's own words in brackets, if it had any.
fn reason(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(": {words}") }
}

impl SourceError {
    /// `snake_case`, for the API and the log.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoKey | Self::Unauthorized(_) => "upstream_unauthorized",
            Self::Forbidden { .. } | Self::Blocked(_) => "upstream_forbidden",
            Self::NoApi | Self::NotFound(_) => "upstream_not_found",
            Self::Rejected { .. } => "upstream_rejected",
            Self::RateLimited { .. } => "upstream_rate_limited",
            Self::Failing { .. } | Self::OddStatus(_) => "upstream_error",
            Self::Redirected(_) => "upstream_redirect",
            Self::Html | Self::Unreadable(_) | Self::TooLarge(_) => "upstream_unreadable",
            Self::Unreachable { .. } | Self::NoTor(_) => "upstream_unreachable",
            Self::Tls { .. } => "upstream_tls",
            Self::TimedOut(_) => "upstream_timeout",
        }
    }

    /// The failure in the word that the settings page shows.
    #[must_use]
    pub const fn connection_state(&self) -> ConnectionState {
        match self {
            Self::NoKey | Self::Unauthorized(_) | Self::Forbidden { .. } | Self::Blocked(_) => {
                ConnectionState::Unauthorized
            }
            Self::Unreachable { .. } | Self::NoTor(_) | Self::Tls { .. } | Self::TimedOut(_) => {
                ConnectionState::Unreachable
            }
            _ => ConnectionState::Error,
        }
    }

    /// Whether it can be the fault of the one thing that was asked for, so that the rest is worth asking for.
    #[must_use]
    pub const fn may_concern_one_only(&self) -> bool {
        matches!(
            self,
            Self::Failing { .. } | Self::Unreadable(_) | Self::TooLarge(_) | Self::Rejected { .. } | Self::OddStatus(_)
        )
    }

    /// Whether the next try may go better.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::RateLimited { .. }
                | Self::Failing { .. }
                | Self::Unreachable { .. }
                | Self::TimedOut(_)
                | Self::Unreadable(_)
        )
    }

    /// Whether any other question would fail the same way at this moment.
    #[must_use]
    pub const fn concerns_all(&self) -> bool {
        match self {
            Self::NotFound(_)
            | Self::Rejected { .. }
            | Self::OddStatus(_)
            | Self::Unreadable(_)
            | Self::TooLarge(_) => false,
            // 500 may be a matter of one invoice; these are said by a proxy, or by a server that is starting.
            Self::Failing { status, .. } => matches!(status, 502..=504),
            _ => true,
        }
    }

    /// How long the server wants us to wait.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } | Self::Failing { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}
