//! `GET /api/docs`: a page to try the API on. Its files are in the binary; nothing is asked of anybody else.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpResponse, http::header};
use utoipa_swagger_ui::Config;

use crate::error::ApiError;

/// Of our own; the crate's own page has the topbar of its makers and asks their server whether the document is valid.
const PAGE: &str = include_str!("docs/index.html");
const START: &str = include_str!("docs/start.js");

/// As for the pages of the app; this one draws its icons from `data:` and needs no WebAssembly.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page on which the whole API can be tried.
#[utoipa::path(get, path = "/api/docs", tag = "operation",
    responses((status = 200, description = "An HTML page", content_type = "text/html")))]
pub async fn get_docs() -> HttpResponse {
    answer("text/html; charset=utf-8", Bytes::from_static(PAGE.as_bytes()))
}

/// With a slash at its end the page's relative links would lead elsewhere.
pub async fn leave_slash() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "../docs")).finish()
}

/// A file of that page.
pub async fn get_docs_file(file: Path<String>) -> Result<HttpResponse, ApiError> {
    match file.as_str() {
        "start.js" => Ok(answer("text/javascript; charset=utf-8", Bytes::from_static(START.as_bytes()))),
        // Not the others: they are a second copy of the script, and pages of their own.
        "swagger-ui.css" | "swagger-ui-bundle.js" | "favicon-32x32.png" => embedded(&file),
        _ => Err(ApiError::NotFound("There is nothing at this address.".to_owned())),
    }
}

/// A file of the crate.
fn embedded(name: &str) -> Result<HttpResponse, ApiError> {
    let missing = || ApiError::NotFound("This page's files are not in the program.".to_owned());
    let found = utoipa_swagger_ui::serve(name, Arc::new(Config::default())).map_err(|_| missing())?;
    let file = found.ok_or_else(missing)?;
    let body = match file.bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    let mut response = answer(&file.content_type, body);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, max-age=3600"));
    if file.gzpipped {
        headers.insert(header::CONTENT_ENCODING, header::HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

fn answer(content_type: &str, body: Bytes) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .body(body)
}
