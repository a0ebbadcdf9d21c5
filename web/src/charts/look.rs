//! In which colours and how large a chart is drawn. Imported through [`super`].

use plotters::style::{Color, FontFamily, RGBColor, ShapeStyle, TextStyle};

use super::pixel;
use super::theme::Theme;

/// The page's own fonts, so that axis labels look like the text around them.
const FONTS: &str = "system-ui, -apple-system, \"Segoe UI\", Roboto, \"Noto Sans\", \"Liberation Sans\", sans-serif";
/// Axis labels, in CSS pixels at the usual text size.
const LABEL_SIZE: f64 = 12.0;
/// Widths of letters, in font sizes: generous, because too much room is better than a label cut off.
const NARROW_LETTER: f64 = 0.6;
const WIDE_LETTER: f64 = 1.0;

/// Colours and scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Colours.
    pub theme: Theme,
    /// Device pixels to one CSS pixel.
    pub scale: f64,
    /// The reader's text size, 1 for the usual one.
    pub text: f64,
}

impl Look {
    /// A length of CSS pixels in device pixels.
    pub fn px(&self, css: f64) -> i32 {
        pixel::whole(css * self.scale)
    }

    /// A length that grows with the text, in device pixels.
    pub fn text_px(&self, css: f64) -> i32 {
        pixel::whole(css * self.scale * self.text)
    }

    /// A stroke of so many CSS pixels. Built in full: plotters' shorthands lose the width.
    pub fn stroke(&self, colour: RGBColor, css: f64) -> ShapeStyle {
        ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width: pixel::unsigned(self.px(css)).max(1) }
    }

    /// The finest line there is: one device pixel.
    pub fn hairline(colour: RGBColor) -> ShapeStyle {
        ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width: 1 }
    }

    /// A radius of so many CSS pixels.
    pub fn radius(&self, css: f64) -> u32 {
        pixel::unsigned(self.px(css)).max(1)
    }

    /// Axis labels.
    pub fn label_style(&self) -> TextStyle<'static> {
        let plain = TextStyle::from((FontFamily::from(FONTS), self.label_size()));
        TextStyle { color: self.theme.muted.to_backend_color(), ..plain }
    }

    /// Height of an axis label, in device pixels.
    pub fn label_height(&self) -> i32 {
        pixel::whole(self.label_size() * 1.25)
    }

    /// About how wide an axis label is, in device pixels. Nothing is measured: no backend does it the same way.
    pub fn label_width(&self, text: &str) -> i32 {
        let letter = |letter: char| if u32::from(letter) < 0x2000 { NARROW_LETTER } else { WIDE_LETTER };
        pixel::whole(text.chars().map(letter).sum::<f64>() * self.label_size())
    }

    fn label_size(&self) -> f64 {
        LABEL_SIZE * self.scale * self.text
    }
}
