//! Which deliveries, as the URL and the API write it. Knows nothing of the page.

use shared::DeliveryOutcome;

use crate::paged::Question;
use crate::query::Pair;

/// The invoice events that BTCPay sends; anything else can come too.
pub const EVENT_TYPES: [&str; 9] = [
    "InvoiceCreated",
    "InvoiceReceivedPayment",
    "InvoicePaymentSettled",
    "InvoiceProcessing",
    "InvoiceSettled",
    "InvoiceExpired",
    "InvoiceExpiredPaidPartial",
    "InvoicePaidAfterExpiration",
    "InvoiceInvalid",
];

/// The reader's choice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Any of these; all when empty. In the API's order.
    pub outcomes: Vec<DeliveryOutcome>,
    /// BTCPay's name of the event; empty for any.
    pub event_type: String,
    /// Text to be found, not blank at its ends; empty for none.
    pub text: String,
}

impl Filter {
    /// Reads the URL's values; what is unknown counts as absent.
    pub fn from_url(outcomes: Option<&str>, event_type: Option<&str>, text: Option<&str>) -> Self {
        let wanted: Vec<DeliveryOutcome> =
            outcomes.iter().flat_map(|list| list.split(',')).filter_map(|name| name.parse().ok()).collect();
        let trimmed = |text: Option<&str>| text.unwrap_or_default().trim().to_owned();
        // Event types are names: letters and digits, and one of them. Everything else finds nothing anyway.
        let event_type = trimmed(event_type);
        let is_name = event_type.len() <= 100 && event_type.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Self {
            outcomes: DeliveryOutcome::ALL.iter().copied().filter(|outcome| wanted.contains(outcome)).collect(),
            event_type: if is_name { event_type } else { String::new() },
            text: trimmed(text),
        }
    }

    /// Values for the URL, defaults left out.
    pub fn in_url(&self) -> Vec<Pair> {
        let outcomes: Vec<_> = self.outcomes.iter().map(|outcome| outcome.as_str()).collect();
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        vec![("outcome", some(&outcomes.join(","))), ("event_type", some(&self.event_type)), ("q", some(&self.text))]
    }

    /// Parameters of `GET api/logs`.
    pub fn in_api(&self) -> Question {
        self.in_url().into_iter().filter_map(|(key, value)| value.map(|value| (key, value))).collect()
    }

    /// It leaves something out.
    pub fn is_narrowing(&self) -> bool {
        *self != Self::default()
    }

    /// With the outcome added, or taken out if it was there.
    pub fn toggled(self, outcome: DeliveryOutcome) -> Self {
        let had = self.outcomes.contains(&outcome);
        let keep = |other: &DeliveryOutcome| if *other == outcome { !had } else { self.outcomes.contains(other) };
        Self { outcomes: DeliveryOutcome::ALL.iter().copied().filter(keep).collect(), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_values_count_as_absent_and_known_ones_get_one_order() {
        assert_eq!(Filter::from_url(Some("lost"), Some("<b>"), Some(" ")), Filter::default());
        let filter = Filter::from_url(Some("failed,PENDING,x"), Some("InvoiceSettled"), Some(" a b "));
        let expected = [("outcome", "pending,failed"), ("event_type", "InvoiceSettled"), ("q", "a b")];
        assert_eq!(filter.in_api(), expected.map(|(key, value)| (key, value.to_owned())));
    }

    #[test]
    fn an_outcome_toggles() {
        let one = Filter::default().toggled(DeliveryOutcome::Failed);
        assert!(one.is_narrowing());
        assert_eq!(one.toggled(DeliveryOutcome::Failed), Filter::default());
    }
}
