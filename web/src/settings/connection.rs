//! Whether BTCPay answers and why not, with what it is asked, and the steps to connect it.

use leptos::prelude::*;
use shared::{Connection, ConnectionState, Settings};

use super::Section;
use crate::components::{Icon, IconName, text_or, web_address};

/// State, facts, steps.
#[component]
pub fn ConnectionSection(settings: Settings) -> impl IntoView {
    let connected = settings.connection.state == ConnectionState::Connected;
    let outside = settings.btcpay_public_url.as_deref().and_then(web_address);
    let mask = settings.api_key_masked.map(|key| format!("••••••••{key}"));
    view! {
        <Section id="btcpay">
            <Lamp connection=settings.connection />
            <dl class="facts">
                <dt>"Server, as called"</dt>
                <dd class="breaking">{text_or(settings.btcpay_host, "not set")}</dd>
                <dt>"Server, in the browser"</dt>
                <dd class="breaking">
                    {match outside {
                        Some(url) => {
                            view! {
                                <a href=url target="_blank" rel="noopener noreferrer external">
                                    <bdi>{url.clone()}</bdi> <span class="visually-hidden">" (new tab)"</span>
                                </a>
                            }
                            .into_any()
                        }
                        None => text_or(settings.btcpay_public_url, "not set"),
                    }}
                </dd>
                <dt>"Store id"</dt>
                <dd class="breaking"><code class="whole">{text_or(settings.store_id, "not set")}</code></dd>
                <dt>"API key"</dt>
                <dd class="breaking" data-field="api-key"><code>{text_or(mask, "not set")}</code></dd>
            </dl>
            {if connected {
                view! { <details><summary>"How to connect another store"</summary> <ConnectSteps /></details> }.into_any()
            } else {
                view! { <h3>"Connect your store"</h3> <ConnectSteps /> }.into_any()
            }}
        </Section>
    }
}

/// A word, a picture and a colour, and the reason in a sentence.
#[component]
fn Lamp(connection: Connection) -> impl IntoView {
    let (word, icon) = match connection.state {
        ConnectionState::Demo => ("Demo data", IconName::Clock),
        ConnectionState::Connected => ("Connected", IconName::Check),
        ConnectionState::Unauthorized => ("Not authorized", IconName::Alert),
        ConnectionState::Unreachable => ("Unreachable", IconName::Alert),
        ConnectionState::Error => ("Error", IconName::Alert),
    };
    view! {
        <div class="lamp" data-field="connection" data-state=connection.state.as_str()>
            <Icon name=icon />
            <p class="breaking"><strong>{word} ". "</strong> <bdi>{connection.message}</bdi></p>
        </div>
    }
}

#[component]
fn ConnectSteps() -> impl IntoView {
    view! {
        <ol class="steps">
            <li>
                <p>
                    "In BTCPay Server open " <strong>"Account → API Keys → Generate key"</strong> " and give it the permission "
                    <strong>"View invoices"</strong> " (" <code>"btcpay.store.canviewinvoices"</code>
                    ") for your store only. This program never asks for more and never writes to BTCPay."
                </p>
            </li>
            <li>
                <p>"Find the store id in " <strong>"Store settings → General"</strong> "."</p>
            </li>
            <li>
                <p>"Put both and the address of your server into the file " <code>".env"</code> " beside this program:"</p>
                <pre class="lines" tabindex="0" aria-label="Lines for .env">"BTCPAY_HOST=https://pay.example.org\nBTCPAY_STORE_ID=…\nBTCPAY_API_KEY=…"</pre>
            </li>
            <li>
                <p>
                    "Start this program again. The first sync reads every invoice; what it finds appears on the dashboard "
                    "while it reads."
                </p>
            </li>
        </ol>
    }
}
