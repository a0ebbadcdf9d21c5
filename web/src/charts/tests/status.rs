//! The ring of statuses.

use proptest::prelude::*;
use shared::InvoiceStatus;

use super::look;
use super::svg::Svg;
use crate::charts::Look;
use crate::charts::status::{ORDER, draw};
use crate::charts::theme::Theme;

const SIZE: (u32, u32) = (360, 360);

/// Draws it.
pub fn drawn(size: (u32, u32), sizes: &[i64; 5], look: &Look) -> Svg {
    Svg::draw(size, |area| draw(area, sizes, look).unwrap()).0
}

fn slices(svg: &Svg, status: InvoiceStatus) -> usize {
    svg.fills(Theme::LIGHT.status(status)).len()
}

#[test]
fn slices_start_at_twelve_and_run_clockwise_in_their_order() {
    let svg = drawn(SIZE, &[1, 1, 1, 1, 0], &look(2.0));
    assert_eq!(ORDER.map(|status| slices(&svg, status)), [1, 1, 1, 1, 0]);
    // The first quarter is the upper right one, the second the lower right one.
    let corners = |status| svg.fills(Theme::LIGHT.status(status))[0].points();
    assert!(corners(InvoiceStatus::Settled).iter().all(|(x, y)| *x >= 180 && *y <= 180));
    assert!(corners(InvoiceStatus::Processing).iter().all(|(x, y)| *x >= 180 && *y >= 180));
    assert!(corners(InvoiceStatus::Expired).iter().all(|(x, y)| *x <= 180 && *y <= 180));
    // A gap in front of each.
    assert_eq!(svg.fills(Theme::LIGHT.surface).len(), 4);
}

#[test]
fn a_single_status_is_a_full_ring_without_a_gap() {
    let svg = drawn(SIZE, &[0, 0, 0, 12, 0], &look(2.0));
    assert_eq!(slices(&svg, InvoiceStatus::Expired), 1);
    assert_eq!(svg.fills(Theme::LIGHT.surface).len(), 0);
    let corners = svg.elements()[0].points();
    assert!(corners.contains(&(180, 2)) && corners.contains(&(180, 358)), "{corners:?}");
}

#[test]
fn the_ring_is_a_third_of_its_radius_thick() {
    let svg = drawn(SIZE, &[5, 0, 0, 0, 0], &look(2.0));
    let length = |pixels: i64| f64::from(i32::try_from(pixels).unwrap());
    let distance = |(x, y): &(i64, i64)| length(x - 180).hypot(length(y - 180));
    let radii: Vec<f64> = svg.elements()[0].points().iter().map(distance).collect();
    let (least, most) = (radii.iter().copied().fold(f64::MAX, f64::min), radii.iter().copied().fold(0.0, f64::max));
    assert!((most - 178.0).abs() < 1.0, "{most}");
    assert!((1.0 - least / most - 0.34).abs() < 0.01, "{least} of {most}");
}

#[test]
fn nothing_is_a_pale_ring() {
    let svg = drawn(SIZE, &[0; 5], &look(2.0));
    assert_eq!(svg.elements().len(), 1);
    assert_eq!(svg.fills(Theme::LIGHT.line).len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_counts_on_any_area_stay_inside(
        sizes in prop::array::uniform5(prop_oneof![Just(0), 0..50_i64, any::<i64>()]),
        width in 0..1_200_u32,
        height in 0..1_200_u32,
        scale in 1.0..6.0_f64,
    ) {
        drawn((width, height), &sizes, &look(scale)).assert_inside();
    }
}
