//! The pages `/angor` and `/angor/{id}`: projects on Angor.

mod badges;
mod goal;
mod project;
mod stages;
mod table;
mod words;

use leptos::prelude::*;
use shared::ProjectItem;

use self::table::ProjectTable;
use crate::base::link;
use crate::components::{Empty, ListSkeleton, Loading, PagedList};
use crate::paged::{Paged, Row};
use crate::query::{Step, use_url_query};
use crate::state::use_app;

pub use project::ProjectPage;

/// Orders the API knows, with their names; the first is the default.
const SORTS: [(&str, &str); 6] = [
    ("-created", "Newest first"),
    ("created", "Oldest first"),
    ("-raised", "Most raised first"),
    ("raised", "Least raised first"),
    ("-investors", "Most investors first"),
    ("title", "By title"),
];

impl Row for ProjectItem {
    const PATH: &'static str = "api/projects";
    const NAMES: (&'static str, &'static str) = ("project", "projects");

    fn id(&self) -> &str {
        &self.id
    }
}

/// The list, ordered by the URL.
#[component]
pub fn Projects() -> impl IntoView {
    let app = use_app();
    app.page_title.set("Angor projects");
    let query = use_url_query();
    let written = query.get("sort");
    let sort = Memo::new(move |_| {
        let wanted = written.get();
        SORTS.iter().map(|(key, _)| *key).find(|key| wanted.as_deref() == Some(*key)).unwrap_or(SORTS[0].0)
    });
    let in_url = move |sort: &str| (sort != SORTS[0].0).then(|| sort.to_owned());
    query.keep(move || vec![("sort", in_url(sort.get()))]);
    let choose = move |event| {
        let chosen = event_target_value(&event);
        query.set(vec![("sort", in_url(&chosen))], Step::Replace);
    };
    let list = Paged::<ProjectItem>::new(move || {
        let sort = in_url(sort.get());
        Some(sort.map(|sort| ("sort", sort)).into_iter().collect())
    });
    let empty = move || {
        let message = move || app.settings.read(|settings| settings.angor.message.clone());
        view! {
            <Empty title="No Angor project yet">
                <p>"A project on Angor appears here as soon as it is found and verified on chain."</p>
                <p>{message}</p>
                <p><a href=link("/settings/angor")>"Where Angor is read"</a></p>
            </Empty>
        }
        .into_any()
    };
    let options =
        SORTS.map(|(key, name)| view! { <option value=key selected=move || sort.get() == key>{name}</option> });
    view! {
        <div class="page-head">
            <h1>"Angor projects"</h1>
            <label class="field">
                <span>"Order"</span>
                <select name="sort" on:change=choose prop:value=move || sort.get()>{options.into_iter().collect_view()}</select>
            </label>
        </div>
        <Loading remote=list.remote() what="The projects" skeleton=|| view! { <ListSkeleton /> }>
            <PagedList list more="More projects" empty>
                <ProjectTable list />
            </PagedList>
        </Loading>
    }
}
