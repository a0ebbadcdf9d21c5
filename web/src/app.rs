//! Routes. Only `main` uses it.

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

use crate::angor::{ProjectPage, Projects};
use crate::base::base_path;
use crate::dashboard::Dashboard;
use crate::invoices::Invoices;
use crate::logs::Logs;
use crate::not_found::NotFound;
use crate::settings::SettingsPage;
use crate::shell::Shell;
use crate::state::AppState;

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    AppState::provide();
    view! {
        <Router base=base_path()>
            <Shell>
                <Routes fallback=|| view! { <NotFound /> }.into_any()>
                    <Route path=path!("/") view=|| view! { <Dashboard /> }.into_any() />
                    <Route path=path!("/invoices") view=|| view! { <Invoices /> }.into_any() />
                    <Route path=path!("/angor") view=|| view! { <Projects /> }.into_any() />
                    <Route path=path!("/angor/:id") view=|| view! { <ProjectPage /> }.into_any() />
                    <Route path=path!("/logs") view=|| view! { <Logs /> }.into_any() />
                    <Route path=path!("/settings/:section?") view=|| view! { <SettingsPage /> }.into_any() />
                </Routes>
            </Shell>
        </Router>
    }
}
