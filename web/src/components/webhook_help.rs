//! How events come in: the steps in BTCPay, the secret, and an event made by hand for those without a BTCPay.

use leptos::prelude::*;
use shared::{Mode, Settings};

use super::CopyText;
use crate::base::link;

/// What the server checks signatures with in demo mode, where no secret is set.
const DEMO_SECRET: &str = "demo-webhook-secret";

/// From nothing to the first event.
#[component]
pub fn WebhookSteps(url: String) -> impl IntoView {
    let url = Signal::stored(url);
    view! {
        <ol class="steps">
            <li>
                <p>
                    "In BTCPay Server open " <strong>"Store settings → Webhooks → Create webhook"</strong>
                    " and give it this payload URL:"
                </p>
                <CopyText text=url name="the webhook URL" />
            </li>
            <li>
                <p>
                    "Copy the secret that BTCPay shows there into " <code>"BTCPAY_WEBHOOK_SECRET"</code>
                    " in the file " <code>".env"</code> ", and start this program again. Leave "
                    <em>"Automatic redelivery"</em> " on, and " <em>"Send me everything"</em> " too."
                </p>
            </li>
            <li>
                <p>
                    "Save, and make an invoice or pay one. The event appears under "
                    <a href=link("/logs")>"Webhook logs"</a> " as \u{201c}Verified\u{201d} without a reload."
                </p>
            </li>
        </ol>
    }
}

/// Whether signatures can be checked, and with what.
#[component]
pub fn WebhookSecret(settings: Settings) -> impl IntoView {
    if settings.webhook_secret_set {
        return view! { <p>"Set. It is never shown; signatures are checked with it."</p> }.into_any();
    }
    match settings.mode {
        Mode::Demo => view! {
            <p>"None is set. In demo mode signatures are checked with this one:"</p>
            <CopyText text=Signal::stored(DEMO_SECRET.to_owned()) name="the demo secret" field="webhook-secret" />
        }
        .into_any(),
        Mode::Live => view! {
            <div class="notice notice-warn">
                <p>
                    <strong>"No webhook secret is set. "</strong>
                    "Until " <code>"BTCPAY_WEBHOOK_SECRET"</code>
                    " is set, no event can be checked: each is refused with 503, and BTCPay tries again later. "
                    "Payments are still found by the regular sync."
                </p>
            </div>
        }
        .into_any(),
    }
}

/// Lines for a shell that send a signed event; demo mode takes its figures from the event itself.
#[component]
pub fn HandMadeEvent(url: String) -> impl IntoView {
    let lines = format!(
        "body='{{\"type\":\"InvoiceSettled\",\"deliveryId\":\"'$(date +%s)'\",\"invoiceId\":\"by-hand-1\",\"price\":\"25.00\",\"currency\":\"EUR\",\"cryptoPrice\":\"0.0005\"}}'\n\
         sig=$(printf %s \"$body\" | openssl dgst -sha256 -hmac {DEMO_SECRET} -r | cut -d' ' -f1)\n\
         curl -H \"BTCPay-Sig: sha256=$sig\" -H 'Content-Type: application/json' --data-binary \"$body\" {}",
        quoted(&url)
    );
    view! { <CopyText text=Signal::stored(lines) name="the lines" block=true /> }
}

/// As one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_shell_takes_the_address_as_one_word() {
        assert_eq!(quoted("http://h/a b"), "'http://h/a b'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }
}
