//! The chip that says how old figures are once they are too old. The numbers themselves stay as they are.

use leptos::prelude::*;

use super::{Icon, IconName};
use crate::format::time::{age, exact};
use crate::state::use_app;

/// Nothing as long as BTCPay's data are fresh.
#[component]
pub fn StaleChip() -> impl IntoView {
    let app = use_app();
    let stale = Memo::new(move |_| app.data_age().filter(|age| age.stale).map(|age| age.at));
    move || {
        stale.get().map(|at| {
            view! {
                <p class="stale">
                    <Icon name=IconName::Clock />
                    <span>"Updated " <time datetime=exact(at) title=exact(at)>{move || age(at, app.now.get())}</time></span>
                </p>
            }
        })
    }
}
