//! Where BTCPay sends its events, and with what they are checked.

use leptos::prelude::*;
use shared::{Mode, Settings};

use super::Section;
use crate::base::link;
use crate::components::{CopyText, HandMadeEvent, WebhookSecret, WebhookSteps};

/// Address, secret, steps.
#[component]
pub fn WebhookSection(settings: Settings) -> impl IntoView {
    let url = settings.webhook_url.clone();
    let demo = (settings.mode == Mode::Demo).then(|| settings.demo_webhook_secret.clone());
    view! {
        <Section id="webhook">
            <p>
                "With a webhook a payment is on the dashboard seconds after BTCPay has seen it; without one, after the next "
                "sync. " <a href=link("/logs")>"Webhook logs"</a> " shows what has come in."
            </p>
            <h3>"Payload URL"</h3>
            <CopyText text=Signal::stored(url.clone()) name="the webhook URL" field="webhook-url" />
            <h3>"Secret"</h3>
            <WebhookSecret settings />
            <details>
                <summary>"Set it up in BTCPay Server"</summary>
                <WebhookSteps url=url.clone() />
            </details>
            {demo.map(|secret| view! {
                <details>
                    <summary>"Try it without a BTCPay Server"</summary>
                    <HandMadeEvent url secret />
                </details>
            })}
        </Section>
    }
}
