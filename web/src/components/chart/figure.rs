//! A chart with its title, a sentence of what it shows, and the same figures as a table.

use leptos::prelude::*;

use super::appearance::use_forced_colours;
use crate::base::storage;

/// `<figure data-chart="…">`. The chart stays mounted while the table is shown, and the other way round.
#[component]
pub fn ChartFigure(
    /// For `data-chart`, the ids and what this browser remembers.
    name: &'static str,
    title: &'static str,
    /// What the chart says, in a sentence with figures.
    #[prop(into)]
    summary: Signal<String>,
    /// Beside the title: chips, switches.
    #[prop(optional, into)]
    tools: ViewFnOnce,
    #[prop(into)] chart: ViewFnOnce,
    #[prop(into)] table: ViewFnOnce,
) -> impl IntoView {
    let forced = use_forced_colours();
    let chosen = RwSignal::new(Remembered(name).is_table());
    let as_table = Memo::new(move |_| forced.get() || chosen.get());
    let turn = move |_| {
        let table = !chosen.get_untracked();
        chosen.set(table);
        Remembered(name).keep(table);
    };
    let table_id = move || format!("{name}-table");
    view! {
        <figure class="card chart" data-chart=name>
            <div class="chart-head">
                <figcaption id=caption_id(name)>
                    <h2>{title}</h2>
                    <p class="muted">{summary}</p>
                </figcaption>
                <div class="chart-tools">
                    {tools.run()}
                    <Show when=move || !forced.get()>
                        <button type="button" class="button" aria-controls=table_id on:click=turn>
                            {move || if as_table.get() { "Show chart" } else { "Show table" }}
                        </button>
                    </Show>
                </div>
            </div>
            <Show when=move || forced.get()>
                <p class="muted">"A table, because this device paints pages in colours of its own."</p>
            </Show>
            <div class="chart-body" hidden=move || as_table.get()>{chart.run()}</div>
            <div
                id=table_id()
                class="chart-table"
                role="region"
                aria-label=format!("{title}, table")
                tabindex="0"
                hidden=move || !as_table.get()
            >
                {table.run()}
            </div>
        </figure>
    }
}

/// Id of a chart's caption.
pub fn caption_id(name: &str) -> String {
    format!("{name}-caption")
}

/// Whether this browser shows the chart as a table. Storage can be forbidden; the choice then lasts as long as the page.
struct Remembered(&'static str);

impl Remembered {
    fn key(&self) -> String {
        format!("view.{}", self.0)
    }

    fn is_table(&self) -> bool {
        let view = storage().and_then(|storage| storage.get_item(&self.key()).ok().flatten());
        view.as_deref() == Some("table")
    }

    fn keep(&self, table: bool) {
        if let Some(storage) = storage() {
            let _ = if table { storage.set_item(&self.key(), "table") } else { storage.remove_item(&self.key()) };
        }
    }
}
