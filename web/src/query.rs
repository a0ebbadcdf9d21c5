//! The page's URL query as state: a pasted link shows the same view. Anyone above may import it.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use web_sys::UrlSearchParams;

/// Keys in the order in which they stand in the URL.
const KEYS: [&str; 5] = ["range", "status", "q", "sort", "open"];

/// Whether a change of the URL makes a step in the browser's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A control moved: Back leaves the page.
    Replace,
    /// Something was opened: Back closes it.
    Push,
}

/// Reads and changes the query. Copy, so that every closure may have one.
#[derive(Clone, Copy)]
pub struct UrlQuery {
    search: Memo<String>,
    navigate: StoredValue<Navigate, LocalStorage>,
}

type Navigate = Box<dyn Fn(Vec<(&'static str, Option<String>)>, Step)>;

/// The query of the current page; only under the router.
pub fn use_url_query() -> UrlQuery {
    let location = use_location();
    let go = use_navigate();
    let navigate: Navigate = Box::new(move |changes, step| {
        let search = changed(&location.search.get_untracked(), &changes);
        let url = format!("{}{search}{}", location.pathname.get_untracked(), location.hash.get_untracked());
        // `resolve` would put the base in front of a path that has it already.
        let replace = step == Step::Replace;
        go(&url, NavigateOptions { resolve: false, replace, scroll: false, ..NavigateOptions::default() });
    });
    UrlQuery { search: location.search, navigate: StoredValue::new_local(navigate) }
}

impl UrlQuery {
    /// Value of a key, followed; empty ones count as absent.
    // Not the router's own map: that unescapes twice, so a search for "50%41" would become one for "50A".
    pub fn get(self, key: &'static str) -> Memo<Option<String>> {
        Memo::new(move |_| {
            let params = UrlSearchParams::new_with_str(&self.search.get()).ok()?;
            params.get(key).filter(|value| !value.is_empty())
        })
    }

    /// Sets or, with none, removes values.
    pub fn set(self, changes: Vec<(&'static str, Option<String>)>, step: Step) {
        self.navigate.with_value(|navigate| navigate(changes, step));
    }
}

/// The search part with these changes, known keys first and in order, unknown ones dropped.
fn changed(search: &str, changes: &[(&'static str, Option<String>)]) -> String {
    let old = UrlSearchParams::new_with_str(search).ok();
    let pairs = KEYS.into_iter().filter_map(|key| {
        let value = match changes.iter().find(|(changed, _)| *changed == key) {
            Some((_, value)) => value.clone(),
            None => old.as_ref().and_then(|old| old.get(key)),
        };
        value.filter(|value| !value.is_empty()).map(|value| (key, value))
    });
    crate::api::query_string(pairs)
}
