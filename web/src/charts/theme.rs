//! The colours of charts, light and dark. The only source of them: `styles/tokens.css` repeats them for the rest of the
//! page, and a test compares. Imported through [`super`].

use plotters::style::RGBColor;
use shared::InvoiceStatus;

/// One set of colours; measured pairs, so never mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// What a card is made of, and what parts two slices.
    pub surface: RGBColor,
    /// Figures.
    pub text: RGBColor,
    /// Axis labels.
    pub muted: RGBColor,
    /// Grid.
    pub line: RGBColor,
    /// A line that must be seen: the base line, hatching.
    pub ctl: RGBColor,
    /// The raised line.
    pub accent: RGBColor,
    /// The line of the range compared with.
    pub compare: RGBColor,
    settled: RGBColor,
    processing: RGBColor,
    new: RGBColor,
    expired: RGBColor,
    invalid: RGBColor,
}

impl Theme {
    /// On white.
    pub const LIGHT: Self = Self {
        surface: RGBColor(0xff, 0xff, 0xff),
        text: RGBColor(0x1a, 0x1b, 0x1e),
        muted: RGBColor(0x59, 0x5c, 0x63),
        line: RGBColor(0xdc, 0xdc, 0xd6),
        ctl: RGBColor(0x7b, 0x7e, 0x86),
        accent: RGBColor(0xb4, 0x53, 0x09),
        compare: RGBColor(0x6b, 0x72, 0x80),
        settled: RGBColor(0x01, 0x59, 0x31),
        processing: RGBColor(0x0a, 0x84, 0xde),
        new: RGBColor(0x5d, 0x31, 0x67),
        expired: RGBColor(0x86, 0x8a, 0x91),
        invalid: RGBColor(0xe2, 0x5a, 0x1b),
    };

    /// On near-black.
    pub const DARK: Self = Self {
        surface: RGBColor(0x16, 0x19, 0x1f),
        text: RGBColor(0xf1, 0xf2, 0xf4),
        muted: RGBColor(0xa7, 0xad, 0xb8),
        line: RGBColor(0x2a, 0x2f, 0x39),
        ctl: RGBColor(0x7a, 0x81, 0x8e),
        accent: RGBColor(0xf7, 0x93, 0x1a),
        compare: RGBColor(0x98, 0xa0, 0xad),
        settled: RGBColor(0x3f, 0xe2, 0xaa),
        processing: RGBColor(0x25, 0x97, 0xd3),
        new: RGBColor(0xa6, 0x4b, 0xe6),
        expired: RGBColor(0x86, 0x8a, 0x90),
        invalid: RGBColor(0xf3, 0x57, 0x1b),
    };

    /// The set for a page that is dark or not, for a reader who asks for more contrast or not.
    pub const fn of(dark: bool, more_contrast: bool) -> Self {
        let theme = if dark { Self::DARK } else { Self::LIGHT };
        if more_contrast { Self { muted: theme.text, line: theme.ctl, ..theme } } else { theme }
    }

    /// Colour of a status.
    pub const fn status(&self, status: InvoiceStatus) -> RGBColor {
        match status {
            InvoiceStatus::Settled => self.settled,
            InvoiceStatus::Processing => self.processing,
            InvoiceStatus::New => self.new,
            InvoiceStatus::Expired => self.expired,
            InvoiceStatus::Invalid => self.invalid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKENS: &str = include_str!("../../styles/tokens.css");

    type Pick = fn(&Theme) -> RGBColor;

    /// Each colour's custom property.
    const NAMES: [(&str, Pick); 12] = [
        ("surface", |theme| theme.surface),
        ("text", |theme| theme.text),
        ("muted", |theme| theme.muted),
        ("line", |theme| theme.line),
        ("ctl", |theme| theme.ctl),
        ("accent", |theme| theme.accent),
        ("compare", |theme| theme.compare),
        ("s-settled", |theme| theme.settled),
        ("s-processing", |theme| theme.processing),
        ("s-new", |theme| theme.new),
        ("s-expired", |theme| theme.expired),
        ("s-invalid", |theme| theme.invalid),
    ];

    fn hex(RGBColor(red, green, blue): RGBColor) -> String {
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    #[test]
    fn the_style_sheet_has_the_same_colours() {
        for (name, pick) in NAMES {
            let line = format!("--{name}: light-dark({}, {});", hex(pick(&Theme::LIGHT)), hex(pick(&Theme::DARK)));
            assert_eq!(TOKENS.matches(&line).count(), 1, "styles/tokens.css lacks {line}");
        }
    }

    #[test]
    fn more_contrast_means_the_same_in_both() {
        for line in ["--muted: var(--text);", "--line: var(--ctl);"] {
            assert_eq!(TOKENS.matches(line).count(), 1, "{line}");
        }
        let theme = Theme::of(true, true);
        assert_eq!((theme.muted, theme.line), (Theme::DARK.text, Theme::DARK.ctl));
        assert_eq!(Theme::of(false, false), Theme::LIGHT);
    }

    /// WCAG's contrast, from relative luminance.
    fn contrast(one: RGBColor, other: RGBColor) -> f64 {
        let channel = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let luminance = |RGBColor(r, g, b): RGBColor| 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn whatever_carries_meaning_stands_out_from_the_card() {
        for theme in [Theme::LIGHT, Theme::DARK] {
            assert!(contrast(theme.muted, theme.surface) >= 4.5);
            let graphics = InvoiceStatus::ALL.iter().map(|status| theme.status(*status));
            for colour in graphics.chain([theme.accent, theme.compare, theme.ctl]) {
                assert!(contrast(colour, theme.surface) >= 3.0, "{}", hex(colour));
            }
        }
    }
}
