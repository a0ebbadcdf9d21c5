//! The filters in force, in words.

use super::days::DayRange;
use super::filter::{Filter, METHODS};
use crate::components::Chip;
use crate::format::time;

/// One for each thing that leaves something out.
pub fn chips(filter: &Filter) -> Vec<Chip<Filter>> {
    let all = filter.clone();
    let mut chips: Vec<Chip<Filter>> = filter
        .statuses
        .iter()
        .map(|status| Chip { name: format!("Status: {status}"), without: all.clone().toggled(*status) })
        .collect();
    if let Some((_, name)) = METHODS.iter().find(|(key, _)| filter.method == Some(*key)) {
        chips.push(Chip { name: format!("Paid by: {name}"), without: Filter { method: None, ..all.clone() } });
    }
    let verb = if filter.paid { "Paid" } else { "Created" };
    let day = time::day;
    let days = match filter.days {
        DayRange::All if filter.paid => Some("Paid, any day".to_owned()),
        DayRange::All | DayRange::Between(None, None) => None,
        DayRange::Last(days) => Some(format!("{verb} in the last {days} days")),
        DayRange::Between(Some(from), Some(to)) if from == to => Some(format!("{verb} on {}", day(from))),
        DayRange::Between(Some(from), Some(to)) => Some(format!("{verb} from {} to {}", day(from), day(to))),
        DayRange::Between(Some(from), None) => Some(format!("{verb} from {}", day(from))),
        DayRange::Between(None, Some(to)) => Some(format!("{verb} up to {}", day(to))),
    };
    if let Some(name) = days {
        chips.push(Chip { name, without: Filter { days: DayRange::All, paid: false, ..all.clone() } });
    }
    if !filter.text.is_empty() {
        let name = format!("Text: \u{201c}{}\u{201d}", filter.text);
        chips.push(Chip { name, without: Filter { text: String::new(), ..all } });
    }
    chips
}
