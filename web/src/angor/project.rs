//! The page `/angor/{id}`: one project with the meanings of its money side by side, its stages and its texts.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::{ProjectDetail, ProjectItem, ProjectSource, RaisedFigures, SpentFigures};

use super::badges::{FreshnessBadge, ProjectBadges};
use super::goal::Goal;
use super::stages::StageTimeline;
use super::words::{flag_sentence, verification_name};
use crate::api::{self, escaped};
use crate::base::link;
use crate::components::{Empty, Instant, Loading, Unknown, web_address};
use crate::format::number;
use crate::remote::Remote;
use crate::state::use_app;

/// The project named in the path.
#[component]
pub fn ProjectPage() -> impl IntoView {
    use_app().page_title.set("Angor project");
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    move || view! { <ProjectView id=id.get() /> }
}

#[component]
fn ProjectView(id: String) -> impl IntoView {
    let app = use_app();
    let project = Remote::new(
        move || {
            app.revision.track();
            Some(id.clone())
        },
        api::project,
    );
    let title = Memo::new(move |_| project.read(|detail| detail.project.title.clone()));
    Effect::new(move |_| app.page_subject.set(title.get()));
    let unknown =
        Memo::new(move |_| !project.is_loaded() && project.failure().is_some_and(|error| error.is_not_found()));
    let page = move || {
        view! {
            <Loading remote=project what="The project" skeleton=|| view! { <div class="bone bone-block"></div> }>
                {move || project.read(|detail| view! { <Project detail=detail.clone() /> })}
            </Loading>
        }
    };
    view! {
        <p><a href=link("/angor")>"← All Angor projects"</a></p>
        <h1 class="breaking"><bdi>{move || title.get().unwrap_or_else(|| "Angor project".to_owned())}</bdi></h1>
        {move || {
            if unknown.get() {
                view! {
                    <Empty
                        title="No such project here"
                        text="The address may be mistyped, or the project was not verified on chain."
                    />
                }
                .into_any()
            } else {
                page().into_any()
            }
        }}
    }
}

#[component]
fn Project(detail: ProjectDetail) -> impl IntoView {
    let project = detail.project;
    let flags = project.flags.iter().map(|flag| view! { <li>{flag_sentence(flag)}</li> }).collect_view();
    let doubts = project.unverified;
    let reason = project.freshness.reason.clone();
    view! {
        <div class="project-marks">
            <ProjectBadges project=project.clone() />
            <FreshnessBadge freshness=project.freshness.clone() />
        </div>
        {reason.map(|reason| view! {
            <div class="notice notice-warn"><p><strong>"These figures are not fresh. "</strong> <bdi>{reason}</bdi></p></div>
        })}
        {(!project.flags.is_empty()).then(|| view! { <ul class="notice notice-warn flags">{flags}</ul> })}
        <section class="card hero" aria-label="Raised">
            <p class="kpi-label">"Raised, confirmed"</p>
            <p class="hero-value">{number::whole(project.raised_sats)} <span class="kpi-unit">"\u{202f}" {number::sat_unit(project.raised_sats)}</span></p>
            <Goal project=project.clone() />
            <p class="muted">{people(&project)}</p>
        </section>
        <Meanings raised=project.raised />
        {(doubts.investments > 0).then(|| view! {
            <p class="muted">
                {format!(
                    "Left out: {} with {} to this project\u{2019}s address that are no sound investments.",
                    crate::format::counted(doubts.investments, "transaction", "transactions"),
                    number::sats(doubts.net_sats),
                )}
            </p>
        })}
        <section class="card" aria-labelledby="stages-title">
            <h2 id="stages-title">"Stages"</h2>
            <StageTimeline stages=project.stages.clone() />
        </section>
        <Spent spent=detail.spent />
        <Texts about=detail.about description=detail.description />
        <section class="card" aria-labelledby="facts-title">
            <h2 id="facts-title">"Facts"</h2>
            <Facts project website=detail.website />
        </section>
    }
}

fn people(project: &ProjectItem) -> String {
    let investments = crate::format::counted(project.investments, "investment", "investments");
    let investors = crate::format::counted(project.investors, "investor", "investors");
    format!("{investments} by {investors}, pending ones included")
}

/// Programs around Angor mean different things by "raised": all of them, so that each figure seen elsewhere is found.
#[component]
fn Meanings(raised: RaisedFigures) -> impl IntoView {
    let cards = [
        (
            "Confirmed, net",
            raised.net_confirmed_sats,
            "What stands in the stages after Angor\u{2019}s fee of 1 %, confirmed. The figure above.",
        ),
        (
            "All, net",
            raised.net_all_sats,
            "The same with what is not confirmed yet: what Angor\u{2019}s own pages show.",
        ),
        ("Confirmed, gross", raised.gross_confirmed_sats, "What investors paid in, the fee included."),
        ("Fee × 100", raised.fee_x100_sats, "A hundred times the fee: what some indexers show."),
    ];
    let cards = cards.map(|(name, sats, words)| {
        view! {
            <div class="meaning">
                <dt>{name}</dt>
                <dd class="meaning-value">{number::sats(sats)}</dd>
                <dd class="muted">{words}</dd>
            </div>
        }
    });
    view! {
        <section class="card" aria-labelledby="meanings-title">
            <h2 id="meanings-title">"What \u{201c}raised\u{201d} can mean"</h2>
            <dl class="meanings">{cards.into_iter().collect_view()}</dl>
        </section>
    }
}

#[component]
fn Spent(spent: Option<SpentFigures>) -> impl IntoView {
    let body = match spent {
        None => view! { <p class="muted">"Not read yet."</p> }.into_any(),
        Some(spent) => {
            let penalties = crate::format::counted(spent.penalty_count, "investor", "investors");
            view! {
                <dl class="facts">
                    <dt>"Taken by the founder"</dt>
                    <dd>{number::sats(spent.founder_sats)}</dd>
                    <dt>"Taken back with a penalty"</dt>
                    <dd>{number::sats(spent.penalty_sats)} ", " {penalties}</dd>
                    <dt>"Given back by the founder"</dt>
                    <dd>{number::sats(spent.refunded_sats)}</dd>
                    <dt>"Taken back after the end"</dt>
                    <dd>{number::sats(spent.exited_sats)}</dd>
                </dl>
            }
            .into_any()
        }
    };
    view! {
        <section class="card" aria-labelledby="spent-title">
            <h2 id="spent-title">"What became of the money"</h2>
            {body}
        </section>
    }
}

/// As plain text, whatever stands in them.
#[component]
fn Texts(about: Option<String>, description: Option<String>) -> impl IntoView {
    let texts: Vec<String> =
        [about, description].into_iter().flatten().filter(|text| !text.trim().is_empty()).collect();
    (!texts.is_empty()).then(|| {
        let paragraphs = texts.into_iter().map(|text| view! { <p class="plain-text" dir="auto">{text}</p> });
        view! {
            <section class="card" aria-labelledby="about-title">
                <h2 id="about-title">"About"</h2>
                {paragraphs.collect_view()}
            </section>
        }
    })
}

#[component]
fn Facts(project: ProjectItem, website: Option<String>) -> impl IntoView {
    let instant = |at: Option<chrono::DateTime<chrono::Utc>>, reason: &'static str| match at {
        Some(at) => view! { <Instant at /> }.into_any(),
        None => view! { <Unknown reason /> }.into_any(),
    };
    // Angor's own page; only for projects that are real and known there.
    let hub = (project.source == ProjectSource::Angor && project.network == "mainnet")
        .then(|| format!("https://hub.angor.io/project/{}", escaped(&project.id)));
    let links = [(website.as_deref().and_then(web_address), "Website"), (hub, "Page on Angor Hub")];
    let links = links.into_iter().filter_map(|(address, name)| Some((address?, name))).map(|(address, name)| {
        view! {
            <li>
                <a class="breaking" href=address target="_blank" rel="noopener noreferrer external">
                    {name} ": " <bdi>{address.clone()}</bdi> <span class="visually-hidden">" (new tab)"</span>
                </a>
            </li>
        }
    });
    view! {
        <dl class="facts">
            <dt>"Created"</dt>
            <dd>{instant(project.created_at, "not known")}</dd>
            <dt>"Funding starts"</dt>
            <dd>{instant(project.starts_at, "not known")}</dd>
            <dt>"Funding ends"</dt>
            <dd>{instant(project.ends_at, "open-ended")}</dd>
            <dt>"Expires"</dt>
            <dd>{instant(project.expires_at, "not known")}</dd>
            <dt>"Checked"</dt>
            <dd>{verification_name(project.verified)}</dd>
            <dt>"Network"</dt>
            <dd class="breaking"><bdi>{project.network}</bdi></dd>
            <dt>"Project id"</dt>
            <dd class="breaking"><code class="whole">{project.id}</code></dd>
        </dl>
        <ul class="plain-list">{links.collect_view()}</ul>
    }
}
