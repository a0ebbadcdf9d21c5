//! What an answer that is not a success means. Imported through [`super`].

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode, Url};
use serde::Deserialize;

use crate::domain::text::quote;
use crate::sources::SourceError;

/// BTCPay's error body; validation errors are a list of `{path, message}` instead.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Refusal {
    code: Option<String>,
    message: Option<String>,
    missing_permission: Option<String>,
}

/// Sorts out a status that is neither a success nor a redirect; `page` says that a web page came with it.
pub(super) fn refusal(status: StatusCode, body: &str, page: bool, retry_after: Option<Duration>) -> SourceError {
    let refusal: Option<Refusal> = serde_json::from_str(body).ok();
    let known = refusal.as_ref().is_some_and(|refusal| refusal.code.is_some());
    let Refusal { message, missing_permission, .. } = refusal.unwrap_or_default();
    let message = quote(&message.unwrap_or_default());
    match status.as_u16() {
        status @ (401 | 403) if page && !known => SourceError::Blocked(status),
        401 => SourceError::Unauthorized(message),
        403 => SourceError::Forbidden {
            permission: quote(&missing_permission.unwrap_or_else(|| "btcpay.store.canviewinvoices".to_owned())),
            message,
        },
        404 if known => SourceError::NotFound(message),
        404 => SourceError::NoApi,
        400 | 422 => {
            SourceError::Rejected { status: status.as_u16(), message: validation_messages(body).unwrap_or(message) }
        }
        429 => SourceError::RateLimited { retry_after },
        408 | 500..=599 => SourceError::Failing { status: status.as_u16(), retry_after },
        other => SourceError::OddStatus(other),
    }
}

fn validation_messages(body: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Invalid {
        path: String,
        message: String,
    }
    let all: Vec<Invalid> = serde_json::from_str(body).ok()?;
    Some(quote(&all.iter().map(|one| format!("{}: {}", one.path, one.message)).collect::<Vec<_>>().join("; ")))
}

/// Seconds, or a date; nothing for what is neither.
pub(super) fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    (at.to_utc() - chrono::Utc::now()).to_std().ok()
}

/// Whether the answer calls itself a web page.
pub(super) fn is_html(response: &Response) -> bool {
    response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|kind| kind.contains("html"))
}

/// Where a redirect leads, as a value for BTCPAY_HOST: with its path, but without the route that was asked for, query and
/// user-info.
pub(super) fn redirected(response: &Response, base: &Url) -> SourceError {
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let target = response.url().join(location).ok().filter(|_| !location.is_empty());
    SourceError::Redirected(
        target.map_or_else(|| "nowhere".to_owned(), |url| final_address(base, response.url(), &url)),
    )
}

fn final_address(base: &Url, asked: &Url, target: &Url) -> String {
    let route = asked.path().strip_prefix(base.path().trim_end_matches('/')).unwrap_or_default();
    let path = target.path().strip_suffix(route).unwrap_or(target.path());
    let port = target.port().map(|port| format!(":{port}")).unwrap_or_default();
    quote(&format!(
        "{}://{}{port}{}",
        target.scheme(),
        target.host_str().unwrap_or_default(),
        path.trim_end_matches('/')
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_apart() {
        let of = |status: u16, body: &str| refusal(StatusCode::from_u16(status).unwrap(), body, false, None).code();
        assert_eq!(of(401, r#"{"code":"unauthenticated","message":"x"}"#), "upstream_unauthorized");
        assert_eq!(of(403, ""), "upstream_forbidden");
        assert!(matches!(refusal(StatusCode::NOT_FOUND, "", false, None), SourceError::NoApi));
        assert!(matches!(
            refusal(StatusCode::NOT_FOUND, r#"{"code":"invoice-not-found"}"#, false, None),
            SourceError::NotFound(_)
        ));
        let invalid = refusal(
            StatusCode::UNPROCESSABLE_ENTITY,
            r#"[{"path":"startDate","message":"Invalid unix timestamp"}]"#,
            false,
            None,
        );
        assert!(invalid.to_string().contains("startDate: Invalid unix timestamp"));
        assert_eq!(of(502, "<html>"), "upstream_error");
        assert_eq!(of(418, ""), "upstream_error");
        assert_eq!(refusal(StatusCode::FORBIDDEN, "<html>", true, None), SourceError::Blocked(403));
    }

    #[test]
    fn a_redirect_is_told_as_the_address_to_set() {
        let told = |base: &str, target: &str| {
            let base: Url = base.parse().unwrap();
            let asked = format!("{}/api/v1/stores/x/invoices?take=1", base.as_str().trim_end_matches('/'));
            final_address(&base, &asked.parse().unwrap(), &target.parse().unwrap())
        };
        assert_eq!(told("http://h/", "https://h/api/v1/stores/x/invoices?take=1"), "https://h");
        assert_eq!(told("http://h/b", "https://u:p@i:8443/b/api/v1/stores/x/invoices"), "https://i:8443/b");
        assert_eq!(told("http://h/", "http://h/login?token=secret"), "http://h/login");
    }
}
