//! Where on the chart things ended up, so that a pointer finds them. Imported through [`super`].

/// The area inside the axes and the points in it. [`super::daily_raised::draw`] gives it in device pixels.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plot {
    /// Left edge.
    pub left: f64,
    /// Right edge.
    pub right: f64,
    /// Upper edge.
    pub top: f64,
    /// Lower edge: zero.
    pub bottom: f64,
    /// Across, in order; down, none where the value is not known.
    pub points: Vec<(f64, Option<f64>)>,
}

impl Plot {
    /// The same in CSS pixels, of which each has so many device pixels.
    pub fn in_css(self, ratio: f64) -> Self {
        Self {
            left: self.left / ratio,
            right: self.right / ratio,
            top: self.top / ratio,
            bottom: self.bottom / ratio,
            points: self.points.into_iter().map(|(x, y)| (x / ratio, y.map(|y| y / ratio))).collect(),
        }
    }

    /// Left edge and width of a slider whose thumb, of this width, has its centre on the points.
    pub fn slider(&self, thumb: f64) -> (f64, f64) {
        (self.left - thumb / 2.0, self.right - self.left + thumb)
    }

    /// Left edge of a tip of this width: right of `x` at a distance, left of it where that leaves the host, and inside the
    /// host in any case.
    pub fn beside(x: f64, width: f64, distance: f64, host_width: f64) -> f64 {
        let right = x + distance;
        let left = if right + width <= host_width { right } else { x - distance - width };
        left.min(host_width - width).max(0.0)
    }

    /// Height of the plot.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Index of the point nearest to a pointer above a [`Self::slider`]; both distances are from the window's left edge.
    pub fn under(&self, pointer: i32, slider_left: f64, thumb: f64) -> Option<usize> {
        self.nearest(f64::from(pointer) - slider_left + self.slider(thumb).0)
    }

    /// Index of the point nearest to `x`, whatever its height.
    pub fn nearest(&self, x: f64) -> Option<usize> {
        let right = self.points.partition_point(|(across, _)| *across < x);
        let left = right.checked_sub(1);
        match (left.and_then(|left| self.points.get(left)), self.points.get(right)) {
            (Some((before, _)), Some((after, _))) => Some(if x - before < after - x { right - 1 } else { right }),
            (Some(_), None) => left,
            (None, Some(_)) => Some(right),
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tip_changes_sides_near_the_edge_and_never_leaves() {
        let left = |x| Plot::beside(x, 100.0, 12.0, 300.0);
        assert_eq!([left(50.0), left(188.0), left(189.0), left(300.0)], [62.0, 200.0, 77.0, 188.0]);
        assert_eq!(Plot::beside(100.0, 180.0, 12.0, 200.0), 0.0);
    }

    #[test]
    fn a_slider_reaches_half_a_thumb_beyond_the_points() {
        let points = vec![(40.0, None), (140.0, None)];
        let plot = Plot { left: 40.0, right: 140.0, points, ..Plot::default() };
        assert_eq!(plot.slider(24.0), (28.0, 124.0));
        // The slider begins at 128 in the window: its first point is at 140, the middle at 190.
        assert_eq!([130, 140, 189, 191, 300].map(|x| plot.under(x, 128.0, 24.0)), [0, 0, 0, 1, 1].map(Some));
    }

    #[test]
    fn the_nearest_point_is_found_beyond_the_edges_too() {
        let plot = |xs: &[f64]| Plot { points: xs.iter().map(|x| (*x, None)).collect(), ..Plot::default() };
        let three = plot(&[10.0, 20.0, 30.0]);
        let found: Vec<_> = [-5.0, 10.0, 14.9, 15.1, 24.0, 99.0].map(|x| three.nearest(x)).to_vec();
        assert_eq!(found, [Some(0), Some(0), Some(0), Some(1), Some(1), Some(2)]);
        assert_eq!(plot(&[7.0]).nearest(0.0), Some(0));
        assert_eq!(plot(&[]).nearest(0.0), None);
    }
}
