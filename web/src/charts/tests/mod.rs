//! Both charts drawn as SVG, without a browser.

mod daily_raised;
mod golden;
mod status;
mod svg;

use super::Look;
use super::theme::Theme;

fn look(scale: f64) -> Look {
    Look { theme: Theme::LIGHT, scale, text: 1.0 }
}
