//! Where Angor is read, and whether they answer.

use leptos::prelude::*;
use shared::{AngorEndpoint, AngorSettings, EndpointState};

use super::Section;
use crate::base::link;
use crate::components::{Icon, IconName};

/// What is shown, and each relay and explorer.
#[component]
pub fn AngorSection(angor: AngorSettings) -> impl IntoView {
    view! {
        <Section id="angor">
            <p class="breaking">{angor.message} " " <a href=link("/angor")>"Angor projects"</a></p>
            <dl class="facts">
                <dt>"Network"</dt>
                <dd class="breaking"><bdi>{angor.network}</bdi> " (" <code>"ANGOR_NETWORK"</code> ")"</dd>
            </dl>
            <Endpoints title="Relays" variable="ANGOR_RELAYS" endpoints=angor.relays />
            <Endpoints title="Explorers" variable="ANGOR_INDEXERS" endpoints=angor.explorers />
        </Section>
    }
}

#[component]
fn Endpoints(title: &'static str, variable: &'static str, endpoints: Vec<AngorEndpoint>) -> impl IntoView {
    let empty = endpoints.is_empty();
    let rows = endpoints.into_iter().map(|endpoint| view! { <Endpoint endpoint /> }).collect_view();
    view! {
        <h3>{title} " (" <code>{variable}</code> ")"</h3>
        {if empty {
            view! { <p class="muted">"None."</p> }.into_any()
        } else {
            view! { <ul class="plain-list">{rows}</ul> }.into_any()
        }}
    }
}

#[component]
fn Endpoint(endpoint: AngorEndpoint) -> impl IntoView {
    let (word, icon, class) = match endpoint.state {
        EndpointState::Off => ("Off", IconName::Close, "verdict"),
        EndpointState::Unknown => ("Not asked yet", IconName::Clock, "verdict"),
        EndpointState::Connected => ("Answers", IconName::Check, "verdict verdict-ok"),
        EndpointState::Unreachable => ("Unreachable", IconName::Alert, "verdict verdict-bad"),
        EndpointState::Error => ("Error", IconName::Alert, "verdict verdict-bad"),
    };
    let told = matches!(endpoint.state, EndpointState::Unreachable | EndpointState::Error);
    view! {
        <li class="breaking" data-endpoint=endpoint.state.as_str()>
            <p class="in-line"><bdi>{endpoint.url}</bdi> <span class=class><Icon name=icon /> {word}</span></p>
            {told.then(|| view! { <p class="muted"><bdi>{endpoint.message}</bdi></p> })}
        </li>
    }
}
