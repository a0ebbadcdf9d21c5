//! Which program this is.

use leptos::prelude::*;

use super::Section;
use crate::base::link;
use crate::state::APP_NAME;

/// Version, licence, reference of the API.
#[component]
pub fn About(version: String) -> impl IntoView {
    view! {
        <Section id="about">
            <dl class="facts">
                <dt>"Version"</dt>
                <dd>{APP_NAME} " " {version}</dd>
                <dt>"Licence"</dt>
                <dd>"MIT: free to use, change and share"</dd>
                <dt>"API"</dt>
                // Not a page of this app: the browser itself goes there.
                <dd>
                    <a href=link("/api/docs") rel="external">"Reference, to try out"</a>
                    ", "
                    <a href=link("/api/openapi.json") rel="external">"OpenAPI"</a>
                </dd>
            </dl>
        </Section>
    }
}
