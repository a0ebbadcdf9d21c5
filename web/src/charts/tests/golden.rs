//! Whole drawings, kept as files that somebody has looked at. After a wanted change: `BLESS=1 cargo test -p web --lib`,
//! then look at them again.

use std::path::Path;

use super::daily_raised::{drawn as daily, series};
use super::look;
use super::status::drawn as ring;
use crate::charts::Look;
use crate::charts::daily_raised::Series;
use crate::charts::theme::Theme;

fn compare(name: &str, svg: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/charts/tests/golden").join(name);
    // One element a line, so that a difference can be read.
    let svg = svg.replace("><", ">\n<");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &svg).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(golden == svg, "the drawing differs from {}: BLESS=1 writes it anew, then look at it", path.display());
}

fn month() -> Vec<Option<i64>> {
    let week = [0, 42_000, 310_000, 0, 87_500, 21_000, 150_000];
    week.into_iter().cycle().zip(0..30).map(|(sats, day)| Some(sats + 1_000 * day)).collect()
}

#[test]
fn a_month_with_today() {
    let series = Series { open: Some(29), ..series(&month()) };
    compare("month-light.svg", &daily((684, 272), &series, &look(1.0)).0.text);
}

#[test]
fn a_month_with_gaps_and_a_comparison_in_the_dark() {
    let mut values = month();
    values[4..9].fill(None);
    values[10..12].fill(None);
    values[26..].fill(None);
    let mut series = series(&values);
    for (bucket, day) in series.buckets.iter_mut().zip(0..) {
        bucket.compare = Some(90_000 + 4_000 * day);
    }
    let look = Look { theme: Theme::DARK, ..look(2.0) };
    compare("gaps-dark.svg", &daily((1368, 544), &series, &look).0.text);
}

#[test]
fn five_statuses_one_of_them_tiny() {
    compare("status-light.svg", &ring((360, 360), &[420, 31, 12, 160, 1], &look(2.0)).text);
}
