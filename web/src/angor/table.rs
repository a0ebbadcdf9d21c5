//! The rows. On narrow screens CSS turns each into a card; `data-label` then names its cells. The roles say what the
//! elements say anyway: browsers forget it as soon as CSS takes a table apart.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::ProjectItem;

use super::badges::{FreshnessBadge, ProjectBadges};
use super::goal::Goal;
use super::stages::StageSummary;
use crate::api::escaped;
use crate::base::link;
use crate::components::{Instant, Unknown};
use crate::format::number;
use crate::paged::Paged;

/// Each title leads to its project.
#[component]
pub fn ProjectTable(list: Paged<ProjectItem>) -> impl IntoView {
    view! {
        <div class="card table-region" role="region" aria-label="Angor projects" tabindex="0">
            <table data-table="projects" class="stacking stacking-roomy" role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">"Project"</th>
                        <th role="columnheader" scope="col" class="number">"Raised, sats"</th>
                        <th role="columnheader" scope="col">"Target"</th>
                        <th role="columnheader" scope="col" class="number">"Investors"</th>
                        <th role="columnheader" scope="col">"Stages"</th>
                        <th role="columnheader" scope="col">"Funding ends"</th>
                        <th role="columnheader" scope="col">"Figures"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For
                        each=move || list.items()
                        key=|item| (item.id.clone(), format!("{item:?}"))
                        children=move |item| view! { <ProjectRow item /> }
                    />
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn ProjectRow(item: ProjectItem) -> impl IntoView {
    let href = format!("{}/{}", link("/angor"), escaped(&item.id));
    view! {
        <tr role="row" data-project=item.id.clone()>
            <td role="cell" data-label="Project" class="breaking project-name">
                <a class="clamped" href=href><bdi>{item.title.clone()}</bdi></a>
                <ProjectBadges project=item.clone() />
            </td>
            <td role="cell" data-label="Raised, sats" class="number strong">{number::whole(item.raised_sats)}</td>
            <td role="cell" data-label="Target" class="goal-cell"><Goal project=item.clone() /></td>
            <td role="cell" data-label="Investors" class="number">{number::whole(item.investors)}</td>
            <td role="cell" data-label="Stages"><StageSummary stages=item.stages /></td>
            <td role="cell" data-label="Funding ends"><Ends at=item.ends_at /></td>
            <td role="cell" data-label="Figures"><FreshnessBadge freshness=item.freshness /></td>
        </tr>
    }
}

#[component]
fn Ends(at: Option<DateTime<Utc>>) -> impl IntoView {
    match at {
        Some(at) => view! { <Instant at day_only=true /> }.into_any(),
        None => view! { <Unknown reason="open-ended" /> }.into_any(),
    }
}
