//! Writes JSON as YAML in block style. Every text is in double quotes, so that none can be read as another type.

use std::fmt::Write as _;

use serde_json::Value as Json;

/// `json` as a YAML document.
pub(crate) fn write(json: &Json) -> String {
    let mut out = String::new();
    node(&mut out, json, 0);
    out.push('\n');
    out
}

fn node(out: &mut String, json: &Json, depth: usize) {
    match json {
        Json::Object(fields) if !fields.is_empty() => {
            for (key, value) in fields {
                line(out, depth);
                // Status codes are keys too, and must stay texts.
                let _ = write!(out, "{}:", Json::from(key.as_str()));
                inline_or_deeper(out, value, depth);
            }
        }
        Json::Array(items) if !items.is_empty() => {
            for item in items {
                line(out, depth);
                out.push('-');
                inline_or_deeper(out, item, depth);
            }
        }
        scalar => {
            let _ = write!(out, "{scalar}");
        }
    }
}

fn inline_or_deeper(out: &mut String, json: &Json, depth: usize) {
    let deeper = match json {
        Json::Object(fields) => !fields.is_empty(),
        Json::Array(items) => !items.is_empty(),
        _ => false,
    };
    if !deeper {
        out.push(' ');
    }
    node(out, json, depth + 1);
}

fn line(out: &mut String, depth: usize) {
    if !out.is_empty() {
        out.push('\n');
    }
    for _ in 0..depth {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn records_and_lists_are_blocks_and_texts_are_quoted() {
        let yaml = write(&json!({ "a": { "200": [1, { "b": "да: #" }], "c": [], "d": {} } }));
        let wanted = "\"a\":\n  \"200\":\n    - 1\n    -\n      \"b\": \"да: #\"\n  \"c\": []\n  \"d\": {}\n";
        assert_eq!(yaml, wanted);
    }
}
