//! Small marks beside a project's figures.

use leptos::prelude::*;
use shared::{ProjectFreshness, ProjectFreshnessState, ProjectItem, Verification};

use super::words::{is_target_met, kind_name, status_name, verification_name};
use crate::components::Instant;

/// Live, cached or demo, and since when.
#[component]
pub fn FreshnessBadge(freshness: ProjectFreshness) -> impl IntoView {
    let (word, class) = match freshness.state {
        ProjectFreshnessState::Live => ("live", "tag tag-ok"),
        ProjectFreshnessState::Cached => ("cached", "tag tag-warn"),
        ProjectFreshnessState::Demo => ("demo", "tag tag-demo"),
    };
    let since = freshness.as_of.filter(|_| freshness.state != ProjectFreshnessState::Demo);
    view! {
        <span class="freshness">
            <span class=class data-freshness=freshness.state.as_str() title=freshness.reason>{word}</span>
            {since.map(|at| view! { <span class="muted">" as of " <Instant at /></span> })}
        </span>
    }
}

/// Status, kind and what else is worth a word.
#[component]
pub fn ProjectBadges(project: ProjectItem) -> impl IntoView {
    let met = is_target_met(&project);
    let network = Some(project.network).filter(|network| !matches!(network.as_str(), "mainnet" | "demo"));
    let doubt = matches!(project.verified, Verification::ChainOnly | Verification::EventOnly);
    view! {
        <span class="badges">
            {project.status.map(|status| {
                view! { <span class="tag tag-strong" data-project-status=status.clone()>{status_name(&status)}</span> }
            })}
            <span class="tag">{kind_name(project.kind)}</span>
            {met.then(|| {
                view! { <span class="tag tag-ok" title="Angor takes a fee of 1 %, so 99 % of the target counts as met">"Target met"</span> }
            })}
            {network.map(|network| view! { <span class="tag tag-warn"><bdi>{network}</bdi></span> })}
            {doubt.then(|| view! { <span class="tag tag-warn">{verification_name(project.verified)}</span> })}
        </span>
    }
}
