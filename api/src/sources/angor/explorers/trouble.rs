//! Why an explorer gave nothing, told apart and said in a sentence. Imported through [`super`].

use std::time::Duration;

use shared::EndpointState;

/// A failure to read from an explorer. Outside text in it has gone through [`crate::domain::text::quote`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// A page instead of data.
    #[error("answers with a web page instead of data; there is no explorer at this address. Check ANGOR_INDEXERS.")]
    Html,
    /// 429.
    #[error("asks us to slow down (429); it is left alone for {} s.", .0.as_secs())]
    RateLimited(Duration),
    /// 405 or 413: it will not, for this address.
    #[error("does not list the transactions of this address ({0}).")]
    Unwilling(u16),
    /// 5xx.
    #[error("failed ({0}).")]
    Failing(u16),
    /// Any other status.
    #[error("answers with status {0}, which makes no sense here. Check ANGOR_INDEXERS.")]
    OddStatus(u16),
    /// Cut, or not JSON.
    #[error("gives an answer that cannot be read: {0}.")]
    Unreadable(String),
    /// More than we are willing to hold.
    #[error("gives an answer that is too large.")]
    TooLarge,
    /// Nobody answers.
    #[error("cannot be reached: {0}.")]
    Unreachable(String),
    /// No answer in time.
    #[error("did not answer within {} s.", .0.as_secs())]
    TimedOut(Duration),
    /// It failed several times in a row, or wants a pause.
    #[error("is left alone for a while, because it failed several times.")]
    Resting,
    /// There is none to ask.
    #[error("is not configured.")]
    None,
}

impl Trouble {
    /// In the word that the settings page shows.
    #[must_use]
    pub const fn state(&self) -> EndpointState {
        match self {
            Self::Unreachable(_) | Self::TimedOut(_) => EndpointState::Unreachable,
            _ => EndpointState::Error,
        }
    }

    /// Whether a second try at once may go better.
    pub(super) const fn is_brief(&self) -> bool {
        matches!(self, Self::Failing(_) | Self::Unreadable(_) | Self::TimedOut(_))
    }

    /// Whether it is about the server, and not about this address alone.
    pub(super) const fn is_general(&self) -> bool {
        !matches!(self, Self::Unwilling(_) | Self::Resting)
    }
}
