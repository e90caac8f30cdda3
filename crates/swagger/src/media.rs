//! Bodies by their content type: which we can write, and their examples.

use probonus_contract::binding::{BodyKind, is_content_type};
use serde_json::{Map, Value};

use crate::document::examples_of;

/// The most examples of one body that are read.
pub(crate) const MOST_EXAMPLES: usize = 8;

pub(crate) fn examples(at: &Map<String, Value>) -> Vec<&Value> {
    examples_of(at).take(MOST_EXAMPLES).collect()
}

/// The content type of JSON to send, if a server lists some but not the usual one.
pub(crate) fn own_json_type<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let plain = |name: &str| name.split(';').next().unwrap_or_default().trim().to_lowercase();
    let json: Vec<String> = names.filter(|name| kind_of(name) == Some(BodyKind::Json)).map(plain).collect();
    let usual = |name: &String| name == "application/json" || name == "text/json" || name.contains('*');
    if json.iter().any(usual) { None } else { json.into_iter().find(|name| is_content_type(name)) }
}

/// The kind of body that a content type names; `None` for one that we can't write.
pub(crate) fn kind_of(content_type: &str) -> Option<BodyKind> {
    let name = content_type.to_lowercase();
    match () {
        () if name.contains("json") || name == "*/*" || name == "application/*" => Some(BodyKind::Json),
        () if name.contains("x-www-form-urlencoded") => Some(BodyKind::Form),
        () if name.contains("multipart/form-data") => Some(BodyKind::Multipart),
        () => None,
    }
}
