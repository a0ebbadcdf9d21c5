//! The line of what was raised: one point for each bucket, a soft fill below it, gaps where nothing is known.

mod frame;
mod marks;

use plotters::chart::{ChartBuilder, ChartContext, LabelAreaPosition};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::combinators::{BindKeyPoints, WithKeyPoints};
use plotters::coord::types::RangedCoordi64;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::prelude::DrawingBackend;
use plotters::series::{AreaSeries, DashedLineSeries, LineSeries};
use plotters::style::{Color, TRANSPARENT};

use self::frame::Frame;
use super::look::Look;
use super::plot::Plot;
use super::scale;

/// One bucket of the series.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bucket {
    /// Below the axis, if it gets a label.
    pub label: String,
    /// A month begins with it, or a year: labelled before others.
    pub anchor: bool,
    /// Satoshi; none where the value is not known, which is another thing than zero.
    pub value: Option<i64>,
    /// Satoshi of the same bucket in the range compared with.
    pub compare: Option<i64>,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Series {
    /// In order, without holes.
    pub buckets: Vec<Bucket>,
    /// The bucket that is not over yet.
    pub open: Option<usize>,
}

type Axis = WithKeyPoints<RangedCoordi64>;
type Chart<'a, DB> = ChartContext<'a, DB, Cartesian2d<Axis, Axis>>;
type Drawn<T, DB> = Result<T, DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// Share of the accent colour in the fill.
const FILL: f64 = 0.12;
const LINE_WIDTH: f64 = 2.0;
const DASH: f64 = 5.0;
const DASH_GAP: f64 = 4.0;

/// Draws it all, and tells where; nothing on an area too small to see anything.
///
/// `amount` writes an axis label.
///
/// # Errors
/// The backend's.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    series: &Series,
    amount: &dyn Fn(i64) -> String,
    look: &Look,
) -> Drawn<Option<Plot>, DB> {
    let known = series.buckets.iter().flat_map(|bucket| [bucket.value, bucket.compare]).flatten();
    let top = scale::top(known.max().unwrap_or(0));
    let ticks = scale::ticks(top);
    let Some(frame) = Frame::new(area.dim_in_pixel(), series, &ticks, amount, look) else { return Ok(None) };
    let mut chart = axes(area, series, top, ticks, &frame, amount, look)?;
    marks::hatch(&chart, series, look)?;
    compared(&mut chart, series, look)?;
    for run in known_runs(series) {
        line(&mut chart, series, run, look)?;
    }
    marks::dots(&mut chart, series, look)?;
    Ok(Some(plot(&chart, series)))
}

/// Horizontal grid lines and labels.
fn axes<'a, DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    series: &Series,
    top: i64,
    ticks: Vec<i64>,
    frame: &Frame,
    amount: &dyn Fn(i64) -> String,
    look: &Look,
) -> Drawn<Chart<'a, DB>, DB> {
    let buckets = index(series.buckets.len());
    // One bucket stands in the middle; none needs a range all the same.
    let across = if buckets > 1 { 0..buckets - 1 } else { -1..1 };
    let labelled = if frame.has_labels { frame.labelled(series, look) } else { Vec::new() };
    let mut chart = ChartBuilder::on(area)
        .margin_top(frame.top)
        .margin_right(frame.right)
        .margin_left(frame.edge)
        .margin_bottom(frame.edge)
        .set_label_area_size(LabelAreaPosition::Left, frame.left)
        .set_label_area_size(LabelAreaPosition::Bottom, frame.bottom)
        .build_cartesian_2d(across.with_key_points(labelled), (0..top).with_key_points(ticks))?;
    let name = |at: &i64| usize::try_from(*at).ok().and_then(|at| Some(series.buckets.get(at)?.label.clone()));
    chart
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(Look::hairline(look.theme.line))
        .axis_style(TRANSPARENT)
        .set_all_tick_mark_size(look.px(4.0))
        .label_style(look.label_style())
        .x_label_formatter(&|at| name(at).unwrap_or_default())
        .y_label_formatter(&|value| if frame.has_labels { amount(*value) } else { String::new() })
        .draw()?;
    Ok(chart)
}

/// The range compared with: dashed, without a fill.
fn compared<DB: DrawingBackend>(chart: &mut Chart<'_, DB>, series: &Series, look: &Look) -> Drawn<(), DB> {
    let points = series.buckets.iter().zip(0_i64..).filter_map(|(bucket, at)| Some((at, bucket.compare?.max(0))));
    let points: Vec<_> = points.collect();
    chart.draw_series(dashed(points, look.stroke(look.theme.compare, 1.5), look))?;
    Ok(())
}

/// One unbroken stretch: fill, then line. The part that leads to the open bucket is dashed.
fn line<DB: DrawingBackend>(
    chart: &mut Chart<'_, DB>,
    series: &Series,
    run: std::ops::Range<usize>,
    look: &Look,
) -> Drawn<(), DB> {
    let points = points(series, run.clone());
    if points.len() < 2 {
        return Ok(());
    }
    let accent = look.theme.accent;
    chart.draw_series(AreaSeries::new(points.clone(), 0, accent.mix(FILL)))?;
    let stroke = look.stroke(accent, LINE_WIDTH);
    let ends_open = series.open.is_some() && series.open == run.end.checked_sub(1);
    let solid = if ends_open { points.len() - 1 } else { points.len() };
    if solid > 1 {
        chart.draw_series(LineSeries::new(points.iter().take(solid).copied(), stroke))?;
    }
    if ends_open {
        let tail: Vec<_> = points.into_iter().skip(solid - 1).collect();
        chart.draw_series(dashed(tail, stroke, look))?;
    }
    Ok(())
}

fn dashed(
    points: Vec<(i64, i64)>,
    stroke: plotters::style::ShapeStyle,
    look: &Look,
) -> DashedLineSeries<std::vec::IntoIter<(i64, i64)>, i32> {
    DashedLineSeries::new(points, look.px(DASH).max(1), look.px(DASH_GAP).max(1), stroke)
}

fn plot<DB: DrawingBackend>(chart: &Chart<'_, DB>, series: &Series) -> Plot {
    let (across, down) = chart.plotting_area().get_pixel_range();
    let points = series.buckets.iter().zip(0_i64..).map(|(bucket, at)| {
        let (x, y) = chart.backend_coord(&(at, bucket.value.unwrap_or(0).max(0)));
        (f64::from(x), bucket.value.map(|_| f64::from(y)))
    });
    Plot {
        left: f64::from(across.start),
        right: f64::from(across.end),
        top: f64::from(down.start),
        bottom: f64::from(down.end),
        points: points.collect(),
    }
}

/// Stretches of buckets whose values are known.
fn known_runs(series: &Series) -> Vec<std::ops::Range<usize>> {
    runs(series, true)
}

/// Stretches of buckets that are all known, or all unknown.
fn runs(series: &Series, known: bool) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, _) in series.buckets.iter().enumerate().filter(|(_, bucket)| bucket.value.is_some() == known) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

/// Index and value of the known buckets of a stretch; below zero is drawn as zero.
fn points(series: &Series, run: std::ops::Range<usize>) -> Vec<(i64, i64)> {
    let buckets = series.buckets.get(run.clone()).unwrap_or_default();
    buckets.iter().zip(index(run.start)..).filter_map(|(bucket, at)| Some((at, bucket.value?.max(0)))).collect()
}

fn index(at: usize) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}
