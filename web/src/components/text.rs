//! Texts from outside: kept in their own direction, so that none turns round what stands beside it.

use leptos::prelude::*;

use super::Unknown;

/// The text, or a dash with the reason why there is none.
pub fn text_or(text: Option<String>, reason: &'static str) -> AnyView {
    match text {
        Some(text) => view! { <bdi>{text}</bdi> }.into_any(),
        None => view! { <Unknown reason /> }.into_any(),
    }
}

/// The address, if it is one that a browser may open: `javascript:` and the like are texts, not links.
pub fn web_address(text: &str) -> Option<String> {
    let url = web_sys::Url::new(text.trim()).ok()?;
    matches!(url.protocol().as_str(), "http:" | "https:").then(|| url.href())
}
