//! Strips above the page: demo data, a BTCPay Server that does not answer, settings that could not be read.

use leptos::prelude::*;
use shared::{ConnectionState, Mode};

use crate::base::link;
use crate::components::{Failure, Icon, IconName};
use crate::state::use_app;

/// All strips that apply.
#[component]
pub fn Notices() -> impl IntoView {
    let app = use_app();
    let missing = Memo::new(move |_| {
        let demo = |settings: &shared::Settings| settings.mode == Mode::Demo;
        let told = |settings: &shared::Settings| (settings.missing_for_live.clone(), settings.angor.enabled);
        app.settings.read(|settings| demo(settings).then(|| told(settings))).flatten()
    });
    let broken = Memo::new(move |_| {
        let connection = app.settings.read(|settings| (settings.mode, settings.connection.clone()))?;
        match connection {
            (Mode::Live, connection) if connection.state != ConnectionState::Connected => Some(connection.message),
            _ => None,
        }
    });
    let unread = Memo::new(move |_| app.settings.failure().is_some());
    view! {
        {move || missing.get().map(|(missing, angor)| view! { <DemoBanner missing angor /> })}
        {move || {
            broken.get().map(|message| {
                view! {
                    <div class="notice notice-bad" role="alert">
                        <Icon name=IconName::Alert />
                        <p><strong>"BTCPay Server is not connected. "</strong> {message}</p>
                    </div>
                }
            })
        }}
        {move || unread.get().then(|| {
            let (error, busy) = (Signal::derive(move || app.settings.failure()), Signal::derive(move || app.settings.is_busy()));
            let kept = Signal::derive(move || app.settings.is_loaded());
            view! { <Failure what="The settings" error busy on_retry=move || app.settings.retry() kept /> }
        })}
    }
}

#[component]
fn DemoBanner(
    missing: Vec<String>,
    /// Angor's projects are real even now.
    angor: bool,
) -> impl IntoView {
    let last = missing.len().saturating_sub(1);
    let names = missing.into_iter().enumerate().map(|(index, name)| {
        let joint = match index {
            0 => "",
            index if index == last => " and ",
            _ => ", ",
        };
        view! { {joint} <code>{name}</code> }
    });
    let names = names.collect_view();
    view! {
        <div class="banner" role="status" data-banner="demo">
            <p>
                <strong>
                    {if angor {
                        "Demo data – BTCPay\u{2019}s figures here are not real. "
                    } else {
                        "Demo data – nothing here is real. "
                    }}
                </strong>
                {if names.is_empty() {
                    view! { "No BTCPay store is connected. " }.into_any()
                } else {
                    view! { "To see your store, set " {names} " and start again. " }.into_any()
                }}
                <a class="nowrap" href=link("/settings/btcpay")>"Connect BTCPay"</a>
            </p>
        </div>
    }
}
