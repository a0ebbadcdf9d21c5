//! The opaque place between two pages. Imported through [`super`].

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::domain::Project;
use crate::error::ApiError;
use crate::routes::params::wrong;
use crate::store::projects::{PlaceValue, ProjectOrder, ProjectPlace};

/// Order and direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sort {
    pub order: ProjectOrder,
    pub descending: bool,
}

/// What a cursor holds: the order it belongs to and the last row.
#[derive(Serialize, Deserialize)]
struct Cursor {
    sort: String,
    value: PlaceValue,
    id: String,
}

/// The place after a project.
pub(super) fn after(project: &Project, sort: Sort) -> String {
    let ProjectPlace { value, id } = ProjectPlace::of(project, sort.order);
    // Strings and numbers always serialise.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&Cursor { sort: name(sort), value, id }).unwrap_or_default())
}

/// Reads a cursor back; it must belong to the same order.
pub(super) fn parse(text: &str, sort: Sort) -> Result<ProjectPlace, ApiError> {
    let bad = || wrong("cursor", text, "use the next_cursor of the page before, with the same sort");
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
    let cursor: Cursor = serde_json::from_slice(&bytes).map_err(|_| bad())?;
    let fits = matches!(
        (&cursor.value, sort.order),
        (PlaceValue::Text(text), ProjectOrder::Title) if !text.contains('\0')
    ) || matches!((&cursor.value, sort.order), (PlaceValue::Number(_), order) if order != ProjectOrder::Title);
    if cursor.sort != name(sort) || !fits || cursor.id.contains('\0') {
        return Err(bad());
    }
    Ok(ProjectPlace { value: cursor.value, id: cursor.id })
}

fn name(sort: Sort) -> String {
    format!("{}{:?}", if sort.descending { "-" } else { "" }, sort.order)
}
