//! Whose money is shown: BTCPay's, Angor's or both. Kept in the URL as `src`.

use leptos::prelude::*;
use shared::SourceFilter;

/// What is offered, with its name; the first is what a URL without `src` means.
const SOURCES: [(SourceFilter, &str); 3] =
    [(SourceFilter::Btcpay, "BTCPay"), (SourceFilter::Angor, "Angor"), (SourceFilter::All, "All")];

/// As in `?src=`; what is none there counts as the default.
pub fn from_url(text: Option<String>) -> SourceFilter {
    let named = |(source, _): &(SourceFilter, &str)| text.as_deref() == Some(source.as_str());
    SOURCES.into_iter().find(named).map_or(SOURCES[0].0, |(source, _)| source)
}

/// For `?src=`; none for the default.
pub fn in_url(source: SourceFilter) -> Option<String> {
    (source != SOURCES[0].0).then(|| source.as_str().to_owned())
}

/// Native radio buttons: arrow keys move, and a screen reader knows what they are.
#[component]
pub fn SourceSwitch(source: Memo<SourceFilter>, on_choose: impl Fn(SourceFilter) + Copy + 'static) -> impl IntoView {
    let radios = SOURCES.map(|(choice, name)| {
        view! {
            <label>
                <input
                    type="radio"
                    name="source"
                    value=choice.as_str()
                    prop:checked=move || source.get() == choice
                    on:change=move |_| on_choose(choice)
                />
                <span>{name}</span>
            </label>
        }
    });
    view! {
        <div class="segments radios" role="radiogroup" aria-label="Source">
            {radios.into_iter().collect_view()}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_is_read_back_from_its_url() {
        for (source, _) in SOURCES {
            assert_eq!(from_url(in_url(source)), source);
        }
        assert_eq!(in_url(SourceFilter::Btcpay), None);
        for text in ["", "ANGOR", "btc"] {
            assert_eq!(from_url(Some(text.to_owned())), SourceFilter::Btcpay);
        }
    }
}
