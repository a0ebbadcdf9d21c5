//! Which invoices, in which order, as the URL and the API write it. Knows nothing of the page.

use shared::InvoiceStatus;

/// Orders the API knows, with their names; the first is the default.
pub const SORTS: [(&str, &str); 4] = [
    ("-created", "Newest first"),
    ("created", "Oldest first"),
    ("-raised", "Most raised first"),
    ("raised", "Least raised first"),
];

/// The reader's choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Any of these; all when empty. In the API's order.
    pub statuses: Vec<InvoiceStatus>,
    /// Text to be found, not blank at its ends; empty for none.
    pub text: String,
    /// One of [`SORTS`].
    pub sort: &'static str,
}

impl Filter {
    /// Reads the URL's values; what is unknown counts as absent.
    pub fn from_url(status: Option<String>, text: Option<String>, sort: Option<String>) -> Self {
        let wanted: Vec<InvoiceStatus> =
            status.iter().flat_map(|list| list.split(',')).filter_map(|name| name.parse().ok()).collect();
        let sort = SORTS.iter().map(|(key, _)| *key).find(|key| sort.as_deref() == Some(*key));
        Self {
            statuses: InvoiceStatus::ALL.iter().copied().filter(|status| wanted.contains(status)).collect(),
            text: text.map(|text| text.trim().to_owned()).unwrap_or_default(),
            sort: sort.unwrap_or(SORTS[0].0),
        }
    }

    /// Values for the URL, defaults left out.
    pub fn in_url(&self) -> [(&'static str, Option<String>); 3] {
        let statuses: Vec<_> = self.statuses.iter().map(|status| status.as_str()).collect();
        [
            ("status", Some(statuses.join(",")).filter(|list| !list.is_empty())),
            ("q", Some(self.text.clone()).filter(|text| !text.is_empty())),
            ("sort", (self.sort != SORTS[0].0).then(|| self.sort.to_owned())),
        ]
    }

    /// Parameters of `GET api/invoices`.
    pub fn in_api(&self, limit: usize, cursor: Option<&str>) -> Vec<(&'static str, String)> {
        let own = self.in_url().into_iter().filter_map(|(key, value)| value.map(|value| (key, value)));
        let mut pairs: Vec<_> = own.collect();
        pairs.push(("limit", limit.to_string()));
        pairs.extend(cursor.map(|cursor| ("cursor", cursor.to_owned())));
        pairs
    }

    /// It leaves something out.
    pub fn is_narrowing(&self) -> bool {
        !self.statuses.is_empty() || !self.text.is_empty()
    }

    /// Everything, in the same order.
    pub fn cleared(self) -> Self {
        Self { statuses: Vec::new(), text: String::new(), ..self }
    }

    /// With the status added, or taken out if it was there.
    pub fn toggled(self, status: InvoiceStatus) -> Self {
        let had = self.statuses.contains(&status);
        let keep = |other: &InvoiceStatus| if *other == status { !had } else { self.statuses.contains(other) };
        Self { statuses: InvoiceStatus::ALL.iter().copied().filter(keep).collect(), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(status: &str, text: &str, sort: &str) -> Filter {
        Filter::from_url(Some(status.to_owned()), Some(text.to_owned()), Some(sort.to_owned()))
    }

    #[test]
    fn unknown_values_count_as_absent_and_known_ones_get_one_order() {
        assert_eq!(from("", " ", "amount").in_url(), [("status", None), ("q", None), ("sort", None)]);
        assert_eq!(
            from("settled,Nope,New", "", "raised").in_url(),
            [("status", Some("New,Settled".to_owned())), ("q", None), ("sort", Some("raised".to_owned())),]
        );
    }

    #[test]
    fn a_status_toggles() {
        let one = from("", "", "").toggled(InvoiceStatus::Expired);
        assert_eq!(one.statuses, [InvoiceStatus::Expired]);
        assert_eq!(one.clone().toggled(InvoiceStatus::New).statuses, [InvoiceStatus::New, InvoiceStatus::Expired]);
        assert!(!one.toggled(InvoiceStatus::Expired).is_narrowing());
    }

    #[test]
    fn the_api_gets_limit_and_cursor_too() {
        let pairs = from("New", "a b", "-created").in_api(50, Some("x"));
        let expected = [("status", "New"), ("q", "a b"), ("limit", "50"), ("cursor", "x")];
        assert_eq!(pairs, expected.map(|(key, value)| (key, value.to_owned())));
    }
}
