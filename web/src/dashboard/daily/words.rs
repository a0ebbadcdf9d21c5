//! What the raised line says, in words. Imported through [`super`].

use shared::{Interval, SourceFilter};

use crate::components::chart::Spot;
use crate::dashboard::buckets::{BucketState, Row};
use crate::dashboard::figures::Figures;
use crate::dashboard::range::RangeChoice;
use crate::format::day::DayStyle;
use crate::format::{UNKNOWN, counted, number};

/// `Raised 1.25M sats over 30 days, most on 4 March 2026 with 310k.`
pub(super) fn summary(figures: &Figures, rows: &[Row]) -> String {
    let range = &figures.answer.range;
    let total: i64 = rows.iter().filter_map(Row::known_sats).fold(0, i64::saturating_add);
    let best = rows.iter().filter(|row| row.known_sats().is_some_and(|sats| sats > 0)).max_by_key(|row| {
        // The first of equal ones.
        (row.point.raised_sats, std::cmp::Reverse(row.day))
    });
    let Some(best) = best else {
        return if rows.iter().all(|row| row.known_sats().is_none()) {
            "Nothing is known of these days yet.".to_owned()
        } else {
            format!("Nothing was raised {}.", days(figures))
        };
    };
    let length = range.to.signed_duration_since(range.from).num_days().saturating_add(1);
    let sats = |value| format!("{}\u{202f}{}", number::compact(value), number::sat_unit(value));
    let when = match range.interval {
        Interval::Week => {
            format!("in the week of {}", best.day.map(|day| DayStyle::Long.write(day)).unwrap_or_default())
        }
        Interval::Month => format!("in {}", best.name),
        Interval::Day | Interval::Hour => format!("on {}", best.name),
    };
    let over = counted(length, "day", "days");
    if rows.len() == 1 {
        return format!("Raised {} on {}.", sats(total), best.name);
    }
    format!("Raised {} over {over}, most {when} with {}.", sats(total), sats(best.point.raised_sats))
}

/// `from 1 Mar 2026 to 7 Mar 2026`, `on 1 Mar 2026`.
fn days(figures: &Figures) -> String {
    let (from, to) = (figures.answer.range.from, figures.answer.range.to);
    let write = |day| DayStyle::ShortWithYear.write(day);
    if from == to { format!("on {}", write(from)) } else { format!("from {} to {}", write(from), write(to)) }
}

/// Why the plot is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) text: String,
    /// Elsewhere there may be something.
    pub(super) offers_all_time: bool,
}

/// Nothing came, and why stands above.
pub(super) fn not_loaded() -> Note {
    Note { text: "No figures yet.".to_owned(), offers_all_time: false }
}

/// None where there is a line to see.
pub(super) fn note(figures: &Figures, rows: &[Row]) -> Option<Note> {
    if rows.iter().any(|row| row.point.raised_sats > 0) {
        return None;
    }
    let unread = rows.iter().all(|row| row.state == BucketState::NotRead);
    let all_time = figures.asked == RangeChoice::All;
    let text = match figures.answer.source {
        _ if unread && figures.answer.freshness.synced_at.is_none() => {
            "Contributions appear here once BTCPay has been read. \u{201c}Refresh data\u{201d} does it now.".to_owned()
        }
        _ if unread => "BTCPay could not be read since then. \u{201c}Refresh data\u{201d} tries it now.".to_owned(),
        SourceFilter::Angor if all_time => {
            "Confirmed Angor investments appear here, by the day of their block.".to_owned()
        }
        SourceFilter::Btcpay | SourceFilter::All if all_time => {
            "Contributions appear here with the first settled payment.".to_owned()
        }
        _ => format!("No contributions {}", days(figures)),
    };
    Some(Note { text, offers_all_time: !all_time })
}

/// What is told of one bucket.
pub(super) fn spot(row: &Row) -> Spot {
    let point = &row.point;
    let title = match row.state {
        BucketState::Open => format!("{}, so far", row.name),
        BucketState::Closed | BucketState::Ahead | BucketState::NotRead => row.name.clone(),
    };
    let Some(sats) = row.known_sats() else {
        let reason = unknown_because(row.state);
        let spoken = format!("{title}: {reason}");
        return Spot { title, figure: UNKNOWN.to_owned(), lines: vec![reason.to_owned()], spoken };
    };
    let contributions = counted(point.contributions, "contribution", "contributions");
    let pending = (point.pending_sats > 0).then(|| format!("{} pending", number::sats(point.pending_sats)));
    let figure = number::sats(sats);
    let spoken: Vec<String> = [figure.clone(), contributions.clone()].into_iter().chain(pending.clone()).collect();
    let spoken = format!("{title}: {}", spoken.join(", "));
    let lines = [number::btc(sats), contributions].into_iter().chain(pending).collect();
    Spot { title, figure, lines, spoken }
}

/// Why a bucket has no figure.
pub(super) fn unknown_because(state: BucketState) -> &'static str {
    match state {
        BucketState::Ahead => "still to come",
        BucketState::NotRead => "not read from BTCPay yet",
        BucketState::Open | BucketState::Closed => "not known",
    }
}
