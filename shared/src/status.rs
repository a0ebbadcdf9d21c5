//! Status names of BTCPay Server's Greenfield API, parsed without regard to case.
//!
//! Anyone may import these. Sources parse with [`std::str::FromStr`], the database stores [`InvoiceStatus::as_str`].

use serde::{Deserialize, Serialize};

/// A name that BTCPay is not known to use; the row that carried it is skipped and counted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {kind} \u{201c}{name}\u{201d}")]
pub struct UnknownName {
    /// What was being read, for example `invoice status`.
    pub kind: &'static str,
    /// What stood there, at most 40 characters of it.
    pub name: String,
}

/// Declares an enum of outside names: variants, wire names, `ALL`, `as_str`, `FromStr`, serde by the same names.
macro_rules! names {
    ($(#[$meta:meta])* $name:ident, $kind:literal { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every value, in the order in which the API lists them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name as the API and the database write it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                Self::ALL.iter().copied().find(|value| value.as_str().eq_ignore_ascii_case(text.trim())).ok_or_else(|| {
                    UnknownName { kind: $kind, name: text.chars().take(40).collect() }
                })
            }
        }
    };
}
pub(crate) use names;

names! {
    /// Where an invoice stands.
    InvoiceStatus, "invoice status" {
        /// Waiting for a payment, or paid in part.
        New = "New",
        /// Paid in full, not enough confirmations yet.
        Processing = "Processing",
        /// Confirmed, or marked so by hand.
        Settled = "Settled",
        /// The time to pay ran out; money may still have arrived.
        Expired = "Expired",
        /// Not confirmed in time, or marked so by hand.
        Invalid = "Invalid",
    }
}

names! {
    /// What BTCPay adds to the status.
    AdditionalStatus, "additional status" {
        /// Nothing to add.
        None = "None",
        /// The full amount arrived after expiry.
        PaidLate = "PaidLate",
        /// Less than the price arrived.
        PaidPartial = "PaidPartial",
        /// A person set the status.
        Marked = "Marked",
        /// Listed by BTCPay, never set by a known version.
        Invalid = "Invalid",
        /// More than the price arrived.
        PaidOver = "PaidOver",
    }
}

names! {
    /// How an invoice came to its amount.
    InvoiceType, "invoice type" {
        /// Created with a price.
        Standard = "Standard",
        /// Created without one: the first payment sets it.
        TopUp = "TopUp",
        /// No invoice of BTCPay: a transaction into an Angor project, kept the same way. Invoice lists never show it.
        Investment = "Investment",
    }
}

names! {
    /// Where one payment stands.
    PaymentStatus, "payment status" {
        /// Enough confirmations.
        Settled = "Settled",
        /// Seen, not confirmed.
        Processing = "Processing",
        /// Replaced or double-spent: never money.
        Invalid = "Invalid",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_any_case_and_written_in_one() {
        for status in InvoiceStatus::ALL {
            assert_eq!(status.as_str().to_lowercase().parse(), Ok(*status));
            assert_eq!(format!(" {status}\n").parse(), Ok(*status));
        }
        assert_eq!(serde_json::to_string(&AdditionalStatus::PaidLate).unwrap(), "\"PaidLate\"");
    }

    #[test]
    fn an_unknown_name_is_an_error_that_quotes_it_shortened() {
        let error = format!("Zahlend{}", "!".repeat(500)).parse::<InvoiceStatus>().unwrap_err();
        assert_eq!(error.kind, "invoice status");
        assert_eq!(error.name.chars().count(), 40);
    }
}
