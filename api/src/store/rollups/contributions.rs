//! The contributions behind the sums: one row for each invoice, scope and method filter. Imported through [`super`].

use diesel::prelude::*;

use crate::domain::Contribution;
use crate::domain::rollup::size_class;
use crate::store::connection::{ROWS_PER_STATEMENT, on_each};
use crate::store::schema::contributions;
use crate::store::{DbConn, StoreError};

#[derive(Insertable)]
#[diesel(table_name = contributions, treat_none_as_default_value = false)]
struct ContributionRow<'a> {
    scope: i64,
    invoice_id: &'a str,
    method: &'static str,
    first_at: i64,
    msat: i64,
    class: i64,
    backer: Option<i64>,
}

/// Replaces the contributions of invoices in a scope. Invoice ids must be distinct.
///
/// # Errors
/// Those of the database.
pub fn replace(conn: &mut DbConn, scope: i64, of: &[(&str, Vec<Contribution>)]) -> Result<(), StoreError> {
    for chunk in of.chunks(ROWS_PER_STATEMENT) {
        let ids: Vec<&str> = chunk.iter().map(|(invoice_id, _)| *invoice_id).collect();
        diesel::delete(
            contributions::table.filter(contributions::scope.eq(scope)).filter(contributions::invoice_id.eq_any(&ids)),
        )
        .execute(conn)?;
        let rows: Vec<ContributionRow<'_>> = chunk
            .iter()
            .flat_map(|(invoice_id, all)| {
                all.iter().map(|contribution| ContributionRow {
                    scope,
                    invoice_id,
                    method: contribution.method.as_str(),
                    first_at: contribution.first_at,
                    msat: contribution.msat,
                    class: size_class(contribution.msat),
                    backer: contribution.backer,
                })
            })
            .collect();
        for rows in rows.chunks(ROWS_PER_STATEMENT) {
            on_each!(conn, |c| diesel::insert_into(contributions::table).values(rows).execute(c))?;
        }
    }
    Ok(())
}
