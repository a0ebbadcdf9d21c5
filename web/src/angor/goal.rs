//! A project's money against its target.

use leptos::prelude::*;
use shared::ProjectItem;

use crate::components::{GoalBar, share_of};
use crate::format::number;

/// The bar and its words; without a target only the words.
#[component]
pub fn Goal(project: ProjectItem) -> impl IntoView {
    let target = project.target_sats;
    let pending = (project.pending_sats > 0).then(|| format!("{} pending", number::sats(project.pending_sats)));
    let Some((target, done)) = target.zip(share_of(project.raised_sats, target)) else {
        return view! { <p class="goal-words muted">"No target" {pending.map(|words| format!(" · {words}"))}</p> }
            .into_any();
    };
    let percent = number::hundredths(done);
    let words = format!("{percent} of {}", number::sats(target));
    let waiting = share_of(project.pending_sats, Some(target)).unwrap_or(0);
    view! {
        <div class="goal-box">
            <GoalBar done pending=waiting label=format!("{words} raised") />
            <p class="goal-words muted">{words} {pending.map(|words| format!(" · {words}"))}</p>
        </div>
    }
    .into_any()
}
