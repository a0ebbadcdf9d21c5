//! Which variables are set. Secrets are named, never shown.

use leptos::prelude::*;
use shared::Settings;

use super::Section;

/// A row for each.
#[component]
pub fn EnvironmentSection(settings: Settings) -> impl IntoView {
    let empty = settings.from_environment.is_empty();
    let rows = settings.from_environment.into_iter().map(|variable| {
        view! {
            <tr role="row">
                <th role="rowheader" scope="row"><code>{variable.name}</code></th>
                <td role="cell" class="breaking">
                    {match variable.value {
                        Some(value) => view! { <bdi>{value}</bdi> }.into_any(),
                        None => view! { <span class="muted">"secret, set"</span> }.into_any(),
                    }}
                </td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Section id="environment">
            <p class="muted">
                "Set by the environment or the file " <code>".env"</code>
                "; a change needs a new start. Everything else has its default."
            </p>
            {if empty {
                view! { <p>"Nothing is set."</p> }.into_any()
            } else {
                view! {
                    <table class="plain-table" role="table" data-table="environment" aria-labelledby="environment">
                        <thead role="rowgroup">
                            <tr role="row">
                                <th role="columnheader" scope="col">"Variable"</th>
                                <th role="columnheader" scope="col">"Value"</th>
                            </tr>
                        </thead>
                        <tbody role="rowgroup">{rows}</tbody>
                    </table>
                }
                .into_any()
            }}
        </Section>
    }
}
