//! How events come in: the steps in BTCPay, the secret, and an event made by hand for those without a BTCPay.

use leptos::prelude::*;
use shared::{Mode, Settings};

use super::CopyText;
use crate::base::link;

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

/// Whether events are taken, and the secret where everybody may know it.
#[component]
pub fn WebhookSecret(settings: Settings) -> impl IntoView {
    let refused = settings.mode == Mode::Live && !settings.webhook_secret_set;
    let message = settings.webhook_message;
    if refused {
        return view! {
            <div class="notice notice-warn">
                <p>
                    {message} " BTCPay tries again later; until then payments are found by the regular sync."
                </p>
            </div>
        }
        .into_any();
    }
    view! {
        <p>{message}</p>
        {match settings.demo_webhook_secret {
            Some(secret) => {
                view! { <CopyText text=Signal::stored(secret) name="the demo secret" field="webhook-secret" /> }.into_any()
            }
            None => view! { <p class="muted">"The secret is set, and never shown."</p> }.into_any(),
        }}
    }
    .into_any()
}

/// Lines for a shell that send a signed event; demo mode takes its figures from the event itself.
#[component]
pub fn HandMadeEvent(
    url: String,
    /// None where it is the reader's own.
    secret: Option<String>,
) -> impl IntoView {
    let secret = secret.map_or_else(|| "\"$BTCPAY_WEBHOOK_SECRET\"".to_owned(), |secret| quoted(&secret));
    let lines = format!(
        "body='{{\"type\":\"InvoiceSettled\",\"deliveryId\":\"'$(date +%s)'\",\"invoiceId\":\"by-hand-1\",\"price\":\"25.00\",\"currency\":\"EUR\",\"cryptoPrice\":\"0.0005\"}}'\n\
         sig=$(printf %s \"$body\" | openssl dgst -sha256 -hmac {secret} -r | cut -d' ' -f1)\n\
         curl -H \"BTCPay-Sig: sha256=$sig\" -H 'Content-Type: application/json' --data-binary \"$body\" {}",
        quoted(&url)
    );
    view! {
        <p>"In demo mode these lines in a terminal send an event; it makes a demo invoice:"</p>
        <CopyText text=Signal::stored(lines) name="the lines" block=true />
    }
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
