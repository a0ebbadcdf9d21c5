//! Angor projects as sources understood them: the list, its order and keyset paging. `ingest` writes, everybody reads.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::upsert::excluded;
use shared::ProjectSource;

use super::connection::{ROWS_PER_STATEMENT, on_each};
use super::schema::source_projects;
use super::{DbConn, StoreError};
use crate::domain::{Investment, Project};

type Backend = <DbConn as Connection>::Backend;
type Query<'a> = source_projects::BoxedQuery<'a, Backend>;

/// Bytes of a title that take part in the order.
const TITLE_KEY_BYTES: usize = 60;

/// Which projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectFilter {
    /// Real or made up; never both.
    pub source: ProjectSource,
    /// Of this network; any where `None`.
    pub network: Option<String>,
    /// Also those that were not checked to the end.
    pub unverified: bool,
    /// Not these.
    pub hidden: Vec<String>,
    /// Not those on the list of this moderator.
    pub moderator: Option<String>,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectOrder {
    /// Block time of the creation; unknown ones are the oldest.
    Created,
    /// The headline.
    Raised,
    /// Number of investors.
    Investors,
    /// By letters, without regard to case.
    Title,
}

/// The value of the order's column in the last row of a page, and that row's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectPlace {
    /// A number, or the title's key.
    pub value: PlaceValue,
    /// The row's id.
    pub id: String,
}

/// A value to go on from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum PlaceValue {
    /// Time, amount or number.
    Number(i64),
    /// Title.
    Text(String),
}

impl ProjectPlace {
    /// The place of a project.
    #[must_use]
    pub fn of(project: &Project, order: ProjectOrder) -> Self {
        let row = Columns::of(project);
        let value = match order {
            ProjectOrder::Created => PlaceValue::Number(row.created_at),
            ProjectOrder::Raised => PlaceValue::Number(row.raised_sats),
            ProjectOrder::Investors => PlaceValue::Number(row.investors),
            ProjectOrder::Title => PlaceValue::Text(row.title_key),
        };
        Self { value, id: project.id.clone() }
    }
}

/// What a project is sorted by.
struct Columns {
    title_key: String,
    created_at: i64,
    raised_sats: i64,
    investors: i64,
}

impl Columns {
    fn of(project: &Project) -> Self {
        use std::fmt::Write as _;
        let folded = project.title.to_lowercase();
        let mut title_key = String::with_capacity(2 * TITLE_KEY_BYTES);
        for byte in folded.bytes().take(TITLE_KEY_BYTES) {
            let _ = write!(title_key, "{byte:02x}");
        }
        Self {
            title_key,
            created_at: project.created_at.unwrap_or(0),
            raised_sats: project.figures.raised.net_confirmed_sats,
            investors: project.figures.investors,
        }
    }
}

/// Projects after a place, in order.
///
/// # Errors
/// Those of the database.
pub fn page(
    conn: &mut DbConn,
    filter: &ProjectFilter,
    order: ProjectOrder,
    descending: bool,
    after: Option<&ProjectPlace>,
    limit: i64,
) -> Result<Vec<Project>, StoreError> {
    /// The same order and place by one column, in one or the other direction.
    macro_rules! ordered {
        ($column:ident, $value:pat => $wanted:expr, $direction:ident, $beyond:ident) => {{
            let query = match after {
                Some(ProjectPlace { value: $value, id }) => filtered(filter).filter(
                    source_projects::$column.$beyond($wanted).or(source_projects::$column
                        .eq($wanted)
                        .and(source_projects::id.$beyond(id))),
                ),
                _ => filtered(filter),
            };
            query.order((source_projects::$column.$direction(), source_projects::id.$direction()))
        }};
        ($column:ident, $value:pat => $wanted:expr) => {
            if descending {
                ordered!($column, $value => $wanted, desc, lt)
            } else {
                ordered!($column, $value => $wanted, asc, gt)
            }
        };
    }
    let query = match order {
        ProjectOrder::Created => ordered!(created_at, PlaceValue::Number(value) => *value),
        ProjectOrder::Raised => ordered!(raised_sats, PlaceValue::Number(value) => *value),
        ProjectOrder::Investors => ordered!(investors, PlaceValue::Number(value) => *value),
        ProjectOrder::Title => ordered!(title_key, PlaceValue::Text(value) => value),
    };
    let documents: Vec<String> = query.limit(limit).select(source_projects::document).load(conn)?;
    documents.iter().map(|document| parse(document)).collect()
}

/// Number of projects over all pages.
///
/// # Errors
/// Those of the database.
pub fn total(conn: &mut DbConn, filter: &ProjectFilter) -> Result<i64, StoreError> {
    Ok(filtered(filter).select(count_star()).first(conn)?)
}

/// Ids of all that pass.
///
/// # Errors
/// Those of the database.
pub fn ids(conn: &mut DbConn, filter: &ProjectFilter) -> Result<Vec<String>, StoreError> {
    Ok(filtered(filter).order(source_projects::id).select(source_projects::id).load(conn)?)
}

/// One project, if it passes.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut DbConn, filter: &ProjectFilter, id: &str) -> Result<Option<Project>, StoreError> {
    let document: Option<String> =
        filtered(filter).filter(source_projects::id.eq(id)).select(source_projects::document).first(conn).optional()?;
    document.map(|document| parse(&document)).transpose()
}

/// The investments of a project, unsound ones too.
///
/// # Errors
/// Those of the database.
pub fn investments(conn: &mut DbConn, source: ProjectSource, id: &str) -> Result<Vec<Investment>, StoreError> {
    let json: Option<String> = source_projects::table
        .find((source.as_str(), id))
        .select(source_projects::investments)
        .first(conn)
        .optional()?;
    let Some(json) = json else { return Ok(Vec::new()) };
    serde_json::from_str(&json).map_err(|error| StoreError::corrupt("investment", error))
}

/// Writes a project whole.
///
/// # Errors
/// Those of the database.
pub fn upsert(
    conn: &mut DbConn,
    project: &Project,
    investments: &[Investment],
    evidence: &str,
) -> Result<(), StoreError> {
    let columns = Columns::of(project);
    let unwritable = |error: serde_json::Error| StoreError::corrupt("project", error);
    let document = serde_json::to_string(project).map_err(unwritable)?;
    let investments = serde_json::to_string(investments).map_err(unwritable)?;
    on_each!(conn, |c| diesel::insert_into(source_projects::table)
        .values((
            source_projects::source.eq(project.source.as_str()),
            source_projects::id.eq(&project.id),
            source_projects::network.eq(&project.network),
            source_projects::verified.eq(project.is_verified()),
            source_projects::title_key.eq(&columns.title_key),
            source_projects::created_at.eq(columns.created_at),
            source_projects::raised_sats.eq(columns.raised_sats),
            source_projects::investors.eq(columns.investors),
            source_projects::fetched_ms.eq(project.fetched_ms),
            source_projects::document.eq(&document),
            source_projects::investments.eq(&investments),
            source_projects::evidence.eq(evidence),
        ))
        .on_conflict((source_projects::source, source_projects::id))
        .do_update()
        .set((
            source_projects::network.eq(excluded(source_projects::network)),
            source_projects::verified.eq(excluded(source_projects::verified)),
            source_projects::title_key.eq(excluded(source_projects::title_key)),
            source_projects::created_at.eq(excluded(source_projects::created_at)),
            source_projects::raised_sats.eq(excluded(source_projects::raised_sats)),
            source_projects::investors.eq(excluded(source_projects::investors)),
            source_projects::fetched_ms.eq(excluded(source_projects::fetched_ms)),
            source_projects::document.eq(excluded(source_projects::document)),
            source_projects::investments.eq(excluded(source_projects::investments)),
            source_projects::evidence.eq(excluded(source_projects::evidence)),
        ))
        .execute(c))?;
    Ok(())
}

/// Every project of a network with what it was checked by.
///
/// # Errors
/// Those of the database.
pub fn kept(conn: &mut DbConn, source: ProjectSource, network: &str) -> Result<Vec<(Project, String)>, StoreError> {
    let rows: Vec<(String, String)> = source_projects::table
        .filter(source_projects::source.eq(source.as_str()))
        .filter(source_projects::network.eq(network))
        .order(source_projects::id)
        .select((source_projects::document, source_projects::evidence))
        .load(conn)?;
    rows.into_iter().map(|(document, evidence)| Ok((parse(&document)?, evidence))).collect()
}

/// Whether a checked project of a network is here.
///
/// # Errors
/// Those of the database.
pub fn any_verified(conn: &mut DbConn, source: ProjectSource, network: &str) -> Result<bool, StoreError> {
    let found: Option<String> = source_projects::table
        .filter(source_projects::source.eq(source.as_str()))
        .filter(source_projects::network.eq(network))
        .filter(source_projects::verified.eq(true))
        .select(source_projects::id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Marks exactly these projects as denied by a moderator.
///
/// # Errors
/// Those of the database.
pub fn set_denied(conn: &mut DbConn, source: ProjectSource, moderator: &str, ids: &[String]) -> Result<(), StoreError> {
    let of_source = source_projects::table.filter(source_projects::source.eq(source.as_str()));
    diesel::update(of_source.filter(source_projects::denied_by.eq(moderator)))
        .set(source_projects::denied_by.eq(None::<String>))
        .execute(conn)?;
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        diesel::update(of_source.filter(source_projects::id.eq_any(ids)))
            .set(source_projects::denied_by.eq(Some(moderator)))
            .execute(conn)?;
    }
    Ok(())
}

/// Number of checked projects of a network that a moderator denied.
///
/// # Errors
/// Those of the database.
pub fn count_denied(
    conn: &mut DbConn,
    source: ProjectSource,
    network: &str,
    moderator: &str,
) -> Result<i64, StoreError> {
    Ok(source_projects::table
        .filter(source_projects::source.eq(source.as_str()))
        .filter(source_projects::network.eq(network))
        .filter(source_projects::verified.eq(true))
        .filter(source_projects::denied_by.eq(moderator))
        .count()
        .get_result(conn)?)
}

/// Forgets projects that were never checked to the end.
///
/// # Errors
/// Those of the database.
pub fn forget_unverified(conn: &mut DbConn, source: ProjectSource, ids: &[String]) -> Result<(), StoreError> {
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        diesel::delete(
            source_projects::table
                .filter(source_projects::source.eq(source.as_str()))
                .filter(source_projects::verified.eq(false))
                .filter(source_projects::id.eq_any(ids)),
        )
        .execute(conn)?;
    }
    Ok(())
}

/// Forgets the projects of a source that are not among `keep`.
///
/// # Errors
/// Those of the database.
pub fn retain(conn: &mut DbConn, source: ProjectSource, keep: &[String]) -> Result<(), StoreError> {
    diesel::delete(
        source_projects::table
            .filter(source_projects::source.eq(source.as_str()))
            .filter(source_projects::id.ne_all(keep)),
    )
    .execute(conn)?;
    Ok(())
}

fn filtered(filter: &ProjectFilter) -> Query<'_> {
    let mut query = source_projects::table.filter(source_projects::source.eq(filter.source.as_str())).into_boxed();
    if let Some(network) = &filter.network {
        query = query.filter(source_projects::network.eq(network));
    }
    if !filter.unverified {
        query = query.filter(source_projects::verified.eq(true));
    }
    if !filter.hidden.is_empty() {
        query = query.filter(source_projects::id.ne_all(&filter.hidden));
    }
    if let Some(moderator) = &filter.moderator {
        query = query.filter(source_projects::denied_by.is_null().or(source_projects::denied_by.ne(moderator)));
    }
    query
}

fn parse(document: &str) -> Result<Project, StoreError> {
    serde_json::from_str(document).map_err(|error| StoreError::corrupt("project", error))
}
