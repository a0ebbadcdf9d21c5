//! The range that another one is compared with. Imported through [`super`].

use chrono::{Days, Months, NaiveDate};
use shared::Compare;

/// Days that a week has; a shift by a multiple of it keeps the weekdays.
const WEEK: u64 = 7;
/// As many whole weeks as fit into a year.
const YEAR_OF_WEEKS: u64 = 364;

/// First and last day of the range that `from..=to` is compared with; none where nothing is compared.
///
/// `previous` is the range of as many days that ends the day before `from`; with `weekdays` the latest one of equal weekdays that
/// does not reach into `from..=to`. `year` has the same dates a year earlier, 28 February for the 29th; with `weekdays` it is 52
/// weeks earlier.
#[must_use]
pub fn earlier(from: NaiveDate, to: NaiveDate, compare: Compare, weekdays: bool) -> Option<(NaiveDate, NaiveDate)> {
    let length = u64::try_from(to.signed_duration_since(from).num_days()).unwrap_or_default() + 1;
    let back = |days: u64| {
        let shift = |day: NaiveDate| day.checked_sub_days(Days::new(days)).unwrap_or(day);
        Some((shift(from), shift(to)))
    };
    // chrono goes to the last day of a month that is too short.
    let a_year_back = |day: NaiveDate| day.checked_sub_months(Months::new(12)).unwrap_or(day);
    match (compare, weekdays) {
        (Compare::None, _) => None,
        (Compare::Previous, false) => back(length),
        (Compare::Previous, true) => back(length.div_ceil(WEEK) * WEEK),
        (Compare::Year, false) => Some((a_year_back(from), a_year_back(to))),
        (Compare::Year, true) => back(YEAR_OF_WEEKS),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;

    fn shifted(from: &str, to: &str, compare: Compare, weekdays: bool) -> (String, String) {
        let (first, last) = earlier(from.parse().unwrap(), to.parse().unwrap(), compare, weekdays).unwrap();
        (first.to_string(), last.to_string())
    }

    #[test]
    fn previous_has_as_many_days_directly_before() {
        assert_eq!(
            shifted("2026-03-01", "2026-03-31", Compare::Previous, false),
            ("2026-01-29".into(), "2026-02-28".into())
        );
        assert_eq!(
            shifted("2026-03-04", "2026-03-04", Compare::Previous, false),
            ("2026-03-03".into(), "2026-03-03".into())
        );
    }

    #[test]
    fn equal_weekdays_are_whole_weeks_away() {
        // Thirty days: five weeks, since four would reach into the range itself.
        assert_eq!(
            shifted("2026-10-25", "2026-11-23", Compare::Previous, true),
            ("2026-09-20".into(), "2026-10-19".into())
        );
        assert_eq!(
            shifted("2026-03-02", "2026-03-08", Compare::Previous, true),
            ("2026-02-23".into(), "2026-03-01".into())
        );
        let (first, _) = shifted("2026-03-04", "2026-03-04", Compare::Year, true);
        assert_eq!(first, "2025-03-05");
        let weekday = |day: &str| day.parse::<NaiveDate>().unwrap().weekday();
        assert_eq!(weekday(&first), weekday("2026-03-04"));
    }

    #[test]
    fn a_year_earlier_has_the_same_dates_and_february_28_days() {
        assert_eq!(
            shifted("2024-02-29", "2024-03-31", Compare::Year, false),
            ("2023-02-28".into(), "2023-03-31".into())
        );
        assert_eq!(
            shifted("2025-01-01", "2025-12-31", Compare::Year, false),
            ("2024-01-01".into(), "2024-12-31".into())
        );
        assert_eq!(earlier("2024-02-29".parse().unwrap(), "2024-02-29".parse().unwrap(), Compare::None, true), None);
    }
}
