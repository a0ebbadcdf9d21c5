//! Dots on the line, and hatching where nothing is known. Imported through [`super`].

use plotters::element::{Circle, PathElement};
use plotters::prelude::DrawingBackend;
use plotters::style::{Color, ShapeStyle};

use super::{Chart, Drawn, Series, points, runs};
use crate::charts::look::Look;
use crate::charts::pixel;

/// More points than this are a line without dots.
const DOTS_UP_TO: usize = 31;
/// Dots nearer than this, in CSS pixels, would touch.
const DOTS_APART: f64 = 10.0;
const DOT_RADIUS: f64 = 3.0;
const OPEN_RADIUS: f64 = 4.0;
const HATCH_APART: f64 = 8.0;
const HATCH_SHARE: f64 = 0.35;

/// A dot on each point where there are few; always where a point stands alone, and a hollow one on the open bucket.
pub(super) fn dots<DB: DrawingBackend>(chart: &mut Chart<'_, DB>, series: &Series, look: &Look) -> Drawn<(), DB> {
    let (across, _) = chart.plotting_area().get_pixel_range();
    let steps = series.buckets.len().saturating_sub(1).max(1);
    let apart = f64::from(across.end - across.start) / pixel::length(steps);
    let all = series.buckets.len() <= DOTS_UP_TO && apart >= f64::from(look.px(DOTS_APART));
    let open = series.open.map(super::index);
    for run in runs(series, true) {
        let alone = run.len() == 1;
        for point in points(series, run) {
            if Some(point.0) == open {
                hollow(chart, point, look)?;
            } else if all || alone {
                let style = ShapeStyle { filled: true, ..look.stroke(look.theme.accent, 1.0) };
                chart.draw_series([Circle::new(point, look.radius(DOT_RADIUS), style)])?;
            }
        }
    }
    Ok(())
}

fn hollow<DB: DrawingBackend>(chart: &mut Chart<'_, DB>, point: (i64, i64), look: &Look) -> Drawn<(), DB> {
    let radius = look.radius(OPEN_RADIUS);
    let inside = ShapeStyle { filled: true, ..look.stroke(look.theme.surface, 1.0) };
    let ring = look.stroke(look.theme.accent, 2.0);
    chart.draw_series([Circle::new(point, radius, inside), Circle::new(point, radius, ring)])?;
    Ok(())
}

/// Slanted lines over the stretches of which nothing is known.
pub(super) fn hatch<DB: DrawingBackend>(chart: &Chart<'_, DB>, series: &Series, look: &Look) -> Drawn<(), DB> {
    let area = chart.plotting_area().strip_coord_spec();
    let (across, down) = area.get_pixel_range();
    let height = down.end - down.start - 1;
    let colour = look.theme.ctl.mix(HATCH_SHARE);
    let style = ShapeStyle { color: colour, ..look.stroke(look.theme.ctl, 1.0) };
    for run in runs(series, false) {
        // Half a bucket to both sides, as far as the plot goes.
        let edge = |before: usize, after: usize| {
            let x = |at: usize| chart.backend_coord(&(super::index(at), 0)).0;
            (x(before) + x(after)) / 2
        };
        let last = series.buckets.len().saturating_sub(1);
        let left = if run.start == 0 { across.start } else { edge(run.start - 1, run.start) };
        let right = if run.end > last { across.end - 1 } else { edge(run.end - 1, run.end) };
        for line in slants(left - across.start, right - across.start, height, look.px(HATCH_APART).max(2)) {
            area.draw(&PathElement::new(line.to_vec(), style))?;
        }
    }
    Ok(())
}

/// Lines rising to the right, cut off at the edges of the band from `left` to `right`.
fn slants(left: i32, right: i32, height: i32, apart: i32) -> Vec<[(i32, i32); 2]> {
    let first = left - height;
    let starts = (first..=right).filter(|start| (start - first) % apart == 0);
    let line = |foot: i32| {
        // From (foot, height) up to (foot + height, 0).
        let from = foot.max(left);
        let to = (foot + height).min(right);
        (from < to).then(|| [(from, height - (from - foot)), (to, height - (to - foot))])
    };
    starts.filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::slants;

    #[test]
    fn hatching_stays_inside_its_band() {
        for (left, right, height) in [(0, 100, 50), (30, 31, 200), (5, 5, 10), (0, 3, 0)] {
            for [(x0, y0), (x1, y1)] in slants(left, right, height, 8) {
                assert!(left <= x0 && x0 < x1 && x1 <= right, "{x0} {x1}");
                assert!((0..=height).contains(&y0) && (0..=height).contains(&y1), "{y0} {y1}");
                assert_eq!(x1 - x0, y0 - y1);
            }
        }
        assert!(slants(0, 100, 50, 8).len() > 15);
    }
}
