//! A text with a button that copies it; where the browser forbids that, the text is marked and the reader told how.

use leptos::task::spawn_local;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::{html, prelude::*};

use crate::base::document;
use crate::state::use_app;

/// The text in full, and its button. `name` completes "Copy …".
#[component]
pub fn CopyText(
    #[prop(into)] text: Signal<String>,
    name: &'static str,
    /// What finds it: `data-field`.
    #[prop(optional, into)]
    field: Option<&'static str>,
    /// Several lines, shown as they are.
    #[prop(default = false)]
    block: bool,
    /// Shown instead, where it is shortened or laid out.
    #[prop(optional, into)]
    shown: Option<Signal<String>>,
) -> impl IntoView {
    let holder = NodeRef::<html::Code>::new();
    view! {
        <div class="copy" class:copy-block=block>
            // What may scroll must be within reach of the keyboard.
            <code node_ref=holder class="copy-text" data-field=field tabindex=block.then_some("0")>{move || shown.unwrap_or(text).get()}</code>
            <CopyButton text name marks=holder />
        </div>
    }
}

#[component]
fn CopyButton(text: Signal<String>, name: &'static str, marks: NodeRef<html::Code>) -> impl IntoView {
    let app = use_app();
    let said = RwSignal::new(None::<&'static str>);
    let copy = move |_| {
        let text = text.get_untracked();
        spawn_local(async move {
            let words = if by_clipboard(&text).await {
                "Copied"
            } else {
                let marked = marks.get_untracked().is_some_and(|holder| mark(&holder));
                if marked && by_command() { "Copied" } else { "Marked: press Ctrl+C" }
            };
            said.try_set(Some(words));
            app.announcement.set(format!("{name}: {words}"));
            set_timeout(
                move || {
                    said.try_set(None);
                },
                std::time::Duration::from_secs(4),
            );
        });
    };
    view! {
        <button type="button" class="button copy-button" on:click=copy>
            {move || said.get().unwrap_or("Copy")}
            <span class="visually-hidden">" " {name}</span>
        </button>
    }
}

/// The clipboard exists only in a secure context: not over plain http in a local network.
async fn by_clipboard(text: &str) -> bool {
    let written = || -> Result<js_sys::Promise, JsValue> {
        let navigator = js_sys::Reflect::get(&js_sys::global(), &"navigator".into())?;
        let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into())?;
        let write: js_sys::Function = js_sys::Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
        write.call1(&clipboard, &JsValue::from_str(text))?.dyn_into()
    };
    match written() {
        Ok(promise) => wasm_bindgen_futures::JsFuture::from(promise).await.is_ok(),
        Err(_) => false,
    }
}

fn mark(holder: &web_sys::HtmlElement) -> bool {
    let selection = window().get_selection().ok().flatten();
    selection.is_some_and(|selection| selection.select_all_children(holder).is_ok())
}

/// The old way, which needs no secure context and works on what is marked.
fn by_command() -> bool {
    let command = || -> Option<bool> {
        let document = document()?;
        let run: js_sys::Function = js_sys::Reflect::get(&document, &"execCommand".into()).ok()?.dyn_into().ok()?;
        run.call1(&document, &"copy".into()).ok()?.as_bool()
    };
    command().unwrap_or(false)
}
