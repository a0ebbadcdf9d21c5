//! The drawer around one invoice: the browser's own `<dialog>`, so focus stays in it and Escape closes it.

use leptos::{html, prelude::*};

use super::detail::InvoiceView;
use crate::components::{Icon, IconName};

/// Open as long as the URL names an invoice.
#[component]
pub fn InvoiceDialog(open: Memo<Option<String>>, on_close: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let wanted = open.with(Option::is_some);
        if let Some(dialog) = dialog.get() {
            if wanted && !dialog.open() {
                let _ = dialog.show_modal();
            } else if !wanted && dialog.open() {
                dialog.close();
            }
        }
    });
    let closed = move |_| {
        if open.with_untracked(Option::is_some) {
            on_close();
        }
    };
    // Everything inside covers the dialog: only the backdrop is the dialog itself.
    let press = move |event: leptos::ev::MouseEvent| {
        if event_target::<web_sys::Element>(&event).tag_name() == "DIALOG" {
            on_close();
        }
    };
    view! {
        <dialog class="drawer" node_ref=dialog aria-labelledby="invoice-title" on:close=closed on:click=press>
            <div class="drawer-inner">
                <button type="button" class="icon-button drawer-close" aria-label="Close" on:click=move |_| on_close()>
                    <Icon name=IconName::Close />
                </button>
                {move || open.get().map(|id| view! { <InvoiceView id /> })}
            </div>
        </dialog>
    }
}
