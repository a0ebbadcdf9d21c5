//! How much room axes and margins take. Imported through [`super`].

use super::{Bucket, Series};
use crate::charts::look::Look;
use crate::charts::{pixel, scale};

/// Below this, in CSS pixels, labels would leave no room for the line.
const LABELS_FROM: (f64, f64) = (140.0, 90.0);
/// Between the starts of two labels, in CSS pixels at the usual text size.
const LABELS_APART: f64 = 90.0;

/// Device pixels around the plot.
pub(super) struct Frame {
    pub(super) left: i32,
    pub(super) bottom: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    /// At the left and below, outside the labels: room for half a line and a dot.
    pub(super) edge: i32,
    pub(super) has_labels: bool,
    /// Width of the plot.
    width: i32,
}

impl Frame {
    /// None where nothing would be left for the plot.
    pub(super) fn new(
        (width, height): (u32, u32),
        series: &Series,
        ticks: &[i64],
        amount: &dyn Fn(i64) -> String,
        look: &Look,
    ) -> Option<Self> {
        let (width, height) = (i32::try_from(width).ok()?, i32::try_from(height).ok()?);
        let has_labels = width >= look.text_px(LABELS_FROM.0) && height >= look.text_px(LABELS_FROM.1);
        let edge = if has_labels { look.px(1.0) } else { look.px(4.0).min(width / 4).min(height / 4) };
        let (left, bottom, top, right) = if has_labels {
            let widest = ticks.iter().map(|tick| look.label_width(&amount(*tick))).max().unwrap_or(0);
            // The first and the last label are centred below their points and must not be cut.
            let half = |bucket: Option<&Bucket>| bucket.map_or(0, |bucket| look.label_width(&bucket.label) / 2);
            (
                // plotters keeps two tick sizes between axis and label.
                (widest + look.px(10.0)).max(half(series.buckets.first())),
                look.label_height() + look.px(10.0),
                (look.label_height() / 2).max(look.px(8.0)),
                (half(series.buckets.last()) + look.px(2.0)).max(look.px(8.0)),
            )
        } else {
            (0, 0, edge, edge)
        };
        let plot = (width - left - right - edge, height - top - bottom - edge);
        (plot.0 >= 2 && plot.1 >= 2).then_some(Self { left, bottom, top, right, edge, has_labels, width: plot.0 })
    }

    /// Indices of the buckets that get a label.
    pub(super) fn labelled(&self, series: &Series, look: &Look) -> Vec<i64> {
        let anchors: Vec<bool> = series.buckets.iter().map(|bucket| bucket.anchor).collect();
        let steps = anchors.len().saturating_sub(1).max(1);
        let step = f64::from(self.width) / pixel::length(steps);
        let apart = f64::from(look.text_px(LABELS_APART));
        scale::labelled(&anchors, step, apart).into_iter().map(super::index).collect()
    }
}
