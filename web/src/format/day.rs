//! Days, weeks and months in the reader's language. A chart writes hundreds at once, so formatters are made once.

use std::cell::OnceCell;

use chrono::NaiveDate;
use leptos::wasm_bindgen::JsValue;

use super::{apply, intl};

/// How much of a day is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayStyle {
    /// `4 Mar`.
    Short,
    /// `4 Mar 2026`.
    ShortWithYear,
    /// `4 March 2026`.
    Long,
    /// `Mar 2026`.
    ShortMonth,
    /// `March 2026`.
    Month,
}

type Formatters = [OnceCell<Option<js_sys::Function>>; 5];

thread_local! {
    static FORMATTERS: Formatters = const { [const { OnceCell::new() }; 5] };
}

impl DayStyle {
    const fn index(self) -> usize {
        match self {
            Self::Short => 0,
            Self::ShortWithYear => 1,
            Self::Long => 2,
            Self::ShortMonth => 3,
            Self::Month => 4,
        }
    }

    const fn options(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Short => &[("timeZone", "UTC"), ("day", "numeric"), ("month", "short")],
            Self::ShortWithYear => &[("timeZone", "UTC"), ("day", "numeric"), ("month", "short"), ("year", "numeric")],
            Self::Long => &[("timeZone", "UTC"), ("day", "numeric"), ("month", "long"), ("year", "numeric")],
            Self::ShortMonth => &[("timeZone", "UTC"), ("month", "short"), ("year", "numeric")],
            Self::Month => &[("timeZone", "UTC"), ("month", "long"), ("year", "numeric")],
        }
    }

    /// The day in this style; as `2026-03-04` where the browser cannot.
    pub fn write(self, day: NaiveDate) -> String {
        let date = js_sys::Date::new(&JsValue::from_str(&day.to_string()));
        let text = FORMATTERS.with(|formatters| {
            let format = formatters.get(self.index())?.get_or_init(|| intl("DateTimeFormat", None, self.options()));
            format.as_ref().and_then(|format| apply(format, &date))
        });
        text.unwrap_or_else(|| day.to_string())
    }
}
