//! The page's URL query as state: a pasted link shows the same view. Anyone above may import it.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use web_sys::UrlSearchParams;

/// Keys in the order in which they stand in the URL.
const KEYS: [&str; 11] =
    ["src", "range", "basis", "method", "status", "outcome", "event_type", "q", "sort", "view", "open"];

/// Whether a change of the URL makes a step in the browser's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A control moved: Back leaves the page.
    Replace,
    /// Something was opened: Back closes it.
    Push,
}

/// A key and its value; none takes it out of the URL.
pub type Pair = (&'static str, Option<String>);

/// Reads and changes the query. Copy, so that every closure may have one.
#[derive(Clone, Copy)]
pub struct UrlQuery {
    search: Memo<String>,
    path: Memo<String>,
    navigate: StoredValue<Navigate, LocalStorage>,
}

type Navigate = Box<dyn Fn(String, Step)>;

/// The query of the current page; only under the router.
pub fn use_url_query() -> UrlQuery {
    let location = use_location();
    let go = use_navigate();
    let path = location.pathname;
    let navigate: Navigate = Box::new(move |search, step| {
        let url = format!("{}{search}{}", location.pathname.get_untracked(), location.hash.get_untracked());
        // `resolve` would put the base in front of a path that has it already.
        let replace = step == Step::Replace;
        go(&url, NavigateOptions { resolve: false, replace, scroll: false, ..NavigateOptions::default() });
    });
    UrlQuery { search: location.search, path, navigate: StoredValue::new_local(navigate) }
}

impl UrlQuery {
    /// Value of a key, followed; empty ones count as absent.
    // Not the router's own map: that unescapes twice, so a search for "50%41" would become one for "50A".
    pub fn get(self, key: &'static str) -> Memo<Option<String>> {
        let here = self.path.get_untracked();
        Memo::new(move |old: Option<&Option<String>>| {
            let search = self.search.get();
            // On the way to another page its query is there before it is, and means nothing to this one.
            if self.path.get() != here {
                return old.cloned().flatten();
            }
            let params = UrlSearchParams::new_with_str(&search).ok()?;
            params.get(key).filter(|value| !value.is_empty())
        })
    }

    /// Sets or, with none, removes values.
    pub fn set(self, changes: Vec<Pair>, step: Step) {
        let search = changed(&self.search.get_untracked(), &changes);
        self.navigate.with_value(|navigate| navigate(search, step));
    }

    /// Keeps the URL to what the page understood of it: wrong values, unknown keys and repeats leave it.
    pub fn keep(self, understood: impl Fn() -> Vec<Pair> + 'static) {
        let here = self.path.get_untracked();
        Effect::new(move |_| {
            let search = written(&understood());
            // Compared as parsed: one value may be escaped in several ways.
            let same = normal(&search) == normal(&self.search.get());
            // On the way to another page its query is there before it is.
            if !same && self.path.get_untracked() == here {
                self.navigate.with_value(|navigate| navigate(search, Step::Replace));
            }
        });
    }

    /// The drawer named by `open=`.
    pub fn drawer(self) -> Drawer {
        let id = self.get("open");
        let pushed = StoredValue::new(false);
        Effect::new(move |_| {
            if id.with(Option::is_none) {
                pushed.set_value(false);
            }
        });
        Drawer { query: self, id, pushed }
    }
}

/// A thing opened above a page, by its id in the URL. Copy.
#[derive(Clone, Copy)]
pub struct Drawer {
    query: UrlQuery,
    /// What is open.
    pub id: Memo<Option<String>>,
    /// This page made a step in the history for it, so closing takes that step back.
    pushed: StoredValue<bool>,
}

impl Drawer {
    /// Opens it; from within an open drawer the other thing takes its place.
    pub fn open(self, id: String) {
        let step = if self.id.with_untracked(Option::is_some) { Step::Replace } else { Step::Push };
        if step == Step::Push {
            self.pushed.set_value(true);
        }
        self.query.set(vec![("open", Some(id))], step);
    }

    /// Closes it as Back would; a pasted link has nothing to go back to.
    pub fn close(self) {
        if self.id.with_untracked(Option::is_none) {
            return;
        }
        let pushed = self.pushed.get_value();
        self.pushed.set_value(false);
        let went = pushed && window().history().and_then(|history| history.back()).is_ok();
        if !went {
            self.query.set(vec![("open", None)], Step::Replace);
        }
    }
}

/// The search part with these changes, known keys first and in order, unknown ones dropped.
fn changed(search: &str, changes: &[Pair]) -> String {
    let old = UrlSearchParams::new_with_str(search).ok();
    let pairs: Vec<Pair> = KEYS
        .into_iter()
        .map(|key| {
            let value = match changes.iter().find(|(changed, _)| *changed == key) {
                Some((_, value)) => value.clone(),
                None => old.as_ref().and_then(|old| old.get(key)),
            };
            (key, value)
        })
        .collect();
    written(&pairs)
}

/// The pairs that have a value, in the order of [`KEYS`].
fn written(pairs: &[Pair]) -> String {
    let in_order = KEYS.into_iter().filter_map(|key| {
        let (_, value) = pairs.iter().find(|(other, _)| *other == key)?;
        value.clone().filter(|value| !value.is_empty()).map(|value| (key, value))
    });
    crate::api::query_string(in_order)
}

fn normal(search: &str) -> Option<String> {
    UrlSearchParams::new_with_str(search).ok().map(|params| String::from(params.to_string()))
}
