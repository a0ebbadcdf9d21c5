//! How many pixels stand behind a canvas. Imported through [`super`].

use super::pixel;

/// No screen is sharper than a reader can see.
const SHARPEST: f64 = 3.0;
/// Browsers refuse canvases beyond this many pixels, or blank them.
const MOST_PIXELS: f64 = 16_000_000.0;
/// Pixels of `1rem` where nobody has changed it.
const USUAL_REM: f64 = 16.0;
/// A host that says it is larger is caught in a loop with its own canvas.
const LARGEST_CSS: f64 = 4096.0;

/// What a canvas stands in, as last measured.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Host {
    /// CSS pixels.
    pub width: f64,
    /// CSS pixels.
    pub height: f64,
    /// The reader's text size, 1 for the usual one.
    pub text: f64,
}

impl Host {
    /// Of a box in CSS pixels, on a page whose `rem` has so many of them.
    pub fn new(width: f64, height: f64, rem: f64) -> Self {
        let text = rem / USUAL_REM;
        Self { width, height, text: if text.is_nan() { 1.0 } else { text.clamp(0.5, 4.0) } }
    }

    /// A length of CSS pixels that grows with the text, as far as there is room.
    pub fn text_px(&self, css: f64) -> f64 {
        (css * self.text).min(self.width)
    }

    /// Other enough to draw anew: fractions of a pixel come and go while nothing moves.
    pub fn differs(&self, other: &Self) -> bool {
        let far = |one: f64, other: f64| (one - other).abs() >= 1.0;
        far(self.width, other.width) || far(self.height, other.height) || (self.text - other.text).abs() > 0.01
    }
}

/// The backing store of a canvas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backing {
    /// Device pixels.
    pub width: u32,
    /// Device pixels.
    pub height: u32,
    /// Device pixels to one CSS pixel.
    pub ratio: f64,
}

impl Backing {
    /// For a host on a screen with so many device pixels to one of CSS; none where there is nothing to see.
    ///
    /// `supersample` doubles them: arcs of whole-pixel corners look jagged otherwise, and the browser scales down well.
    pub fn new(host: &Host, screen_ratio: f64, supersample: bool) -> Option<Self> {
        let (width, height) = (host.width, host.height);
        if width.is_nan() || height.is_nan() || width < 2.0 || height < 2.0 {
            return None;
        }
        let (width, height) = (width.min(LARGEST_CSS), height.min(LARGEST_CSS));
        let screen = if screen_ratio.is_nan() { 1.0 } else { screen_ratio.clamp(1.0, SHARPEST) };
        let wanted = if supersample { screen * 2.0 } else { screen };
        let ratio = wanted.min((MOST_PIXELS / (width * height)).sqrt());
        let pixels = |css: f64| pixel::unsigned(pixel::whole(css * ratio)).max(1);
        Some(Self { width: pixels(width), height: pixels(height), ratio })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(width: f64, height: f64, ratio: f64, supersample: bool) -> Option<(u32, u32)> {
        let backing = Backing::new(&Host::new(width, height, 16.0), ratio, supersample);
        backing.map(|backing| (backing.width, backing.height))
    }

    #[test]
    fn a_canvas_has_the_pixels_of_the_screen() {
        assert_eq!(size(300.0, 200.0, 1.0, false), Some((300, 200)));
        assert_eq!(size(301.0, 201.0, 1.5, false), Some((452, 302)));
        assert_eq!(size(300.0, 200.0, 2.0, false), Some((600, 400)));
        assert_eq!(size(300.0, 200.0, 4.0, false), Some((900, 600)));
        // Zoomed out, text would be unreadable at fewer than one.
        assert_eq!(size(300.0, 200.0, 0.5, false), Some((300, 200)));
    }

    #[test]
    fn supersampling_doubles_them() {
        assert_eq!(size(180.0, 180.0, 1.0, true), Some((360, 360)));
        assert_eq!(size(180.0, 180.0, 1.5, true), Some((540, 540)));
    }

    #[test]
    fn a_fraction_of_a_pixel_is_no_change() {
        let host = Host::new(300.0, 200.0, 16.0);
        assert!(!host.differs(&Host::new(300.4, 199.7, 16.0)));
        assert!(host.differs(&Host::new(301.0, 200.0, 16.0)));
        assert!(host.differs(&Host::new(300.0, 200.0, 32.0)));
    }

    #[test]
    fn what_is_hidden_has_none_and_nothing_grows_without_end() {
        assert_eq!(size(0.0, 0.0, 1.0, false), None);
        assert_eq!(size(500.0, 1.9, 1.0, false), None);
        assert_eq!(size(f64::NAN, 200.0, 1.0, false), None);
        let (width, height) = size(67_000_000.0, 100_000.0, 3.0, true).unwrap();
        assert!(width <= 4_001 && height <= 4_001, "{width} x {height}");
    }
}
