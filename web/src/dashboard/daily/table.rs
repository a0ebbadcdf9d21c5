//! The series as a table: the same figures as the line, sortable, with a row of totals. Imported through [`super`].

use leptos::either::Either;
use leptos::prelude::*;
use shared::SeriesPoint;

use super::words::unknown_because;
use crate::components::Unknown;
use crate::dashboard::buckets::Row;
use crate::dashboard::figures::Figures;
use crate::format::number::whole;
use crate::remote::Remote;

/// A column of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Time,
    Raised,
    Pending,
    Contributions,
    Created,
}

/// The key by which the table is sorted, and whether the largest comes first.
type Order = (Column, bool);

const FIGURES: [(Column, &str); 4] = [
    (Column::Raised, "Raised, sats"),
    (Column::Pending, "Pending, sats"),
    (Column::Contributions, "Contributions"),
    (Column::Created, "Invoices created"),
];

impl Column {
    fn of(self, point: &SeriesPoint) -> i64 {
        match self {
            Self::Time => 0,
            Self::Raised => point.raised_sats,
            Self::Pending => point.pending_sats,
            Self::Contributions => point.contributions,
            Self::Created => point.created,
        }
    }
}

/// Every bucket, zeros too; what is not known has a dash and its reason.
#[component]
pub(super) fn SeriesTable(figures: Remote<Figures>, buckets: Memo<Vec<Row>>) -> impl IntoView {
    let order = RwSignal::new((Column::Time, false));
    let zone = move || figures.read(|figures| figures.answer.range.tz.clone()).unwrap_or_default();
    let sorted = move || buckets.with(|rows| sorted(rows, order.get()));
    let totals = FIGURES.map(|(column, _)| {
        let total =
            move || buckets.with(|rows| rows.iter().map(|row| column.of(&row.point)).fold(0, i64::saturating_add));
        view! { <td class="number">{move || whole(total())}</td> }
    });
    let heads = FIGURES.map(|(column, name)| view! { <SortHead column name order number=true /> });
    view! {
        <table data-table="daily-raised">
            <caption>"Raised over time. Buckets begin at midnight, " {zone} "."</caption>
            <thead>
                <tr>
                    <SortHead column=Column::Time name="Date" order />
                    {heads.into_iter().collect_view()}
                </tr>
            </thead>
            <tbody>
                <For each=sorted key=Row::clone children=|row| view! { <SeriesRow row /> } />
            </tbody>
            <tfoot>
                <tr>
                    <th scope="row">"Total"</th>
                    {totals.into_iter().collect_view()}
                </tr>
            </tfoot>
        </table>
    }
}

#[component]
fn SeriesRow(row: Row) -> impl IntoView {
    let known = row.known_sats().is_some();
    let cells = FIGURES.map(|(column, _)| {
        let cell = if known {
            Either::Left(whole(column.of(&row.point)))
        } else {
            Either::Right(view! { <Unknown reason=unknown_because(row.state) /> })
        };
        view! { <td class="number">{cell}</td> }
    });
    view! {
        <tr data-bucket=row.point.bucket.clone()>
            <th scope="row">{row.name.clone()}</th>
            {cells.into_iter().collect_view()}
        </tr>
    }
}

#[component]
fn SortHead(
    column: Column,
    name: &'static str,
    order: RwSignal<Order>,
    #[prop(default = false)] number: bool,
) -> impl IntoView {
    let sort = move || match order.get() {
        (by, true) if by == column => "descending",
        (by, false) if by == column => "ascending",
        _ => "none",
    };
    // Time begins with the oldest, figures with the largest.
    let turn = move |_| {
        order.update(|order| {
            *order = if order.0 == column { (column, !order.1) } else { (column, column != Column::Time) };
        })
    };
    view! {
        <th scope="col" class:number=number aria-sort=sort>
            <button type="button" class="sort" on:click=turn>{name}</button>
        </th>
    }
}

fn sorted(rows: &[Row], (column, descending): Order) -> Vec<Row> {
    let mut rows = rows.to_vec();
    if column != Column::Time {
        rows.sort_by_key(|row| column.of(&row.point));
    }
    if descending {
        rows.reverse();
    }
    rows
}
