//! A search field that asks once the typing pauses.

use std::time::Duration;

use leptos::prelude::*;

/// Long enough that a typed word is one question.
const TYPING_PAUSE: Duration = Duration::from_millis(300);

/// The field's text and when it counts. Copy.
#[derive(Clone, Copy)]
pub struct Search {
    typed: RwSignal<String>,
    waiting: StoredValue<Option<TimeoutHandle>>,
    on_search: StoredValue<Box<dyn Fn(String) + Send + Sync>>,
}

impl Search {
    /// Follows the text in force, for example when it is cleared elsewhere.
    pub fn new(
        in_force: impl Fn() -> String + Copy + Send + Sync + 'static,
        on_search: impl Fn(String) + Send + Sync + 'static,
    ) -> Self {
        let search = Self {
            typed: RwSignal::new(untrack(in_force)),
            waiting: StoredValue::new(None),
            on_search: StoredValue::new(Box::new(on_search)),
        };
        Effect::new(move |_| {
            let text = in_force();
            if search.typed.with_untracked(|typed| typed.trim() != text) {
                search.typed.set(text);
            }
        });
        on_cleanup(move || search.stop_waiting());
        search
    }

    /// What is typed counts from now on.
    pub fn now(self) {
        self.stop_waiting();
        let text = self.typed.get_untracked().trim().to_owned();
        self.on_search.with_value(|on_search| on_search(text));
    }

    fn soon(self, text: String) {
        self.stop_waiting();
        self.typed.set(text);
        self.waiting.set_value(set_timeout_with_handle(move || self.now(), TYPING_PAUSE).ok());
    }

    fn stop_waiting(self) {
        if let Some(handle) = self.waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }
}

/// The field with its label.
#[component]
pub fn SearchField(search: Search, placeholder: &'static str) -> impl IntoView {
    view! {
        <label class="field field-wide">
            <span>"Search"</span>
            <input
                type="search"
                name="q"
                autocomplete="off"
                maxlength="500"
                placeholder=placeholder
                prop:value=move || search.typed.get()
                on:input=move |event| search.soon(event_target_value(&event))
            />
        </label>
    }
}
