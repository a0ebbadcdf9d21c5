//! When the founder may take which part: a list, whatever it looks like.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::ProjectStage;

use crate::components::{Instant, Unknown};
use crate::format::number;
use crate::state::use_app;

/// So many stages stand in a row of the list of projects.
const FEW: usize = 3;

fn is_due(stage: &ProjectStage, now: DateTime<Utc>) -> bool {
    stage.releases_at.is_some_and(|at| at <= now)
}

/// The first few, in a cell of a table.
#[component]
pub fn StageSummary(stages: Vec<ProjectStage>) -> impl IntoView {
    let app = use_app();
    if stages.is_empty() {
        return view! { <Unknown reason="no stages" /> }.into_any();
    }
    let more = stages.len().saturating_sub(FEW);
    let rows = stages.into_iter().take(FEW).map(|stage| {
        let due = Memo::new({
            let stage = stage.clone();
            move |_| is_due(&stage, app.now.get())
        });
        view! {
            <li class="stage-brief" class:stage-due=move || due.get()>
                <span class="stage-dot" aria-hidden="true"></span>
                {stage.percent.map(|percent| format!("{percent}\u{202f}% "))}
                <StageDay at=stage.releases_at />
                <span class="visually-hidden">{move || if due.get() { " releasable" } else { " locked" }}</span>
            </li>
        }
    });
    view! {
        <ol class="stage-list">
            {rows.collect_view()}
            {(more > 0).then(|| view! { <li class="muted">"and " {more} " more"</li> })}
        </ol>
    }
    .into_any()
}

/// All of them, each with its day, share and money.
#[component]
pub fn StageTimeline(stages: Vec<ProjectStage>) -> impl IntoView {
    let app = use_app();
    if stages.is_empty() {
        return view! { <p class="muted">"This project has no stages yet."</p> }.into_any();
    }
    let rows = stages.into_iter().enumerate().map(|(index, stage)| {
        let number = index.saturating_add(1);
        let due = Memo::new({
            let stage = stage.clone();
            move |_| is_due(&stage, app.now.get())
        });
        view! {
            <li class="stage" class:stage-due=move || due.get()>
                <span class="stage-dot" aria-hidden="true"></span>
                <p class="strong">"Stage " {number} {stage.percent.map(|percent| format!(", {percent}\u{202f}%"))}</p>
                <p><StageDay at=stage.releases_at /></p>
                <p class="muted">{number::sats(stage.raised_sats)}</p>
                <p class="muted">{move || if due.get() { "Releasable to the founder" } else { "Locked" }}</p>
            </li>
        }
    });
    view! { <ol class="stages">{rows.collect_view()}</ol> }.into_any()
}

#[component]
fn StageDay(at: Option<DateTime<Utc>>) -> impl IntoView {
    match at {
        Some(at) => view! { <Instant at day_only=true /> }.into_any(),
        None => view! { <Unknown reason="no date" /> }.into_any(),
    }
}
