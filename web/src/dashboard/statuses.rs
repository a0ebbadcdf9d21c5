//! What became of the invoices created in the range.

use leptos::prelude::*;
use shared::{Analytics, StatusTotal};

use crate::components::StatusChip;
use crate::format::number::whole;
use crate::remote::Remote;

/// A row for each status, zeros too.
#[component]
pub fn StatusTable(figures: Remote<Analytics>) -> impl IntoView {
    let rows = move || figures.read(|figures| figures.statuses.clone()).unwrap_or_default();
    view! {
        <section class="card statuses" aria-labelledby="statuses-title">
            <h2 id="statuses-title">"Invoices by status"</h2>
            <p class="muted">"Invoices created in this range, with all they were ever paid."</p>
            <table data-table="statuses" aria-labelledby="statuses-title">
                <thead>
                    <tr>
                        <th scope="col">"Status"</th>
                        <th scope="col" class="number">"Invoices"</th>
                        <th scope="col" class="number">"Raised, sats"</th>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=rows
                        key=|row| (row.status, row.count, row.raised_sats)
                        children=|row: StatusTotal| {
                            view! {
                                <tr data-status=row.status.as_str()>
                                    <th scope="row"><StatusChip status=row.status /></th>
                                    <td class="number">{whole(row.count)}</td>
                                    <td class="number">{whole(row.raised_sats)}</td>
                                </tr>
                            }
                        }
                    />
                </tbody>
            </table>
        </section>
    }
}

/// As high as the table.
#[component]
pub fn StatusTableSkeleton() -> impl IntoView {
    view! { <div class="card statuses bone" aria-hidden="true"></div> }
}
