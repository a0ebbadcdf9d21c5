//! Text that anybody may have written, as plain text: HTML is parsed and its text kept, script and style are dropped. Imported
//! through [`super`].

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};
use url::Url;

/// Elements whose text is not for reading.
const DROPPED: &[&[u8]] =
    &[b"script", b"style", b"noscript", b"template", b"iframe", b"object", b"svg", b"math", b"head", b"title"];
/// Elements that end a line.
const BREAKS: &[&[u8]] = &[
    b"p",
    b"br",
    b"div",
    b"li",
    b"ul",
    b"ol",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"tr",
    b"table",
    b"blockquote",
    b"pre",
    b"section",
    b"article",
    b"hr",
];
/// Longest input looked at, in bytes.
const INPUT_LIMIT: usize = 256 * 1_024;

/// Plain text of at most `limit` characters; `None` where nothing is left. Lines stay lines.
#[must_use]
pub fn plain(html: &str, limit: usize) -> Option<String> {
    let mut text = String::new();
    let mut emitter = DefaultEmitter::default();
    // So that `<` inside of a script begins no element.
    emitter.naively_switch_states(true);
    let mut dropped: Option<(Vec<u8>, usize)> = None;
    for Ok(token) in Tokenizer::new_with_emitter(start_of(html, INPUT_LIMIT), emitter) {
        match token {
            Token::StartTag(tag) => {
                let name: &[u8] = &tag.name;
                match &mut dropped {
                    Some((outer, depth)) if outer.as_slice() == name && !tag.self_closing => *depth += 1,
                    Some(_) => {}
                    None if DROPPED.contains(&name) && !tag.self_closing => dropped = Some((name.to_vec(), 1)),
                    None => break_line(&mut text, name),
                }
            }
            Token::EndTag(tag) => {
                let name: &[u8] = &tag.name;
                match &mut dropped {
                    Some((outer, depth)) if outer.as_slice() == name => {
                        *depth -= 1;
                        if *depth == 0 {
                            dropped = None;
                        }
                    }
                    Some(_) => {}
                    None => break_line(&mut text, name),
                }
            }
            Token::String(part) if dropped.is_none() => text.push_str(&String::from_utf8_lossy(&part)),
            _ => {}
        }
    }
    tidy(&text, limit)
}

/// One line of plain text.
#[must_use]
pub fn line(html: &str, limit: usize) -> Option<String> {
    let text = plain(html, INPUT_LIMIT)?;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = words.chars().take(limit).collect();
    Some(line.trim_end().to_owned()).filter(|line| !line.is_empty())
}

/// An http or https address without a login in it; one without a scheme means https.
#[must_use]
pub fn website(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > 2_000 || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    let url = match scheme {
        Some("http" | "https" | "HTTP" | "HTTPS") => Url::parse(text).ok()?,
        // A port or a path may contain a colon, but no other scheme may come before it.
        _ => Url::parse(&format!("https://{text}")).ok()?,
    };
    let named = url.host_str().is_some_and(|host| host.contains('.') && !host.starts_with('.'));
    let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    (named && plain).then(|| url.as_str().trim_end_matches('/').to_owned())
}

fn break_line(text: &mut String, name: &[u8]) {
    if BREAKS.contains(&name) && !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// Without control and direction characters, without blanks at the ends of lines, with at most one empty line in a row.
fn tidy(text: &str, limit: usize) -> Option<String> {
    let mut tidied = String::new();
    let mut empty = 0;
    for line in text.replace("\r\n", "\n").replace('\r', "\n").lines() {
        let line: String = line.chars().filter(|c| *c == '\t' || is_readable(*c)).collect();
        let line = line.trim_end();
        empty = if line.trim().is_empty() { empty + 1 } else { 0 };
        if empty < 2 && !(tidied.is_empty() && empty > 0) {
            tidied.push_str(line);
            tidied.push('\n');
        }
    }
    let cut: String = tidied.trim().chars().take(limit).collect();
    Some(cut.trim_end().to_owned()).filter(|text| !text.is_empty())
}

fn is_readable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The first bytes of a text, cut between characters.
fn start_of(text: &str, limit: usize) -> &str {
    let end = (0..=limit.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(html: &str) -> String {
        plain(html, 1_000).unwrap_or_default()
    }

    #[test]
    fn html_becomes_its_text() {
        let hostile = "<p>Ten <b>solar-powered</b> nodes.</p><script>alert(1)</script><img src=x onerror=alert(2)>";
        assert_eq!(of(hostile), "Ten solar-powered nodes.");
        assert_eq!(of("a<p>b</p><p>c &amp; d &lt;e&gt;</p>"), "a\nb\nc & d <e>");
        assert_eq!(of("<style>p{}</style>x<svg><text>y</text><svg></svg>z</svg>!"), "x!");
        assert_eq!(of("<script>if (a<b) { '</p>' }</script>ok<script>never closed"), "ok");
        assert_eq!(of("<iframe src=x>a</iframe><noscript>b</noscript>c"), "c");
        assert_eq!(of("<br/>x<script/>y"), "x\ny".replace('\n', ""));
    }

    #[test]
    fn plain_text_and_markdown_stay_as_they_are() {
        assert_eq!(
            of("# Why solar nodes\n\nWe will build **ten** of them."),
            "# Why solar nodes\n\nWe will build **ten** of them."
        );
        assert_eq!(of("1 < 2 & 3 > 2"), "1 < 2 & 3 > 2");
        assert_eq!(of(" \n\n\n a \n\n\n\n b\u{202e}c\0\u{7}\n"), "a\n\n bc");
        assert_eq!(plain("<p> </p>", 10), None);
        assert_eq!(plain("äöü", 2).as_deref(), Some("äö"));
        assert_eq!(line(" a\n<b>b</b>\n", 10).as_deref(), Some("a b"));
        assert_eq!(line("abc def", 4).as_deref(), Some("abc"));
    }

    #[test]
    fn websites_are_of_the_web() {
        for (given, expected) in [
            ("solar-node.example", Some("https://solar-node.example")),
            ("https://solar-node.example/", Some("https://solar-node.example")),
            ("http://a.example/b?c=d", Some("http://a.example/b?c=d")),
            ("a.example:8443/x", Some("https://a.example:8443/x")),
            ("javascript:alert(1)", None),
            ("JavaScript:alert(1).example", None),
            ("data:text/html,x", None),
            ("https://user:secret@a.example", None),
            ("localhost", None),
            ("a b.example", None),
            ("", None),
        ] {
            assert_eq!(website(given).as_deref(), expected, "{given}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_text_without_script(html in ".{0,200}") {
            let _ = plain(&html, 100);
            let around = plain(&format!("<script>{html}</script>"), 1_000).unwrap_or_default();
            prop_assert!(html.to_lowercase().contains("</script") || around.is_empty(), "{:?}", around);
        }
    }
}
