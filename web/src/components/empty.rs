//! Why there is nothing to see, and what to do about it.

use leptos::prelude::*;

/// A short title, a sentence and, as children, what helps.
#[component]
pub fn Empty(
    title: &'static str,
    #[prop(optional)] text: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{title}</h2>
            {(!text.is_empty()).then(|| view! { <p>{text}</p> })}
            {children.map(|children| children())}
        </div>
    }
}

/// Filters leave nothing: another thing than nothing there.
#[component]
pub fn NoMatch(title: &'static str, text: &'static str, on_clear: impl Fn() + Send + 'static) -> impl IntoView {
    view! {
        <Empty title text>
            <button type="button" class="button" on:click=move |_| on_clear()>"Clear filters"</button>
        </Empty>
    }
}
