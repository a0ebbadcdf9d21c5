//! Text from outside, made safe to store and to write into a log line. Everybody may import it.

/// Longest text kept of a free field such as a product name, in characters.
const FIELD_LIMIT: usize = 2_000;
/// Longest piece of outside text quoted in a message, in characters.
const QUOTE_LIMIT: usize = 300;

/// A field as stored: without NUL (PostgreSQL refuses it in text), trimmed, cut at 2,000 characters; empty becomes `None`.
#[must_use]
pub fn field(text: &str) -> Option<String> {
    let kept: String = text.trim().chars().filter(|c| *c != '\0').take(FIELD_LIMIT).collect();
    (!kept.is_empty()).then_some(kept)
}

/// A quotation for messages and logs: one line, no control or direction characters, cut at 300 characters.
///
/// Log readers and terminals act on line breaks, escapes and bidirectional marks; a message must not carry them.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut line = String::new();
    let mut pending_space = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() || is_format_mark(c) {
            pending_space = !line.is_empty();
            continue;
        }
        if pending_space {
            line.push(' ');
            pending_space = false;
        }
        line.push(c);
        if line.chars().count() >= QUOTE_LIMIT {
            line.push('…');
            break;
        }
    }
    line
}

/// Unicode marks that reorder or hide text.
fn is_format_mark(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_is_one_plain_line() {
        assert_eq!(quote(" a\r\nb\u{1b}[31mc\u{202e}d\u{2028}e\0 "), "a b [31mc d e");
        assert_eq!(quote(&"x".repeat(1_000)).chars().count(), QUOTE_LIMIT + 1);
    }

    #[test]
    fn a_field_keeps_its_words_and_loses_nul() {
        assert_eq!(field(" a\0b\n "), Some("ab".to_owned()));
        assert_eq!(field(" \0 "), None);
    }
}
