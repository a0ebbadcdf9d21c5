//! Which invoices, in which order, as the URL and the API write it. Knows nothing of the page.

use chrono::NaiveDate;
use shared::InvoiceStatus;

use super::days::DayRange;
use crate::paged::Question;
use crate::query::Pair;

/// Orders the API knows, with their names; the first is the default.
pub const SORTS: [(&str, &str); 4] = [
    ("-created", "Newest first"),
    ("created", "Oldest first"),
    ("-raised", "Most raised first"),
    ("raised", "Least raised first"),
];

/// Ways of paying the API can filter by, with their names.
pub const METHODS: [(&str, &str); 2] = [("onchain", "On-chain"), ("lightning", "Lightning")];

/// The keys of [`Filter::from_url`], in its order.
pub const KEYS: [&str; 6] = ["range", "basis", "method", "status", "q", "sort"];

/// The reader's choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Any of these; all when empty. In the API's order.
    pub statuses: Vec<InvoiceStatus>,
    /// Text to be found, not blank at its ends; empty for none.
    pub text: String,
    /// One of [`METHODS`].
    pub method: Option<&'static str>,
    /// Days of payment, not of creation.
    pub paid: bool,
    /// Which days.
    pub days: DayRange,
    /// One of [`SORTS`].
    pub sort: &'static str,
}

impl Filter {
    /// Reads the URL's values of [`KEYS`]; what is unknown counts as absent.
    pub fn from_url([range, basis, method, status, text, sort]: [Option<String>; 6]) -> Self {
        let wanted: Vec<InvoiceStatus> =
            status.iter().flat_map(|list| list.split(',')).filter_map(|name| name.parse().ok()).collect();
        let known = |table: &[(&'static str, &str)], wanted: Option<String>| {
            table.iter().map(|(key, _)| *key).find(|key| wanted.as_deref() == Some(*key))
        };
        Self {
            statuses: InvoiceStatus::ALL.iter().copied().filter(|status| wanted.contains(status)).collect(),
            text: text.map(|text| text.trim().to_owned()).unwrap_or_default(),
            method: known(&METHODS, method),
            paid: basis.as_deref() == Some("paid"),
            days: DayRange::from_url(range.as_deref()),
            sort: known(&SORTS, sort).unwrap_or(SORTS[0].0),
        }
    }

    /// Values for the URL, defaults left out.
    pub fn in_url(&self) -> Vec<Pair> {
        let statuses: Vec<_> = self.statuses.iter().map(|status| status.as_str()).collect();
        vec![
            ("range", self.days.in_url()),
            ("basis", self.paid.then(|| "paid".to_owned())),
            ("method", self.method.map(ToOwned::to_owned)),
            ("status", Some(statuses.join(",")).filter(|list| !list.is_empty())),
            ("q", Some(self.text.clone()).filter(|text| !text.is_empty())),
            ("sort", (self.sort != SORTS[0].0).then(|| self.sort.to_owned())),
        ]
    }

    /// Parameters of `GET api/invoices`; none as long as they need a today that is not known yet.
    pub fn in_api(&self, today: Option<NaiveDate>) -> Option<Question> {
        let (from, to) = self.days.ends(today)?;
        let own = self.in_url().into_iter().filter(|(key, _)| *key != "range");
        let mut pairs: Question = own.filter_map(|(key, value)| value.map(|value| (key, value))).collect();
        let days = [("from", from), ("to", to)];
        pairs.extend(days.into_iter().filter_map(|(key, day)| day.map(|day| (key, day.to_string()))));
        Some(pairs)
    }

    /// It leaves something out.
    pub fn is_narrowing(&self) -> bool {
        *self != self.clone().cleared()
    }

    /// Everything, in the same order.
    pub fn cleared(self) -> Self {
        Self { sort: self.sort, ..Self::from_url([const { None }; 6]) }
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

    fn from(pairs: &[(&str, &str)]) -> Filter {
        let value = |key| pairs.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value).to_owned());
        Filter::from_url(KEYS.map(value))
    }

    fn kept(filter: &Filter) -> Vec<(&'static str, String)> {
        filter.in_url().into_iter().filter_map(|(key, value)| value.map(|value| (key, value))).collect()
    }

    #[test]
    fn unknown_values_count_as_absent_and_known_ones_get_one_order() {
        let wrong =
            [("status", ""), ("q", " "), ("sort", "amount"), ("method", "cash"), ("basis", "due"), ("range", "x")];
        assert_eq!(kept(&from(&wrong)), []);
        let right = from(&[("status", "settled,Nope,New"), ("sort", "raised"), ("basis", "paid"), ("range", "7d")]);
        let expected = [("range", "7d"), ("basis", "paid"), ("status", "New,Settled"), ("sort", "raised")];
        assert_eq!(kept(&right), expected.map(|(key, value)| (key, value.to_owned())));
    }

    #[test]
    fn a_status_toggles() {
        let one = from(&[]).toggled(InvoiceStatus::Expired);
        assert_eq!(one.statuses, [InvoiceStatus::Expired]);
        assert_eq!(one.clone().toggled(InvoiceStatus::New).statuses, [InvoiceStatus::New, InvoiceStatus::Expired]);
        assert!(!one.toggled(InvoiceStatus::Expired).is_narrowing());
    }

    #[test]
    fn the_api_gets_days_in_place_of_the_range() {
        let filter = from(&[("range", "2026-03-01.."), ("q", "a b"), ("sort", "-created"), ("method", "lightning")]);
        let expected = [("method", "lightning"), ("q", "a b"), ("from", "2026-03-01")];
        assert_eq!(filter.in_api(None), Some(expected.map(|(key, value)| (key, value.to_owned())).to_vec()));
        assert_eq!(from(&[("range", "30d")]).in_api(None), None);
    }

    #[test]
    fn clearing_keeps_the_order_only() {
        let filter = from(&[("q", "x"), ("sort", "raised"), ("range", "7d"), ("basis", "paid"), ("method", "onchain")]);
        assert!(filter.is_narrowing());
        assert_eq!(kept(&filter.cleared()), [("sort", "raised".to_owned())]);
    }
}
