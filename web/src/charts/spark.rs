//! A line without axes for a card, as the path of an inline SVG: thirty points say "up" or "down" and need no canvas.

/// Points at most; of more buckets the mean of neighbours is shown.
const POINTS: usize = 30;
/// The path's box; `preserveAspectRatio="none"` stretches it.
pub const WIDTH: i64 = 100;
/// See [`WIDTH`].
pub const HEIGHT: i64 = 24;
/// Half a stroke above and below.
const MARGIN: i64 = 1;

/// `M0 23L50 1L100 12`; none for fewer than two buckets, or where nothing rises from zero.
pub fn path(values: &[i64]) -> Option<String> {
    let group = values.len().div_ceil(POINTS).max(1);
    let means: Vec<i64> = values.chunks(group).map(mean).collect();
    let largest = means.iter().copied().max().filter(|largest| *largest > 0)?;
    let last = i64::try_from(means.len()).ok()?.checked_sub(1).filter(|last| *last > 0)?;
    let points = means.iter().zip(0_i64..).map(|(mean, at)| {
        let rise = i128::from(HEIGHT - 2 * MARGIN) * i128::from(*mean) / i128::from(largest);
        let y = i128::from(HEIGHT - MARGIN) - rise;
        format!("{} {y}", at * WIDTH / last)
    });
    Some(format!("M{}", points.collect::<Vec<_>>().join("L")))
}

fn mean(values: &[i64]) -> i64 {
    let sum: i128 = values.iter().map(|value| i128::from((*value).max(0))).sum();
    let count = i128::try_from(values.len()).unwrap_or(i128::MAX).max(1);
    i64::try_from(sum / count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn the_path_reaches_from_edge_to_edge() {
        assert_eq!(path(&[0, 10, 5]).as_deref(), Some("M0 23L50 1L100 12"));
        let long = path(&[1; 400]).unwrap();
        assert!(long.starts_with("M0 ") && long.contains("L100 "), "{long}");
        assert!(long.matches('L').count() < 30);
    }

    #[test]
    fn nothing_draws_no_line() {
        for values in [&[][..], &[5], &[0, 0, 0], &[-1, -2]] {
            assert_eq!(path(values), None);
        }
        assert!(path(&[i64::MAX, i64::MAX, 0]).is_some());
    }
}
