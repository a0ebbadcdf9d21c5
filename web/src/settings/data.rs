//! Where the data are and how they come in.

use leptos::prelude::*;
use shared::{RunState, Settings};

use super::Section;
use crate::components::{Instant, Unknown};
use crate::format::counted;
use crate::state::use_app;

/// Database and sync.
#[component]
pub fn DataSection(settings: Settings) -> impl IntoView {
    let database = match settings.database.as_str() {
        "sqlite" => "SQLite, a file on the server".to_owned(),
        "postgres" => "PostgreSQL".to_owned(),
        other => other.to_owned(),
    };
    view! {
        <Section id="data">
            <dl class="facts">
                <dt>"Database"</dt>
                <dd class="breaking">{database} " (" <code>"DATABASE_URL"</code> ")"</dd>
                <dt>"Sync with BTCPay"</dt>
                <dd>{interval(settings.sync_interval_seconds)} " (" <code>"SYNC_INTERVAL_SECONDS"</code> ")"</dd>
                <dt>"Last run"</dt>
                <dd><LastRun /></dd>
            </dl>
        </Section>
    }
}

fn interval(seconds: u64) -> String {
    match seconds {
        0 => "only when asked for".to_owned(),
        60 => "every minute".to_owned(),
        seconds if seconds.is_multiple_of(60) => format!("every {} minutes", seconds.div_euclid(60)),
        1 => "every second".to_owned(),
        seconds => format!("every {seconds} seconds"),
    }
}

#[component]
fn LastRun() -> impl IntoView {
    let app = use_app();
    let run = Memo::new(move |_| app.sync.read(Clone::clone));
    move || {
        let Some(run) = run.get() else { return view! { <Unknown reason="not known yet" /> }.into_any() };
        let read = counted(run.fetched, "invoice read", "invoices read");
        match (run.state, run.started_at, run.finished_at) {
            (RunState::Running, ..) => format!("running, {read} so far").into_any(),
            (RunState::Failed, _, Some(at)) => {
                let why = run.error.map(|error| error.message);
                view! { "failed " <Instant at /> ". " <bdi class="breaking">{why}</bdi> }.into_any()
            }
            (RunState::Idle, _, Some(at)) => view! { "ended " <Instant at /> ", " {read} }.into_any(),
            _ => "none yet".into_any(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::interval;

    #[test]
    fn an_interval_is_told_in_the_largest_whole_unit() {
        assert_eq!(interval(0), "only when asked for");
        assert_eq!(interval(300), "every 5 minutes");
        assert_eq!(interval(90), "every 90 seconds");
    }
}
