//! Where the app is mounted: the path of `<base href>`, which the server writes for each request. Anyone may import it.

/// The page's document; none only where there is no page.
pub fn document() -> Option<web_sys::Document> {
    web_sys::window().and_then(|window| window.document())
}

/// Path of `document.baseURI` without its final slash: `""` at the root, `/a/b` under a sub-path.
pub fn base_path() -> String {
    document()
        .and_then(|document| document.base_uri().ok().flatten())
        .and_then(|uri| web_sys::Url::new(&uri).ok())
        .map(|url| url.pathname().trim_end_matches('/').to_owned())
        .unwrap_or_default()
}

/// The `href` of a page of ours; `path` begins with a slash. The router leaves hrefs as they are, so the base goes here.
pub fn link(path: &str) -> String {
    format!("{}{path}", base_path())
}

/// Moves keyboard and reading position to the element.
pub fn focus_element(id: &str) {
    use leptos::wasm_bindgen::JsCast;
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// What this browser remembers between visits; it can be forbidden.
pub fn storage() -> Option<web_sys::Storage> {
    web_sys::window().and_then(|window| window.local_storage().ok().flatten())
}

/// Takes the element out of the page.
pub fn remove_element(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        element.remove();
    }
}
