//! The ring of invoices by status: slices clockwise from 12 o'clock, always in the same order, so that colours stay put.

use std::f64::consts::PI;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::Polygon;
use plotters::prelude::DrawingBackend;
use plotters::style::{Color, RGBColor};
use shared::InvoiceStatus;

use super::look::Look;
use super::pixel;

/// Slices in their order.
pub const ORDER: [InvoiceStatus; 5] = [
    InvoiceStatus::Settled,
    InvoiceStatus::Processing,
    InvoiceStatus::New,
    InvoiceStatus::Expired,
    InvoiceStatus::Invalid,
];

/// Of the radius.
const THICKNESS: f64 = 0.34;
/// Between two slices, in CSS pixels.
const GAP: f64 = 2.0;
/// The smallest slice that can be seen, in degrees. The legend has the true share.
const SMALLEST: f64 = 3.0;
const FULL: f64 = 360.0;
/// Distance of two corners of an arc, in device pixels.
const CORNERS_APART: f64 = 4.0;

/// Draws slices of these sizes, in [`ORDER`]; a ring in the colour of lines where there is nothing.
///
/// # Errors
/// The backend's.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    sizes: &[i64; 5],
    look: &Look,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    let Some(ring) = Ring::new(area.dim_in_pixel(), look) else { return Ok(()) };
    let angles = angles(sizes);
    let slices: Vec<_> = angles.into_iter().zip(ORDER).filter(|(angle, _)| *angle > 0.0).collect();
    if slices.is_empty() {
        return ring.fill(area, 0.0, FULL, look.theme.line);
    }
    let mut start = 0.0;
    for (angle, status) in &slices {
        ring.fill(area, start, start + angle, look.theme.status(*status))?;
        start += angle;
    }
    if slices.len() > 1 {
        let mut start = 0.0;
        for (angle, _) in &slices {
            ring.part(area, start, look)?;
            start += angle;
        }
    }
    Ok(())
}

/// Degrees of each slice, adding up to a full turn, or to nothing where all sizes are zero. What is there can be seen.
pub fn angles(sizes: &[i64; 5]) -> [f64; 5] {
    let sizes = sizes.map(|size| pixel::measure(size.max(0)));
    let mut widened = [false; 5];
    loop {
        let room = FULL - SMALLEST * pixel::length(widened.iter().filter(|wide| **wide).count());
        let others: f64 = sizes.iter().zip(widened).filter(|(_, wide)| !wide).map(|(size, _)| size).sum();
        let mut angles = [0.0; 5];
        for ((angle, size), wide) in angles.iter_mut().zip(sizes).zip(widened) {
            *angle = match wide {
                true => SMALLEST,
                false if size > 0.0 => room * size / others,
                false => 0.0,
            };
        }
        // Widening one narrows the others; the largest is never widened, so this ends.
        let narrow =
            angles.iter().zip(&mut widened).find(|(angle, wide)| !**wide && **angle > 0.0 && **angle < SMALLEST);
        let Some((_, wide)) = narrow else { return angles };
        *wide = true;
    }
}

/// Where the ring lies, in device pixels.
struct Ring {
    centre: (f64, f64),
    outer: f64,
    inner: f64,
}

impl Ring {
    fn new((width, height): (u32, u32), look: &Look) -> Option<Self> {
        let (width, height) = (f64::from(width), f64::from(height));
        // One CSS pixel at the rim, so that no corner is cut.
        let outer = width.min(height) / 2.0 - look.scale;
        (outer >= 1.0).then(|| Self { centre: (width / 2.0, height / 2.0), outer, inner: outer * (1.0 - THICKNESS) })
    }

    /// A corner at an angle, clockwise from 12 o'clock.
    fn at(&self, radius: f64, degrees: f64) -> (i32, i32) {
        let turn = degrees / 180.0 * PI;
        let (x, y) = (self.centre.0 + radius * turn.sin(), self.centre.1 - radius * turn.cos());
        (pixel::whole(x), pixel::whole(y))
    }

    fn fill<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        from: f64,
        to: f64,
        colour: RGBColor,
    ) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
        let corners = pixel::whole((to - from) / 180.0 * PI * self.outer / CORNERS_APART).clamp(2, 2_000);
        let turn = |corner: i32| from + (to - from) * f64::from(corner) / f64::from(corners);
        let rim = (0..=corners).map(|corner| self.at(self.outer, turn(corner)));
        let hole = (0..=corners).rev().map(|corner| self.at(self.inner, turn(corner)));
        area.draw(&Polygon::new(rim.chain(hole).collect::<Vec<_>>(), colour.filled()))
    }

    /// A gap across the ring: a strip with straight edges, as wide at the rim as at the hole.
    fn part<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        degrees: f64,
        look: &Look,
    ) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
        let turn = degrees / 180.0 * PI;
        let half = GAP * look.scale / 2.0;
        let (across, along) = ((turn.cos(), turn.sin()), (turn.sin(), -turn.cos()));
        let corner = |radius: f64, side: f64| {
            let x = self.centre.0 + along.0 * radius + across.0 * side;
            let y = self.centre.1 + along.1 * radius + across.1 * side;
            (pixel::whole(x), pixel::whole(y))
        };
        // A little over both edges: corners are rounded to whole pixels.
        let (inner, outer) = ((self.inner - 1.0).max(0.0), self.outer + 1.0);
        let strip = vec![corner(inner, -half), corner(outer, -half), corner(outer, half), corner(inner, half)];
        area.draw(&Polygon::new(strip, look.theme.surface.filled()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slices_follow_their_shares() {
        assert_eq!(angles(&[1, 1, 0, 1, 1]), [90.0, 90.0, 0.0, 90.0, 90.0]);
        assert_eq!(angles(&[0, 0, 7, 0, 0]), [0.0, 0.0, 360.0, 0.0, 0.0]);
        assert_eq!(angles(&[0; 5]), [0.0; 5]);
        assert_eq!(angles(&[-3, 0, 0, 0, 0]), [0.0; 5]);
    }

    #[test]
    fn a_tiny_slice_is_seen() {
        let angles = angles(&[100_000, 1, 0, 0, 900]);
        assert_eq!((angles[1], angles[2]), (3.0, 0.0));
        // Just above the least before its neighbours were widened.
        assert!(angles[4] >= 3.0);
    }

    proptest! {
        #[test]
        fn slices_fill_the_ring(sizes in prop::array::uniform5(0..=i64::MAX / 4)) {
            let angles = angles(&sizes);
            let sum: f64 = angles.iter().sum();
            let expected = if sizes == [0; 5] { 0.0 } else { 360.0 };
            prop_assert!((sum - expected).abs() < 1e-6, "{sum}");
            for (size, angle) in sizes.iter().zip(angles) {
                prop_assert!(if *size > 0 { angle >= 3.0 - 1e-9 } else { angle == 0.0 }, "{size} {angle}");
            }
        }
    }
}
