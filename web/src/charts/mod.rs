//! Charts as pure drawing: values in, strokes of any plotters backend out. The browser hands in a canvas, a test an SVG.
//!
//! Imports plotters and `shared`, nothing of the app, the browser or the clock; `components/chart` and pages may import it.
//! Texts come in ready-made, and only axis labels are drawn: all else that people read is DOM. Coordinates are device
//! pixels, because a backend knows no pixel ratio: [`Look::px`] turns every length into them.
#![expect(clippy::float_arithmetic, reason = "pixels and angles; no money passes through them")]

mod backing;
pub mod daily_raised;
mod look;
mod pixel;
mod plot;
mod scale;
pub mod spark;
pub mod status;
#[cfg(test)]
mod tests;
mod theme;

pub use backing::{Backing, Host};
pub use look::Look;
pub use plot::Plot;
pub use theme::Theme;
