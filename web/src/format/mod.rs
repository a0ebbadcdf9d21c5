//! How figures, ids and times look. Everything numeric goes through the browser's `Intl`; no money passes a float.
//! Imports nothing of the app; anyone may import it.

pub mod day;
pub mod number;
pub mod time;

/// Unknown; its reason stands beside it. Zero is a value and is written `0`.
pub const UNKNOWN: &str = "–";

/// First six and last four characters of an id; the whole one goes into `title`.
pub fn short_id(id: &str) -> String {
    let letters: Vec<char> = id.chars().collect();
    match (letters.get(..6), letters.len().checked_sub(4).and_then(|start| letters.get(start..))) {
        (Some(head), Some(tail)) if letters.len() > 12 => {
            format!("{}…{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
        }
        _ => id.to_owned(),
    }
}

/// `1 invoice`, `2 invoices`.
pub fn counted(count: i64, one: &str, many: &str) -> String {
    format!("{} {}", number::whole(count), if count == 1 { one } else { many })
}

/// A formatter of the browser's `Intl`; none where the browser does not know an option, for example a new time zone.
fn intl(kind: &str, locale: Option<&str>, options: &[(&str, &str)]) -> Option<js_sys::Function> {
    use leptos::wasm_bindgen::{JsCast, JsValue};
    let settings = js_sys::Object::new();
    for (name, value) in options {
        js_sys::Reflect::set(&settings, &JsValue::from_str(name), &JsValue::from_str(value)).ok()?;
    }
    let locale = locale.map_or(JsValue::UNDEFINED, JsValue::from_str);
    let namespace = js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
    let class: js_sys::Function = js_sys::Reflect::get(&namespace, &JsValue::from_str(kind)).ok()?.dyn_into().ok()?;
    // `Reflect::construct` and not js-sys' own constructors: those turn an unknown zone into an exception nobody catches.
    let formatter = js_sys::Reflect::construct(&class, &js_sys::Array::of2(&locale, &settings)).ok()?;
    js_sys::Reflect::get(&formatter, &JsValue::from_str("format")).ok()?.dyn_into().ok()
}

fn apply(format: &js_sys::Function, value: &leptos::wasm_bindgen::JsValue) -> Option<String> {
    format.call1(&leptos::wasm_bindgen::JsValue::UNDEFINED, value).ok()?.as_string()
}

#[cfg(test)]
mod tests {
    use super::short_id;

    #[test]
    fn long_ids_are_shortened_and_short_ones_are_not() {
        assert_eq!(short_id("8fk2aaZZZZZZ9Qx1"), "8fk2aa…9Qx1");
        assert_eq!(short_id("order-1"), "order-1");
        assert_eq!(short_id(""), "");
    }
}
