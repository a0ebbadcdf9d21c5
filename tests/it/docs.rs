//! The page on which the API can be tried, over HTTP; `browser` opens it.

use serde_json::json;

use crate::support::{TestApp, TestDb};

#[tokio::test]
async fn the_page_and_its_files_come_from_the_program() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[("PUBLIC_URL", "http://127.0.0.1/a/b".to_owned())]).await;
    let page = app.get("/a/b/api/docs").await;
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'; script-src 'self';"), "{policy}");
    let html = page.text().await.unwrap();
    assert!(!html.contains("://"), "nothing from elsewhere");
    let links: Vec<&str> = html.split(['"']).filter(|part| part.starts_with("docs/")).collect();
    assert_eq!(links.len(), 4, "{links:?}");
    for link in links {
        let file = app.get(&format!("/a/b/api/{link}")).await;
        assert_eq!(file.status(), 200, "{link}");
        assert!(file.bytes().await.unwrap().len() > 100, "{link}");
    }
    // The client follows it to the page.
    let slash = app.get("/a/b/api/docs/").await;
    assert_eq!((slash.status().as_u16(), slash.url().path()), (200, "/a/b/api/docs"));
    for other in ["/api/docs/index.html", "/api/docs/oauth2-redirect.html", "/api/docs/nope.js"] {
        assert_eq!(app.refused(other).await, (404, "not_found".to_owned()), "{other}");
    }
    let document = app.json("/api/openapi.json").await;
    assert_eq!(document["externalDocs"]["url"], "docs");
    assert_eq!(document["servers"], json!([{"url": "/a/b"}]));
    app.stop().await;

    let app = TestApp::start(&db, &[]).await;
    assert_eq!(app.json("/api/openapi.json").await["servers"], json!([{"url": "/"}]));
    app.stop().await;
}
