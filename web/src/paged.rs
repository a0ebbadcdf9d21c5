//! A list of the server as far as it is loaded: first page, further pages. Pages and components may import it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use shared::Page;

use crate::api::{self, ApiError};
use crate::format::{counted, number::whole};
use crate::remote::Remote;
use crate::state::use_app;

/// Rows that one question asks for.
pub const PAGE_ROWS: usize = 50;
/// The most that the API gives at once.
const MOST_ROWS: usize = 200;

/// Parameters of a list, without limit and cursor.
pub type Question = Vec<(&'static str, String)>;

/// A row of a list.
pub trait Row: Clone + PartialEq + DeserializeOwned + Send + Sync + 'static {
    /// Where the API lists them.
    const PATH: &'static str;
    /// One and several of them in words.
    const NAMES: (&'static str, &'static str);

    /// What no other row has.
    fn id(&self) -> &str;
}

/// The rows at hand; Copy.
pub struct Paged<T: Row> {
    question: Signal<Option<Question>>,
    pages: Remote<Page<T>>,
    more: RwSignal<More>,
}

impl<T: Row> Clone for Paged<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Row> Copy for Paged<T> {}

#[derive(Debug, Clone, PartialEq, Eq)]
enum More {
    Idle,
    Busy,
    Failed(ApiError),
}

impl<T: Row> Paged<T> {
    /// Follows the question, and the server's new data without giving up rows already loaded. Without a question it is
    /// not known yet what to ask.
    pub fn new(question: impl Fn() -> Option<Question> + Send + Sync + 'static) -> Self {
        let app = use_app();
        // A memo, so that a tick of what it reads asks again only where it changes the question.
        let question: Signal<Option<Question>> = Memo::new(move |_| question()).into();
        let shown = StoredValue::new(None::<(Question, usize)>);
        let said = StoredValue::new(None::<Question>);
        let more = RwSignal::new(More::Idle);
        let pages = Remote::new(
            move || question.get().map(|question| (app.revision.get(), question)),
            move |(_, question)| {
                async move {
                    // Asked again while it reads: meanwhile the reader may have loaded more.
                    let wanted = || {
                        let rows = shown.try_with_value(|shown| match shown {
                            Some((of, rows)) if *of == question => *rows,
                            _ => 0,
                        });
                        rows.unwrap_or_default()
                    };
                    let page = first_rows::<T>(&question, wanted).await?;
                    // Said once for each question: not with every beat of the pulse.
                    if said.try_get_value().is_some_and(|said| said.as_ref() != Some(&question)) {
                        app.announcement.set(counts::<T>(page.items.len(), page.total));
                        said.set_value(Some(question));
                    }
                    Ok(page)
                }
            },
        );
        Effect::new(move |_| {
            if let Some(rows) = pages.read(|page| page.items.len()) {
                shown.set_value(question.get_untracked().map(|question| (question, rows)));
            }
        });
        Effect::new(move |_| {
            question.track();
            more.set(More::Idle);
        });
        Self { question, pages, more }
    }

    /// The answer as the server gives it.
    pub fn remote(self) -> Remote<Page<T>> {
        self.pages
    }

    /// The rows.
    pub fn items(self) -> Vec<T> {
        self.pages.read(|page| page.items.clone()).unwrap_or_default()
    }

    /// There is an answer, and it has no row.
    pub fn is_empty(self) -> bool {
        self.pages.read(|page| page.items.is_empty()).unwrap_or(false)
    }

    /// How many there are and are shown.
    pub fn counts(self) -> Option<String> {
        self.pages.read(|page| counts::<T>(page.items.len(), page.total))
    }

    /// There are rows that are not loaded.
    pub fn has_more(self) -> bool {
        self.pages.read(|page| page.next_cursor.is_some()).unwrap_or(false)
    }

    /// Further rows are awaited.
    pub fn is_loading_more(self) -> bool {
        self.more.with(|more| *more == More::Busy)
    }

    /// Why further rows did not come.
    pub fn more_failure(self) -> Option<ApiError> {
        match self.more.get() {
            More::Failed(error) => Some(error),
            More::Idle | More::Busy => None,
        }
    }

    /// Appends the next page.
    pub fn load_more(self) {
        let Some(cursor) = untrack(|| self.pages.read(|page| page.next_cursor.clone())).flatten() else { return };
        let Some(question) = self.question.get_untracked() else { return };
        if self.more.get_untracked() == More::Busy {
            return;
        }
        self.more.set(More::Busy);
        spawn_local(async move {
            let answer = ask::<T>(&question, PAGE_ROWS, Some(&cursor)).await;
            // The page is gone, or the list is another one by now.
            if self.question.try_get_untracked() != Some(Some(question)) || self.more.get_untracked() != More::Busy {
                return;
            }
            match answer {
                Ok(next) => {
                    self.more.set(More::Idle);
                    if untrack(|| self.pages.read(|page| page.next_cursor.as_ref() == Some(&cursor))) == Some(true) {
                        self.pages.change(|page| append(page, next));
                    } else {
                        // New rows came in and moved the end of the list.
                        self.load_more();
                    }
                }
                Err(error) => self.more.set(More::Failed(error)),
            }
        });
    }
}

async fn ask<T: Row>(question: &Question, limit: usize, cursor: Option<&str>) -> Result<Page<T>, ApiError> {
    let mut pairs = question.clone();
    pairs.push(("limit", limit.to_string()));
    pairs.extend(cursor.map(|cursor| ("cursor", cursor.to_owned())));
    api::list(T::PATH, pairs).await
}

/// As many rows as were on screen, so that a refresh takes none away.
async fn first_rows<T: Row>(question: &Question, wanted: impl Fn() -> usize) -> Result<Page<T>, ApiError> {
    let limit = wanted().clamp(PAGE_ROWS, MOST_ROWS);
    let mut page = ask(question, limit, None).await?;
    while page.items.len() < wanted()
        && let Some(cursor) = page.next_cursor.clone()
    {
        append(&mut page, ask(question, limit, Some(&cursor)).await?);
    }
    Ok(page)
}

/// A row that moved between two questions is kept once.
fn append<T: Row>(page: &mut Page<T>, next: Page<T>) {
    page.next_cursor = next.next_cursor;
    for item in next.items {
        if page.items.iter().all(|known| known.id() != item.id()) {
            page.items.push(item);
        }
    }
}

fn counts<T: Row>(rows: usize, total: Option<i64>) -> String {
    let (one, many) = T::NAMES;
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    match total {
        Some(total) if total > rows => format!("{} of {} shown", whole(rows), counted(total, one, many)),
        Some(total) => counted(total, one, many),
        None => format!("{} shown", counted(rows, one, many)),
    }
}
