//! Days as the filter, the URL and the API write them. Knows nothing of the page.

use chrono::{Datelike, NaiveDate};

use crate::format::time::days_before;

/// Which days count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DayRange {
    /// All there are.
    #[default]
    All,
    /// So many up to today, today included.
    Last(u16),
    /// Both included; either end may be open, not both.
    Between(Option<NaiveDate>, Option<NaiveDate>),
}

impl DayRange {
    /// From `range=`, as on the dashboard, with ends that may be open: `2026-03-01..`. What is no range is all days.
    pub fn from_url(text: Option<&str>) -> Self {
        let Some(text) = text else { return Self::All };
        if let Some(days) = ["7d", "30d", "90d"].into_iter().zip([7, 30, 90]).find(|(name, _)| *name == text) {
            return Self::Last(days.1);
        }
        let Some((from, to)) = text.split_once("..") else { return Self::All };
        match (day(from), day(to)) {
            (Ok(from), Ok(to)) => Self::between(from, to),
            _ => Self::All,
        }
    }

    /// With these ends; the wrong way round is all days.
    pub fn between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Self {
        match (from, to) {
            (None, None) => Self::All,
            (Some(from), Some(to)) if from > to => Self::All,
            _ => Self::Between(from, to),
        }
    }

    /// For `range=`; none for all days.
    pub fn in_url(self) -> Option<String> {
        let text = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        match self {
            Self::All => None,
            Self::Last(days) => Some(format!("{days}d")),
            Self::Between(from, to) => Some(format!("{}..{}", text(from), text(to))),
        }
    }

    /// First and last day; none as long as they need a today that is not known yet.
    pub fn ends(self, today: Option<NaiveDate>) -> Option<(Option<NaiveDate>, Option<NaiveDate>)> {
        match self {
            Self::All => Some((None, None)),
            Self::Last(days) => Some((Some(days_before(today?, u64::from(days.saturating_sub(1)))), None)),
            Self::Between(from, to) => Some((from, to)),
        }
    }
}

/// A day, or an open end.
fn day(text: &str) -> Result<Option<NaiveDate>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let day: NaiveDate = text.parse().map_err(drop)?;
    if (1..=9999).contains(&day.year()) && day.to_string() == text { Ok(Some(day)) } else { Err(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_is_read_back_from_its_url() {
        for text in ["7d", "30d", "90d", "2026-03-01..2026-03-31", "2026-03-01..", "..2026-03-31"] {
            assert_eq!(DayRange::from_url(Some(text)).in_url().as_deref(), Some(text));
        }
    }

    #[test]
    fn anything_else_is_all_days() {
        for text in ["", "all", "..", "8d", "2026-03-31..2026-03-01", "2026-02-30..", "x..2026-03-01", "2026-3-1.."] {
            assert_eq!(DayRange::from_url(Some(text)), DayRange::All, "{text}");
        }
        assert_eq!(DayRange::from_url(None), DayRange::All);
    }

    #[test]
    fn last_days_include_today_and_wait_until_it_is_known() {
        let today = "2026-03-03".parse().ok();
        assert_eq!(DayRange::Last(7).ends(None), None);
        assert_eq!(DayRange::Last(7).ends(today), Some(("2026-02-25".parse().ok(), None)));
        assert_eq!(DayRange::All.ends(None), Some((None, None)));
    }
}
