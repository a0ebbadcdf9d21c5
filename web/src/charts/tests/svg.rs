//! An SVG as plotters writes it, taken apart. Imported through [`super`].

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::prelude::SVGBackend;
use plotters::style::RGBColor;

/// A drawing.
pub struct Svg {
    pub text: String,
    size: (u32, u32),
}

/// One element: its name and its attributes as written.
#[derive(Debug)]
pub struct Element<'a> {
    pub name: &'a str,
    attributes: &'a str,
}

impl Svg {
    /// Draws on an empty one.
    pub fn draw<T>(size: (u32, u32), draw: impl FnOnce(&DrawingArea<SVGBackend<'_>, Shift>) -> T) -> (Self, T) {
        let mut text = String::new();
        let result = {
            let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
            let result = draw(&area);
            area.present().unwrap();
            result
        };
        (Self { text, size }, result)
    }

    /// Everything drawn.
    pub fn elements(&self) -> Vec<Element<'_>> {
        let tags = self.text.split('<').skip(1).filter(|tag| !tag.starts_with(['/', '?', '!']));
        let parts = tags.filter_map(|tag| tag.split('>').next()?.split_once(' '));
        parts.map(|(name, attributes)| Element { name, attributes }).filter(|element| element.name != "svg").collect()
    }

    /// Elements of one kind.
    pub fn all(&self, name: &str) -> Vec<Element<'_>> {
        self.elements().into_iter().filter(|element| element.name == name).collect()
    }

    /// Lines in a colour.
    pub fn strokes(&self, colour: RGBColor) -> Vec<Element<'_>> {
        self.elements().into_iter().filter(|element| element.get("stroke") == Some(&hex(colour))).collect()
    }

    /// Areas in a colour.
    pub fn fills(&self, colour: RGBColor) -> Vec<Element<'_>> {
        self.elements().into_iter().filter(|element| element.get("fill") == Some(&hex(colour))).collect()
    }

    /// Texts in their order.
    pub fn labels(&self) -> Vec<String> {
        let text = |part: &str| part.split_once('>').map(|(_, text)| text.trim().to_owned());
        self.text.split("<text").skip(1).filter_map(|part| text(part.split("</text>").next()?)).collect()
    }

    /// Every point lies on the drawing; a stroke may reach half its width further.
    pub fn assert_inside(&self) {
        let (width, height) = (i64::from(self.size.0), i64::from(self.size.1));
        for element in self.elements() {
            for (x, y) in element.points() {
                assert!((0..=width).contains(&x) && (0..=height).contains(&y), "{element:?} leaves {width} x {height}");
            }
        }
    }
}

impl Element<'_> {
    /// An attribute's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.split_once(&format!("{name}=\""))?.1.split('"').next()
    }

    /// All corners, ends or the centre.
    pub fn points(&self) -> Vec<(i64, i64)> {
        let number = |name: &str| self.get(name).and_then(|value| value.parse::<i64>().ok());
        let pairs = [("x", "y"), ("x1", "y1"), ("x2", "y2"), ("cx", "cy")];
        let mut points: Vec<_> = pairs.into_iter().filter_map(|(x, y)| Some((number(x)?, number(y)?))).collect();
        let list = self.get("points").unwrap_or_default().split_whitespace();
        points.extend(list.map(|pair| {
            let (x, y) = pair.split_once(',').unwrap();
            (x.parse::<i64>().unwrap(), y.parse::<i64>().unwrap())
        }));
        points
    }
}

fn hex(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}
