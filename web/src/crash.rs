//! What a reader sees when the program faults: a bar with a reload button instead of a page that silently stopped.
//! Only `main` uses it.

use crate::base::document;

/// Every panic is logged to the console and uncovers the bar of `index.html`; `boot.js` serves its button.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        if let Some(bar) = document().and_then(|document| document.get_element_by_id("crash")) {
            let _ = bar.remove_attribute("hidden");
        }
    }));
}
