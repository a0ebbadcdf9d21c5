//! What stands around every chart: figure with caption, summary and table, the canvas that [`crate::charts`] draws on, and
//! the layer above it for pointer, touch and keyboard. Written once; pages bring a draw function and words.

mod appearance;
mod canvas;
mod figure;
mod inspector;

pub use canvas::{ChartCanvas, Draw};
pub use figure::{ChartFigure, caption_id};
pub use inspector::{Inspector, Spot};
