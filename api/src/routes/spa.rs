//! The single-page app's files, from inside the binary or from `WEB_DIR`.

mod assets;

use std::path::{Component, Path, PathBuf};

use actix_web::http::header::{self, AcceptEncoding, ContentEncoding, Encoding, Header};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use sha2::{Digest, Sha256};

use super::AppData;
use super::origin::Origin;
use crate::config::ServerConfig;
use assets::ASSETS;

/// Paths for which the SPA has a page; it shows them itself.
const CLIENT_ROUTES: &[&str] = &["", "campaigns", "invoices", "angor", "logs", "settings", "login"];
/// Those of them with one more segment.
const CLIENT_ROUTES_WITH_ID: &[&str] = &["campaigns", "angor", "settings"];

/// Scripts and styles of our own only; WASM needs its own word. `style-src` without `unsafe-inline` on purpose.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
    base-uri 'self'; frame-ancestors 'none'; object-src 'none'";

/// Where the files are, and under which path browsers see us.
pub struct Spa {
    folder: Option<PathBuf>,
    base: String,
}

/// A file to send.
struct File {
    body: web::Bytes,
    encoding: Option<ContentEncoding>,
    etag: String,
}

impl Spa {
    /// As configured.
    #[must_use]
    pub fn new(config: &ServerConfig) -> Self {
        let base = config.public_url.as_ref().map_or("", |url| url.path().trim_end_matches('/')).to_owned();
        Self { folder: config.web_dir.clone(), base }
    }

    /// The path of `PUBLIC_URL`, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A file in the best form that the browser takes. `index.html` is always plain: its base is written in.
    async fn file(&self, name: &str, accepted: &AcceptEncoding) -> Option<File> {
        if let Some(folder) = &self.folder {
            return read_file(folder, name).await;
        }
        let asset = ASSETS.iter().find(|asset| asset.name == name)?;
        let offered = [
            (Encoding::brotli(), ContentEncoding::Brotli, asset.brotli),
            (Encoding::gzip(), ContentEncoding::Gzip, asset.gzip),
        ];
        for (token, encoding, body) in offered {
            if let Some(body) = body.filter(|_| accepts(accepted, &token)) {
                let etag = format!("\"{}-{encoding:?}\"", asset.hash);
                return Some(File { body: web::Bytes::from_static(body), encoding: Some(encoding), etag });
            }
        }
        let etag = format!("\"{}\"", asset.hash);
        Some(File { body: web::Bytes::from_static(asset.plain), encoding: None, etag })
    }

    async fn index(&self, base: &str) -> Option<File> {
        let name = "index.html";
        let body = match &self.folder {
            Some(folder) => read_file(folder, name).await?.body,
            None => web::Bytes::from_static(ASSETS.iter().find(|asset| asset.name == name)?.plain),
        };
        let text = String::from_utf8_lossy(&body);
        // Paths in the page are relative to this, so that one build serves any sub-path.
        let text = replace_base(&text, base);
        let etag = format!("\"{}\"", hash(text.as_bytes()));
        Some(File { body: text.into(), encoding: None, etag })
    }
}

/// A file of the SPA, its page for a client route, or its page with 404.
pub async fn get_file(app: AppData, request: HttpRequest) -> HttpResponse {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD")).finish();
    }
    let name = request.path().trim_start_matches('/');
    if name != "index.html" && is_file_name(name) {
        let accepted = AcceptEncoding::parse(&request).unwrap_or(AcceptEncoding(Vec::new()));
        if let Some(file) = app.spa.file(name, &accepted).await {
            return answer(&request, StatusCode::OK, name, file);
        }
    }
    let status = if is_client_route(name) { StatusCode::OK } else { StatusCode::NOT_FOUND };
    match app.spa.index(&Origin::of(request.head(), &app.config.server).prefix).await {
        Some(file) => answer(&request, status, "index.html", file),
        None => HttpResponse::build(if status.is_success() { StatusCode::SERVICE_UNAVAILABLE } else { status })
            .content_type("text/plain; charset=utf-8")
            .body("This server was built without its pages. Build them with `make build`, or set WEB_DIR to their folder.\n"),
    }
}

fn answer(request: &HttpRequest, status: StatusCode, name: &str, file: File) -> HttpResponse {
    let mut answer = HttpResponse::build(status);
    let caching = if has_hash(name) { "public, max-age=31536000, immutable" } else { "no-cache" };
    answer
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((header::ETAG, file.etag.as_str()))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY));
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if status.is_success()
        && known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == file.etag))
    {
        return answer.status(StatusCode::NOT_MODIFIED).finish();
    }
    if let Some(encoding) = file.encoding {
        answer.insert_header(encoding);
    }
    answer.content_type(content_type(name)).body(file.body)
}

fn is_client_route(path: &str) -> bool {
    let segments: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
    match segments.as_slice() {
        [page] => CLIENT_ROUTES.contains(page),
        [page, id] => CLIENT_ROUTES_WITH_ID.contains(page) && !id.is_empty(),
        _ => false,
    }
}

/// A relative path without anything that leads elsewhere.
fn is_file_name(name: &str) -> bool {
    !name.is_empty()
        && !name.contains(['\\', '%', '\0'])
        && Path::new(name).components().all(|component| matches!(component, Component::Normal(_)))
}

async fn read_file(folder: &Path, name: &str) -> Option<File> {
    let path = folder.join(name);
    let body = web::block(move || std::fs::read(path)).await.ok()?.ok()?;
    let etag = format!("\"{}\"", hash(&body));
    Some(File { body: body.into(), encoding: None, etag })
}

fn replace_base(page: &str, base: &str) -> String {
    // `Url` has escaped quotes and brackets, but a path may hold an ampersand.
    let base = base.replace('&', "&amp;").replace(['"', '<', '>'], "");
    ["<base href=\"/\" />", "<base href=\"/\"/>", "<base href=\"/\">", "<base href=/>"]
        .iter()
        .find(|tag| page.contains(**tag))
        .map_or_else(|| page.to_owned(), |tag| page.replacen(tag, &format!("<base href=\"{base}/\">"), 1))
}

fn accepts(accepted: &AcceptEncoding, encoding: &Encoding) -> bool {
    accepted.iter().any(|offer| {
        offer.quality != header::Quality::ZERO
            && matches!(&offer.item, header::Preference::Specific(specific) if specific == encoding)
    })
}

fn hash(body: &[u8]) -> String {
    Sha256::digest(body).iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the bundler put a hash into the name: sixteen hex digits after a dash.
fn has_hash(name: &str) -> bool {
    name.split(['-', '_', '.']).any(|part| part.len() == 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" | "webmanifest" => "application/json",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_routes_are_those_of_the_contract() {
        for path in
            ["", "campaigns", "campaigns/x", "invoices", "angor/x", "logs", "settings/data", "login", "invoices/"]
        {
            assert!(is_client_route(path), "{path}");
        }
        for path in ["nope", "invoices/x", "settings/a/b", "campaigns//", "index.php"] {
            assert!(!is_client_route(path), "{path}");
        }
    }

    #[test]
    fn file_names_lead_nowhere_else() {
        for name in ["../Cargo.toml", "a/../../b", "/etc/passwd", "a\\b", "%2e%2e/x", "", "./a"] {
            assert!(!is_file_name(name) || name == "./a", "{name}");
        }
        assert!(has_hash("web-0123456789abcdef_bg.wasm") && !has_hash("boot.js"));
    }

    #[test]
    fn the_base_is_written_into_the_page() {
        assert_eq!(replace_base("<base href=\"/\" />", "/a/b"), "<base href=\"/a/b/\">");
        assert_eq!(replace_base("<base href=\"/\">", ""), "<base href=\"/\">");
        assert_eq!(replace_base("<base href=\"/\">", "/a&b"), "<base href=\"/a&amp;b/\">");
    }
}
