//! What stands above the list: where BTCPay is to send events, with what they are checked, and when the last one came.

use leptos::prelude::*;
use shared::{LogItem, Mode, Page};

use crate::base::link;
use crate::components::{CopyText, Instant, Loading, Unknown};
use crate::remote::Remote;
use crate::state::use_app;

/// A card with three facts.
#[component]
pub fn WebhookStrip(newest: Remote<Page<LogItem>>) -> impl IntoView {
    let app = use_app();
    // Memos: a beat of settings must not build the button anew under the reader's hand.
    let url = Memo::new(move |_| app.settings.read(|settings| settings.webhook_url.clone()).unwrap_or_default());
    let checked = Memo::new(move |_| {
        app.settings.read(|settings| (settings.webhook_secret_set, settings.mode)).unwrap_or((false, Mode::Demo))
    });
    let last = Memo::new(move |_| newest.read(|page| page.items.first().map(|item| item.received_at)));
    view! {
        <Loading remote=app.settings what="The webhook's address" skeleton=|| view! { <div class="card bone strip-bone"></div> }>
            <section class="card strip" aria-label="Webhook">
                <div class="strip-item strip-wide">
                    <h2>"Payload URL for BTCPay"</h2>
                    <CopyText text=url name="the webhook URL" field="webhook-url" />
                </div>
                <div class="strip-item">
                    <h2>"Signatures"</h2>
                    <p>
                        {move || match checked.get() {
                            (true, _) => "checked with your secret",
                            (false, Mode::Demo) => "checked with the demo secret",
                            (false, Mode::Live) => "cannot be checked: no secret is set",
                        }}
                        " – " <a href=link("/settings/webhook")>"set up"</a>
                    </p>
                </div>
                <div class="strip-item">
                    <h2>"Last received"</h2>
                    <p>
                        {move || match last.get() {
                            Some(Some(at)) => view! { <Instant at /> }.into_any(),
                            Some(None) => "never".into_any(),
                            None => view! { <Unknown reason="not known yet" /> }.into_any(),
                        }}
                    </p>
                </div>
            </section>
        </Loading>
    }
}
