//! The raised line: what is on it for each kind of series.

use proptest::prelude::*;

use super::look;
use super::svg::Svg;
use crate::charts::daily_raised::{Bucket, Series, draw};
use crate::charts::theme::Theme;
use crate::charts::{Look, Plot};

const SIZE: (u32, u32) = (684, 272);

/// A series of these values, none of which is open.
pub fn series(values: &[Option<i64>]) -> Series {
    let bucket = |(at, value): (usize, &Option<i64>)| Bucket {
        label: format!("{} Mar", at + 1),
        anchor: at % 30 == 6,
        value: *value,
        compare: None,
    };
    Series { buckets: values.iter().enumerate().map(bucket).collect(), open: None }
}

/// Draws it.
pub fn drawn(size: (u32, u32), series: &Series, look: &Look) -> (Svg, Option<Plot>) {
    Svg::draw(size, |area| draw(area, series, &|value| value.to_string(), look).unwrap())
}

fn values(count: i64) -> Vec<Option<i64>> {
    (0..count).map(|at| Some((at * 7919) % 31_000)).collect()
}

/// Solid parts of the line; dashes have two points each.
fn lines(svg: &Svg) -> Vec<usize> {
    let strokes = svg.strokes(Theme::LIGHT.accent).into_iter().filter(|element| element.name == "polyline");
    strokes.map(|element| element.points().len()).collect()
}

fn areas(svg: &Svg) -> usize {
    svg.fills(Theme::LIGHT.accent).into_iter().filter(|element| element.name == "polygon").count()
}

#[test]
fn no_bucket_draws_the_axes_alone() {
    let (svg, plot) = drawn(SIZE, &series(&[]), &look(1.0));
    assert_eq!((lines(&svg), areas(&svg)), (vec![], 0));
    assert!(plot.unwrap().points.is_empty());
    svg.assert_inside();
}

#[test]
fn one_bucket_is_a_dot_in_the_middle() {
    let (svg, plot) = drawn(SIZE, &series(&[Some(5)]), &look(1.0));
    assert_eq!((lines(&svg), areas(&svg), svg.all("circle").len()), (vec![], 0, 1));
    let plot = plot.unwrap();
    assert!((plot.points[0].0 - (plot.left + plot.right) / 2.0).abs() <= 1.0);
    assert_eq!(svg.labels(), ["0", "2", "4", "6", "1 Mar"]);
}

#[test]
fn two_buckets_are_a_line_from_edge_to_edge() {
    let (svg, plot) = drawn(SIZE, &series(&[Some(0), Some(10)]), &look(1.0));
    assert_eq!((lines(&svg), areas(&svg), svg.all("circle").len()), (vec![2], 1, 2));
    let plot = plot.unwrap();
    assert!((plot.points[0].0 - plot.left).abs() <= 1.0 && (plot.points[1].0 - plot.right).abs() <= 1.0);
    // Zero is drawn, on the base line.
    assert!((plot.points[0].1.unwrap() - plot.bottom).abs() <= 1.0);
    assert!(plot.points[1].1.unwrap() > plot.top, "8 % above the highest point");
}

#[test]
fn a_month_has_dots_and_a_year_has_none() {
    let (month, _) = drawn(SIZE, &series(&values(31)), &look(1.0));
    assert_eq!((lines(&month), month.all("circle").len()), (vec![31], 31));
    let (year, plot) = drawn(SIZE, &series(&values(400)), &look(1.0));
    assert_eq!((lines(&year), year.all("circle").len()), (vec![400], 0));
    assert_eq!(plot.unwrap().points.len(), 400);
    year.assert_inside();
}

#[test]
fn all_zero_is_a_flat_line_on_an_axis_to_one() {
    let (svg, plot) = drawn(SIZE, &series(&[Some(0); 30]), &look(1.0));
    assert_eq!(lines(&svg), [30]);
    let plot = plot.unwrap();
    assert!(plot.points.iter().all(|(_, y)| (y.unwrap() - plot.bottom).abs() <= 1.0));
    let labels = svg.labels();
    assert!(labels.contains(&"0".to_owned()) && labels.contains(&"1".to_owned()), "{labels:?}");
}

#[test]
fn what_is_not_known_is_a_hatched_gap_and_a_lonely_point_a_dot() {
    let mut values = values(60);
    values[10..20].fill(None);
    values[21..25].fill(None);
    let (svg, plot) = drawn(SIZE, &series(&values), &look(1.0));
    assert_eq!(lines(&svg), [10, 35]);
    assert_eq!(svg.all("circle").len(), 1, "the twenty-first bucket stands alone");
    assert!(svg.strokes(Theme::LIGHT.ctl).len() > 10);
    assert_eq!(plot.unwrap().points[12].1, None);
    svg.assert_inside();
}

#[test]
fn nothing_known_is_hatched_all_over() {
    let (svg, _) = drawn(SIZE, &series(&[None; 30]), &look(1.0));
    assert_eq!((lines(&svg), svg.all("circle").len()), (vec![], 0));
    assert!(svg.strokes(Theme::LIGHT.ctl).len() > 50);
    svg.assert_inside();
}

#[test]
fn the_bucket_that_is_not_over_hangs_on_dashes_with_a_hollow_dot() {
    let open = Series { open: Some(59), ..series(&values(60)) };
    let (svg, _) = drawn(SIZE, &open, &look(1.0));
    let lines = lines(&svg);
    assert_eq!(lines[0], 59);
    assert!(lines[1..].iter().all(|points| *points >= 2) && lines.len() > 1, "{lines:?}");
    let circles = svg.all("circle");
    assert_eq!(circles.iter().map(|circle| circle.get("fill").unwrap()).collect::<Vec<_>>(), ["#FFFFFF", "none"]);
    // Alone it has the dot and no line.
    let alone = Series { open: Some(0), ..series(&[Some(3)]) };
    let (svg, _) = drawn(SIZE, &alone, &look(1.0));
    assert_eq!(svg.all("circle").len(), 2);
}

#[test]
fn the_range_compared_with_is_dashed_and_fits_the_axis() {
    let mut with = series(&[Some(5); 30]);
    for bucket in &mut with.buckets {
        bucket.compare = Some(900);
    }
    let (svg, _) = drawn(SIZE, &with, &look(1.0));
    assert!(svg.strokes(Theme::LIGHT.compare).len() > 20);
    svg.assert_inside();
}

#[test]
fn labels_name_the_first_the_last_and_the_month_and_keep_their_distance() {
    let (svg, _) = drawn(SIZE, &series(&values(30)), &look(1.0));
    let texts = svg.all("text");
    let mut xs: Vec<i64> = Vec::new();
    for (element, label) in texts.iter().zip(svg.labels()) {
        if label.ends_with("Mar") {
            xs.push(element.points()[0].0);
        }
    }
    let labels: Vec<_> = svg.labels().into_iter().filter(|label| label.ends_with("Mar")).collect();
    assert_eq!(labels, ["1 Mar", "7 Mar", "14 Mar", "21 Mar", "30 Mar"]);
    assert!(xs.windows(2).all(|pair| pair[1] - pair[0] >= 90), "{xs:?}");
    // The last one is centred below the last point and not cut off.
    assert!(xs[4] + 24 <= 684, "{xs:?}");
}

#[test]
fn every_length_grows_with_the_pixel_ratio() {
    let width = |svg: &Svg| {
        let strokes = svg.strokes(Theme::LIGHT.accent);
        strokes.iter().find(|element| element.name == "polyline").unwrap().get("stroke-width").unwrap().to_owned()
    };
    let (one, _) = drawn(SIZE, &series(&values(40)), &look(1.0));
    let (half, _) = drawn((1026, 408), &series(&values(40)), &look(1.5));
    let (two, _) = drawn((1368, 544), &series(&values(40)), &look(2.0));
    assert_eq!([width(&one), width(&half), width(&two)], ["2", "3", "4"]);
    assert_eq!(one.labels(), two.labels());
    // The grid stays as fine as the screen.
    assert!(two.strokes(Theme::LIGHT.line).iter().all(|line| line.get("stroke-width") == Some("1")));
}

#[test]
fn all_the_bitcoin_there_is_fits() {
    let (svg, plot) = drawn(SIZE, &series(&[Some(0), Some(2_100_000_000_000_000), Some(1)]), &look(1.0));
    assert!(svg.labels().contains(&"2000000000000000".to_owned()), "{:?}", svg.labels());
    assert!(plot.unwrap().points[1].1.is_some());
    svg.assert_inside();
}

#[test]
fn small_areas_have_no_labels_and_the_smallest_nothing() {
    let (svg, plot) = drawn((60, 40), &series(&values(30)), &look(1.0));
    assert!(svg.labels().iter().all(String::is_empty), "{:?}", svg.labels());
    assert!(plot.is_some());
    svg.assert_inside();
    for size in [(0, 0), (1, 500), (500, 1), (3, 3)] {
        let (svg, _) = drawn(size, &series(&values(30)), &look(1.0));
        svg.assert_inside();
    }
}

fn any_value() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![3 => (0..=1_000_000_000_i64).prop_map(Some), 1 => Just(Some(0)), 1 => Just(None),
        1 => any::<i64>().prop_map(Some)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_series_on_any_area_stays_inside(
        values in prop::collection::vec(any_value(), 0..420),
        width in 0..1_800_u32,
        height in 0..900_u32,
        scale in 1.0..3.0_f64,
        text in 1.0..2.0_f64,
        open in prop::option::of(0..420_usize),
    ) {
        let series = Series { open, ..series(&values) };
        let (svg, plot) = drawn((width, height), &series, &Look { text, ..look(scale) });
        svg.assert_inside();
        if let Some(plot) = plot {
            prop_assert_eq!(plot.points.len(), values.len());
            prop_assert!(plot.points.windows(2).all(|pair| pair[0].0 <= pair[1].0));
        }
    }
}
