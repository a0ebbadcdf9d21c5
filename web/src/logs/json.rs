//! Lays JSON out over lines without reading its values: numbers keep their digits, keys their order, bytes their spelling.

/// Widest nesting that is still laid out.
const DEEPEST: usize = 100;

/// With a line for each value and two spaces for each level; none where the brackets do not match.
pub fn laid_out(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut open = Vec::new();
    let mut letters = text.trim().chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                out.push(letter);
                copy_text(&mut letters, &mut out)?;
            }
            '{' | '[' => {
                open.push(letter);
                if open.len() > DEEPEST {
                    return None;
                }
                out.push(letter);
                while letters.next_if(|next| next.is_ascii_whitespace()).is_some() {}
                // Empty ones stay on their line.
                if !matches!(letters.peek(), Some('}' | ']')) {
                    break_line(&mut out, open.len());
                }
            }
            '}' | ']' => {
                let opened = open.pop()?;
                if (opened == '{') != (letter == '}') {
                    return None;
                }
                if !out.ends_with(opened) {
                    break_line(&mut out, open.len());
                }
                out.push(letter);
            }
            ',' => {
                out.push(letter);
                break_line(&mut out, open.len());
            }
            ':' => out.push_str(": "),
            blank if blank.is_ascii_whitespace() => {}
            other => out.push(other),
        }
    }
    open.is_empty().then_some(out)
}

/// Up to the closing quote, escapes as they are.
fn copy_text(letters: &mut impl Iterator<Item = char>, out: &mut String) -> Option<()> {
    loop {
        let letter = letters.next()?;
        out.push(letter);
        match letter {
            '"' => return Some(()),
            '\\' => out.push(letters.next()?),
            _ => {}
        }
    }
}

fn break_line(out: &mut String, level: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", level));
}

#[cfg(test)]
mod tests {
    use super::laid_out;

    #[test]
    fn values_stand_on_lines_of_their_own_and_keep_their_spelling() {
        let text = r#" {"b":1.50e0 ,"a":[1,{ }, [] ],"t":"a,b:{\"x\"}\\","n":12345678901234567890}"#;
        let expected = "{\n  \"b\": 1.50e0,\n  \"a\": [\n    1,\n    {},\n    []\n  ],\n  \
                        \"t\": \"a,b:{\\\"x\\\"}\\\\\",\n  \"n\": 12345678901234567890\n}";
        assert_eq!(laid_out(text).as_deref(), Some(expected));
    }

    #[test]
    fn what_is_no_json_is_left_alone() {
        for text in ["{", "]", "{]", "\"abc", "\"\\", &"[".repeat(500)] {
            assert_eq!(laid_out(text), None, "{text}");
        }
        assert_eq!(laid_out("12").as_deref(), Some("12"));
    }
}
