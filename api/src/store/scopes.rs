//! Numbers of the scopes for which roll-ups are kept. `ingest` makes them, everybody reads.

use std::collections::BTreeMap;

use diesel::dsl::max;
use diesel::prelude::*;

use super::connection::ROWS_PER_STATEMENT;
use super::schema::scopes;
use super::{DbConn, StoreError};
use crate::domain::Scope;

/// The number of a scope, given out when it is first needed. There is one writer, so the next number is free.
///
/// # Errors
/// Those of the database.
pub fn ensure(conn: &mut DbConn, scope: &Scope) -> Result<i64, StoreError> {
    if let Some(id) = find(conn, scope)? {
        return Ok(id);
    }
    let (kind, reference) = scope.parts();
    let last: Option<i64> = scopes::table.select(max(scopes::id)).first(conn)?;
    let id = last.unwrap_or(0) + 1;
    diesel::insert_into(scopes::table)
        .values((scopes::id.eq(id), scopes::kind.eq(kind), scopes::reference.eq(reference)))
        .execute(conn)?;
    Ok(id)
}

/// The number of a scope, if anything was ever added to it.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut DbConn, scope: &Scope) -> Result<Option<i64>, StoreError> {
    let (kind, reference) = scope.parts();
    Ok(scopes::table
        .filter(scopes::kind.eq(kind))
        .filter(scopes::reference.eq(reference))
        .select(scopes::id)
        .first(conn)
        .optional()?)
}

/// Numbers of several scopes; those without rows are left out.
///
/// # Errors
/// Those of the database.
pub fn find_all(conn: &mut DbConn, wanted: &[Scope]) -> Result<Vec<i64>, StoreError> {
    let mut by_kind: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (kind, reference) in wanted.iter().map(Scope::parts) {
        by_kind.entry(kind).or_default().push(reference);
    }
    let mut found = Vec::new();
    for (kind, references) in by_kind {
        // There may be thousands: every project is one.
        for references in references.chunks(ROWS_PER_STATEMENT) {
            let ids: Vec<i64> = scopes::table
                .filter(scopes::kind.eq(kind))
                .filter(scopes::reference.eq_any(references))
                .select(scopes::id)
                .load(conn)?;
            found.extend(ids);
        }
    }
    Ok(found)
}
