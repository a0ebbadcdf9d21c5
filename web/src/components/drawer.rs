//! The drawer around one thing of a list: the browser's own `<dialog>`, so focus stays in it and Escape closes it.

use leptos::{html, prelude::*};

use super::{Icon, IconName};
use crate::query::Drawer;

/// Open as long as the URL names something.
#[component]
pub fn DrawerDialog(
    drawer: Drawer,
    /// Id of the heading inside.
    labelled_by: &'static str,
    /// The inside for an id, made anew for each.
    content: impl Fn(String) -> AnyView + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let wanted = drawer.id.with(Option::is_some);
        if let Some(dialog) = dialog.get() {
            if wanted && !dialog.open() {
                let _ = dialog.show_modal();
            } else if !wanted && dialog.open() {
                dialog.close();
            }
            // Another one in the same drawer begins at its top.
            dialog.set_scroll_top(0);
        }
    });
    // Everything inside covers the dialog: only the backdrop is the dialog itself.
    let press = move |event: leptos::ev::MouseEvent| {
        if event_target::<web_sys::Element>(&event).tag_name() == "DIALOG" {
            drawer.close();
        }
    };
    view! {
        <dialog class="drawer" node_ref=dialog aria-labelledby=labelled_by on:close=move |_| drawer.close() on:click=press>
            <div class="drawer-inner">
                <button type="button" class="icon-button drawer-close" aria-label="Close" on:click=move |_| drawer.close()>
                    <Icon name=IconName::Close />
                </button>
                {move || drawer.id.get().map(content)}
            </div>
        </dialog>
    }
}
