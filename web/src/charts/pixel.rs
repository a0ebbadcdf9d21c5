//! Between numbers that are counted and lengths that are measured. Imported through [`super`].

/// The nearest whole pixel; beyond `i32` its end, and nothing for what is no number.
#[expect(clippy::as_conversions, reason = "std knows no other way from a float; this one saturates")]
pub fn whole(length: f64) -> i32 {
    length.round() as i32
}

/// A value as a length; a part in 10^15 is no pixel.
#[expect(clippy::as_conversions, reason = "std knows no other way from i64")]
pub fn measure(value: i64) -> f64 {
    value as f64
}

/// So many things, as a length.
pub fn length(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

/// So many pixels, as plotters takes them; nothing below zero.
pub fn unsigned(pixels: i32) -> u32 {
    u32::try_from(pixels).unwrap_or(0)
}
